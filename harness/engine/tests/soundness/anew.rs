//! The same subject, each of whose runs is made from its start.
use anechoic_engine::{
    Outcome, Promise, Record, Source, Subject,
    search::{Exhaustive, Findings, Unlimited},
};
use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};

struct Anew<S>(S);

impl<S: Subject> Subject for Anew<S> {
    fn promises(&self) -> Vec<Promise> {
        self.0.promises()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        self.0.run(source)
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        self.0.record(source)
    }
}

/// A search that goes back to where runs part makes the very same runs as one that makes each from its start.
pub(crate) fn goes_back(subject: &(impl Subject + Clone), how: &Exhaustive) -> Result<(), TestCaseError> {
    prop_assert!(subject.course().is_some(), "it goes back at all");
    let back = how.search(&subject.clone(), &mut Unlimited);
    let anew = how.search(&Anew(subject.clone()), &mut Unlimited);
    let counts = |found: &Findings| {
        let Findings { executions, states, finished, longest, faults, happened, .. } = *found;
        (executions, states, finished, longest, faults, happened)
    };
    prop_assert_eq!(counts(&back), counts(&anew), "{:?}", how);
    prop_assert_eq!(&back.broken, &anew.broken, "{:?}", how);
    prop_assert_eq!(&back.end_states, &anew.end_states, "{:?}", how);
    Ok(())
}
