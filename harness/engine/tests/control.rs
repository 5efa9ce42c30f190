//! A service that says too little, and memory beside it, are told by a sample of runs in which nothing is skipped.
use anechoic_engine::{
    Bound, Breaches, Client, Digest, Failed, Footprint, InProcess, Promise, Rest, Room, Scenario, Service,
    Subject,
    search::{Collect, Control, Exhaustive, Reduce, Shard, Unlimited},
};
use std::{cell::Cell, rc::Rc};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mistake {
    None,
    /// The digest leaves out the number.
    Digest,
    /// Each footprint says that nothing is written.
    Footprint,
    /// One handler tells the other something that the service does not know.
    Memory,
}

#[derive(Debug, Hash)]
struct Number {
    value: u32,
    is_bad: bool,
    mistake: Mistake,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Ask {
    Add,
    Double,
    /// It is bad if the number is 3 by now.
    Look,
    Nothing,
    Spoil,
}

impl Service for Number {
    type Request = Ask;
    type Response = ();
    type Answer = ();

    fn apply(&mut self, ask: &Ask) {
        match ask {
            Ask::Add => self.value += 1,
            Ask::Double => self.value *= 2,
            Ask::Look => self.is_bad |= self.value == 3,
            Ask::Nothing => {}
            Ask::Spoil => self.is_bad = true,
        }
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(&(self.is_bad, if self.mistake == Mistake::Digest { 0 } else { self.value }));
    }

    fn footprint(&self, ask: &Ask) -> Footprint {
        match ask {
            Ask::Nothing => Footprint::nothing(),
            _ if self.mistake == Mistake::Footprint => Footprint::nothing().reads(&"value"),
            _ => Footprint::nothing().writes(&"value"),
        }
    }
}

/// The number is 1, is added to and doubled, and looked at; or one handler tells another in passing.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    mistake: Mistake,
    /// How often each asks for nothing before.
    idle: u32,
}

impl Scenario for Numbers {
    type Service = Number;

    fn promises(&self) -> Vec<Promise> {
        vec!["not_bad".into()]
    }

    fn service(&self) -> Number {
        Number { value: 1, is_bad: false, mistake: self.mistake }
    }

    fn set_up(&self, room: &mut Room<Number>, _: &[usize]) {
        let told = Rc::new(Cell::new(false));
        if self.mistake == Mistake::Memory {
            let heard = told.clone();
            let listens = move |number: Client<Number>| {
                let heard = heard.clone();
                async move {
                    number.call(Ask::Nothing).await?;
                    if heard.get() {
                        number.call(Ask::Spoil).await?;
                    }
                    Ok::<_, Failed>(())
                }
            };
            room.callers("listens", 1, listens);
            room.callers("tells", 1, move |number| {
                let told = told.clone();
                async move {
                    number.call(Ask::Add).await?;
                    told.set(true);
                    Ok::<_, Failed>(())
                }
            });
            return;
        }
        for (name, ask) in [("adds", Ask::Add), ("doubles", Ask::Double), ("looks", Ask::Look)] {
            let idle = self.idle;
            room.callers(name, 1, move |number| async move {
                for _ in 0..idle {
                    number.call(Ask::Nothing).await?;
                }
                number.call(ask).await
            });
        }
    }

    fn at_rest(&self, rest: &Rest<'_, Number>, breaches: &mut Breaches) {
        if rest.service.is_bad {
            breaches.report(0, "bad", || "it was 3".into());
        }
    }
}

fn numbers(mistake: Mistake, idle: u32) -> InProcess<Numbers> {
    InProcess { scenario: Numbers { mistake, idle }, bound: Bound::faults(0) }
}

fn controlled(mistake: Mistake, reduce: Reduce) -> (bool, Option<Control>) {
    let subject = numbers(mistake, 0);
    let collect = Collect { end_states: true, coverage: false };
    let how = Exhaustive { collect, ..Exhaustive::reduce(reduce) };
    let found = how.search(&subject, &mut Unlimited);
    assert!(found.complete);
    (found.breaks(0), how.control(&subject, &found))
}

#[test]
fn each_mistake_hides_what_the_control_sample_shows() {
    assert!(controlled(Mistake::None, Reduce::ALL).0, "it is bad in some order");
    for (mistake, said) in [
        (Mistake::Digest, "a run in which nothing is skipped breaks not_bad (bad)"),
        (Mistake::Footprint, "a run in which nothing is skipped "),
        (Mistake::Memory, "a run in which nothing is skipped breaks not_bad (bad)"),
    ] {
        let (is_found, control) = controlled(mistake, Reduce::ALL);
        assert!(!is_found, "{mistake:?} hides it");
        let told = control.expect("a sample").otherwise.unwrap_or_else(|| panic!("{mistake:?} is not told"));
        assert!(told.starts_with(said) && told.contains("says too little"), "{told}");
        assert!(told.contains("the search, which skips what it takes for known, "), "{told}");
    }
}

#[test]
fn where_nothing_is_wrong_it_shows_nothing_else_and_its_size_is_a_share_of_the_search() {
    let (_, control) = controlled(Mistake::None, Reduce::ALL);
    assert_eq!(control, Some(Control { runs: 20, otherwise: None }));
    assert_eq!(control, controlled(Mistake::None, Reduce::ALL).1, "the same each time");
}

#[test]
fn a_part_has_a_sample_of_its_own() {
    for (mistake, idle) in [Mistake::None, Mistake::Digest].into_iter().flat_map(|one| [(one, 1), (one, 2)]) {
        let subject = numbers(mistake, idle);
        let mut told = 0;
        for number in 1..=3 {
            let how = Exhaustive { shard: Some(Shard { number, of: 3 }), ..Exhaustive::default() };
            let (found, runs) = how.controlled(&subject, &mut Unlimited);
            assert!(runs.is_some_and(|runs| runs > 0));
            assert_eq!(found.complete, found.diverged.is_none());
            told += u32::from(!found.complete);
        }
        assert_eq!(told > 0, mistake == Mistake::Digest && idle > 1, "{mistake:?} {idle}");
    }
}

#[test]
fn what_skips_nothing_or_is_cut_needs_none() {
    assert_eq!(controlled(Mistake::Digest, Reduce::NOTHING).1, None);
    let subject = numbers(Mistake::None, 0);
    let mut found = Exhaustive::default().search(&subject, &mut Unlimited);
    found.complete = false;
    assert_eq!(Exhaustive::default().control(&subject, &found), None);
    assert!(subject.promises().len() > 1);
}
