//! The signals that ask a process to end.
use std::io;

/// A signal that asks a process to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Its terminal is gone.
    Hangup,
    /// Its user asks it to, with Ctrl-C.
    Interrupt,
    /// Another process asks it to.
    Terminate,
}

/// Waits for a signal. From the first call on, none of them ends the process by itself.
///
/// # Errors
/// If the system does not tell of signals.
#[cfg(unix)]
pub(crate) async fn signal() -> io::Result<Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(tokio::select! {
        _ = hangup.recv() => Signal::Hangup,
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
    })
}

/// The same, where there is only one.
#[cfg(not(unix))]
pub(crate) async fn signal() -> io::Result<Signal> {
    tokio::signal::ctrl_c().await.map(|()| Signal::Interrupt)
}
