use super::{Path, probe::look};
use crate::Subject;
use std::collections::VecDeque;

/// One of several equal parts of a bound, for as many machines. Together the parts cover all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// The beginnings of the runs that belong to this part: the same on every machine.
    ///
    /// The tree of runs is opened level by level until it has many more branches than there are parts, which are then
    /// dealt out in turn. A run that ends before is a branch of its own.
    pub(super) fn prefixes(self, subject: &dyn Subject) -> Vec<Path> {
        /// So many branches for each part: enough for parts of about the same size.
        const BRANCHES: usize = 32;
        let mut open = VecDeque::from([Path::default()]);
        let mut closed = Vec::new();
        while let Some(path) = open.pop_front() {
            let Some(ways) = look(subject, &path.0, |point| point.ways()).1 else {
                closed.push(path);
                continue;
            };
            open.extend((0..ways as u32).map(|way| Path(path.0.iter().copied().chain([way]).collect())));
            if open.len() + closed.len() >= BRANCHES * self.of as usize {
                break;
            }
        }
        let all = closed.into_iter().chain(open);
        all.skip(self.number as usize - 1).step_by(self.of as usize).collect()
    }
}
