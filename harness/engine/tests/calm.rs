//! Calm runs: time passes in them, and who waits for the environment is let on by it.
use anechoic_engine::{
    AS_IF_ONCE, AsIfOnce, Bound, Breaches, Client, Compared, Failed, Fault, Faults, InProcess, NoAnswer,
    Promise, Rest, Room, Scenario, Seen, Store, Subject,
    search::{Exhaustive, Findings, Unlimited},
};
use futures_util::future::{Either, select};
use std::{pin::pin, time::Duration};

fn checked<C: Scenario>(scenario: C, faults: u32) -> (Findings, Compared, Vec<String>) {
    let bound = Bound { kinds: Faults::of(&[Fault::Rejected, Fault::CrashAfter]), ..Bound::faults(faults) };
    let subject = AsIfOnce::new(InProcess { scenario, bound });
    let found = Exhaustive::default().search(&subject, &mut Unlimited);
    let promises = subject.promises();
    let at = |name: &str| promises.iter().position(|promise| promise.name == name);
    let words = |name| {
        at(name).into_iter().flat_map(|at| found.words(at).map(ToString::to_string).collect::<Vec<_>>())
    };
    let words = words(AS_IF_ONCE).chain(words("charged")).collect();
    let compared = subject.compared().unwrap_or_default();
    (found, compared, words)
}

#[derive(Clone, Debug, Default, Hash)]
struct Shop {
    charges: u32,
}

/// Charges after 10 s, and again 25 s after an error.
async fn charge(shop: &Client<Store<Shop>>) {
    shop.sleep(Duration::from_secs(10)).await;
    while shop.update("charge", (), |shop, ()| shop.charges = 1).await.is_err() {
        shop.sleep(Duration::from_secs(25)).await;
    }
}

/// Who is not done after 30 s, and what they say then.
#[derive(Clone, Copy, Debug)]
enum Late {
    SaysDone,
    Fails,
}

#[derive(Clone, Copy, Debug)]
struct Deadline(Late);

impl Scenario for Deadline {
    type Service = Store<Shop>;

    fn is_timed(&self) -> bool {
        true
    }

    fn service(&self) -> Store<Shop> {
        Store::new(Shop::default())
    }

    fn set_up(&self, room: &mut Room<Store<Shop>>, _: &[usize]) {
        let late = self.0;
        room.callers("pay", 1, move |shop| async move {
            // The deadline is looked at first; what is due first comes first all the same.
            let deadline = shop.sleep(Duration::from_secs(30));
            match (select(pin!(deadline), pin!(charge(&shop))).await, late) {
                (Either::Left(_), Late::Fails) => Err(Failed),
                (Either::Left(_), Late::SaysDone) | (Either::Right(_), _) => Ok(()),
            }
        });
    }

    fn eventually(&self) -> Vec<Promise> {
        vec![Promise::new("charged", "it is charged at last")]
    }

    fn at_last(&self, rest: &Rest<'_, Store<Shop>>, breaches: &mut Breaches) {
        if rest.service.charges == 0 {
            breaches.report(0, "never", || "nothing is charged".into());
        }
    }
}

#[test]
fn a_timer_that_is_due_later_fires_later_also_if_nothing_goes_wrong() {
    let (found, compared, words) = checked(Deadline(Late::SaysDone), 1);
    assert!(found.complete);
    // Nobody begins, or it is charged.
    assert_eq!(compared.ends, 2, "in no calm run is the deadline reached: {compared:?}");
    assert_eq!(words, ["lost", "never"]);
    let (found, compared, words) = checked(Deadline(Late::Fails), 1);
    assert!(found.complete && compared.ends == 2, "{compared:?}");
    assert_eq!(words, Vec::<String>::new(), "the last delivery charges after 10 s");
}

/// What somebody does who has asked for an approval, before they pay or say that it is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Wait,
    LookTwice,
    LookForEver,
}

#[derive(Clone, Debug, Default, Hash)]
struct Request {
    is_asked: bool,
    is_approved: bool,
    payments: u32,
}

type Requests = Store<Request, bool>;

