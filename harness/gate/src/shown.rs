//! A run that is shown is made for real: each delivery has a fresh process of its own, which is killed where the run says so.
use crate::{
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
    /// How much of what it printed was noted.
    noted: usize,
}

/// Of what is printed between two requests, so many lines are noted.
const MOST_LINES: usize = 4;

impl Shown {
    /// Somebody to be told everything, if this run is shown.
    pub(crate) fn wanted(client: &Client<World>) -> Option<Shown> {
        IS_SHOWN.get().then(|| Shown { live: None, client: client.clone(), noted: 0 })
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
        let printed = live.output();
        let lines =
            printed.get(self.noted..).unwrap_or_default().lines().filter(|line| !line.trim().is_empty());
        for line in lines.take(MOST_LINES) {
            self.client.note(|| format!("prints: {line}"));
        }
        self.noted = printed.len();
        if step == known {
            return Ok(());
        }
        let (before, now) = (known.to_string(), step.to_string());
        Err(Trouble::Diverged { handler: live.name().into(), before, now, is_fresh: true })
    }
}
