//! Processes to which a debugger can be attached, for as long as anybody likes.
use crate::{network::Network, process::Port, shown::is_for_real};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

static IS_ON: AtomicBool = AtomicBool::new(false);

/// As long as somebody may look at a process that stands still.
const FOR_EVER: Duration = Duration::from_secs(7 * 86_400);

/// From now on, the processes of runs that are shown have a port each at which a debugger may attach: Node's own inspector, and
/// debugpy where that is installed for Python.
pub fn inspect() {
    IS_ON.store(true, Ordering::Relaxed);
}

pub(crate) fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed) && is_for_real()
}

/// Who stands in a debugger is waited for.
pub(crate) fn patience(usual: Duration) -> Duration {
    if is_on() { FOR_EVER } else { usual }
}

/// Changes how a program is started. What is to be said of it.
///
/// # Errors
/// Why it cannot be.
pub(crate) fn prepare(command: &mut Vec<String>, env: &mut Vec<(String, String)>) -> Result<String, String> {
    let port =
        Port::free(Network::of_all()).map_err(|error| format!("no port for a debugger: {error}"))?.number();
    let program = command.first().map(Path::new).and_then(Path::file_name);
    let program = program.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if program.starts_with("python") {
        let more =
            ["-m", "debugpy", "--listen"].map(String::from).into_iter().chain([format!("127.0.0.1:{port}")]);
        command.splice(1..1, more);
    } else if program.starts_with("node") {
        command.insert(1, format!("--inspect=127.0.0.1:{port}"));
    } else {
        return Ok(format!(", {program}"));
    }
    // Frozen modules cannot be stepped through, which debugpy would say in every process.
    env.push(("PYDEVD_DISABLE_FILE_VALIDATION".into(), "1".into()));
    Ok(format!(", a debugger may attach at 127.0.0.1:{port}"))
}
