//! A panic within a run is something that the run has shown, and not the end of the search.
use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    /// Whether this thread makes a run.
    static MAKES_A_RUN: Cell<bool> = const { Cell::new(false) };
    /// What the last panic of the run said, and where.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does something that may panic, and says what a panic said.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    listen();
    let outer = MAKES_A_RUN.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    MAKES_A_RUN.set(outer);
    done.map_err(|payload| {
        let said = SAID.take().or_else(|| {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_string());
            text.or_else(|| payload.downcast_ref::<String>().cloned())
        });
        said.unwrap_or_else(|| "it does not say why".into())
    })
}

/// What to use instead, where a handler asked for a runtime that is not there.
pub(crate) fn instead(said: &str) -> &'static str {
    let asks_for_a_runtime = ["there is no reactor running", "context of a Tokio", "LocalSet"];
    if asks_for_a_runtime.iter().any(|asks| said.contains(asks)) {
        "; in a run there is no such runtime: let time pass with `Client::sleep`, race a call against that for a time-out, make \
         calls beside each other with `join` instead of spawning them, and let in as a caller of its own what is to outlive its \
         invocation"
    } else {
        ""
    }
}

/// A search makes the same panic a thousand times, so it is not printed but kept. Other panics are none of our business.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !MAKES_A_RUN.get() {
                return others(panic);
            }
            let said = panic.payload_as_str().unwrap_or("it does not say why");
            let place = panic.location().map(|place| format!(", at {place}")).unwrap_or_default();
            SAID.set(Some(format!("{said}{place}")));
        }));
    });
}
