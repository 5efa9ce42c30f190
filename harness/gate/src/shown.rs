//! A run that is shown is made for real: each delivery has a fresh process of its own, which is killed where the run says so.
use crate::{
    ask::Ended,
    known::Program,
    live::{Live, Step, Told},
    names::LEARNER,
    trouble::Trouble,
    world::World,
};
use anechoic_engine::Client;
use std::cell::Cell;

thread_local! {
    /// Whether the runs that this thread makes are shown.
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// Makes what is made meanwhile for real.
pub(crate) fn for_real<T>(make: impl FnOnce() -> T) -> T {
    let before = IS_SHOWN.replace(true);
    let made = make();
    IS_SHOWN.set(before);
    made
}

/// A process that does what is known of its handler, or it is said.
pub(crate) struct Shown {
    live: Option<Live>,
    client: Client<World>,
}

/// Of what is printed between two requests, so many lines are noted.
const MOST_LINES: usize = 2;

impl Shown {
    /// Somebody to be told everything, if this run is shown.
    pub(crate) fn wanted(client: &Client<World>) -> Option<Shown> {
        IS_SHOWN.get().then(|| Shown { live: None, client: client.clone() })
    }

    pub(crate) fn begin(&mut self, program: &Program, event: &str, known: &Step) -> Result<(), Trouble> {
        let mut live = Live::start(program.handler())?;
        let step = live.begin(event, LEARNER, 0)?;
        self.live = Some(live);
        self.compare(&step, known)
    }

    pub(crate) fn tell(&mut self, ticket: u32, told: &Told, known: &Step) -> Result<(), Trouble> {
        let Some(live) = &mut self.live else { return Ok(()) };
        let step = live.tell(ticket, told)?;
        self.compare(&step, known)
    }

    fn compare(&mut self, step: &Step, known: &Step) -> Result<(), Trouble> {
        let Some(live) = &mut self.live else { return Ok(()) };
        let printed = live.news();
        let mut lines = printed.lines().filter(|line| !line.trim().is_empty());
        // How it fails is told anyway, and most print that at length.
        if !matches!(step.over, Some(Ended::Failed(_))) {
            for line in lines.by_ref().take(MOST_LINES) {
                self.client.note(|| format!("prints: {line}"));
            }
            let more = lines.count();
            if more > 0 {
                self.client.note(|| format!("prints {more} more"));
            }
        }
        if step == known {
            return Ok(());
        }
        let (before, now) = (known.to_string(), step.to_string());
        Err(Trouble::Diverged { handler: live.name().into(), before, now, is_fresh: true })
    }
}
