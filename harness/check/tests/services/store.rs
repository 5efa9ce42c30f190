//! A store: operations that are written where they are made, in one piece each.
use anechoic::{
    AsIfOnce, Both, Bound, Client, Failed, InProcess, NoAnswer, Outcome, Record, Room, Scenario, Service,
    Store, Subject,
    search::{Exhaustive, Path, Unlimited},
    services::{Lock, lock},
};

#[derive(Clone, Debug, Default, Hash)]
struct Shop {
    stock: u32,
    sold: Vec<&'static str>,
}

type Handler<S> = fn(Client<S>) -> std::pin::Pin<Box<dyn Future<Output = Result<(), NoAnswer>>>>;

/// Who acts on what is there.
struct Acts<S: Service> {
    service: fn() -> S,
    handlers: Vec<(&'static str, Handler<S>)>,
}

impl<S: Service<Answer = ()>> Scenario for Acts<S> {
    type Service = S;

    fn service(&self) -> S {
        (self.service)()
    }

    fn set_up(&self, room: &mut Room<S>, _: &[usize]) {
        for (name, handler) in &self.handlers {
            room.callers(name, 1, *handler);
        }
    }
}

/// The first run, in which the actors go one after the other.
fn first_run<S: Service<Answer = ()>>(
    service: fn() -> S,
    handlers: &[(&'static str, Handler<S>)],
) -> (Outcome, Record) {
    let scenario = Acts { service, handlers: handlers.to_vec() };
    Path::default().replay(&InProcess { scenario, bound: Bound::faults(0) })
}

fn three_left() -> Store<Shop> {
    Store::new(Shop { stock: 3, ..Shop::default() })
}

fn shown(record: &Record) -> Vec<&str> {
    record.steps.iter().map(|step| &*step.what).collect()
}

#[test]
fn each_field_is_a_cell_and_each_operation_is_shown_by_its_name_with_what_it_was_given() {
    let buy: Handler<Store<Shop>> = |shop| {
        Box::pin(async move {
            let left = shop.read("how many are left", (), |shop, ()| shop.stock).await?;
            let sell = |shop: &mut Shop, (to, left)| {
                let is_so = shop.stock == left;
                if is_so {
                    (shop.stock, shop.sold) = (left - 1, vec![to]);
                }
                is_so
            };
            assert!(shop.update("sell, if so many are left, to", ("alice", left), sell).await?);
            assert!(!shop.update("sell, if so many are left, to", ("bob", left), sell).await?);
            shop.update("add", 2, |shop, more| shop.stock += more).await
        })
    };
    let (outcome, record) = first_run(three_left, &[("buy", buy)]);
    assert!(outcome.at_rest && outcome.breaches.is_empty(), "{:?}", outcome.breaches);
    assert_eq!(
        shown(&record),
        [
            "how many are left",
            r#"sell, if so many are left, to ("alice", 3)"#,
            r#"sell, if so many are left, to ("bob", 3)"#,
            "add 2"
        ]
    );
    assert_eq!(
        (&record.columns[..], &record.initial[..]),
        (&["stock".into(), "sold".into()][..], &["3".to_string(), "[]".into()][..])
    );
    let mut store = three_left();
    assert_eq!(
        (store.stock, store.cells()),
        (3, vec![("stock".into(), "3".into()), ("sold".into(), "[]".into())])
    );
    assert_eq!(store.snapshot().expect("a copy").cells(), store.cells());
    store.end(anechoic::Session { owner: 0, number: 1 });
    assert_eq!(
        Store::<u32>::new(7).cells(),
        [("state".into(), "7".to_string())],
        "what has no fields is one cell"
    );
}

fn slot() -> Store<u32> {
    Store::new(0)
}

fn take(free: &mut u32, (): ()) -> Option<()> {
    *free = free.checked_sub(1)?;
    Some(())
}

#[test]
fn who_waits_goes_on_once_it_is_told_something_and_what_it_changed_before_that_is_forgotten() {
    let taker: Handler<Store<u32>> = |slots| Box::pin(async move { slots.wait("take", (), take).await });
    let giver: Handler<Store<u32>> =
        |slots| Box::pin(async move { slots.update("give", (), |free: &mut u32, ()| *free += 1).await });
    let picky: Handler<Store<u32>> = |slots| {
        let take_two = |free: &mut u32, ()| {
            *free += 1;
            (*free > 2).then_some(())
        };
        Box::pin(async move { slots.wait("wait for two", (), take_two).await })
    };
    let (outcome, record) = first_run(slot, &[("taker", taker), ("giver", giver)]);
    assert!(outcome.at_rest && outcome.breaches.is_empty(), "{:?}", outcome.breaches);
    assert_eq!(shown(&record), ["take waits for what it needs", "give", "take"]);
    let (outcome, record) = first_run(slot, &[("picky", picky), ("giver", giver)]);
    let breach = &outcome.breaches[0];
    let stuck = "nobody is left who would end this: picky: wait for two waits for what it needs";
    assert_eq!((&*breach.word, &*breach.detail), ("stuck", stuck));
    assert_eq!(record.steps.last().map(|step| &step.cells[..]), Some(&["1".to_string()][..]));
}

#[test]
fn a_read_may_be_stale_if_it_is_said_and_a_change_is_never_made_to_what_was() {
    let raise: Handler<Store<u32>> = |slots| {
        Box::pin(async move {
            slots.update("raise", (), |free: &mut u32, ()| *free += 1).await?;
            let seen = slots.read("look", (), |free, ()| *free).await?;
            slots.update("write down", seen, |free, seen| *free = 10 * *free + seen).await
        })
    };
    let ends = |service| {
        let scenario = Acts { service, handlers: vec![("raise", raise)] };
        let subject = AsIfOnce::new(InProcess { scenario, bound: Bound::faults(1) });
        let found = Exhaustive::default().search(&subject as &dyn Subject, &mut Unlimited);
        assert!(found.complete);
        found
            .broken
            .values()
            .map(|path| path.replay(&subject).1.steps.last().map(|step| step.cells.clone()))
            .collect::<Vec<_>>()
    };
    let (fresh, stale) = (ends(slot), ends(|| slot().with_stale_reads()));
    assert!(!fresh.contains(&Some(vec!["10".into()])), "{fresh:?}");
    assert!(stale.contains(&Some(vec!["10".into()])), "{stale:?}");
}

type Shops = Both<Store<Shop>, Both<Store<u32>, Lock<u32>>>;

async fn buy(shops: Client<Shops>) -> Result<(), Failed> {
    let (shop, slots, lock) = (shops.first(), shops.second().first(), shops.second().second());
    shop.update("sell to", "alice", |shop, to| shop.sold.push(to)).await?;
    slots.update("give", (), |free, ()| *free += 1).await?;
    slots.wait("take", (), take).await?;
    lock.call(lock::Request::TryAcquire(1)).await?;
    assert_eq!(
        (
            shop.read("sold", (), |shop, ()| shop.sold.len()).await?,
            slots.read("free", (), |free, ()| *free).await?
        ),
        (1, 0)
    );
    Ok(())
}

#[test]
fn several_stores_are_told_apart_by_what_they_hold() {
    struct Buy;
    impl Scenario for Buy {
        type Service = Shops;

        fn service(&self) -> Shops {
            Both(three_left(), Both(slot(), Lock::new("lock")))
        }

        fn set_up(&self, room: &mut Room<Shops>, _: &[usize]) {
            room.callers("buy", 1, buy);
        }
    }
    let (outcome, record) = Path::default().replay(&InProcess { scenario: Buy, bound: Bound::faults(0) });
    assert!(outcome.at_rest && outcome.breaches.is_empty(), "{:?}", outcome.breaches);
    let reaches: Vec<&str> = record.steps.iter().map(|step| &*step.reaches[0]).collect();
    assert_eq!(reaches, ["Shop", "u32", "u32", "lock", "Shop", "u32"]);
}
