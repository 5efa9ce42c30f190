//! loom: a thread for each caller, the tables behind loom's mutex.
use super::finds_nothing;
use crate::{
    measure::{Goal, Said, TIME},
    subject::{Access, Variant, call, is_right, poll_once, surround, tables},
};
use anechoic_orchestrator::store::{Batch, Commit, Tables};
use loom::{
    sync::{Arc, Mutex},
    thread,
};
use std::{
    sync::{Arc as PlainArc, atomic::AtomicU64, atomic::Ordering},
    time::Duration,
};

struct Locked(Mutex<Tables>);

impl Access for Locked {
    async fn commit(&self, batch: Batch) -> Commit {
        self.0.lock().expect("nobody panics with the lock").commit(&batch)
    }
}

pub(crate) fn measure(variant: Variant, callers: usize, goal: Goal) -> Said {
    let runs = PlainArc::new(AtomicU64::new(0));
    let counted = runs.clone();
    let began = std::time::Instant::now();
    let mut model = loom::model::Builder::new();
    model.max_branches = 100_000;
    model.max_duration = Some(Duration::from_secs(TIME));
    let well = finds_nothing(|| {
        model.check(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let around = Arc::new(surround(Locked(Mutex::new(tables()))));
            // loom allows five threads in all; the last caller runs in the main one.
            let others: Vec<_> = (1..callers)
                .map(|_| {
                    let around = around.clone();
                    thread::spawn(move || poll_once(call(&around, variant)))
                })
                .collect();
            poll_once(call(&around, variant));
            for other in others {
                other.join().expect("it ends");
            }
            assert!(goal == Goal::Exhaust || is_right(&around.store.0.0.lock().expect("all is quiet")));
        });
    });
    let exhausted = well && began.elapsed().as_secs() < TIME;
    Said { executions: runs.load(Ordering::Relaxed), states: 0, exhausted, found: !well }
}
