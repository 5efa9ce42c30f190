use super::{Findings, Path, Watch, probe::look};
use crate::Subject;

/// The run that breaks no promise and is nearest to one that does: it goes the same way for as long as a run can, takes
/// another way once, and then the first way everywhere. None, if no such run keeps every promise, or if the watch ended
/// the search first.
pub fn nearest_passing(subject: &dyn Subject, broken: &Path, watch: &mut dyn Watch) -> Option<Path> {
    let mut tried = Findings::default();
    for at in (0..broken.0.len()).rev() {
        let (same, rest) = broken.0.split_at(at);
        let ways = look(subject, same, |point| point.ways()).1.unwrap_or(0);
        tried.executions += 1;
        for way in (0..ways as u32).filter(|way| *way != rest[0]) {
            if !watch.go_on(&tried) {
                return None;
            }
            let path = Path(same.iter().copied().chain([way]).collect());
            let outcome = path.run(subject);
            tried.executions += 1;
            if outcome.at_rest && outcome.is_clean() {
                return Some(path);
            }
        }
    }
    None
}
