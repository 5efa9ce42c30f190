//! What the tests do to a process from within: kill it at an instant, and set its clock wrong.
//!
//! Only in builds with the feature `faults`, for which nothing that ships asks. What is set here holds for the whole
//! process.
use jiff::{SignedDuration, Timestamp};
use std::{
    env,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

/// The variable that says at which instant a process of the tests is to kill itself.
pub const KILL_AT: &str = "ANECHOIC_TASKS_KILL_AT";
/// The variable that says by how many seconds the clock of a process of the tests is off.
pub const CLOCK_OFF_BY: &str = "ANECHOIC_TASKS_CLOCK_OFF_BY";

static INSTANTS_LEFT: AtomicU64 = AtomicU64::new(0);
static OFF_BY: AtomicI64 = AtomicI64::new(0);

/// The process kills itself, as SIGKILL does, at its n-th instant from here on, counted from 1; never, if that is 0.
///
/// Each operation on a file has three instants: before it begins, before it is committed, and after.
pub fn kill_at(instant: u64) {
    INSTANTS_LEFT.store(instant, Ordering::Relaxed);
}

/// The system's clock is off by so many seconds from here on.
pub fn set_clock_off_by(seconds: i64) {
    OFF_BY.store(seconds, Ordering::Relaxed);
}

/// By how many seconds the clock must be off to show this time now.
pub fn off_to(time: &str) -> i64 {
    let time: Timestamp = time.parse().unwrap_or(Timestamp::MAX);
    time.duration_since(Timestamp::now()).as_secs()
}

/// Does what the environment asks for.
///
/// # Panics
/// If that is no number.
pub fn obey_environment() {
    let asked = |name| env::var(name).ok();
    if let Some(instant) = asked(KILL_AT) {
        kill_at(instant.parse().unwrap_or_else(|_| panic!("{KILL_AT} is {instant:?}, expected a number")));
    }
    if let Some(off) = asked(CLOCK_OFF_BY) {
        set_clock_off_by(
            off.parse().unwrap_or_else(|_| panic!("{CLOCK_OFF_BY} is {off:?}, expected seconds")),
        );
    }
}

/// One instant passes.
pub(crate) fn instant() {
    let left = INSTANTS_LEFT.load(Ordering::Relaxed);
    if left == 1 {
        kill();
    }
    INSTANTS_LEFT.store(left.saturating_sub(1), Ordering::Relaxed);
}

/// What the system's clock shows.
pub(crate) fn system_time() -> SystemTime {
    let off = SignedDuration::from_secs(OFF_BY.load(Ordering::Relaxed));
    let by = Duration::from_secs(off.as_secs().unsigned_abs());
    let now = SystemTime::now();
    if off.is_negative() { now - by } else { now + by }
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
