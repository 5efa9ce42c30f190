//! shuttle: a task for each caller, and one scheduling point before each operation: the least it can be asked to do.
use super::finds_nothing;
use crate::{
    measure::{Goal, RUNS, Said},
    subject::{Access, Variant, call, is_right, surround, tables},
};
use anechoic_orchestrator::store::{Batch, Commit, Tables};
use shuttle::{
    Config, FailurePersistence, Runner,
    future::{block_on, spawn, yield_now},
    scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

struct Yielding(Mutex<Tables>);

impl Access for Yielding {
    async fn commit(&self, batch: Batch) -> Commit {
        yield_now().await;
        self.0.lock().expect("nobody panics with the lock").commit(&batch)
    }
}

pub(crate) fn measure(tool: &str, variant: Variant, callers: usize, goal: Goal) -> Said {
    match tool {
        "shuttle-dfs" => run(DfsScheduler::new(Some(RUNS), false), true, variant, callers, goal),
        "shuttle-random" => run(RandomScheduler::new_from_seed(7, RUNS), false, variant, callers, goal),
        _ => run(PctScheduler::new_from_seed(7, 3, RUNS), false, variant, callers, goal),
    }
}

fn run(
    scheduler: impl Scheduler + 'static,
    exhausts: bool,
    variant: Variant,
    callers: usize,
    goal: Goal,
) -> Said {
    let runs = Arc::new(AtomicU64::new(0));
    let counted = runs.clone();
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    let runner = Runner::new(scheduler, config);
    let well = finds_nothing(|| {
        runner.run(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let around = Arc::new(surround(Yielding(Mutex::new(tables()))));
            let shared = around.clone();
            block_on(async move {
                let callers: Vec<_> = (0..callers)
                    .map(|_| {
                        let around = shared.clone();
                        spawn(async move { call(&around, variant).await })
                    })
                    .collect();
                for caller in callers {
                    caller.await.expect("it ends");
                }
            });
            assert!(goal == Goal::Exhaust || is_right(&around.store.0.0.lock().expect("all is quiet")));
        });
    });
    let executions = runs.load(Ordering::Relaxed);
    Said { executions, states: 0, exhausted: exhausts && well && executions < RUNS as u64, found: !well }
}
