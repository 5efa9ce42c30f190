use std::hash::{Hash, Hasher};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// The key of every fingerprint. It has no meaning; it keeps the all-zero state from hashing to a fixed point.
const KEY: u64 = 0x616e_6563_686f_6963;

/// A 128-bit hash of whatever is written to it.
///
/// Two different states share a fingerprint with a probability of about n² / 2^129 for n states: for a billion
/// states, 1.5e-21. Such a collision would hide the states behind one of the two.
#[derive(Clone, Debug)]
pub struct Fingerprinter {
    buffer: [u8; Fingerprinter::ROOM],
    filled: usize,
}

impl Fingerprinter {
    const ROOM: usize = 256;

    /// Nothing written yet.
    pub fn new() -> Fingerprinter {
        Fingerprinter { buffer: [0; Fingerprinter::ROOM], filled: 0 }
    }

    /// The fingerprint of one value.
    pub fn of(value: &impl Hash) -> u128 {
        let mut fingerprinter = Fingerprinter::new();
        value.hash(&mut fingerprinter);
        fingerprinter.fingerprint()
    }

    /// The fingerprint of all that was written.
    pub fn fingerprint(&self) -> u128 {
        xxh3_128_with_seed(&self.buffer[..self.filled], KEY)
    }

    /// Makes room by replacing what was written with its fingerprint.
    #[cold]
    fn condense(&mut self) {
        let so_far = self.fingerprint();
        self.filled = 0;
        self.write(&so_far.to_le_bytes());
    }
}

impl Default for Fingerprinter {
    fn default() -> Fingerprinter {
        Fingerprinter::new()
    }
}

impl Hasher for Fingerprinter {
    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == Fingerprinter::ROOM {
                self.condense();
            }
            let taken = bytes.len().min(Fingerprinter::ROOM - self.filled);
            self.buffer[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
        }
    }

    fn finish(&self) -> u64 {
        self.fingerprint() as u64
    }
}

/// A fingerprint of shared state, kept apart by who owns what.
///
/// The order in which parts are added does not matter, so a table may be walked in any order.
#[derive(Debug, Default)]
pub struct Digest {
    shared: u128,
    owned: Vec<u128>,
}

impl Digest {
    /// Adds a part that belongs to everybody.
    pub fn shared(&mut self, part: &impl Hash) {
        self.shared = self.shared.wrapping_add(Fingerprinter::of(part));
    }

    /// Adds a part that belongs to one actor: a row, say, under an id that this actor drew. The part should name
    /// the id by its number and not by its owner, so that actors who did the same look the same.
    pub fn owned(&mut self, owner: usize, part: &impl Hash) {
        if self.owned.len() <= owner {
            self.owned.resize(owner + 1, 0);
        }
        self.owned[owner] = self.owned[owner].wrapping_add(Fingerprinter::of(part));
    }

    pub(crate) fn of_shared(&self) -> u128 {
        self.shared
    }

    pub(crate) fn of_owned(&self, owner: usize) -> u128 {
        self.owned.get(owner).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_of_the_same_answer_never_repeats() {
        let mut seen = std::collections::BTreeSet::new();
        let mut history = 0_u128;
        for _ in 0..100_000 {
            assert!(seen.insert(history), "a fixed point or a short cycle would merge different states");
            history = Fingerprinter::of(&(history, 0_u128));
        }
    }

    #[test]
    fn what_is_longer_than_the_buffer_counts_in_full() {
        let mut long = vec![7_u8; 1000];
        let before = Fingerprinter::of(&long);
        for index in 0..long.len() {
            long[index] = 8;
            assert_ne!(Fingerprinter::of(&long), before, "byte {index}");
            long[index] = 7;
        }
    }

    #[test]
    fn the_order_of_parts_does_not_matter_and_the_owner_does() {
        let digest = |parts: &[(usize, u8)]| {
            let mut digest = Digest::default();
            parts.iter().for_each(|(owner, part)| digest.owned(*owner, part));
            [digest.of_owned(0), digest.of_owned(1)]
        };
        assert_eq!(digest(&[(0, 1), (0, 2), (1, 3)]), digest(&[(1, 3), (0, 2), (0, 1)]));
        assert_ne!(digest(&[(0, 1), (1, 2)]), digest(&[(1, 1), (0, 2)]));
    }
}
