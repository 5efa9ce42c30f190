use crate::{Deed, Point};

/// A sleep set: deeds that need not be done now, because all that could follow was or will be searched where they were
/// done earlier. (P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sleep([u16; Sleep::ACTORS]);

impl Sleep {
    /// Actors beyond these never sleep.
    const ACTORS: usize = 8;

    pub(super) fn contains(&self, deed: Option<Deed>) -> bool {
        deed.is_some_and(|deed| self.of(deed.actor) & bit(deed) != 0)
    }

    /// The deeds of one actor, one bit each.
    pub(super) fn of(&self, actor: usize) -> u16 {
        self.0.get(actor).copied().unwrap_or(0)
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Sleep::default()
    }

    pub(super) fn and(self, other: Sleep) -> Sleep {
        Sleep(std::array::from_fn(|actor| self.0[actor] & other.0[actor]))
    }

    pub(super) fn without(self, other: Sleep) -> Sleep {
        Sleep(std::array::from_fn(|actor| self.0[actor] & !other.0[actor]))
    }

    /// The same, with the actor at position i being the one that was at `order[i]`.
    pub(super) fn in_order(self, order: &[usize]) -> Sleep {
        let mut sleep = Sleep::default();
        for (actor, from) in order.iter().enumerate().take(Sleep::ACTORS) {
            sleep.0[actor] = self.of(*from);
        }
        sleep
    }

    /// Undoes [`in_order`](Sleep::in_order).
    pub(super) fn out_of_order(self, order: &[usize]) -> Sleep {
        let mut sleep = Sleep::default();
        for (actor, to) in order.iter().enumerate().take(Sleep::ACTORS) {
            if let Some(slot) = sleep.0.get_mut(*to) {
                *slot = self.0[actor];
            }
        }
        sleep
    }

    /// What sleeps after this way was gone: of what slept here or was done before, all that does not conflict with it.
    pub(super) fn after(
        &self,
        point: &dyn Point,
        way: usize,
        done: impl Fn(usize) -> bool,
        faults_left: u32,
    ) -> Sleep {
        let mut sleep = Sleep::default();
        let gone = point.way(way);
        let Some(by) = gone.deed else { return sleep };
        let footprint = point.footprint(way);
        for other in (0..point.ways()).filter(|other| *other != way) {
            let earlier = point.way(other);
            let Some(deed) = earlier.deed.filter(|deed| deed.actor < Sleep::ACTORS && deed.actor != by.actor)
            else {
                continue;
            };
            // With one fault left, each of two faults takes the other's chance.
            let rivals = gone.cost.faults + earlier.cost.faults > faults_left;
            if (self.contains(Some(deed)) || done(other))
                && !rivals
                && !point.footprint(other).conflicts_with(&footprint)
            {
                sleep.0[deed.actor] |= bit(deed);
            }
        }
        sleep
    }
}

fn bit(deed: Deed) -> u16 {
    1 << deed.kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_undone_by_its_inverse() {
        let sleep = Sleep([1, 2, 3, 4, 0, 0, 0, 0]);
        let order = [2, 0, 3, 1];
        assert_eq!(sleep.in_order(&order).0[..4], [3, 1, 4, 2]);
        assert_eq!(sleep.in_order(&order).out_of_order(&order), sleep);
    }

    #[test]
    fn actors_beyond_the_eighth_never_sleep() {
        let order: Vec<usize> = (0..10).rev().collect();
        let sleep = Sleep([1; Sleep::ACTORS]).in_order(&order);
        assert_eq!(sleep.0, [0, 0, 1, 1, 1, 1, 1, 1]);
        assert!(!sleep.contains(Some(Deed { actor: 9, kind: 0 })));
    }
}
