//! What a request touches, so that a search knows which orders cannot matter.
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// What an operation reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    touches: [(u64, bool); Footprint::MOST],
    count: usize,
}

impl Footprint {
    /// The most keys that can be told apart; an operation that touches more counts as touching everything.
    pub const MOST: usize = 6;
    const EVERYTHING: usize = usize::MAX;

    /// Nothing at all.
    pub const fn nothing() -> Footprint {
        Footprint { touches: [(0, false); Footprint::MOST], count: 0 }
    }

    /// Everything there is.
    pub const fn everything() -> Footprint {
        Footprint { count: Footprint::EVERYTHING, ..Footprint::nothing() }
    }

    /// The same, and it reads this key.
    #[must_use]
    pub fn reads(self, key: &impl Hash) -> Footprint {
        self.touches(key, false)
    }

    /// The same, and it writes this key.
    #[must_use]
    pub fn writes(self, key: &impl Hash) -> Footprint {
        self.touches(key, true)
    }

    /// What either of them touches.
    #[must_use]
    pub fn and(self, other: Footprint) -> Footprint {
        if other.count > Footprint::MOST {
            return other;
        }
        other.touches[..other.count].iter().fold(self, |all, touch| all.touching(*touch))
    }

    /// The same of a part of a service: its keys are those of this part, and of no other.
    pub(crate) fn within(mut self, part: u64) -> Footprint {
        if self.count <= Footprint::MOST {
            for (key, _) in &mut self.touches[..self.count] {
                let mut hasher = FxHasher::default();
                (part, *key).hash(&mut hasher);
                *key = hasher.finish();
            }
        }
        self
    }

    fn touches(self, key: &impl Hash, write: bool) -> Footprint {
        // Two keys with one hash would only seem to conflict, which is safe.
        let mut hasher = FxHasher::default();
        key.hash(&mut hasher);
        self.touching((hasher.finish(), write))
    }

    fn touching(mut self, touch: (u64, bool)) -> Footprint {
        if self.count <= Footprint::MOST && self.touches[..self.count].contains(&touch) {
            return self;
        }
        if self.count >= Footprint::MOST {
            return Footprint::everything();
        }
        self.touches[self.count] = touch;
        self.count += 1;
        self
    }

    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        self.count <= Footprint::MOST && self.touches[..self.count].iter().all(|(_, write)| !write)
    }

    /// The keys that it writes; none if it may write any.
    pub(crate) fn written(&self) -> impl Iterator<Item = u64> {
        let told = if self.count <= Footprint::MOST { self.count } else { 0 };
        self.touches.into_iter().take(told).filter(|(_, write)| *write).map(|(key, _)| key)
    }

    /// Removes from this footprint the keys that `written` wrote; true if there were any.
    pub(crate) fn meets(&mut self, written: &Footprint) -> bool {
        if self.count == 0 {
            return false;
        }
        if self.count > Footprint::MOST || written.count > Footprint::MOST {
            *self = Footprint::nothing();
            return true;
        }
        let of_another = |key: &u64| written.touches[..written.count].contains(&(*key, true));
        let mut left = Footprint::nothing();
        for (key, write) in self.touches[..self.count].iter().filter(|(key, _)| !of_another(key)) {
            left.touches[left.count] = (*key, *write);
            left.count += 1;
        }
        let meets = left.count < self.count;
        *self = left;
        meets
    }

    /// Whether the order of the two can matter: one of them writes what the other touches.
    pub fn conflicts_with(&self, other: &Footprint) -> bool {
        if self.count > Footprint::MOST || other.count > Footprint::MOST {
            return true;
        }
        let (ours, theirs) = (&self.touches[..self.count], &other.touches[..other.count]);
        ours.iter().any(|(key, write)| theirs.iter().any(|(other, wrote)| key == other && (*write || *wrote)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_of_one_key_do_not_conflict_and_a_write_does() {
        let (read, write) = (Footprint::nothing().reads(&1), Footprint::nothing().writes(&1));
        assert!(!read.conflicts_with(&read));
        assert!(read.conflicts_with(&write) && write.conflicts_with(&read) && write.conflicts_with(&write));
        assert!(!write.conflicts_with(&Footprint::nothing().writes(&2)));
        assert!(Footprint::everything().conflicts_with(&Footprint::nothing()));
        assert!(read.only_reads() && !write.only_reads() && !Footprint::everything().only_reads());
    }

    #[test]
    fn what_another_wrote_is_met_once() {
        let written = Footprint::nothing().writes(&1).reads(&2);
        let mut touched = Footprint::nothing().reads(&1).writes(&2);
        assert!(touched.meets(&written), "it reads what the other wrote");
        assert!(!touched.meets(&written), "the other only read what is left");
        assert_eq!(touched, Footprint::nothing().writes(&2));
        let six = |from: usize| {
            (from..from + Footprint::MOST).fold(Footprint::nothing(), |all, key| all.writes(&key))
        };
        assert!(
            !six(10).meets(&written) && !Footprint::nothing().reads(&3).meets(&six(10)),
            "as many as fit"
        );
        assert!(six(10).meets(&six(15)), "they have one in common");
        let mut everything = Footprint::everything();
        assert!(everything.meets(&written) && !everything.meets(&written));
        assert!(Footprint::nothing().reads(&3).meets(&Footprint::everything()));
        assert!(!Footprint::nothing().meets(&Footprint::everything()));
    }

    #[test]
    fn too_many_keys_count_as_everything() {
        let many = (0..=Footprint::MOST).fold(Footprint::nothing(), |footprint, key| footprint.reads(&key));
        assert_eq!(many, Footprint::everything());
    }

    #[test]
    fn as_many_keys_as_can_be_told_apart_are_told_apart() {
        let from = |first: usize| {
            (first..first + Footprint::MOST)
                .fold(Footprint::nothing(), |footprint, key| footprint.writes(&key))
        };
        assert!(!from(0).conflicts_with(&from(6)) && !from(6).conflicts_with(&from(0)));
        assert!(from(0).conflicts_with(&from(5)) && from(5).conflicts_with(&from(0)));
        assert!(Footprint::nothing().conflicts_with(&Footprint::everything()));
    }
}
