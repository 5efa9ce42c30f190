//! Time, in a run in which it passes: when what an actor waits for is due.
use crate::{
    Cost, Point, Scenario, Service, State, StepKind, Text, Way,
    actor::Name,
    as_if_once::Mode,
    moves::{Asked, Move},
    room::Room,
    run::{Run, pick},
    slot::{Inner, Pending},
};
use std::time::Duration;

impl<S: Service> Inner<S> {
    /// When what an actor waits for is due. Where time does not pass, all of it is.
    pub(crate) fn due(&self, Asked { actor, at }: Asked) -> Duration {
        let asks = &self.slots[actor].asks;
        match &asks.pending[at] {
            _ if !self.timed => Duration::ZERO,
            (_, Pending::Timer { due }) => *due,
            (ticket, _) => {
                let arrives = asks.arrivals.iter().find(|(sent, _)| sent == ticket);
                arrives.map_or(Duration::ZERO, |(_, due)| *due)
            }
        }
    }
}

impl<S: Service> Room<S> {
    /// Up to which time things happen next: now, as long as anything is due, and else when the next thing is.
    pub(crate) fn horizon(&self) -> Duration {
        self.horizon_of(|_| true)
    }

    /// The same, if nobody but these acted.
    pub(crate) fn horizon_of(&self, acts: impl Fn(usize) -> bool) -> Duration {
        let inner = self.inner.borrow();
        if !inner.timed {
            return Duration::ZERO;
        }
        let goes_on =
            inner.all_pending().filter(|(asked, pending)| acts(asked.actor) && !self.is_blocked(pending));
        let next = goes_on.map(|(asked, _)| inner.due(asked)).min();
        inner.now.max(next.unwrap_or_default())
    }

    /// Time passes until a move is made.
    pub(crate) fn pass_time(&self, chosen: Move) {
        let (Move::Deliver(asked) | Move::Fault(asked, ..) | Move::Wake(asked)) = chosen else { return };
        let inner = &mut *self.inner.borrow_mut();
        if inner.timed {
            inner.now = inner.now.max(inner.due(asked));
        }
    }

    /// A request of an actor of which it is not known yet how long it takes, and how long it may.
    fn sent(&self, actor: usize) -> Option<Sent> {
        let inner = self.inner.borrow();
        if !inner.timed {
            return None;
        }
        let asks = &inner.slots[actor].asks;
        let is_new = |at: &usize| {
            let (ticket, pending) = &asks.pending[*at];
            let is_known = asks.arrivals.iter().any(|(sent, _)| sent == ticket);
            matches!(pending, Pending::Call(_)) && !is_known
        };
        let at = (0..asks.pending.len()).find(is_new)?;
        let latencies = match &asks.pending[at].1 {
            Pending::Call(request) => inner.service.latencies(request),
            _ => Vec::new(),
        };
        Some(Sent { asked: Asked { actor, at }, latencies })
    }
}

/// A request that was sent just now, and how long it may take.
struct Sent {
    asked: Asked,
    latencies: Vec<Duration>,
}

impl<C: Scenario> Run<'_, C> {
    /// Draws for each request that an actor has sent how long it takes. In a calm run, and in one that others are compared with,
    /// that is the first of the times that it may take.
    pub(crate) fn take_time(&mut self, actor: usize) {
        let is_drawn = !self.is_calm && !matches!(self.mode, Mode::Serial(_));
        while let Some(Sent { asked, latencies }) = self.room.sent(actor) {
            let way = match latencies.len() {
                0 | 1 => 0,
                _ if !is_drawn => 0,
                _ => {
                    let what = self.room.asked(asked).into();
                    let name = &self.room.actors[actor].name;
                    let faults = self.room.faults;
                    let latency = Latency { actor: name, what, latencies: &latencies, faults };
                    let Some(way) = pick(self.source, &latency) else {
                        self.stopped = true;
                        return;
                    };
                    self.choices += 1;
                    self.room.record_choice(latencies.len(), || latency.label(way));
                    let said = || latency.said(way);
                    self.room.inner.borrow_mut().remark(Some(actor), StepKind::Choice, said);
                    way
                }
            };
            let inner = &mut *self.room.inner.borrow_mut();
            let due = inner.now + latencies.get(way).copied().unwrap_or_default();
            let asks = &mut inner.slots[actor].asks;
            // Of what is over nobody asks when it is due: a run of a handler that polls would look through all of it at each step.
            asks.arrivals.retain(|(sent, _)| asks.pending.iter().any(|(ticket, _)| ticket == sent));
            asks.arrivals.push((asks.pending[asked.at].0, due));
        }
    }
}

/// A request is sent: how long it takes.
struct Latency<'a> {
    actor: &'a Name,
    what: Text,
    latencies: &'a [Duration],
    faults: u32,
}

impl Latency<'_> {
    fn said(&self, way: usize) -> String {
        format!("{} takes {:?}", self.what, self.latencies[way])
    }
}

impl Point for Latency<'_> {
    fn ways(&self) -> usize {
        self.latencies.len()
    }

    fn label(&self, way: usize) -> String {
        format!("{}: {}", self.actor, self.said(way))
    }

    fn way(&self, _: usize) -> Way {
        Way { deed: None, cost: Cost::default() }
    }

    fn faults(&self) -> u32 {
        self.faults
    }

    fn is_within(&self) -> bool {
        true
    }

    fn state(&self) -> Option<State> {
        None
    }
}
