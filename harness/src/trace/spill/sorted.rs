use super::spool::Spool;
use itertools::Itertools as _;
use serde::{Serialize, de::DeserializeOwned};
use std::io;

/// Records in the order of their numbers, in whatever order they came. So many as may be held are put into their order in
/// memory and go to a temporary file; the files are merged while they are read.
pub struct Sorted<T> {
    limit: usize,
    held: Vec<(u64, T)>,
    runs: Vec<Spool<(u64, T)>>,
}

impl<T: Serialize + DeserializeOwned> Sorted<T> {
    /// There is none yet. No more than this are held in memory.
    pub fn new(limit: usize) -> Sorted<T> {
        Sorted { limit, held: Vec::new(), runs: Vec::new() }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// If a temporary file cannot be written.
    pub fn push(&mut self, number: u64, record: T) -> io::Result<()> {
        self.held.push((number, record));
        if self.held.len() <= self.limit {
            return Ok(());
        }
        self.held.sort_by_key(|(number, _)| *number);
        let mut run = Spool::new()?;
        self.held.drain(..).try_for_each(|record| run.push(&record))?;
        self.runs.push(run);
        Ok(())
    }

    /// Takes all records out, in their order.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn drain(&mut self) -> io::Result<impl Iterator<Item = io::Result<T>> + use<'_, T>> {
        type Records<'r, T> = Box<dyn Iterator<Item = io::Result<(u64, T)>> + 'r>;
        self.held.sort_by_key(|(number, _)| *number);
        let mut runs: Vec<Records<'_, T>> = vec![Box::new(self.held.drain(..).map(Ok))];
        for run in &mut self.runs {
            runs.push(Box::new(run.records()?));
        }
        let is_first = |one: &io::Result<(u64, T)>, other: &io::Result<(u64, T)>| match (one, other) {
            (Ok(one), Ok(other)) => one.0 < other.0,
            (one, _) => one.is_err(),
        };
        Ok(runs.into_iter().kmerge_by(is_first).map(|record| record.map(|(_, record)| record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_held_the_order_is_the_same() {
        for limit in [0, 1, 7, 1000] {
            let mut sorted = Sorted::new(limit);
            for number in (0..500).map(|number| number * 7919 % 500) {
                sorted.push(number, number.to_string()).expect("written");
            }
            let drained: Vec<String> =
                sorted.drain().expect("read").map(|text| text.expect("read")).collect();
            assert!(
                drained
                    .iter()
                    .map(String::as_str)
                    .eq((0..500).map(|number| number.to_string()).collect::<Vec<_>>())
            );
        }
    }
}
