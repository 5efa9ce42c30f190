//! Whether fresh processes do again what is known.
use crate::{
    handler::Handler,
    known::{Program, What, locked},
    names::{LEARNER, Owner},
    pair::Pair,
    step::Step,
    trouble::Trouble,
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

impl Program {
    /// Tells fresh processes again what is known, so many histories of it, under another name: they must do the same. How many
    /// were told again, and how many there are.
    ///
    /// # Errors
    /// What was done otherwise; or that not all of these were told again, which confirms nothing.
    pub(crate) fn confirm(
        &self,
        most: usize,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<(usize, usize), Trouble> {
        let (all, histories) = {
            let mut known = self.lock();
            known.rest();
            known.trouble.clone().map_or(Ok(()), Err)?;
            known.histories(most)
        };
        // Who has no time to begin with is told nothing.
        let first = if go_on() { 0 } else { histories.len() };
        let (next, over) = (AtomicUsize::new(first), Mutex::new(None));
        // A process that starts keeps a core busy.
        let crew = thread::available_parallelism().map_or(1, usize::from).min(histories.len().max(1));
        let work = || {
            let (mut told, mut live) = (0, None);
            while let Some(history) = histories.get(next.fetch_add(1, Ordering::Relaxed)) {
                if locked(&over).is_some() {
                    break;
                }
                match told_again(self.handler(), history, &mut live) {
                    Ok(()) => told += 1,
                    Err(trouble) => drop(locked(&over).get_or_insert(trouble)),
                }
            }
            told
        };
        let told = thread::scope(|scope| {
            let workers: Vec<_> = (0..crew).map(|_| scope.spawn(work)).collect();
            while go_on() && workers.iter().any(|worker| !worker.is_finished()) {
                thread::sleep(Duration::from_millis(5));
            }
            // Who has no time any more takes no further history.
            next.fetch_max(histories.len(), Ordering::Relaxed);
            workers.into_iter().map(|worker| worker.join().unwrap_or(0)).sum::<usize>()
        });
        let missed = (told < histories.len()).then(|| Trouble::Unclear {
            what: format!(
                "only {told} of {} histories of handler `{}` could be told again to fresh processes before the time was over",
                histories.len(),
                self.handler().name
            ),
        });
        let done = locked(&over).take().or(missed).map_or(Ok((told, all)), Err);
        self.lock().note(done)
    }
}

/// All that one process was told, and what it did each time.
pub(crate) type History = Vec<(What, Arc<Step>)>;

/// Tells a fresh process what another was told.
fn told_again(handler: &Arc<Handler>, history: &History, last: &mut Option<Pair>) -> Result<(), Trouble> {
    // A process that can be renewed is; otherwise the last one ends before the next one starts.
    let renewed = match last.take() {
        Some(mut live) => live.renew()?.then_some(live),
        None => None,
    };
    let live = match renewed {
        Some(live) => last.insert(live),
        None => last.insert(Pair::start(handler)?),
    };
    for (what, before) in history {
        let now = tell(live, what, true)?;
        same(live, before, &now, true)?;
    }
    live.linger()
}

/// Whether a process did the same as before.
pub(crate) fn same(live: &Pair, before: &Step, now: &Step, is_fresh: bool) -> Result<(), Trouble> {
    // Whether a timer fires in real time shows only when it is waited for.
    let may_wake = if live.has_own_clock() { before.may_wake } else { now.may_wake };
    let is_same = *before == Step { may_wake, ..now.clone() };
    if is_same { Ok(()) } else { Err(diverged(live.name(), before, now, is_fresh)) }
}

pub(crate) fn diverged(handler: &str, before: &Step, now: &Step, is_fresh: bool) -> Trouble {
    let (before, now) = (before.to_string(), now.to_string());
    Trouble::Diverged { handler: handler.into(), before, now, is_fresh }
}

/// Tells a process something; to another than who was learnt, if so: then nothing may hang on who it is.
pub(crate) fn tell(live: &mut Pair, what: &What, is_another: bool) -> Result<Step, Trouble> {
    const ANOTHER: Owner = 1;
    match what {
        What::Event(event, owner) => {
            let owner = if is_another && *owner == LEARNER { ANOTHER } else { *owner };
            live.begin(event, owner)
        }
        What::Told(ticket, told) => live.tell(*ticket, told),
    }
    .map(|step| if live.owner() == ANOTHER { step.of_learner(ANOTHER) } else { step })
}
