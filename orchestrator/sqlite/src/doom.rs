use std::sync::atomic::{AtomicU64, Ordering};

/// The instant at which a process kills itself, for tests of what is left behind.
///
/// Each operation on the file has three instants: before it begins, before it is committed, and after.
#[derive(Debug)]
pub struct Doom {
    instants_left: AtomicU64,
}

impl Doom {
    /// The process lives.
    pub const fn never() -> Doom {
        Doom { instants_left: AtomicU64::new(0) }
    }

    /// The process kills itself, as SIGKILL does, at its n-th instant, counted from 1.
    pub const fn at(instant: u64) -> Doom {
        Doom { instants_left: AtomicU64::new(instant) }
    }

    pub(crate) fn instant(&self) {
        let left = self.instants_left.load(Ordering::Relaxed);
        if left == 1 {
            kill();
        }
        self.instants_left.store(left.saturating_sub(1), Ordering::Relaxed);
    }
}

#[cfg(unix)]
fn kill() {
    use rustix::process::{Signal, getpid, kill_process};
    // Whoever cannot kill itself aborts: nothing is cleaned up then either.
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort();
}

#[cfg(not(unix))]
fn kill() {
    std::process::abort();
}
