//! loom, shuttle, traceforge and stateright, each in the way that suits it best.
mod loom;
mod shuttle;
mod stateright;
mod traceforge;

pub(crate) use loom::measure as loom;
pub(crate) use shuttle::measure as shuttle;
pub(crate) use stateright::measure as stateright;
pub(crate) use traceforge::measure as traceforge;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a tool that reports what it finds by a panic. Says whether it found nothing.
fn finds_nothing(run: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}
