//! How actors end, and what is counted on the way.
use crate::{
    common::{Ask, Journal, play, subject},
    looking::{busy, workflows},
};
use anechoic_engine::{
    Bound, Breaches, End, Failed, Fault, Faults, InProcess, Operation, Promise, Rest, Room, Scenario, Text,
    search::{Collect, Exhaustive, Reduce, Unlimited},
};

/// Four ends: with an answer, with an error, by death, and by another invocation's hand.
struct Ends(fn(&mut Room<Journal>));

impl Scenario for Ends {
    type Service = Journal;

    fn promises(&self) -> Vec<Promise> {
        vec!["how_they_end".into()]
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, _: &[usize]) {
        (self.0)(room);
    }

    fn at_rest(&self, rest: &Rest<'_, Journal>, breaches: &mut Breaches) {
        for (class, end) in &rest.ends {
            let word = match end {
                End::Answered(_) => "answered",
                End::GaveUp => "gave up",
                End::Died => "died",
                End::Superseded => "superseded",
            };
            breaches.report(0, word, || class.to_string());
        }
    }
}

fn ends(bound: Bound, set_up: fn(&mut Room<Journal>), script: &[&'static str]) -> Vec<Text> {
    let (outcome, _) = play(&InProcess { scenario: Ends(set_up), bound }, script);
    outcome.breaches.iter().map(|breach| breach.word.clone()).collect()
}

#[test]
fn an_actor_ends_with_an_answer_with_an_error_by_death_or_superseded() {
    let caller: fn(&mut Room<Journal>) = |room| {
        room.callers("busy", 1, busy);
    };
    let once = |retries| Bound { retries, ..Bound::faults(2) };
    assert_eq!(ends(once(1), caller, &["(rejected)"]), ["answered"]);
    assert_eq!(ends(once(1), caller, &["(rejected)", "(rejected)"]), ["gave up"]);
    assert_eq!(ends(once(0), caller, &["(crash before)"]), ["died"]);
    let beside = ["one: invoked again beside itself", "one again: checkpoint START", "one: checkpoint START"];
    assert_eq!(ends(once(0), workflows, &beside), ["superseded", "answered"]);
}

#[test]
fn what_was_done_to_what_is_counted_for_who_wants_to_know() {
    let writer = |room: &mut Room<Journal>| {
        room.callers("caller", 1, |client| async move {
            client.call(Ask::Write("a")).await?;
            client.call(Ask::Write("a")).await?;
            Ok::<_, Failed>(0)
        });
    };
    let kinds = Faults::of(&[Fault::Rejected, Fault::DuplicateInvocation]);
    let subject = subject(Bound { kinds, retries: 0, ..Bound::faults(1) }, writer);
    let coverage = Collect { end_states: false, coverage: true };
    let found = Exhaustive { collect: coverage, ..Exhaustive::reduce(Reduce::NOTHING) };
    let mut operations = found.search(&subject, &mut Unlimited).coverage;
    // The journal refuses nothing, and tears nothing.
    let can = Faults::OF_A_WRITE.without(Faults::of(&[Fault::Refused, Fault::TornBatch]));
    let write = Operation { name: "Write(\"a\")".into(), can };
    let write = operations.remove(&write).expect("writes");
    let invocation = operations.into_iter().next().expect("duplicates");
    assert_eq!(invocation.0.can, Faults::of(&[Fault::DuplicateInvocation]));
    assert_eq!(invocation.1.keys().copied().collect::<Vec<_>>(), [Some(Fault::DuplicateInvocation)]);
    // Rejected at the first or at the second; else with a duplicate at any of three points, or without.
    assert_eq!(write[&Some(Fault::Rejected)], 2);
    let bare = Exhaustive::reduce(Reduce::NOTHING).search(&subject, &mut Unlimited);
    assert!(bare.coverage.is_empty() && bare.end_states.is_empty());
}
