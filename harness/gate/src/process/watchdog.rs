//! Who ends the handlers' processes when this one is killed, and cannot do it any more.
use std::{
    io::Write,
    os::unix::process::CommandExt,
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

/// Tells it of a process group, or off. It is started when it is first told something, and ends with us.
pub(super) fn tell(what: &str) {
    static WATCHDOG: OnceLock<Option<Mutex<ChildStdin>>> = OnceLock::new();
    let Some(watchdog) = WATCHDOG.get_or_init(start) else { return };
    let mut watchdog = watchdog.lock().unwrap_or_else(PoisonError::into_inner);
    // Where there is none, a process may be left behind if we are killed; otherwise nothing is lost.
    let _ = writeln!(watchdog, "{what}");
}

fn start() -> Option<Mutex<ChildStdin>> {
    let mut command = Command::new("sh");
    command.args(["-c", include_str!("../helpers/watchdog.sh")]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // What is typed at us is not typed at it.
    let mut child = command.process_group(0).spawn().ok()?;
    child.stdin.take().map(Mutex::new)
}
