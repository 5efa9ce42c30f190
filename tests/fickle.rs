//! A subject of which nothing can be said any more, from some run on: whichever part of a check meets that first, it is no pass,
//! and what is told as broken can be made again.
use anechoic::{
    Asked, Case, Catalogue, Compared, Exit, Outcome, Premise, Promise, Record, Situation, Source, Subject,
    Text,
    check::{Silent, check},
    judge::judge,
};
use anechoic_task_cases::catalogue;
use anechoic_tests::every_run;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

struct Fickle {
    subject: Box<dyn Subject>,
    /// How many runs are still made well.
    well: Arc<AtomicU64>,
}

impl Fickle {
    fn told(&self, outcome: Outcome) -> Outcome {
        let count = |left: u64| Some(left.saturating_sub(1));
        match self.well.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count) {
            Ok(0) | Err(_) => {
                Outcome { cannot_tell: Some("it is moody".into()), breaches: Vec::new(), ..outcome }
            }
            Ok(_) => outcome,
        }
    }
}

impl Subject for Fickle {
    fn promises(&self) -> Vec<Promise> {
        self.subject.promises()
    }

    fn sometimes(&self) -> Vec<Text> {
        self.subject.sometimes()
    }

    fn is_timed(&self) -> bool {
        self.subject.is_timed()
    }

    fn premises(&self) -> Vec<Premise> {
        self.subject.premises()
    }

    fn compared(&self) -> Option<Compared> {
        self.subject.compared()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        self.told(self.subject.run(source))
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        let (outcome, record) = self.subject.record(source);
        (self.told(outcome), record)
    }
}

/// How a check ends whose subject makes so many runs well, and how many promises it tells as broken.
fn checked(well: u64) -> (Exit, usize) {
    let left = Arc::new(AtomicU64::new(well));
    let open = move |at: &Situation| {
        let gated = catalogue().case("fail-task", "gated").expect("a case");
        Ok(Box::new(Fickle { subject: gated.open(at)?, well: left.clone() }) as Box<dyn Subject>)
    };
    let catalogue = Catalogue::new("fickle", vec![Case::opened("fickle", open)]);
    let asked = Asked { faults: Some(1), retries: Some(1), ..Asked::default() };
    let report = check(&every_run(&catalogue, asked), &Silent).expect("a check");
    (judge(&report).exit, report.results[0].broken.len())
}

#[test]
fn whenever_it_begins_it_is_no_pass_and_what_is_broken_can_be_made_again() {
    let (exit, broken) = checked(u64::MAX);
    assert!(exit == Exit::Violated && broken > 1, "{broken}");
    let counts: Vec<usize> = (0..12)
        .map(|power| {
            let (exit, found) = checked((1 << power) - 1);
            let expected = if found == 0 { Exit::Inconclusive } else { Exit::Violated };
            assert_eq!(exit, expected, "after {} runs", 1 << power);
            found
        })
        .collect();
    assert!(counts.is_sorted() && counts[0] == 0, "{counts:?}");
    assert!(counts.iter().any(|found| (1..broken).contains(found)) && counts.contains(&broken), "{counts:?}");
}
