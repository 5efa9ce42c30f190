//! What a service may do besides carrying a request out: refuse it, carry it out in part, and choose how.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    AsIfOnce, Bound, Client, Failed, Fault, Faults, Footprint, InProcess, NoAnswer, Outcome, Record, Room,
    Scenario, Service, Subject, Text,
    search::{Exhaustive, Reduce, Unlimited},
};
use common::Script;
use std::collections::BTreeSet;

/// A shelf with two boards.
#[derive(Clone, Debug, Default, Hash)]
struct Shelf {
    boards: [u8; 2],
}

#[derive(Debug, Hash)]
enum Ask {
    /// Puts one on each board: a batch that is not atomic.
    PutBoth,
    /// Puts one on either.
    PutOne,
    /// Takes all from a board; may be refused.
    Take(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Told {
    Done,
    Busy,
    Closed,
}

impl Service for Shelf {
    type Request = Ask;
    type Response = Told;
    type Answer = bool;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, ask: &Ask) -> Told {
        match ask {
            Ask::PutBoth => self.boards.iter_mut().for_each(|board| *board += 1),
            Ask::PutOne => self.boards[0] += 1,
            Ask::Take(board) => self.boards[*board] = 0,
        }
        Told::Done
    }

    fn footprint(&self, ask: &Ask) -> Footprint {
        match ask {
            Ask::PutBoth | Ask::PutOne => Footprint::nothing().writes(&0).writes(&1),
            Ask::Take(board) => Footprint::nothing().writes(board),
        }
    }

    fn refusals(&self, ask: &Ask) -> Vec<Told> {
        if let Ask::Take(_) = ask { vec![Told::Busy, Told::Closed] } else { Vec::new() }
    }

    fn tears(&self, ask: &Ask) -> usize {
        if let Ask::PutBoth = ask { 2 } else { 0 }
    }

    fn apply_torn(&mut self, _: &Ask, way: usize) {
        self.boards[way] += 1;
    }

    fn choices(&self, ask: &Ask) -> u32 {
        if let Ask::PutOne = ask { 2 } else { 1 }
    }

    fn apply_choice(&mut self, _: &Ask, way: u32) -> Told {
        self.boards[way as usize] += 1;
        Told::Done
    }

    fn cells(&self) -> Vec<(Text, String)> {
        vec![("boards".into(), format!("{:?}", self.boards))]
    }
}

/// One caller, who is not invoked again.
#[derive(Clone, Copy, Debug)]
struct With<H>(H);

impl<F, H> Scenario for With<H>
where
    F: Future<Output = Result<bool, Failed>> + 'static,
    H: Fn(Client<Shelf>) -> F + Copy + Sync + 'static,
{
    type Service = Shelf;

    fn service(&self) -> Shelf {
        Shelf { boards: [1, 1] }
    }

    fn set_up(&self, room: &mut Room<Shelf>, _: &[usize]) {
        room.callers("caller", 1, self.0);
    }
}

fn subject<F, H>(handler: H, kinds: &[Fault]) -> InProcess<With<H>>
where
    F: Future<Output = Result<bool, Failed>> + 'static,
    H: Fn(Client<Shelf>) -> F + Copy + Sync + 'static,
{
    let bound = Bound { kinds: Faults::of(kinds), retries: 0, ..Bound::faults(1) };
    InProcess { scenario: With(handler), bound }
}

#[track_caller]
fn play(subject: &dyn Subject, script: &[&'static str]) -> (Outcome, Record) {
    let mut source = Script(script.to_vec());
    let played = subject.record(&mut source);
    assert!(source.0.is_empty(), "never offered: {:?} in {:#?}", source.0, played.1.choices);
    played
}

/// How the boards stand in the end.
fn boards(record: &Record) -> &str {
    record.steps.last().map_or(&record.initial[0], |step| &step.cells[0])
}

async fn takes(shelf: Client<Shelf>) -> Result<bool, Failed> {
    Ok(shelf.call(Ask::Take(0)).await? == Told::Done)
}

async fn puts_both(shelf: Client<Shelf>) -> Result<bool, Failed> {
    Ok(shelf.call(Ask::PutBoth).await != Err(NoAnswer))
}

async fn puts_one(shelf: Client<Shelf>) -> Result<bool, Failed> {
    Ok(shelf.call(Ask::PutOne).await? == Told::Done)
}

#[test]
fn a_refusal_is_an_answer_of_the_services_and_nothing_is_carried_out() {
    let subject = subject(takes, &[Fault::Refused]);
    for refusal in ["Take(0) (refused: Busy)", "Take(0) (refused: Closed)"] {
        let (_, record) = play(&subject, &[refusal]);
        assert_eq!(boards(&record), "[1, 1]");
        let [step] = &record.steps[..] else { panic!("{record:#?}") };
        assert_eq!((step.fault, refusal.contains(&*step.answer)), (Some(Fault::Refused), true));
    }
    assert_eq!(boards(&play(&subject, &[]).1), "[0, 1]");
}

#[test]
fn a_torn_batch_is_carried_out_in_part_and_its_sender_hears_nothing() {
    let subject = subject(puts_both, &[Fault::TornBatch]);
    assert_eq!(boards(&play(&subject, &["PutBoth (torn batch, 1 of 2)"]).1), "[2, 1]");
    assert_eq!(boards(&play(&subject, &["PutBoth (torn batch, 2 of 2)"]).1), "[1, 2]");
    assert_eq!(boards(&play(&subject, &[]).1), "[2, 2]");
}

#[test]
fn what_a_service_chooses_is_no_fault_and_every_way_is_searched() {
    let subject = subject(puts_one, &[]);
    let (outcome, record) = play(&subject, &["caller draws PutOne: 1 of 2"]);
    assert_eq!((boards(&record), outcome.faults.is_empty()), ("[1, 2]", true));
    assert_eq!(boards(&play(&subject, &["caller draws PutOne: 0 of 2"]).1), "[2, 1]");
    for reduce in [Reduce::NOTHING, Reduce::ALL] {
        assert_eq!(Exhaustive::reduce(reduce).search(&subject, &mut Unlimited).executions, 2);
    }
    // Either end is one of a calm run, so neither breaks a promise.
    let found = Exhaustive::default().search(&AsIfOnce::new(subject), &mut Unlimited);
    assert!(found.complete && found.broken.is_empty(), "{:?}", found.broken);
}

#[test]
fn only_what_can_happen_to_a_request_counts_as_a_way_to_go_wrong() {
    let can = |subject: &dyn Subject| {
        let collect = anechoic_engine::search::Collect { end_states: false, coverage: true };
        let found = Exhaustive { collect, ..Exhaustive::default() }.search(subject, &mut Unlimited);
        let of = found.coverage.into_keys().map(|operation| operation.can);
        of.flat_map(|can| can.iter().collect::<Vec<Fault>>()).collect::<BTreeSet<Fault>>()
    };
    let all = Fault::ALL;
    let has = |can: BTreeSet<Fault>| [Fault::Refused, Fault::TornBatch].map(|fault| can.contains(&fault));
    assert_eq!(has(can(&subject(takes, &all))), [true, false]);
    assert_eq!(has(can(&subject(puts_both, &all))), [false, true]);
    assert_eq!(has(can(&subject(puts_one, &all))), [false, false]);
}
