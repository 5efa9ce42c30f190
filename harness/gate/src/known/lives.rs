//! The processes that are kept of a handler, each where it stands.
use super::{At, Known, NOWHERE, Program};
use crate::{
    handler::Kind,
    pair::{Pair, Starting},
    trouble::Trouble,
};

/// As many processes of a handler are kept, each where it stands; those that a thread is just telling something come on top.
const MOST_LIVES: usize = 3;

impl Program {
    /// A process that was told what leads to this position.
    pub(super) fn live_at(&self, at: At) -> Result<Pair, Trouble> {
        let (found, way) = {
            let mut known = self.lock();
            known.lives.retain(|(_, live)| !live.is_stale());
            let (from, found) = known.nearest(at).map_or((NOWHERE, None), |(from, live)| (from, Some(live)));
            (found, known.way(from, at))
        };
        let mut live = found.map_or_else(|| self.idle(), Ok)?;
        self.feed(&mut live, &way)?;
        Ok(live)
    }

    /// A process that waits for an event.
    fn idle(&self) -> Result<Pair, Trouble> {
        let handler = &self.handler;
        if handler.fresh || handler.kind == Kind::Command {
            // Where each gets its own, only one that was never told anything will do.
            while let Some(mut live) = self.take(|live| live.is_idle() && !live.is_unused()) {
                if live.renew()? {
                    return Ok(live);
                }
            }
        }
        if let Some(live) = self.take(Pair::is_idle)
            && live.hung_up() < handler.most_hang_ups()
        {
            return Ok(live);
        }
        let Some(mut live) = self.take_if_full() else { return self.start() };
        if live.renew()? {
            return Ok(live);
        }
        let may_serve = !handler.fresh && live.hung_up() < handler.most_hang_ups();
        if may_serve && live.abandon().is_ok() && live.is_idle() {
            return Ok(live);
        }
        drop(live);
        self.start()
    }

    /// The first of the processes of which this is true.
    fn take(&self, is_wanted: impl Fn(&Pair) -> bool) -> Option<Pair> {
        let mut known = self.lock();
        let at = known.lives.iter().position(|(_, live)| is_wanted(live))?;
        Some(known.lives.swap_remove(at).1)
    }

    /// The one that has been kept for longest, if no more may be.
    fn take_if_full(&self) -> Option<Pair> {
        let mut known = self.lock();
        (known.lives.len() >= MOST_LIVES).then(|| known.lives.remove(0).1)
    }

    pub(super) fn start(&self) -> Result<Pair, Trouble> {
        let spare = {
            let mut known = self.lock();
            known.effort.started += 1;
            known.spare.take()
        };
        let live = spare.map_or_else(|| Starting::begin(&self.handler), Ok)?.ready(&self.handler)?;
        // Where one was replaced, another will be. If none can be started beside, one is started when it is needed.
        let is_wanted = {
            let known = self.lock();
            known.effort.started > MOST_LIVES as u64 && known.spare.is_none()
        };
        if is_wanted {
            let spare = Starting::begin(&self.handler).ok();
            self.lock().spare = spare;
        }
        Ok(live)
    }
}

impl Known {
    /// The process that is furthest on the way to a position, and where it stands.
    fn nearest(&mut self, at: At) -> Option<(At, Pair)> {
        let path = self.path(at);
        let depth = |known: At| path.iter().rposition(|at| *at == known);
        let nearest = (0..self.lives.len()).max_by_key(|index| depth(self.lives[*index].0))?;
        depth(self.lives[nearest].0)?;
        Some(self.lives.swap_remove(nearest))
    }

    /// Lets all but one process go, when a search is over.
    pub(crate) fn rest(&mut self) {
        self.lives.truncate(1);
        self.spare = None;
    }
}
