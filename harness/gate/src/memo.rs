//! What was worked out once, and is looked up from then on: a search asks the same in each of hundreds of thousands of runs.
use rustc_hash::FxHashMap;
use std::{
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// When there are so many, all are forgotten, and worked out anew when they are needed: memory is for the search.
const MOST: usize = 1 << 17;

/// A function of its keys, and what is known of it.
pub(crate) struct Memo<K, V>(Mutex<FxHashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Memo<K, V> {
        Memo(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// What belongs to a key, which is worked out if it is not known.
    pub(crate) fn of(&self, key: K, work_out: impl FnOnce() -> V) -> V {
        match self.known(&key) {
            Some(known) => known,
            None => self.keep(key, work_out()),
        }
    }

    pub(crate) fn known(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn keep(&self, key: K, value: V) -> V {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == MOST {
            known.clear();
        }
        known.insert(key, value.clone());
        value
    }
}
