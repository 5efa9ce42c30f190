//! All short handlers of each service beside each other: every reduction finds what the naive search finds.
use anechoic::{
    AsIfOnce, Both, Bound, Client, Failed, Fault, Faults, InProcess, NoAnswer, OneOf, Room, Scenario,
    Service, Session, Store, Subject,
    search::{Collect, Exhaustive, Findings, Reduce, Unlimited},
    services::{Api, Lock, Queue, Table, api, lock, queue, table},
};

/// What is asked next, after what was answered last.
trait Asks<S: Service>: Copy + Sync + 'static {
    type Told;

    async fn ask(self, client: &Client<S>, last: Option<Self::Told>) -> Result<Self::Told, NoAnswer>;
}

/// A request, by whom, after what was answered last.
type Ask<S> = fn(Session, Option<&<S as Service>::Response>) -> <S as Service>::Request;

impl<S: Service> Asks<S> for Ask<S> {
    type Told = S::Response;

    async fn ask(self, client: &Client<S>, last: Option<S::Response>) -> Result<S::Response, NoAnswer> {
        client.call(self(client.session(), last.as_ref())).await
    }
}

/// Two callers with a few requests each, and what the environment does once.
struct Pair<S: Service, A> {
    service: fn() -> S,
    programs: [Vec<A>; 2],
    environment: Option<A>,
}

async fn run<S: Service<Answer = ()>, A: Asks<S>>(client: Client<S>, program: Vec<A>) -> Result<(), Failed> {
    let mut last = None;
    for ask in program {
        last = Some(ask.ask(&client, last).await?);
    }
    Ok(())
}

impl<S: Service<Answer = ()>, A: Asks<S>> Scenario for Pair<S, A> {
    type Service = S;

    fn service(&self) -> S {
        (self.service)()
    }

    fn set_up(&self, room: &mut Room<S>, _: &[usize]) {
        for (name, program) in ["a", "b"].into_iter().zip(self.programs.clone()) {
            room.callers(name, 1, move |client| run(client, program.clone()));
        }
        if let Some(ask) = self.environment {
            room.environment("time", 1, move |client| run(client, vec![ask]));
        }
    }
}

fn searched<S: Service<Answer = ()>, A: Asks<S>>(
    pair: &Pair<S, A>,
    bound: Bound,
    how: Exhaustive,
) -> Findings {
    let Pair { service, ref programs, environment } = *pair;
    let scenario = Pair { service, programs: programs.clone(), environment };
    let subject = AsIfOnce::new(InProcess { scenario, bound });
    let collect = Collect { end_states: true, coverage: false };
    let found = Exhaustive { collect, ..how }.search(&subject as &dyn Subject, &mut Unlimited);
    assert!(found.complete, "{:?}", found.diverged);
    found
}

/// Compares all pairs of programs of these requests, as long as these, and says how many runs there were, and in how many pairs
/// somebody waits for ever.
#[track_caller]
fn compare<S: Service<Answer = ()>, A: Asks<S>>(
    service: fn() -> S,
    asks: &[A],
    lengths: [usize; 2],
    environment: Option<A>,
) -> (u64, u32) {
    let kinds =
        Faults::of(&[Fault::LostAcknowledgement, Fault::LateWrite, Fault::CrashBefore, Fault::Refused]);
    let bound = Bound { kinds, retries: 0, ..Bound::faults(1) };
    let programs = |length: usize| {
        (0..asks.len().pow(length as u32)).map(move |number| {
            (0..length as u32).map(|at| asks[number / asks.len().pow(at) % asks.len()]).collect::<Vec<A>>()
        })
    };
    let (mut runs, mut unending) = (0, 0);
    for one in programs(lengths[0]) {
        for other in programs(lengths[1]) {
            let pair = Pair { service, programs: [one.clone(), other], environment };
            let naive = searched(&pair, bound, Exhaustive::reduce(Reduce::NOTHING));
            let broken = |found: &Findings| found.broken.keys().cloned().collect::<Vec<_>>();
            runs += naive.executions;
            unending += u32::from(naive.breaks(0));
            for reduce in [Reduce::ALL, Reduce { sleep: true, ..Reduce::BEGINNINGS }] {
                let clever = searched(&pair, bound, Exhaustive::reduce(reduce));
                assert_eq!(clever.end_states, naive.end_states, "{reduce:?}");
                assert_eq!(broken(&clever), broken(&naive), "{reduce:?}");
            }
        }
    }
    (runs, unending)
}

