use crate::{Deed, Point};

/// A sleep set: deeds that need not be done now, because all that could follow was or will be searched where they were
/// done earlier. (P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sleep([u64; Sleep::ACTORS]);

impl Sleep {
    /// Actors beyond these never sleep.
    const ACTORS: usize = 8;

    pub(super) fn contains(&self, deed: Option<Deed>) -> bool {
        deed.is_some_and(|deed| deed.actor < Sleep::ACTORS && self.0[deed.actor] & bit(deed) != 0)
    }

    /// What sleeps after this way was gone: of what slept here or was done before, all that does not conflict with it.
    pub(super) fn after(&self, point: &dyn Point, way: usize, done: impl Fn(usize) -> bool) -> Sleep {
        let mut sleep = Sleep::default();
        if *self == sleep && !(0..point.ways()).any(&done) {
            return sleep;
        }
        // A way that is nobody's deed, such as a premise, may change what any other does, so nothing sleeps after it.
        let Some(by) = point.way(way).deed else { return sleep };
        let footprint = point.footprint(way);
        for other in (0..point.ways()).filter(|other| *other != way) {
            let Some(deed) =
                point.way(other).deed.filter(|deed| deed.actor < Sleep::ACTORS && deed.actor != by.actor)
            else {
                continue;
            };
            // What was explored before this way, or slept already, stays asleep if the order of the two does not matter.
            if (self.contains(Some(deed)) || done(other))
                && !point.footprint(other).conflicts_with(&footprint)
            {
                sleep.0[deed.actor] |= bit(deed);
            }
        }
        sleep
    }
}

fn bit(deed: Deed) -> u64 {
    1 << deed.kind
}
