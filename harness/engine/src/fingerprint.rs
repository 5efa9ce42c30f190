use crate::{Fresh, Session};
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

    fn put<const SIZE: usize>(&mut self, bytes: [u8; SIZE]) {
        match self.buffer.get_mut(self.filled..self.filled + SIZE) {
            Some(room) => {
                room.copy_from_slice(&bytes);
                self.filled += SIZE;
            }
            None => self.write(&bytes),
        }
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

    // What is hashed is mostly numbers, and a number of a known size is copied without a call.
    fn write_u8(&mut self, number: u8) {
        self.put([number]);
    }

    fn write_u16(&mut self, number: u16) {
        self.put(number.to_ne_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.put(number.to_ne_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.put(number.to_ne_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.put(number.to_ne_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.put(number.to_ne_bytes());
    }

    fn finish(&self) -> u64 {
        self.fingerprint() as u64
    }
}

/// A fingerprint of shared state, kept apart by who owns what.
///
/// The order in which parts are added does not matter, so a table may be walked in any order.
///
/// Fresh names, such as the random part of a ULID, differ between runs that are otherwise equal. So a part under such a
/// name is hashed with the name's owner and ordinal while a request that carries the name can still arrive (it may be sent
/// twice), and without the name afterwards. Whether a later invocation can send it, the service says:
/// [`Service::NAMES_OUTLIVE_INVOCATIONS`](crate::Service::NAMES_OUTLIVE_INVOCATIONS).
#[derive(Debug)]
pub struct Digest {
    shared: u128,
    owners: Vec<Owner>,
    /// Of which part of the service what is added is; 0 if it is of the whole.
    part: u64,
}

/// What is kept apart of one actor.
#[derive(Debug)]
pub(crate) struct Owner {
    owned: u128,
    /// No request will carry a name of up to this ordinal any more.
    past: u32,
    /// How many invocations there have been; nothing when all is quiet, and whose session it was does not matter.
    session: Option<u32>,
}

impl Owner {
    /// Of an actor whose names up to `past` are of the past, and who has drawn so many: where the next one counts from.
    pub(crate) fn new(past: u32, drawn: u32, session: Option<u32>) -> Owner {
        // That is part of the actor's state: two names in use differ from one.
        Owner { owned: u128::from(drawn - past), past, session }
    }
}

impl Digest {
    /// With nothing added yet, among these.
    pub(crate) fn new(owners: impl Iterator<Item = Owner>) -> Digest {
        Digest { shared: 0, owners: owners.collect(), part: 0 }
    }

    /// Adds a part that belongs to everybody.
    pub fn shared(&mut self, part: &impl Hash) {
        // Adding is commutative, which is what makes the order of the parts not matter.
        self.shared = self.shared.wrapping_add(self.fingerprint(part));
    }

    /// Adds a part that is known under a drawn name. The part itself should not contain the name.
    pub fn named(&mut self, name: Fresh, part: &impl Hash) {
        match self.living(name) {
            Some(number) => self.owned(name.owner as usize, &(number, part)),
            None => self.shared(part),
        }
    }

    /// Adds a part that matters only as long as a request may still carry its name, such as a mark that makes a
    /// request idempotent.
    pub fn named_while_in_use(&mut self, name: Fresh, part: &impl Hash) {
        if let Some(number) = self.living(name) {
            self.owned(name.owner as usize, &(number, part));
        }
    }

    /// Adds a part that belongs to a session: a lock that it holds, a transaction that it has open. The part itself should not
    /// contain the session.
    pub fn in_session(&mut self, session: Session, part: &impl Hash) {
        match self.owners[session.owner as usize].session {
            // Which of an actor's invocations it was, counted from the latest; so how many there were before does not matter.
            Some(latest) => {
                self.owned(session.owner as usize, &("session", latest - session.number, part));
            }
            None => self.shared(&("session", part)),
        }
    }

    pub(crate) fn owned(&mut self, owner: usize, part: &impl Hash) {
        let fingerprint = self.fingerprint(part);
        let owned = &mut self.owners[owner].owned;
        *owned = owned.wrapping_add(fingerprint);
    }

    fn fingerprint(&self, part: &impl Hash) -> u128 {
        if self.part == 0 { Fingerprinter::of(part) } else { Fingerprinter::of(&(self.part, part)) }
    }

    /// Adds all of a part of the service, so that it is not taken for another's.
    pub(crate) fn within(&mut self, part: u64, add: impl FnOnce(&mut Digest)) {
        let whole = self.part;
        self.part = Fingerprinter::of(&(whole, part)) as u64 | 1;
        add(self);
        self.part = whole;
    }

    /// Its ordinal among the owner's names that are in use; none, if no request will carry it any more.
    fn living(&self, name: Fresh) -> Option<u32> {
        let past = self.owners[name.owner as usize].past;
        (name.number > past).then(|| name.number - past)
    }

    pub(crate) fn of_shared(&self) -> u128 {
        self.shared
    }

    /// All that an actor owns: its rows, and how many names it has in use.
    pub(crate) fn of_owned(&self, owner: usize) -> u128 {
        self.owners[owner].owned
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
    fn a_number_counts_as_its_bytes_do_wherever_the_buffer_ends() {
        for before in 0..2 * Fingerprinter::ROOM {
            let [mut numbers, mut bytes] = [(); 2].map(|()| {
                let mut fingerprinter = Fingerprinter::new();
                fingerprinter.write(&vec![7; before]);
                fingerprinter
            });
            (1_u8, 2_u16, 3_u32, 4_u64, 5_u128, 6_usize).hash(&mut numbers);
            [&[1][..], &2_u16.to_ne_bytes(), &3_u32.to_ne_bytes(), &4_u64.to_ne_bytes()]
                .iter()
                .chain(&[&5_u128.to_ne_bytes()[..], &6_usize.to_ne_bytes()])
                .for_each(|number| bytes.write(number));
            assert_eq!(numbers.fingerprint(), bytes.fingerprint(), "after {before} bytes");
        }
    }

    fn digest(past: [u32; 2], rows: &[(Fresh, char)]) -> (u128, u128, u128) {
        let mut digest = Digest::new(past.into_iter().map(|past| Owner::new(past, 9, None)));
        rows.iter().for_each(|(name, row)| digest.named(*name, row));
        (digest.of_shared(), digest.of_owned(0), digest.of_owned(1))
    }

    const fn drawn(owner: u32, number: u32) -> Fresh {
        Fresh { owner, number }
    }

    #[test]
    fn the_order_of_parts_does_not_matter_and_the_owner_does() {
        let [one, two, other] = [(drawn(0, 1), 'a'), (drawn(0, 2), 'b'), (drawn(1, 1), 'c')];
        assert_eq!(digest([0, 0], &[one, two, other]), digest([0, 0], &[other, two, one]));
        assert_ne!(digest([0, 0], &[(drawn(0, 1), 'a')]), digest([0, 0], &[(drawn(1, 1), 'a')]));
    }

    #[test]
    fn a_name_of_the_past_is_nobodys_and_a_name_in_use_is_counted_from_there() {
        assert_eq!(digest([1, 9], &[(drawn(0, 1), 'a')]), digest([1, 9], &[(drawn(1, 7), 'a')]));
        assert_eq!(digest([1, 0], &[(drawn(0, 1), 'a')]).0, digest([4, 0], &[(drawn(0, 3), 'a')]).0);
        assert_ne!(digest([1, 0], &[(drawn(0, 2), 'a')]), digest([1, 0], &[(drawn(0, 3), 'a')]));
        assert_ne!(digest([1, 0], &[(drawn(0, 1), 'a')]), digest([1, 0], &[(drawn(0, 2), 'a')]));
    }

    #[test]
    fn it_does_not_matter_how_many_names_were_drawn_before_those_in_use() {
        let of_five = |past: u32, number| {
            let mut digest = Digest::new([Owner::new(past, past + 5, None)].into_iter());
            digest.named(drawn(0, number), &'a');
            digest.of_owned(0)
        };
        assert_eq!(of_five(0, 1), of_five(4, 5));
        assert_ne!(of_five(0, 1), of_five(4, 6));
    }

    #[test]
    fn a_mark_counts_only_as_long_as_its_name_is_in_use() {
        let marked = |past, mark: Option<Fresh>| {
            let mut digest = Digest::new([Owner::new(past, 9, None)].into_iter());
            mark.iter().for_each(|name| digest.named_while_in_use(*name, &'a'));
            (digest.of_shared(), digest.of_owned(0))
        };
        assert_ne!(marked(1, Some(drawn(0, 2))), marked(1, None));
        assert_eq!(marked(2, Some(drawn(0, 2))), marked(2, None));
    }

    #[test]
    fn the_short_hash_tells_values_apart_too() {
        let short = |value: u8| {
            let mut fingerprinter = Fingerprinter::new();
            fingerprinter.write_u8(value);
            fingerprinter.finish()
        };
        let all: std::collections::BTreeSet<u64> = (0..=255).map(short).collect();
        assert_eq!(all.len(), 256);
    }
}
