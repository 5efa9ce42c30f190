use super::spool::Spool;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
};

/// What is known by key, to be looked at part by part: all that is known of one key is in one part, in the order in
/// which it came.
///
/// A part has no more records than a limit, unless they are of a few keys only that do not fit. What is more than that
/// is parted by its keys' fingerprints among temporary files, and the parts among files of their own, as often as need be.
pub(crate) struct Parts<T> {
    limit: usize,
    /// How often this was parted before.
    depth: u32,
    held: Vec<Record<T>>,
    spilt: Vec<Spool<Record<T>>>,
}

type Record<T> = (Box<str>, T);

/// Into so many is parted at once, one file each: 2 to the power of this.
const WAYS: u32 = 6;
/// What is still too long after so many times is of one key, or as good as that.
const DEEPEST: u32 = 3;

impl<T: Serialize + DeserializeOwned> Parts<T> {
    /// Nothing is known. No more records than this are held in memory.
    pub(crate) fn new(limit: usize) -> Parts<T> {
        Parts { limit, depth: 0, held: Vec::new(), spilt: Vec::new() }
    }

    pub(crate) fn push(&mut self, key: Box<str>, what: T) -> io::Result<()> {
        if self.spilt.is_empty() && self.held.len() < self.limit {
            self.held.push((key, what));
            return Ok(());
        }
        if self.spilt.is_empty() {
            self.spilt = (0..1 << WAYS).map(|_| Spool::new()).collect::<io::Result<_>>()?;
            for record in std::mem::take(&mut self.held) {
                self.spill(&record)?;
            }
        }
        self.spill(&(key, what))
    }

    fn spill(&mut self, record: &Record<T>) -> io::Result<()> {
        let mut hasher = DefaultHasher::new();
        record.0.hash(&mut hasher);
        let way = (hasher.finish() >> (self.depth * WAYS)) % (1 << WAYS);
        self.spilt[way as usize].push(record)
    }

    /// Gives every part to `take`.
    pub(crate) fn each(self, take: &mut dyn FnMut(&mut Part<T>) -> io::Result<()>) -> io::Result<()> {
        if self.spilt.is_empty() {
            return take(&mut Part(Kept::Held(self.held)));
        }
        for mut spool in self.spilt {
            if spool.len() > self.limit && self.depth + 1 < DEEPEST {
                let mut deeper = Parts { depth: self.depth + 1, ..Parts::new(self.limit) };
                for record in spool.records()? {
                    let (key, what) = record?;
                    deeper.push(key, what)?;
                }
                drop(spool);
                deeper.each(take)?;
            } else {
                take(&mut Part(Kept::Spilt(spool)))?;
            }
        }
        Ok(())
    }
}

/// A part; it can be looked through as often as need be.
pub(crate) struct Part<T>(Kept<T>);

enum Kept<T> {
    Held(Vec<Record<T>>),
    Spilt(Spool<Record<T>>),
}

impl<T: Serialize + DeserializeOwned> Part<T> {
    pub(crate) fn look(&mut self, look: &mut dyn FnMut(&str, &T) -> io::Result<()>) -> io::Result<()> {
        match &mut self.0 {
            Kept::Held(records) => records.iter().try_for_each(|(key, what)| look(key, what)),
            Kept::Spilt(spool) => spool.records()?.try_for_each(|record| {
                let (key, what) = record?;
                look(&key, &what)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The records of each key, and how many parts there were.
    fn grouped(limit: usize) -> (BTreeMap<String, Vec<u32>>, usize) {
        let mut parts = Parts::new(limit);
        for record in 0..2000_u32 {
            let key = if record % 2 == 0 { "often".into() } else { (record % 97).to_string() };
            parts.push(key.into(), record).expect("written");
        }
        let (mut all, mut number) = (BTreeMap::<String, Vec<u32>>::new(), 0);
        let mut take = |part: &mut Part<u32>| {
            let mut of_part = BTreeMap::<String, Vec<u32>>::new();
            part.look(&mut |key, what| {
                of_part.entry(key.into()).or_default().push(*what);
                Ok(())
            })?;
            number += 1;
            for (key, records) in of_part {
                assert_eq!(all.insert(key, records), None, "a key is in one part");
            }
            Ok(())
        };
        parts.each(&mut take).expect("read");
        (all, number)
    }

    #[test]
    fn what_is_spilt_is_grouped_as_what_is_held() {
        let (held, parts) = grouped(usize::MAX);
        assert_eq!((held.len(), parts), (98, 1));
        for limit in [0, 1, 30, 1999] {
            let (spilt, parts) = grouped(limit);
            assert!(spilt == held && parts >= 64, "limit {limit}: {parts} parts");
        }
    }
}
