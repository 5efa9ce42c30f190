//! What the tests do to a process from within: kill or stop it at an instant, and set its clock wrong.
//!
//! Only in builds with the feature `faults`, for which nothing that ships asks. What is set here holds for the whole
//! process.
use jiff::{SignedDuration, Timestamp};
use std::{
    env,
    str::FromStr,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

/// The variable that says at which instant a process of the tests is to kill itself.
pub const KILL_AT: &str = "ANECHOIC_TASKS_KILL_AT";
/// The variable that says at which instant a process of the tests is to stop itself, until somebody lets it go on.
pub const STOP_AT: &str = "ANECHOIC_TASKS_STOP_AT";
/// The variable that says by how many seconds the clock of a process of the tests is off.
pub const CLOCK_OFF_BY: &str = "ANECHOIC_TASKS_CLOCK_OFF_BY";

static LEFT_TO_KILL: AtomicU64 = AtomicU64::new(0);
static LEFT_TO_STOP: AtomicU64 = AtomicU64::new(0);
static OFF_BY: AtomicI64 = AtomicI64::new(0);

/// The process kills itself, as SIGKILL does, at its n-th instant from here on, counted from 1; never, if that is 0.
///
/// Each operation on a file has three instants: before it begins, before it is committed, and after.
pub fn kill_at(instant: u64) {
    LEFT_TO_KILL.store(instant, Ordering::Relaxed);
}

/// The process stops itself, as SIGSTOP does, at its n-th instant from here on; never, if that is 0.
pub fn stop_at(instant: u64) {
    LEFT_TO_STOP.store(instant, Ordering::Relaxed);
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
    if let Some(instant) = asked(KILL_AT) {
        kill_at(instant);
    }
    if let Some(instant) = asked(STOP_AT) {
        stop_at(instant);
    }
    if let Some(seconds) = asked(CLOCK_OFF_BY) {
        set_clock_off_by(seconds);
    }
}

fn asked<N: FromStr>(name: &str) -> Option<N> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, expected a number")))
}

/// One instant passes.
pub(crate) fn instant() {
    if is_over(&LEFT_TO_STOP) {
        stop();
    }
    if is_over(&LEFT_TO_KILL) {
        kill();
    }
}

/// Whether this was the last instant.
fn is_over(instants: &AtomicU64) -> bool {
    let left = instants.load(Ordering::Relaxed);
    instants.store(left.saturating_sub(1), Ordering::Relaxed);
    left == 1
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

#[cfg(unix)]
fn stop() {
    use rustix::process::{Signal, getpid, kill_process};
    // A process that cannot stop goes on, which is no fault.
    let _ = kill_process(getpid(), Signal::STOP);
}

#[cfg(not(unix))]
fn stop() {}

#[cfg(not(unix))]
fn kill() {
    std::process::abort();
}
