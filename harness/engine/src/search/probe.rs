use crate::{Outcome, Pick, Point, Source, Subject};

/// Follows a path, looks around at the point where it ends, and stops there. Nothing is seen if the run ends first.
pub(super) fn look<T>(
    subject: &dyn Subject,
    path: &[u32],
    at: impl Fn(&dyn Point) -> T,
) -> (Outcome, Option<T>) {
    let mut probe = Probe { path, position: 0, at, seen: None };
    let outcome = subject.run(&mut probe);
    (outcome, probe.seen)
}

struct Probe<'p, F, T> {
    path: &'p [u32],
    position: usize,
    at: F,
    seen: Option<T>,
}

impl<F: Fn(&dyn Point) -> T, T> Source for Probe<'_, F, T> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if let Some(way) = self.path.get(self.position) {
            self.position += 1;
            return Pick::Take(*way as usize);
        }
        self.seen = Some((self.at)(point));
        Pick::Stop
    }
}