async fn pay(store: Client<Requests>, then: Then) -> Result<bool, NoAnswer> {
    store.update("ask", (), |all, ()| all.is_asked = true).await?;
    let mut looks = 0;
    loop {
        looks += 1;
        let is_approved = match then {
            Then::Wait => store.wait("wait", (), |all, ()| all.is_approved.then_some(true)).await?,
            Then::LookTwice | Then::LookForEver => store.read("look", (), |all, ()| all.is_approved).await?,
        };
        if is_approved {
            store.update("pay", (), |all, ()| all.payments = 1).await?;
            return Ok(true);
        }
        if then == Then::LookTwice && looks == 2 {
            return store
                .update("withdraw", (), |all, ()| std::mem::replace(&mut all.is_asked, false))
                .await
                .map(|_| false);
        }
    }
}

/// Somebody approves what is asked for, if it is asked for when they look.
impl Scenario for Then {
    type Service = Requests;

    fn service(&self) -> Requests {
        Store::new(Request::default())
    }

    fn set_up(&self, room: &mut Room<Requests>, _: &[usize]) {
        let then = *self;
        room.callers("pay", 1, move |store| pay(store, then));
        room.environment("somebody approves", 1, |store| async move {
            store.update("approve", (), |all, ()| all.is_approved = all.is_asked).await.map(|()| true)
        });
    }

    fn refuses(&self, is_paid: &bool) -> bool {
        !is_paid
    }

    fn observe(&self, store: &Requests, seen: &mut Seen) {
        seen.cell("payments", store.payments);
    }
}

#[test]
fn the_environment_acts_for_who_waits_for_it_and_cuts_nothing_off() {
    for faults in 0..=2 {
        let (found, compared, words) = checked(Then::Wait, faults);
        assert!(found.complete && compared.doubts.is_empty() && compared.idle.is_none(), "{compared:?}");
        assert_eq!(words, Vec::<String>::new(), "with {faults} faults");
    }
}

#[test]
fn what_no_calm_run_does_for_want_of_the_environment_cannot_be_told() {
    let (found, compared, words) = checked(Then::LookTwice, 0);
    assert!(found.complete);
    assert_eq!(words, Vec::<String>::new());
    let doubts: Vec<String> = compared.doubts.iter().map(ToString::to_string).collect();
    assert!(matches!(&doubts[..], [one] if one.starts_with("pay is done in no calm run")), "{doubts:?}");
}

#[test]
fn a_reference_that_has_no_end_is_given_up() {
    let subject = AsIfOnce::new(InProcess { scenario: Then::LookForEver, bound: Bound::faults(0) });
    subject.run(&mut anechoic_engine::search::Replay::new(&[]));
    let doubts = subject.compared().expect("it is compared").doubts;
    assert!(doubts.iter().any(|doubt| doubt.contains("given up")), "{doubts:?}");
    assert!(
        doubts.iter().any(|doubt| doubt.contains("does it try again, or look for something")),
        "{doubts:?}"
    );
}

/// Three requests take one token each, and the environment puts one back.
#[derive(Clone, Copy, Debug)]
struct Bucket;

#[derive(Clone, Debug, Hash)]
struct Tokens {
    left: u32,
    sent: u32,
}

impl Scenario for Bucket {
    type Service = Store<Tokens>;

    fn service(&self) -> Store<Tokens> {
        Store::new(Tokens { left: 1, sent: 0 })
    }

    fn set_up(&self, room: &mut Room<Store<Tokens>>, _: &[usize]) {
        room.callers("send", 3, |bucket| async move {
            let take = |all: &mut Tokens, ()| {
                let may = all.left > 0;
                (all.left, all.sent) = if may { (0, all.sent + 1) } else { (0, all.sent) };
                may.then_some(())
            };
            bucket.wait("take a token and send", (), take).await
        });
        room.environment("refill", 1, |bucket| async move {
            bucket.update("refill", (), |all, ()| all.left = 1).await
        });
    }

    fn observe(&self, bucket: &Store<Tokens>, seen: &mut Seen) {
        seen.cell("sent", bucket.sent);
    }
}

#[test]
fn the_environment_acts_as_often_as_somebody_waits_for_it_in_calm_runs_too() {
    let (found, compared, words) = checked(Bucket, 0);
    assert!(found.complete && compared.doubts.is_empty(), "{compared:?}");
    assert_eq!(words, Vec::<String>::new());
}
