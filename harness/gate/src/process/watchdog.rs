//! Who ends the handlers' processes when this one is killed, and cannot do it any more.
use std::{
    io::Write,
    os::unix::process::CommandExt,
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

/// Its standard input. It is started before the first process that it is to end, and ends with us.
fn watchdog() -> Option<&'static Mutex<ChildStdin>> {
    static WATCHDOG: OnceLock<Option<Mutex<ChildStdin>>> = OnceLock::new();
    WATCHDOG.get_or_init(start).as_ref()
}

/// Tells it of a process group, or off.
pub(super) fn tell(what: &str) {
    let Some(watchdog) = watchdog() else { return };
    let mut watchdog = watchdog.lock().unwrap_or_else(PoisonError::into_inner);
    // Where there is none, a process may be left behind if we are killed; otherwise nothing is lost.
    let _ = writeln!(watchdog, "{what}");
}

/// A variable of a process that is about to be started, which tells whose it is: we may be killed after it has begun and before its
/// group is told. From here on it is watched.
pub(super) fn mark() -> (&'static str, String) {
    watchdog();
    own()
}

fn own() -> (&'static str, String) {
    ("ANECHOIC_WATCHED", format!("by {};", std::process::id()))
}

fn start() -> Option<Mutex<ChildStdin>> {
    let (name, own) = own();
    let mut command = command(name, &own);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    // What is typed at us is not typed at it.
    let mut child = command.process_group(0).spawn().ok()?;
    child.stdin.take().map(Mutex::new)
}

/// A watchdog of the processes that have this in their environment.
fn command(name: &str, value: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", include_str!("../helpers/watchdog.sh"), "watchdog", &format!("{name}={value}")]);
    command.stdin(Stdio::piped());
    command
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn who_was_not_told_of_is_ended_too_and_nobody_else() {
        let (name, _) = own();
        let own = format!("by a test in {};", std::process::id());
        let sleeper = |value: &str| {
            let mut command = Command::new("sleep");
            command.arg("60").env(name, value).process_group(0).spawn().expect("it sleeps")
        };
        let (mut ours, mut other) = (sleeper(&own), sleeper("by somebody else;"));
        let mut watchdog = command(name, &own).spawn().expect("it watches");
        drop(watchdog.stdin.take());
        watchdog.wait().expect("it ends");
        assert_eq!(ours.wait().expect("it ends").signal(), Some(9));
        assert_eq!(other.try_wait().expect("it can be asked"), None);
        other.kill().expect("it can be ended");
        other.wait().expect("it ends");
    }
}
