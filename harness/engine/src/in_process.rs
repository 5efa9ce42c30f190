use crate::{
    Bound, Course, Outcome, Premise, Promise, Record, Scenario, Source, Subject, Text, as_if_once::Mode,
    kept::course, run::Run,
};

/// The name of the promise that every scenario makes: in no run a handler, a service or a promise panics, nobody waits for what
/// never comes, and none goes on for ever.
pub const EVERY_RUN_ENDS: &str = "every_run_ends";

/// A scenario within a bound: the subject of a search in this process.
#[derive(Clone, Debug)]
pub struct InProcess<C> {
    /// What is checked.
    pub scenario: C,
    /// How much may happen.
    pub bound: Bound,
}

impl<C: Scenario> Subject for InProcess<C> {
    fn promises(&self) -> Vec<Promise> {
        let mut promises = self.scenario.promises();
        promises.extend(self.scenario.eventually());
        promises.push(Promise::new(
            EVERY_RUN_ENDS,
            "every run comes to its end: nothing panics, nobody waits for ever, and nothing goes on for ever",
        ));
        promises
    }

    fn sometimes(&self) -> Vec<Text> {
        self.scenario.sometimes()
    }

    fn is_timed(&self) -> bool {
        self.scenario.is_timed()
    }

    fn premises(&self) -> Vec<Premise> {
        self.scenario.premises().to_vec()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        Run::new(&self.scenario, self.bound, Mode::Bare, source, false).finish().0
    }

    fn course(&self) -> Option<Box<dyn Course + '_>> {
        course(&self.scenario, self.bound, Mode::Bare)
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        let (outcome, record) = Run::new(&self.scenario, self.bound, Mode::Bare, source, true).finish();
        (outcome, record.unwrap_or_default())
    }
}
