//! A process; and where its clock and its chance are its own, a twin that is told the same.
//!
//! In what the two say otherwise, and in nothing else, they may differ from any third: that is given names, and the times of their
//! clocks are told by that of the gate. So a handler in any language is a function of what it is told, as far as it can be.
use crate::{
    ask::{Answer, Ask, Ended},
    clock::Clock,
    confirm::diverged,
    drawn::Drawn,
    event::Event,
    handler::Handler,
    live::Live,
    names::Owner,
    step::{Step, Told},
    trouble::Trouble,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// What a process whose clock is its own was told longer ago, it is not asked to go on from: its timers run.
const LONG_AGO: Duration = Duration::from_secs(3);
/// If its timers are tried, it is not asked to go on when it has waited for longer.
const A_WHILE: Duration = Duration::from_millis(20);

/// A process, and its twin if it has one.
pub(crate) struct Pair {
    one: Live,
    twin: Option<Twin>,
}

struct Twin {
    live: Live,
    drawn: Drawn,
    clocks: [Clock; 2],
    begun: Instant,
}

/// A process that loads its program while others are told things.
pub(crate) struct Starting(Live);

impl Starting {
    pub(crate) fn begin(handler: &Arc<Handler>) -> Result<Starting, Trouble> {
        Live::start(handler).map(Starting)
    }

    /// Waits until it waits for an event.
    pub(crate) fn ready(self, handler: &Arc<Handler>) -> Result<Pair, Trouble> {
        let one = self.0.ready()?;
        let twin = match one.has_clock_of_ours() {
            true => None,
            false => Some(Twin {
                live: Live::start(handler)?.ready()?,
                drawn: Drawn::new(0),
                clocks: [Clock::default(), Clock::default()],
                begun: Instant::now(),
            }),
        };
        Ok(Pair { one, twin })
    }
}

impl Pair {
    /// Starts a process, and waits until it waits for an event.
    pub(crate) fn start(handler: &Arc<Handler>) -> Result<Pair, Trouble> {
        Starting::begin(handler)?.ready(handler)
    }

    /// Tells it of an event. Names that it draws are this owner's.
    pub(crate) fn begin(&mut self, event: &Event, owner: Owner) -> Result<Step, Trouble> {
        let is_beside = self.one.asks_for_something();
        let mut clock = Clock::begin(event);
        // Times that the runtime puts into an event are by the clock of the gate, which is the process's where that is ours.
        let text = if self.twin.is_some() { clock.told_of(event) } else { event.text.to_string() };
        let step = self.one.begin(&text, event.at, owner)?;
        // What is started for each event shows only then whose its clock is.
        if self.one.has_clock_of_ours() {
            self.twin = None;
        }
        let Some(twin) = &mut self.twin else { return Ok(step) };
        if !is_beside {
            twin.drawn = Drawn::new(owner);
        }
        twin.begun = Instant::now();
        twin.clocks = [clock, Clock::begin(event)];
        let other = twin.live.begin(&twin.clocks[1].told_of(event), event.at, owner)?;
        twin.named(&step, &other, self.one.is_fresh)
    }

    /// Tells it what became of something that it asked for.
    pub(crate) fn tell(&mut self, ticket: u32, told: &Told) -> Result<Step, Trouble> {
        let Some(twin) = &mut self.twin else { return self.one.tell(ticket, told) };
        let [to_one, to_twin] = [0, 1].map(|which| twin.said_to(which, told));
        let step = self.one.tell(ticket, &to_one)?;
        let other = twin.live.tell(ticket, &to_twin)?;
        twin.named(&step, &other, self.one.is_fresh)
    }

    /// Makes a fresh process of it, if that can be had for less than a start.
    pub(crate) fn renew(&mut self) -> Result<bool, Trouble> {
        Ok(self.twin.is_none() && self.one.renew()?)
    }

    /// Whether it waits for an event and for nothing else.
    pub(crate) fn is_idle(&self) -> bool {
        self.all().all(Live::is_idle)
    }

    /// Whether it waits for an answer.
    pub(crate) fn awaits_an_answer(&self) -> bool {
        self.one.asks_for_something()
    }

    /// Whether it was never told of an event.
    pub(crate) fn is_unused(&self) -> bool {
        self.one.is_unused()
    }

    /// Whether its own timers may have fired.
    pub(crate) fn is_stale(&self) -> bool {
        let Some(twin) = self.twin.as_ref().filter(|_| !self.is_idle()) else { return false };
        match self.one.has_waited() {
            Some(waited) => waited > A_WHILE,
            None => twin.begun.elapsed() > LONG_AGO,
        }
    }

    /// Whether its clock and its chance are its own.
    pub(crate) fn has_own_clock(&self) -> bool {
        self.twin.is_some()
    }

    /// How often it was not answered, in all.
    pub(crate) fn hung_up(&self) -> u32 {
        self.one.hung_up
    }

    /// Whether it has seen no event but one.
    pub(crate) fn is_fresh(&self) -> bool {
        self.one.is_fresh
    }

    /// Whether it has drawn what does not show who drew it.
    pub(crate) fn has_drawn(&mut self) -> Result<bool, Trouble> {
        Ok(self.twin.as_ref().is_some_and(|twin| twin.drawn.is_unmarked) || self.one.has_drawn()?)
    }

    /// Lets it come to its end: all that it asks for is refused.
    pub(crate) fn abandon(&mut self) -> Result<(), Trouble> {
        self.all_mut().try_for_each(Live::abandon)
    }

    /// Gives what nobody here knows of a moment to come.
    pub(crate) fn linger(&mut self) -> Result<(), Trouble> {
        self.all_mut().try_for_each(Live::linger)
    }

    /// As whom it draws names.
    pub(crate) fn owner(&self) -> Owner {
        self.one.owner()
    }

    /// Whose process it is.
    pub(crate) fn name(&self) -> &str {
        self.one.name()
    }

    /// What it has printed since this was asked last.
    pub(crate) fn news(&mut self) -> String {
        self.one.news()
    }

    pub(crate) fn stray(&mut self, what: String) -> Trouble {
        self.one.stray(what)
    }

    fn all(&self) -> impl Iterator<Item = &Live> {
        [&self.one].into_iter().chain(self.twin.as_ref().map(|twin| &twin.live))
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Live> {
        [&mut self.one].into_iter().chain(self.twin.as_mut().map(|twin| &mut twin.live))
    }
}

impl Twin {
    /// What both did, in the names and by the clock of the gate.
    fn named(&mut self, one: &Step, other: &Step, is_fresh: bool) -> Result<Step, Trouble> {
        self.if_alike(one, other).ok_or_else(|| diverged(self.live.name(), one, other, is_fresh))
    }

    fn if_alike(&mut self, one: &Step, other: &Step) -> Option<Step> {
        let are_alike = one.asks.len() == other.asks.len() && one.gone == other.gone;
        let asks = one.asks.iter().zip(&other.asks).map(|(one, other)| self.ask(one, other));
        let asks = asks.collect::<Option<Vec<Arc<Ask>>>>()?;
        let over = match (&one.over, &other.over) {
            (None, None) => None,
            (Some(Ended::Answered(one)), Some(Ended::Answered(other))) => {
                Some(Ended::Answered(self.text(one, other)?.into()))
            }
            (Some(Ended::Failed(one)), Some(Ended::Failed(other))) => {
                Some(Ended::Failed(self.text(one, other)?.into()))
            }
            (Some(Ended::Exited(one)), Some(Ended::Exited(other))) => {
                Some(Ended::Exited(self.text(one, other)?.into()))
            }
            _ => return None,
        };
        are_alike.then(|| Step { asks, over, ..one.clone() })
    }

    fn ask(&mut self, one: &Ask, other: &Ask) -> Option<Arc<Ask>> {
        let key = match (&one.key, &other.key) {
            (None, None) => None,
            (Some(one), Some(other)) => Some(self.text(one, other)?),
            _ => return None,
        };
        let (path, body) = (self.text(&one.path, &other.path)?, self.text(&one.body, &other.body)?);
        let are_alike = (&one.to, &one.method, &one.attempt) == (&other.to, &other.method, &other.attempt);
        are_alike.then(|| Arc::new(one.with(path, body.into(), key)))
    }

    fn text(&mut self, one: &str, other: &str) -> Option<String> {
        let [clock, twins] = &self.clocks;
        self.drawn.named(&clock.heard(one), &twins.heard(other))
    }

    fn said_to(&mut self, which: usize, told: &Told) -> Told {
        let Told::Answer(Answer { status, headers, body }) = told else { return told.clone() };
        let body = self.drawn.said_to(which, &self.clocks[which].said(body)).into();
        Told::Answer(Answer { status: *status, headers: headers.clone(), body })
    }
}
