//! The floor: the same operations of the same handlers, one after the other, with no tool around them.
use crate::{
    measure::Said,
    subject::{Access, Variant, call, is_right, poll_once, surround, tables},
};
use anechoic_orchestrator::store::{Batch, Commit, Tables};
use std::{cell::RefCell, hint::black_box};

struct Bare(RefCell<Tables>);

impl Access for Bare {
    async fn commit(&self, batch: Batch) -> Commit {
        self.0.borrow_mut().commit(&batch)
    }
}

pub(crate) fn measure(variant: Variant, callers: usize) -> Said {
    const RUNS: u64 = 100_000;
    for _ in 0..RUNS {
        let around = surround(Bare(RefCell::new(tables())));
        for _ in 0..callers {
            poll_once(call(&around, variant));
        }
        black_box(is_right(&around.store.0.0.borrow()));
    }
    Said { executions: RUNS, ..Said::default() }
}
