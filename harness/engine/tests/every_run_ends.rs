//! What panics, or goes on for ever, is a finding with its run, and not the end of the search.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    AsIfOnce, Bound, Breach, Breaches, Client, EVERY_RUN_ENDS, Failed, InProcess, Promise, Rest, Room,
    Scenario, Subject,
    search::{Exhaustive, Path, Reduce, Replay, Unlimited},
};
use common::{Ask, Journal, labels, subject, timed};
use std::time::Duration;

/// Searches with and without reductions, and makes the run again that breaks the promise.
#[track_caller]
fn shown(subject: &dyn Subject, word: &str) -> (Breach, Vec<String>) {
    let at = subject.promises().iter().position(|promise| promise.name == EVERY_RUN_ENDS).expect("a promise");
    let paths = [Reduce::NOTHING, Reduce::ALL].map(|reduce| {
        let mut found = Exhaustive::reduce(reduce).search(subject, &mut Unlimited);
        assert!(found.complete, "the search goes on");
        let path: Option<Path> = found.broken.remove(&(at, word.to_string().into()));
        path.unwrap_or_else(|| panic!("{:?}", found.broken))
    });
    let (outcome, record) = paths[1].replay(subject);
    assert!(outcome.at_rest && record.is_broken_off, "it was not ended by its source");
    let mut source = Replay::new(&record.choices);
    assert_eq!(subject.record(&mut source).0.breaches, outcome.breaches, "the same again");
    assert_eq!(source.finish(), Ok(()));
    let breach = outcome.breaches.into_iter().find(|breach| breach.promise == at).expect("it is broken");
    (breach, labels(&record))
}

#[test]
fn a_handler_that_panics_is_shown_with_its_run_and_its_line() {
    let hasty = |room: &mut Room<Journal>| {
        room.callers("caller", 1, |client| async move {
            client.call(Ask::Write("one")).await.expect("an answer");
            Ok::<_, Failed>(0)
        });
    };
    let (breach, labels) = shown(&subject(Bound { retries: 0, ..Bound::faults(1) }, hasty), "panic");
    assert!(breach.detail.starts_with("it panics: an answer: NoAnswer, at "), "{}", breach.detail);
    assert!(breach.detail.contains("every_run_ends.rs:"), "{}", breach.detail);
    assert_eq!((breach.step, breach.at_rest), (1, false));
    assert_eq!(labels, ["Write(\"one\")"]);
}

#[test]
fn a_handler_that_waits_for_something_else_is_told_so() {
    let stuck = |room: &mut Room<Journal>| {
        room.callers("caller", 1, |_| async move {
            std::future::pending::<()>().await;
            Err(Failed)
        });
    };
    let (breach, _) = shown(&subject(Bound::faults(0), stuck), "panic");
    assert!(
        breach.detail.contains("waits for something that is not a request to the service"),
        "{}",
        breach.detail
    );
}

/// A handler that does this before it asks for anything.
#[track_caller]
fn told(does: impl AsyncFn() + Copy + Sync + 'static) -> String {
    let handler = move |room: &mut Room<Journal>| {
        room.callers("caller", 1, move |client| async move {
            does().await;
            client.call(Ask::Read).await?;
            Ok::<_, Failed>(0)
        });
    };
    shown(&subject(Bound::faults(0), handler), "panic").0.detail
}

#[test]
fn a_handler_that_asks_for_a_runtime_is_told_what_to_use_instead() {
    const SECOND: Duration = Duration::from_secs(1);
    let sleeps = told(async || tokio::time::sleep(SECOND).await);
    let spawns = told(async || drop(tokio::spawn(async {}).await));
    let spawns_here = told(async || drop(tokio::task::spawn_local(async {}).await));
    let times_out = told(async || drop(tokio::time::timeout(SECOND, std::future::pending::<()>()).await));
    let interval = told(async || assert!(tokio::time::interval(SECOND).tick().await.elapsed() < SECOND));
    for said in [sleeps, spawns, spawns_here, times_out, interval] {
        assert!(said.starts_with("it panics: "), "{said}");
        for instead in ["`Client::sleep`", "`join` instead of spawning", "a caller of its own"] {
            assert!(said.contains(instead), "{said}");
        }
    }
}

#[test]
fn where_a_runtime_is_entered_its_time_does_not_pass_in_a_run() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let _entered = runtime.enter();
    for said in [
        told(async || tokio::time::sleep(Duration::from_secs(1)).await),
        told(async || drop(tokio::spawn(async {}).await)),
    ] {
        assert!(said.contains("`Client::sleep`") && said.contains("what is spawned"), "{said}");
    }
}

#[test]
fn a_handler_that_never_stops_is_endless() {
    async fn asks(client: Client<Journal>) -> Result<u32, Failed> {
        loop {
            client.call(Ask::Read).await?;
        }
    }
    async fn draws(client: Client<Journal>) -> Result<u32, Failed> {
        loop {
            client.choose("a way", 1).await;
        }
    }
    let one = |room: &mut Room<Journal>| {
        room.callers("caller", 1, asks);
    };
    let other = |room: &mut Room<Journal>| {
        room.callers("caller", 1, draws);
    };
    assert!(shown(&subject(Bound::faults(0), one), "endless").0.detail.contains("steps it goes on"));
    assert!(shown(&timed(Bound::faults(0), one), "endless").0.detail.contains("steps it goes on"));
    assert!(shown(&subject(Bound::faults(0), other), "endless").0.detail.contains("draws it goes on"));
}

/// A promise that panics, on the way or at rest.
#[derive(Clone, Copy, Debug)]
struct Careless {
    on_the_way: bool,
}

impl Scenario for Careless {
    type Service = Journal;

    fn promises(&self) -> Vec<Promise> {
        vec!["kept".into()]
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, _: &[usize]) {
        room.callers("caller", 1, |client| async move {
            client.call(Ask::Write("one")).await?;
            Ok::<_, Failed>(0)
        });
    }

    fn always(&self, journal: &Journal, _: &mut Breaches) {
        assert!(!self.on_the_way || journal.words.is_empty(), "on the way");
    }

    fn at_rest(&self, _: &Rest<'_, Journal>, _: &mut Breaches) {
        assert!(self.on_the_way, "at rest");
    }
}

#[test]
fn a_promise_that_panics_is_a_finding_too_and_so_it_is_beside_as_if_once() {
    for (on_the_way, said) in [(true, "on the way"), (false, "at rest")] {
        let scenario = Careless { on_the_way };
        let subject = InProcess { scenario, bound: Bound::faults(0) };
        assert!(shown(&subject, "panic").0.detail.contains(said));
        assert!(shown(&AsIfOnce::new(subject), "panic").0.detail.contains(said));
    }
}

#[test]
fn what_panics_elsewhere_is_printed_as_ever() {
    let caught = std::panic::catch_unwind(|| panic!("not within a run"));
    assert_eq!(caught.expect_err("a panic").downcast_ref(), Some(&"not within a run"));
}
