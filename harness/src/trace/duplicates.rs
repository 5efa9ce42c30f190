use super::{
    facts::{Fact, fact},
    note::fingerprint,
};
use anechoic_traces::{Line, Mapping, Role};
use std::collections::{HashMap, HashSet};

/// Which tasks have ended how often so far, in lines that come one by one.
#[derive(Default)]
pub struct Duplicates {
    /// Fingerprints of the keys of each task's terminal events, by the task's.
    keys: HashMap<u64, HashSet<u64>>,
}

impl Duplicates {
    /// Takes note of a line. If it is one terminal event more of a task that has one, how many there are now.
    pub fn note(&mut self, line: &Line, mapping: &Mapping) -> Option<usize> {
        let Ok(Fact::Event { key: Some(key), end: Some(_) }) = fact(line, mapping) else { return None };
        let task = mapping.get(Role::Entity, &line.fields)?;
        let keys = self.keys.entry(fingerprint(task)).or_default();
        Some(keys.len() + 1).filter(|events| keys.insert(fingerprint(key)) && *events > 1)
    }
}
