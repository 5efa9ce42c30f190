//! A network namespace of Linux: what goes anywhere but to itself is swallowed.
use super::{
    lookups::Lookups,
    neighbours, routes,
    stand_ins::{self, StandIns},
    user,
};
use nix::sched::{CloneFlags, setns, unshare};
use std::{collections::BTreeSet, fs::File, io, net::SocketAddr, panic::resume_unwind, thread};

/// The namespace, and who is in it in the place of those outside.
pub(super) struct Apart {
    namespace: File,
    lookups: Lookups,
    stand_ins: StandIns,
}

impl Apart {
    /// Makes one.
    ///
    /// # Errors
    /// The machine does not permit it.
    pub(super) fn new() -> io::Result<Apart> {
        user::enter();
        // A thread that has gone into a network may not be allowed to come back, so each that goes ends there.
        in_a_thread(|| {
            unshare(CloneFlags::CLONE_NEWNET)?;
            let namespace = File::open("/proc/thread-self/ns/net")?;
            routes::lead_nowhere()?;
            Ok(Apart { namespace, lookups: Lookups::listen()?, stand_ins: StandIns::default() })
        })
    }

    pub(super) fn inside<T: Send>(&self, act: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
        in_a_thread(|| {
            setns(&self.namespace, CloneFlags::CLONE_NEWNET)?;
            act()
        })
    }

    pub(super) fn stand_in(&self) {
        let listening = stand_ins::listening();
        // Where one cannot be, who calls that port is told that nobody is there, as on a machine on which that is so.
        let _ = self.inside(|| {
            self.stand_ins.at(&listening);
            Ok(())
        });
    }

    pub(super) fn neighbour(&self, sockets: &BTreeSet<u32>) -> Option<String> {
        self.inside(|| neighbours::outside(sockets)).ok()?
    }

    pub(super) fn looked_up(&self, from: u16, to: SocketAddr) -> Option<String> {
        self.lookups.of(from, to)
    }
}

fn in_a_thread<T: Send>(act: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    thread::scope(|scope| scope.spawn(act).join()).unwrap_or_else(|panic| resume_unwind(panic))
}
