use crate::{Pick, Point, Source};

/// Makes a recorded run again, by the labels of its choices.
///
/// Labels survive a change of code that adds or removes other ways; positions would not. Where there is only one
/// way, nothing was recorded and nothing is asked.
#[derive(Clone, Debug)]
pub struct Replay<'c> {
    choices: &'c [String],
    position: usize,
    diverged: Option<Diverged>,
}

/// The run no longer fits its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diverged {
    /// The first choice that does not fit, counted from 1.
    pub at: usize,
    /// What was recorded; nothing if the record had come to its end.
    pub recorded: Option<String>,
    /// What could be chosen instead; nothing if the run had come to its end.
    pub offered: Vec<String>,
}

impl<'c> Replay<'c> {
    /// Will make this run.
    pub fn new(choices: &'c [String]) -> Replay<'c> {
        Replay { choices, position: 0, diverged: None }
    }

    /// Whether every choice was made as recorded, and none was left over or missing.
    ///
    /// # Errors
    /// [`Diverged`] says where the run and its record part.
    pub fn finish(self) -> Result<(), Diverged> {
        match self.diverged {
            Some(diverged) => Err(diverged),
            None if self.position == self.choices.len() => Ok(()),
            None => {
                let recorded = Some(self.choices[self.position].clone());
                Err(Diverged { at: self.position + 1, recorded, offered: Vec::new() })
            }
        }
    }
}

impl Source for Replay<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if point.ways() == 1 {
            return Pick::Take(0);
        }
        let recorded = self.choices.get(self.position);
        let way = recorded.and_then(|recorded| (0..point.ways()).find(|way| point.label(*way) == *recorded));
        match way {
            Some(way) => {
                self.position += 1;
                Pick::Take(way)
            }
            None => {
                /// Enough to see what is meant.
                const SHOWN: usize = 40;
                let offered = (0..point.ways().min(SHOWN)).map(|way| point.label(way)).collect();
                let recorded = recorded.cloned();
                self.diverged.get_or_insert(Diverged { at: self.position + 1, recorded, offered });
                Pick::Stop
            }
        }
    }
}