#[test]
fn of_a_table_nothing_is_skipped_that_matters() {
    type Rows = Table<&'static str, u32>;
    use table::{Request, Step};
    let asks: [Ask<Rows>; 6] = [
        |_, _| Request::Get("a"),
        |_, _| Request::PutIf { key: "a", holds: Some(1), value: 3 },
        |session, _| Request::In(session, Step::Read("a")),
        |session, _| Request::In(session, Step::Read("b")),
        |session, last| Request::In(session, Step::Write("a", Some(if last.is_some() { 4 } else { 5 }))),
        |session, _| Request::In(session, Step::Commit),
    ];
    let rows = || Table::new("rows").with("a", 1).with_stale_reads();
    let (runs, unending) = compare(rows, &asks, [2, 2], None);
    assert!(runs > 20_000 && unending > 5, "{runs} runs, {unending} pairs that may wait for ever");
}

#[test]
fn of_a_queue_nothing_is_skipped_that_matters() {
    type Jobs = Queue<&'static str>;
    use queue::{Request, Told};
    let asks: [Ask<Jobs>; 4] = [
        |_, _| Request::Send("more"),
        |_, _| Request::Receive,
        |_, last| {
            if let Some(Told::Message(receipt, _)) = last {
                Request::Delete(*receipt)
            } else {
                Request::Receive
            }
        },
        |_, last| {
            if let Some(Told::Message(receipt, _)) = last {
                Request::GiveBack(*receipt)
            } else {
                Request::TimeOut
            }
        },
    ];
    let jobs = || Queue::new("jobs").with("one").with("two");
    let (runs, _) = compare(jobs, &asks, [2, 1], Some(|_, _| Request::TimeOut));
    assert!(runs > 2_000, "{runs}");
}

#[test]
fn of_a_lock_nothing_is_skipped_that_matters() {
    type Leased = Lock<u32>;
    use lock::Request;
    let asks: [Ask<Leased>; 5] = [
        |session, _| Request::TryAcquire(session.owner),
        |session, _| Request::Acquire(session.owner),
        |_, _| Request::Holder,
        |session, _| Request::Release(session.owner),
        |session, _| Request::Delete(session.owner),
    ];
    for environment in [None, Some((|_, _| Request::RunOut) as Ask<Leased>)] {
        let (runs, unending) = compare(|| Lock::new("lock"), &asks, [2, 2], environment);
        assert!(runs > 20_000, "{runs}");
        assert_eq!(unending == 0, environment.is_some(), "a lease ends every waiting");
    }
}

#[test]
fn of_an_api_nothing_is_skipped_that_matters() {
    type Stripe = Api<u32, u32>;
    use api::Request;
    let asks: [Ask<Stripe>; 5] = [
        |_, _| Request::Post { key: None, body: 1 },
        |_, _| Request::Post { key: Some(1), body: 1 },
        |_, _| Request::Post { key: Some(1), body: 2 },
        |_, _| Request::Find(1),
        |_, _| Request::Forget,
    ];
    let (runs, _) = compare(|| Api::new("charges"), &asks, [2, 2], None);
    assert!(runs > 20_000, "{runs}");
}

/// What is done to a store of two numbers.
#[derive(Clone, Copy)]
enum Step {
    Look,
    /// Adds what it was told last to the one number.
    Add,
    /// Sets the other, if that is greater.
    Raise(u32),
    /// Takes one away as soon as there is one.
    Take,
    Reset,
}

type Numbers = Store<(u32, u32)>;

impl Asks<Numbers> for Step {
    type Told = u32;

    async fn ask(self, client: &Client<Numbers>, last: Option<u32>) -> Result<u32, NoAnswer> {
        match self {
            Step::Look => client.read("look", (), |(one, other), ()| one + 10 * other).await,
            Step::Add => {
                let add = |(one, _): &mut (u32, u32), more| {
                    *one += more;
                    *one
                };
                client.update("add", last.unwrap_or(1), add).await
            }
            Step::Raise(to) => {
                let raise = |(_, other): &mut (u32, u32), to: u32| std::mem::replace(other, to.max(*other));
                client.update("raise to", to, raise).await
            }
            Step::Take => {
                let take = |(one, _): &mut (u32, u32), ()| {
                    *one = one.checked_sub(1)?;
                    Some(*one)
                };
                client.wait("take", (), take).await
            }
            Step::Reset => client.update("reset", (), |(one, _), ()| std::mem::take(one)).await,
        }
    }
}

