use super::{Examination, Story};
use anechoic_traces::{Format, Mapping, Options, Read, TraceError, read};
use std::io;

/// Traces that are read again, after they were [read](super::Reading), for all that they say of some tasks.
pub struct Again<'t> {
    tasks: &'t [Examination],
    /// Whether there is no other task, so that what names none is about it.
    only: bool,
    mapping: &'t Mapping,
    format: Option<Format>,
    stories: Vec<Story>,
    /// What was read of the file before.
    before: Option<Read>,
}

impl<'t> Again<'t> {
    /// Nothing is read yet. What files hold is told by their content if no format is given.
    pub fn new(
        tasks: &'t [Examination],
        only: bool,
        mapping: &'t Mapping,
        format: Option<Format>,
    ) -> Again<'t> {
        Again { tasks, only, mapping, format, stories: vec![Story::default(); tasks.len()], before: None }
    }

    /// Reads another file.
    ///
    /// # Errors
    /// [`TraceError`], if it is no trace, or cannot be read to its end. What was read of it before that counts.
    pub fn add(&mut self, name: &str, input: &mut dyn io::Read) -> Result<(), TraceError> {
        let Again { tasks, only, mapping, format, stories, before } = self;
        let options = Options { format: *format, mapping, rows: None, after: before.as_ref() };
        let read = read(name, input, &options, &mut |line| {
            for (task, story) in tasks.iter().zip(&mut *stories) {
                story.offer(task, *only, &line, mapping);
            }
        })?;
        *before = Some(read);
        Ok(())
    }

    /// All files are read: the story of each task, in the order of the tasks.
    pub fn stories(self) -> impl Iterator<Item = Story> {
        self.stories.into_iter().map(Story::told)
    }
}
