//! What is in the file when a task has ended, and what should be.
use anechoic_orchestrator::{EventKind, Store, Task, UserId, store::Consistency};
use anechoic_sqlite::{Passage, SqliteStore};
use std::{collections::BTreeMap, fmt, ops::AddAssign};

/// What a campaign has come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kills: u64,
    /// How often a process was stopped and went on later.
    pub(crate) stops: u64,
    /// How often a process found no room on the disk.
    pub(crate) refusals: u64,
    /// How many tasks have ended in each way.
    pub(crate) ends: BTreeMap<&'static str, u64>,
    /// Ends without the event that announces them.
    pub(crate) lost: u64,
    /// Events that announce an end again, or another.
    pub(crate) duplicates: u64,
    /// By how much the counter is off.
    pub(crate) drift: u64,
    /// Tasks that did not end, or not along the lifecycle.
    pub(crate) illegal: u64,
}

impl Tally {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.duplicates + self.drift + self.illegal == 0
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Tally) {
        self.kills += more.kills;
        self.stops += more.stops;
        self.refusals += more.refusals;
        for (end, tasks) in more.ends {
            *self.ends.entry(end).or_default() += tasks;
        }
        self.lost += more.lost;
        self.duplicates += more.duplicates;
        self.drift += more.drift;
        self.illegal += more.illegal;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { kills, stops, refusals, ends, lost, duplicates, drift, illegal } = self;
        for (number, what) in [(kills, "kills"), (stops, "stops"), (refusals, "refusals for want of room")] {
            if *number > 0 {
                write!(f, "{number} {what}, ")?;
            }
        }
        write!(
            f,
            "{lost} lost events, {duplicates} duplicates, {drift} drift, {illegal} illegal \
             histories; tasks:"
        )?;
        ends.iter().try_for_each(|(end, tasks)| write!(f, " {tasks} {end}"))
    }
}

/// Judges a task whose workflow has come to its end.
pub(crate) fn judge(store: &SqliteStore, task: &Task, tally: &mut Tally) {
    let row = now(store.task(task.id, Consistency::Strong)).expect("the task is there");
    let events = store.events(task.id).expect("read");
    let announces = events.iter().filter(|event| Some(event.kind) == EventKind::of_end(row.status)).count();
    *tally.ends.entry(row.status.name()).or_default() += 1;
    tally.lost += u64::from(announces == 0);
    tally.duplicates += events.len().saturating_sub(1) as u64;
    let legal = is_legal(&store.history(task.id).expect("read"), row.status.is_terminal());
    tally.illegal += u64::from(!legal);
}

/// By how much a user's counter is off.
pub(crate) fn drift(store: &SqliteStore, user: &UserId) -> u64 {
    now(store.slots_held(user)).abs_diff(now(store.counter(user)).count)
}

/// Each change follows the one before, along the lifecycle, and the last is an end.
fn is_legal(history: &[Passage], ended: bool) -> bool {
    ended
        && history.first().is_some_and(|first| first.from.is_none())
        && history.windows(2).all(|pair| {
            pair[1].from == Some(pair[0].to) && pair[0].to.allows(pair[1].to) && pair[0].at <= pair[1].at
        })
}

fn now<T>(answer: impl Future<Output = Result<T, anechoic_orchestrator::store::Unavailable>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(answer).expect("an answer")
}
