use crate::{Course, Outcome, Source, Subject};

/// Makes the runs of a search, one after the other.
pub(super) struct Runs<'s> {
    subject: &'s dyn Subject,
    course: Option<Box<dyn Course + 's>>,
}

impl<'s> Runs<'s> {
    /// Of those of this subject, which may go back, or may not.
    pub(super) fn of(subject: &'s dyn Subject, goes_back: bool) -> Runs<'s> {
        Runs { subject, course: if goes_back { subject.course() } else { None } }
    }

    /// Makes the next run: from its start, unless it may go on from where it parts from the last one.
    pub(super) fn make(&mut self, source: &mut dyn Source) -> Outcome {
        match &mut self.course {
            Some(course) => course.run(source),
            None => self.subject.run(source),
        }
    }
}
