//! What a handler did once is repeated where all that it rests on is the same: who it is, how it began, what was chosen for the run,
//! and what it was told. Here every answer is the same, and each of the others decides.
#[path = "soundness/anew.rs"]
mod anew;
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    Bound, Client, Failed, InProcess, Premise, Room, Scenario, Session,
    search::{Collect, Exhaustive, Reduce, Unlimited},
};
use common::{Ask, Journal};

#[derive(Clone)]
struct Moods([Premise; 1]);

async fn write(journal: Client<Journal>, [first, again]: [&'static str; 2]) -> Result<u32, Failed> {
    let Session { owner, number } = journal.session();
    journal.call(Ask::Write(if number == 1 { first } else { again })).await?;
    let drawn = journal.fresh().number;
    journal.call(Ask::Write(if drawn == 1 { "drawn" } else { "drawn again" })).await?;
    journal.call(Ask::Write(if owner % 2 == 0 { "even" } else { "odd" })).await?;
    Ok(0)
}

impl Scenario for Moods {
    type Service = Journal;

    fn premises(&self) -> &[Premise] {
        &self.0
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, chosen: &[usize]) {
        let words = [["calm", "calm again"], ["wild", "wild again"]][chosen[0]];
        room.callers("one", 1, move |journal| write(journal, words));
        room.callers("other", 1, |journal| write(journal, ["other", "other again"]));
    }
}

#[test]
fn all_that_a_handler_rests_on_tells_what_it_does() {
    let mood = Premise { what: "mood".into(), ways: vec!["calm".into(), "wild".into()] };
    let subject = InProcess { scenario: Moods([mood]), bound: Bound::faults(1) };
    let ends = Collect { end_states: true, coverage: false };
    for sleep in [false, true] {
        let how = Exhaustive {
            collect: ends,
            ..Exhaustive::reduce(Reduce { sleep, symmetry: false, ..Reduce::ALL })
        };
        anew::goes_back(&subject, &how).expect("the same as if each run were made anew");
        let found = how.search(&subject, &mut Unlimited);
        assert!(found.complete && found.executions > 1_000 && found.end_states.len() > 100);
    }
}
