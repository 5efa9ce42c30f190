//! How a process is told what nobody was told before.
use super::{At, Known, NOWHERE, Node, Program, What};
use crate::{
    confirm::{History, same, tell},
    pair::Pair,
    step::Step,
    trouble::Trouble,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Program {
    /// What it does when it is also told this: it is looked up, or a process does it.
    pub(super) fn look_or_learn(
        &self,
        before: Option<At>,
        what: impl FnOnce(&Known) -> What,
    ) -> Result<(At, Arc<Step>), Trouble> {
        let what = {
            let mut known = self.lock();
            let what = what(&known);
            if let Some(at) = known.after(before).get(&what.key()).copied() {
                return Ok((at, known.nodes[at.0].step.clone()));
            }
            known.trouble.clone().map_or(Ok(()), Err)?;
            what
        };
        let learnt = self.learn(before, what);
        self.lock().note(learnt)
    }

    fn learn(&self, before: Option<At>, what: What) -> Result<(At, Arc<Step>), Trouble> {
        let mut live = self.live_at(before.unwrap_or(NOWHERE))?;
        let step = tell(&mut live, &what, false)?;
        let may_have_drawn = {
            let known = self.lock();
            step.over.is_some() && !known.has_own_chance && !known.has_drawn
        };
        let has_drawn = may_have_drawn && live.has_drawn()?;
        let known = &mut *self.lock();
        known.effort.told += 1;
        known.has_own_clock = live.has_own_clock();
        known.has_drawn |= has_drawn;
        if has_drawn && known.is_rehearsed {
            return Err(live.stray(
                "draws at random, but not when all goes well, and what it draws does not show who drew it: say `own_chance = \
                 true` of the handler, and each of its processes is told apart"
                    .into(),
            ));
        }
        known.add(before, what, step, live)
    }

    /// Tells a process again what leads to a position, and compares what it does.
    pub(super) fn feed(&self, live: &mut Pair, way: &History) -> Result<(), Trouble> {
        for (what, before) in way {
            let now = tell(live, what, false)?;
            same(live.name(), before, &now, live.is_fresh())?;
        }
        let effort = &mut self.lock().effort;
        effort.told += way.len() as u64;
        effort.again += way.len() as u64;
        Ok(())
    }
}

impl Known {
    /// What was learnt, and the process that did it. Another thread may have learnt it meanwhile.
    fn add(
        &mut self,
        before: Option<At>,
        what: What,
        step: Step,
        live: Pair,
    ) -> Result<(At, Arc<Step>), Trouble> {
        let new = At(self.nodes.len());
        let at = *self.after(before).entry(what.key()).or_insert(new);
        if at != new {
            let known = self.nodes[at.0].step.clone();
            same(live.name(), &known, &step, live.is_fresh())?;
            self.lives.push((at, live));
            return Ok((at, known));
        }
        let step = Arc::new(step);
        self.nodes.push(Node { before, what, step: step.clone(), next: FxHashMap::default() });
        self.lives.push((at, live));
        Ok((at, step))
    }

    /// What leads from one position to another behind it.
    pub(super) fn way(&self, from: At, to: At) -> History {
        let path = self.path(to);
        let after = path.iter().position(|at| *at == from).map_or(0, |at| at + 1);
        self.history(&path[after..])
    }
}
