use crate::{Outcome, Pick, Point, Record, Source, Subject};

/// The choices of a run: which way it took at every point, even where there was only one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<u32>);

impl Path {
    /// Makes this run again, bare, and then goes on along the first way everywhere.
    pub fn run(&self, subject: &dyn Subject) -> Outcome {
        subject.run(&mut self.source())
    }

    /// Makes this run again and keeps the evidence.
    pub fn replay(&self, subject: &dyn Subject) -> (Outcome, Record) {
        subject.record(&mut self.source())
    }

    /// The source that makes this run, and then goes on along the first way everywhere.
    pub fn source(&self) -> impl Source + '_ {
        Follow { path: self, position: 0 }
    }
}

struct Follow<'p> {
    path: &'p Path,
    position: usize,
}

impl Source for Follow<'_> {
    fn pick(&mut self, _: &dyn Point) -> Pick {
        let way = self.path.0.get(self.position).copied().unwrap_or(0);
        self.position += 1;
        Pick::Take(way as usize)
    }
}
