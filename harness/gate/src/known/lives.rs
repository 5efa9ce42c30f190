//! The processes that are kept of a handler, each where it stands.
use super::{At, Known, NOWHERE, Program};
use crate::{
    handler::{Handler, Kind},
    pair::{Pair, Starting},
    trouble::Trouble,
};
use std::sync::Arc;

/// As many processes of a handler are kept, each where it stands.
const MOST_LIVES: usize = 3;

impl Known {
    /// A process that was told what leads to this position.
    pub(super) fn live_at(&mut self, at: At, program: &Program) -> Result<Pair, Trouble> {
        self.lives.retain(|(_, live)| !live.is_stale());
        let path = self.path(at);
        let depth = |known: At| path.iter().rposition(|at| *at == known);
        // The one that is furthest on the way, or else one that waits for an event.
        let nearest = (0..self.lives.len()).max_by_key(|index| depth(self.lives[*index].0));
        if let Some(index) = nearest.filter(|index| depth(self.lives[*index].0).is_some()) {
            let (from, mut live) = self.lives.swap_remove(index);
            self.feed(&mut live, from, at)?;
            return Ok(live);
        }
        let mut live = self.idle(program)?;
        self.feed(&mut live, NOWHERE, at)?;
        Ok(live)
    }

    /// A process that waits for an event.
    fn idle(&mut self, program: &Program) -> Result<Pair, Trouble> {
        if program.handler.fresh || program.handler.kind == Kind::Command {
            // Where each gets its own, only one that was never told anything will do.
            while let Some(index) =
                self.lives.iter().position(|(_, live)| live.is_idle() && !live.is_unused())
            {
                let (_, mut live) = self.lives.swap_remove(index);
                if live.renew()? {
                    return Ok(live);
                }
            }
        }
        if let Some(index) = self.lives.iter().position(|(_, live)| live.is_idle()) {
            let (_, live) = self.lives.swap_remove(index);
            if live.hung_up() < program.handler.most_hang_ups() {
                return Ok(live);
            }
        }
        if self.lives.len() < MOST_LIVES {
            return self.start(&program.handler);
        }
        let (_, mut live) = self.lives.remove(0);
        if live.renew()? {
            return Ok(live);
        }
        if !program.handler.fresh
            && live.hung_up() < program.handler.most_hang_ups()
            && live.abandon().is_ok()
            && live.is_idle()
        {
            return Ok(live);
        }
        drop(live);
        self.start(&program.handler)
    }

    pub(super) fn start(&mut self, handler: &Arc<Handler>) -> Result<Pair, Trouble> {
        self.effort.started += 1;
        let spare = self.spare.take().map_or_else(|| Starting::begin(handler), Ok)?;
        let live = spare.ready(handler)?;
        // Where one was replaced, another will be. If none can be started beside, one is started when it is needed.
        if self.effort.started > MOST_LIVES as u64 {
            self.spare = Starting::begin(handler).ok();
        }
        Ok(live)
    }

    /// Lets all but one process go, when a search is over.
    pub(crate) fn rest(&mut self) {
        self.lives.truncate(1);
        self.spare = None;
    }
}
