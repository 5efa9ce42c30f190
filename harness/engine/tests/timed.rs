//! Where time passes, requests take time, too: how much is a choice.
use anechoic_engine::{
    Bound, Breaches, Client, Failed, Footprint, InProcess, Outcome, Promise, Record, Room, Scenario, Service,
    StepKind, Subject, Text,
    search::{Collect, Exhaustive, Findings, Path, Reduce, Replay, Unlimited, shortest},
};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

/// A resource under a lease of half a minute, which is to be written by one holder at a time.
#[derive(Clone, Debug, Default, Hash)]
struct Leased {
    /// Who holds it.
    holder: Option<u8>,
    /// Who wrote last, and who held the lease then.
    wrote: Option<(u8, Option<u8>)>,
}

#[derive(Clone, Debug, Hash)]
enum Ask {
    Acquire(u8),
    Expire(u8),
    Write(u8),
}

const LEASE: Duration = Duration::from_secs(30);

/// How long a write may take, in seconds.
#[derive(Clone, Copy, Debug)]
struct Writes(&'static [u64]);

/// What is leased, and how long a write of it may take.
#[derive(Clone, Debug, Hash)]
struct Store(Leased, &'static [u64]);

impl Service for Store {
    type Request = Ask;
    type Response = bool;
    type Answer = bool;

    fn apply(&mut self, ask: &Ask) -> bool {
        let Store(leased, _) = self;
        match *ask {
            Ask::Acquire(who) if leased.holder.is_none() => leased.holder = Some(who),
            Ask::Acquire(_) => return false,
            Ask::Expire(who) if leased.holder == Some(who) => leased.holder = None,
            Ask::Expire(_) => {}
            Ask::Write(who) => leased.wrote = Some((who, leased.holder)),
        }
        true
    }

    fn footprint(&self, _: &Ask) -> Footprint {
        Footprint::nothing().writes(&0)
    }

    fn latencies(&self, ask: &Ask) -> Vec<Duration> {
        match ask {
            Ask::Write(_) => self.1.iter().copied().map(Duration::from_secs).collect(),
            Ask::Acquire(_) | Ask::Expire(_) => Vec::new(),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        vec![
            ("holder".into(), format!("{:?}", self.0.holder)),
            ("wrote".into(), format!("{:?}", self.0.wrote)),
        ]
    }
}

/// One writes under its lease, which runs out by itself.
impl Scenario for Writes {
    type Service = Store;

    fn promises(&self) -> Vec<Promise> {
        vec!["only_the_holder_writes".into()]
    }

    fn is_timed(&self) -> bool {
        true
    }

    fn as_if_once(&self) -> bool {
        false
    }

    fn service(&self) -> Store {
        Store(Leased::default(), self.0)
    }

    fn set_up(&self, room: &mut Room<Store>, _: &[usize]) {
        room.callers("writer", 1, |client: Client<Store>| async move {
            client.call(Ask::Acquire(1)).await?;
            client.call(Ask::Write(1)).await
        });
        room.callers("lease", 1, |client: Client<Store>| async move {
            client.sleep(LEASE).await;
            client.call(Ask::Expire(1)).await
        });
    }

    fn always(&self, store: &Store, breaches: &mut Breaches) {
        if let Some((who, holder)) = store.0.wrote
            && holder != Some(who)
        {
            breaches.report(0, "overtaken", || format!("{who} writes, and {holder:?} holds the lease"));
        }
    }
}

fn within(faults: u32, scenario: impl Scenario) -> InProcess<impl Scenario> {
    InProcess { scenario, bound: Bound { retries: 0, ..Bound::faults(faults) } }
}

fn told(subject: &dyn Subject, path: &Path) -> (Outcome, Record) {
    let record = path.replay(subject).1;
    let mut replay = Replay::new(&record.choices);
    let again = subject.record(&mut replay);
    assert_eq!(again.1, record, "its labels make the same run again");
    again
}

#[test]
fn a_write_that_outlives_its_lease_is_found_where_it_may_take_that_long_and_nowhere_else() {
    let found = |seconds: &'static [u64]| shortest(&within(0, Writes(seconds)), 0, &mut Unlimited);
    assert!(found(&[1]).is_none() && found(&[1, 29]).is_none() && found(&[]).is_none());
    assert!(found(&[30]).is_some(), "at one and the same time either may come first");
    let subject = within(0, Writes(&[1, 40]));
    let path = shortest(&subject, 0, &mut Unlimited).expect("forty seconds are more than thirty");
    let (outcome, record) = told(&subject, &path);
    assert_eq!(outcome.breaches[0].detail, "1 writes, and None holds the lease");
    let lines: Vec<_> = record.steps.iter().map(|step| (step.at.as_secs(), step.what.as_str())).collect();
    let expected = [
        (0, "Acquire(1)"),
        (0, "Write(1) takes 40s"),
        (30, "the timer fires"),
        (30, "Expire(1)"),
        (40, "Write(1)"),
    ];
    assert_eq!(lines, expected);
    assert_eq!(record.steps[1].kind, StepKind::Choice);
    assert_eq!(record.choices, ["writer: Write(1) takes 40s"]);
}

/// Several that write once each.
struct Crowd(usize, &'static [u64]);

impl Scenario for Crowd {
    type Service = Store;

    fn is_timed(&self) -> bool {
        true
    }

    fn as_if_once(&self) -> bool {
        false
    }

    fn service(&self) -> Store {
        Store(Leased::default(), self.1)
    }

    fn set_up(&self, room: &mut Room<Store>, _: &[usize]) {
        for who in 0..self.0 {
            let who = who as u8;
            room.callers(&format!("w{who}"), 1, move |client: Client<Store>| async move {
                client.call(Ask::Write(who)).await
            });
        }
    }
}

/// Each way to give `actors` one of so many times; those that share one may go in any order.
fn orders(actors: usize, times: usize) -> u64 {
    let factorial = |n: usize| (1..=n as u64).product::<u64>();
    (0..times.pow(actors as u32))
        .map(|code| {
            let time = |actor: usize| code / times.pow(actor as u32) % times;
            (0..times)
                .map(|at| factorial((0..actors).filter(|actor| time(*actor) == at).count()))
                .product::<u64>()
        })
        .sum()
}

#[test]
fn every_time_and_every_order_is_searched_and_no_other() {
    for (actors, seconds) in [(1, &[1, 2][..]), (2, &[1, 2]), (3, &[1, 2]), (3, &[1, 2, 3]), (4, &[5])] {
        let subject = within(0, Crowd(actors, seconds));
        for reduce in [Reduce::NOTHING, Reduce::ALL] {
            let found = Exhaustive::reduce(reduce).search(&subject, &mut Unlimited);
            assert!(found.complete);
            assert_eq!(found.executions, orders(actors, seconds.len()), "{actors} actors, {seconds:?}");
        }
    }
    assert_eq!((orders(2, 2), orders(3, 1)), (6, 6), "two that meet twice and pass twice");
}

/// One whose client gives up after two seconds, and asks again.
struct Impatient;

impl Scenario for Impatient {
    type Service = Store;

    fn is_timed(&self) -> bool {
        true
    }

    fn as_if_once(&self) -> bool {
        false
    }

    fn service(&self) -> Store {
        Store(Leased::default(), &[1, 5])
    }

    fn set_up(&self, room: &mut Room<Store>, _: &[usize]) {
        room.callers("client", 1, |client: Client<Store>| async move {
            let told = {
                let mut answer = pin!(client.call(Ask::Write(1)));
                let mut gives_up = pin!(client.sleep(Duration::from_secs(2)));
                let either = poll_fn(|context| match answer.as_mut().poll(context) {
                    Poll::Ready(told) => Poll::Ready(Some(told)),
                    Poll::Pending => gives_up.as_mut().poll(context).map(|()| None),
                });
                either.await
            };
            match told {
                Some(told) => told,
                None => client.call(Ask::Acquire(1)).await,
            }
            .map_err(|_| Failed)
        });
    }
}

#[test]
fn a_request_that_its_client_gave_up_on_lands_later_or_never() {
    let subject = within(0, Impatient);
    let found = Exhaustive::reduce(Reduce::NOTHING).search(&subject, &mut Unlimited);
    // Answered after one second; or given up on: then the write comes before what is asked next, after it, or, either way, never.
    assert_eq!(found.executions, 1 + 4);
}

/// What one of several does, one after the other.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Write(u8),
    Sleep(u64),
}

/// Several, each with deeds of its own, over a cell for each number.
#[derive(Clone, Debug)]
struct Drawn {
    actors: Vec<Vec<Deed>>,
    latencies: Vec<u64>,
}

#[derive(Clone, Debug, Hash)]
struct Cells {
    cells: [u8; 2],
    latencies: Vec<u64>,
}

impl Service for Cells {
    type Request = u8;
    type Response = u8;
    type Answer = u8;

    fn apply(&mut self, ask: &u8) -> u8 {
        let cell = &mut self.cells[usize::from(*ask & 1)];
        *cell = cell.wrapping_mul(3) ^ ask;
        *cell
    }

    fn footprint(&self, ask: &u8) -> Footprint {
        Footprint::nothing().writes(&(ask & 1))
    }

    fn latencies(&self, _: &u8) -> Vec<Duration> {
        self.latencies.iter().copied().map(Duration::from_secs).collect()
    }
}

impl Scenario for Drawn {
    type Service = Cells;

    fn promises(&self) -> Vec<Promise> {
        vec!["low".into()]
    }

    fn is_timed(&self) -> bool {
        true
    }

    fn as_if_once(&self) -> bool {
        false
    }

    fn service(&self) -> Cells {
        Cells { cells: [1, 1], latencies: self.latencies.clone() }
    }

    fn set_up(&self, room: &mut Room<Cells>, _: &[usize]) {
        for (at, deeds) in self.actors.iter().enumerate() {
            let deeds = deeds.clone();
            room.callers(&format!("a{at}"), 1, move |client: Client<Cells>| {
                let deeds = deeds.clone();
                async move {
                    let mut last = 0;
                    for deed in deeds {
                        match deed {
                            Deed::Write(what) => last = client.call(what).await?,
                            Deed::Sleep(seconds) => client.sleep(Duration::from_secs(seconds)).await,
                        }
                    }
                    // What it was told, and when it was done, decide what it writes last.
                    let late = client.now().as_secs() as u8;
                    client.call(last.wrapping_add(late)).await
                }
            });
        }
    }

    fn always(&self, service: &Cells, breaches: &mut Breaches) {
        if service.cells.iter().any(|cell| cell % 16 == 5) {
            breaches.report(0, "low", || format!("{:?}", service.cells));
        }
    }
}

#[test]
fn the_clever_search_ends_as_the_naive_one_does_where_time_passes() {
    let mut random = 7_u64;
    let mut below = |most: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % most
    };
    let (mut broken, mut skipped) = (0, 0);
    for _ in 0..60 {
        let mut deeds = || {
            let deed =
                |kind: u64, what: u64| if kind < 2 { Deed::Write(what as u8) } else { Deed::Sleep(what % 4) };
            (0..1 + below(2)).map(|_| deed(below(3), below(8))).collect::<Vec<Deed>>()
        };
        let actors = vec![deeds(), deeds()];
        let latencies = (0..below(3)).map(|at| at * 2 + below(2)).collect();
        let scenario = Drawn { actors, latencies };
        let subject = within(1, scenario.clone());
        let found = |reduce| {
            let collect = Collect { end_states: true, coverage: false };
            let found =
                Exhaustive { reduce, collect, ..Exhaustive::default() }.search(&subject, &mut Unlimited);
            assert!(found.complete, "{scenario:?}");
            found
        };
        let (naive, clever) = (found(Reduce::NOTHING), found(Reduce::ALL));
        assert_eq!(clever.end_states, naive.end_states, "{scenario:?}");
        let broke =
            |found: &Findings| found.broken.keys().map(|(promise, _)| *promise).collect::<Vec<usize>>();
        assert_eq!(broke(&clever), broke(&naive), "{scenario:?}");
        broken += usize::from(!naive.broken.is_empty());
        skipped += usize::from(clever.executions < naive.executions);
    }
    assert!(
        broken > 5 && broken < 55 && skipped > 10,
        "{broken} are broken, and of {skipped} something is skipped"
    );
}
