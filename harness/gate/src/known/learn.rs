//! How a process is told what nobody was told before.
use super::{At, Known, NOWHERE, Node, Program, What};
use crate::{
    confirm::{History, diverged, same, tell},
    pair::Pair,
    step::{OF_TIME, Step, Told},
    trouble::Trouble,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// It waits, in real time, until its next timer fires.
const AFTER_SOME_TIME: What = What::Told(OF_TIME, Told::Time);

fn is_of_time(what: &What) -> bool {
    matches!(what, What::Told(OF_TIME, Told::Time))
}

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
        let mut step = tell(&mut live, &what, false)?;
        let may_have_drawn = {
            let known = self.lock();
            step.over.is_some() && !known.has_own_chance && !known.has_drawn
        };
        let has_drawn = may_have_drawn && live.has_drawn()?;
        let may_fire = step.over.is_none() && !is_of_time(&what);
        let fired = if may_fire { self.wait_for_a_timer(&mut live)? } else { None };
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
        let Some(fired) = fired else { return known.add(before, what, step, live) };
        // It has waited so long that its later timers are due too soon; only where one has fired does it stand somewhere.
        step.may_wake = fired != Step::default();
        let learnt = known.note_step(&live, before, what, step)?;
        if learnt.1.may_wake {
            known.add(Some(learnt.0), AFTER_SOME_TIME, fired, live)?;
        }
        Ok(learnt)
    }

    /// Waits whether a timer fires of who awaits an answer, if that is to be tried and takes real time.
    fn wait_for_a_timer(&self, live: &mut Pair) -> Result<Option<Step>, Trouble> {
        let is_tried = self.handler().timers.is_some() && live.has_own_clock() && live.awaits_an_answer();
        is_tried.then(|| tell(live, &AFTER_SOME_TIME, false)).transpose()
    }

    /// Tells a process again what leads to a position, and compares what it does.
    pub(super) fn feed(&self, live: &mut Pair, way: &History) -> Result<(), Trouble> {
        for (what, before) in way {
            let now = tell(live, what, false)?;
            same(live, before, &now, live.is_fresh())?;
        }
        let effort = &mut self.lock().effort;
        effort.told += way.len() as u64;
        effort.again += way.len() as u64;
        Ok(())
    }
}

impl Known {
    /// What was learnt, and the process that did it.
    fn add(
        &mut self,
        before: Option<At>,
        what: What,
        step: Step,
        live: Pair,
    ) -> Result<(At, Arc<Step>), Trouble> {
        let learnt = self.note_step(&live, before, what, step)?;
        self.lives.push((learnt.0, live));
        Ok(learnt)
    }

    /// What this process did. Another thread may have learnt it meanwhile.
    fn note_step(
        &mut self,
        live: &Pair,
        before: Option<At>,
        what: What,
        step: Step,
    ) -> Result<(At, Arc<Step>), Trouble> {
        let new = At(self.nodes.len());
        let at = *self.after(before).entry(what.key()).or_insert(new);
        if at != new {
            let known = self.nodes[at.0].step.clone();
            // Who learns a position waits for its timers if that is to be tried, so here it shows whether one fires.
            return match *known == step {
                true => Ok((at, known)),
                false => Err(diverged(live.name(), &known, &step, live.is_fresh())),
            };
        }
        let step = Arc::new(step);
        self.nodes.push(Node { before, what, step: step.clone(), next: FxHashMap::default() });
        Ok((at, step))
    }

    /// What leads from one position to another behind it.
    pub(super) fn way(&self, from: At, to: At) -> History {
        let path = self.path(to);
        let after = path.iter().position(|at| *at == from).map_or(0, |at| at + 1);
        self.history(&path[after..])
    }
}
