use crate::{
    Bound, Course, Outcome, Premise, Promise, Record, Room, Scenario, Source, Subject, Text,
    as_if_once::Mode, kept::course, run::Run,
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

impl<C: Scenario> InProcess<C> {
    /// Who is let in, where the first way is chosen for each premise: each name with how many have it.
    pub fn actors(&self) -> Vec<(String, usize)> {
        let mut room = Room::new(&self.scenario, self.bound, false);
        let chosen = vec![0; self.scenario.premises().len()];
        self.scenario.set_up(&mut room, &chosen);
        let mut actors: Vec<(String, usize)> = Vec::new();
        for actor in &room.actors {
            match actors.iter_mut().find(|(name, _)| **name == *actor.name.stem) {
                Some((_, count)) => *count += 1,
                None => actors.push((actor.name.stem.to_string(), 1)),
            }
        }
        actors
    }
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