#[test]
fn of_a_store_nothing_is_skipped_that_matters() {
    let steps = [Step::Look, Step::Add, Step::Raise(1), Step::Raise(2), Step::Take];
    for (lengths, environment) in [([2, 2], None), ([2, 1], Some(Step::Reset))] {
        let numbers = || Store::new((1, 0)).with_stale_reads();
        let (runs, unending) = compare(numbers, &steps, lengths, environment);
        assert!(runs > 10_000 && unending > 5, "{runs} runs, {unending} pairs that may wait for ever");
    }
}

#[test]
fn of_two_services_side_by_side_neither_is_taken_for_the_other() {
    type Rows = Table<&'static str, u32>;
    type Twins = Both<Rows, Both<Rows, Lock<u32>>>;
    use table::{Request, Step};
    let asks: [Ask<Twins>; 7] = [
        |_, _| OneOf::First(Request::Put("a", 1)),
        |_, _| OneOf::Second(OneOf::First(Request::Put("a", 1))),
        |session, _| OneOf::First(Request::In(session, Step::Write("a", Some(2)))),
        |session, _| OneOf::Second(OneOf::First(Request::In(session, Step::Write("a", Some(2))))),
        |session, _| OneOf::First(Request::In(session, Step::Commit)),
        |session, _| OneOf::Second(OneOf::First(Request::In(session, Step::Commit))),
        |session, _| OneOf::Second(OneOf::Second(lock::Request::Acquire(session.owner))),
    ];
    let twins = || Both(Table::new("here"), Both(Table::new("there"), Lock::new("lock")));
    let (runs, unending) = compare(twins, &asks, [2, 1], None);
    assert!(runs > 2_000 && unending > 5, "{runs} runs, {unending} pairs that may wait for ever");
}

#[test]
fn a_handler_reaches_each_of_two_services_by_itself() {
    type Shop = Both<Api<u32, u32>, Both<Lock<u32>, Queue<u32>>>;
    async fn work(shop: Client<Shop>) -> Result<(), Failed> {
        let (api, lock, queue) = (shop.first(), shop.second().first(), shop.second().second());
        assert_eq!(api.session(), shop.session());
        assert!(lock.call(lock::Request::TryAcquire(1)).await?.is_held_by(&1));
        assert_eq!(queue.call(queue::Request::Receive).await?, queue::Told::Empty);
        assert_eq!(api.call(api::Request::Post { key: None, body: 1 }).await?, api::Told::Made(0));
        Ok(())
    }
    struct Work;
    impl Scenario for Work {
        type Service = Shop;

        fn service(&self) -> Shop {
            Both(Api::new("api"), Both(Lock::new("lock"), Queue::new("queue")))
        }

        fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
            room.callers("work", 1, work);
        }
    }
    let subject = InProcess { scenario: Work, bound: Bound::faults(0) };
    let (outcome, record) = anechoic::search::Path::default().replay(&subject);
    assert!(outcome.at_rest && outcome.breaches.is_empty(), "{:?}", outcome.breaches);
    let shown: Vec<&str> = record.steps.iter().map(|step| &*step.what).collect();
    assert_eq!(shown, ["try to acquire as 1", "receive", "post 1"]);
    assert_eq!(record.columns, ["api", "lock", "queue"]);
}

#[test]
fn a_search_goes_back_to_where_two_runs_part_whatever_service_it_is() {
    fn is_copied(service: &impl Service) -> bool {
        service.snapshot().is_some()
    }
    assert!(is_copied(&Table::<u32, u32>::new("rows")) && is_copied(&Queue::<u32>::new("jobs")));
    assert!(is_copied(&Lock::<u32>::new("lock")) && is_copied(&Api::<u32, u32>::new("charges")));
    assert!(is_copied(&Both(Numbers::new((0, 0)), Lock::<u32>::new("lock"))));
}
