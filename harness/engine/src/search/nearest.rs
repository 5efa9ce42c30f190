use super::{Path, probe::look};
use crate::Subject;

/// The run that breaks no promise and is nearest to one that does: it goes the same way for as long as a run can, takes
/// another way once, and then the first way everywhere. None, if no such run keeps every promise.
pub fn nearest_passing(subject: &dyn Subject, broken: &Path) -> Option<Path> {
    (0..broken.0.len()).rev().find_map(|at| {
        let (same, rest) = broken.0.split_at(at);
        let ways = look(subject, same, |point| point.ways()).1.unwrap_or(0);
        let others = (0..ways as u32).filter(|way| *way != rest[0]);
        let paths = others.map(|way| Path(same.iter().copied().chain([way]).collect()));
        let mut paths = paths;
        paths.find(|path| {
            let outcome = path.run(subject);
            outcome.at_rest && outcome.breaches.is_empty()
        })
    })
}
