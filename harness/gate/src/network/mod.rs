//! The network that handlers find: one apart from everybody's, if the machine permits it. Whoever goes past the gate there reaches
//! nobody, and waits until that is seen.
#[cfg(target_os = "linux")]
mod apart;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod lookups;
#[cfg(target_os = "linux")]
mod neighbours;
#[cfg(target_os = "linux")]
mod netlink;
#[cfg(not(target_os = "linux"))]
mod nowhere;
#[cfg(target_os = "linux")]
mod routes;
#[cfg(target_os = "linux")]
mod stand_ins;
mod table;
#[cfg(target_os = "linux")]
mod user;

#[cfg(target_os = "linux")]
use apart::Apart;
#[cfg(not(target_os = "linux"))]
use nowhere::Apart;

pub(crate) use table::{Entry, State, all};

use crate::{inspect, process::Connection};
use std::{collections::BTreeSet, io, sync::LazyLock};

/// A network in which processes are started and sockets are opened.
pub(crate) struct Network(Result<Apart, String>);

static HANDLERS: LazyLock<Network> =
    LazyLock::new(|| Network(Apart::new().map_err(|error| error.to_string())));

/// Whether handlers find a network apart; if not, why. On most machines whoever is not root can have one only if this is asked
/// before there is a second thread.
pub fn is_apart() -> Result<(), String> {
    HANDLERS.0.as_ref().map(|_| ()).map_err(Clone::clone)
}

impl Network {
    /// The machine's own.
    pub(crate) fn of_all() -> &'static Network {
        static ALL: LazyLock<Network> =
            LazyLock::new(|| Network(Err("so that a debugger can be attached".into())));
        &ALL
    }

    /// The one that handlers find.
    pub(crate) fn of_handlers() -> &'static Network {
        if inspect::is_on() { Network::of_all() } else { &HANDLERS }
    }

    /// Does something in it: starts a process, opens a socket.
    ///
    /// # Errors
    /// It cannot be entered, or what is done fails.
    pub(crate) fn inside<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        match &self.0 {
            Ok(apart) => apart.inside(act),
            Err(_) => act(),
        }
    }

    /// From now on, who calls a port of this machine at which somebody listens now waits for an answer, and is not told that nobody
    /// is there.
    pub(crate) fn stand_in(&self) {
        if let Ok(apart) = &self.0 {
            apart.stand_in();
        }
    }

    /// To whom on this machine one of these sockets goes that is none of this network, if it can be told: the name of a file.
    pub(crate) fn neighbour(&self, sockets: BTreeSet<u32>) -> Option<String> {
        self.0.as_ref().ok()?.neighbour(sockets)
    }

    /// The name that was looked up from this port, if any was.
    pub(crate) fn looked_up(&self, from: u16) -> Option<String> {
        self.0.as_ref().ok()?.looked_up(from)
    }

    /// What has become of what was sent by a connection.
    pub(crate) fn outcome(&self, connection: &Connection) -> String {
        match (&self.0, connection) {
            (_, Connection::File(_)) => "which reached it: it is a file".into(),
            (Ok(_), _) => "which reached nobody".into(),
            (Err(why), _) => format!("which may have reached it: handlers have no network apart: {why}"),
        }
    }
}
