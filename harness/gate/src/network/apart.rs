//! A network namespace of Linux: what goes anywhere but to itself is swallowed.
use super::{
    files,
    lookups::Lookups,
    neighbours, routes,
    stand_ins::{self, StandIns},
    user,
};
use nix::sched::{CloneFlags, unshare};
use std::{
    collections::BTreeSet,
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        mpsc::{Sender, channel, sync_channel},
    },
    thread,
};

type Job = Box<dyn FnOnce() + Send>;

/// The namespace, and who is in it in the place of those outside.
pub(super) struct Apart {
    /// To the thread that is in it. Whoever has gone in may not be allowed to come back, so it is one that does nothing else.
    jobs: Sender<Job>,
    lookups: Lookups,
    stand_ins: Arc<StandIns>,
}

impl Apart {
    /// Makes one.
    ///
    /// # Errors
    /// The machine does not permit it.
    pub(super) fn new() -> io::Result<Apart> {
        user::enter();
        let (jobs, todo) = channel::<Job>();
        let (made, is_made) = sync_channel(1);
        thread::Builder::new().name("network".into()).spawn(move || {
            // Whoever asked for it waits.
            let _ = made.send(make());
            todo.iter().for_each(|job| job());
        })?;
        let lookups = is_made.recv().map_err(io::Error::other)??;
        Ok(Apart { jobs, lookups, stand_ins: Arc::default() })
    }

    pub(super) fn inside<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (done, is_done) = sync_channel(1);
        let job = move || drop(done.send(catch_unwind(AssertUnwindSafe(act))));
        self.jobs.send(Box::new(job)).map_err(|_| io::Error::other("nobody is in the network any more"))?;
        is_done.recv().map_err(io::Error::other)?.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub(super) fn stand_in(&self) {
        let (stand_ins, listening) = (self.stand_ins.clone(), stand_ins::listening());
        // Where one cannot be, who calls that port is told that nobody is there, as on a machine on which that is so.
        let _ = self.inside(move || {
            stand_ins.at(&listening);
            Ok(())
        });
    }

    pub(super) fn neighbour(&self, sockets: BTreeSet<u32>) -> Option<String> {
        self.inside(move || neighbours::outside(&sockets)).ok()?
    }

    pub(super) fn looked_up(&self, from: u16) -> Option<String> {
        self.lookups.from(from)
    }
}

/// Puts this thread into a network of its own.
fn make() -> io::Result<Lookups> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(|error| match user::is_restricted() {
        true => io::Error::other(format!("this machine lets only root make one: {} is 1", user::RESTRICTED)),
        false => io::Error::other(format!("this machine lets us make none: {error}")),
    })?;
    routes::lead_nowhere()?;
    // Where it is not permitted, names are looked up as everywhere: most who know names are outside, and whoever asks them waits.
    let _ = files::replace();
    Lookups::listen()
}
