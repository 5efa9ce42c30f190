//! The points at which a room's run asks its source how to go on.
use crate::{
    ActorState, Cost, Digest, Fault, Faults, Fingerprinter, Footprint, Operation, Point, Premise, Service,
    State, Text, Way,
    actor::Name,
    fingerprint::Owner,
    late::Write,
    moves::{Asked, Move, Touched},
    room::Room,
};
use std::hash::{Hash, Hasher};

/// Between two moves.
pub(crate) struct Crossroads<'a, S: Service> {
    room: &'a Room<S>,
    moves: &'a [Move],
    touched: &'a Touched,
    /// Who stepped last, if it could go on: if a request of its can be delivered.
    last: Option<usize>,
}

impl<'a, S: Service> Crossroads<'a, S> {
    pub(crate) fn new(room: &'a Room<S>, moves: &'a [Move], touched: &'a Touched) -> Crossroads<'a, S> {
        let goes_on = |last: &usize| {
            moves.iter().any(|way| matches!(way, Move::Deliver(asked) if asked.actor == *last))
        };
        Crossroads { room, moves, touched, last: room.last.filter(goes_on) }
    }
}

impl<S: Service> Point for Crossroads<'_, S> {
    fn ways(&self) -> usize {
        self.moves.len()
    }

    fn label(&self, way: usize) -> String {
        self.room.label(self.moves[way])
    }

    fn way(&self, way: usize) -> Way {
        let chosen = self.moves[way];
        let preempted = self.last.is_some_and(|last| chosen.actor().is_some_and(|actor| actor != last));
        let cost = Cost { faults: u32::from(chosen.fault().is_some()), switches: u32::from(preempted) };
        Way { deed: self.room.deed(chosen), cost }
    }

    fn footprint(&self, way: usize) -> Footprint {
        self.room.footprint(self.moves[way], self.touched)
    }

    fn faults(&self) -> u32 {
        self.room.faults
    }

    fn state(&self) -> Option<State> {
        // Who stepped last matters only if it could go on: only then does another's step count as a context switch.
        let state = self.room.state()?;
        Some(State { last: self.last, ..state })
    }
}

impl<S: Service> Room<S> {
    /// What a move is called. A run's labels make it replayable.
    pub(crate) fn label(&self, chosen: Move) -> String {
        let asks = |asked: Asked| format!("{}: {}", self.actors[asked.actor].name, self.asked(asked));
        match chosen {
            Move::Deliver(asked) => asks(asked),
            Move::Fault(asked, fault, way) => {
                let how = self.inner.borrow().how(asked, fault, way);
                format!("{} ({fault}{how})", asks(asked))
            }
            Move::Wake(asked) => asks(asked),
            Move::Land(index) | Move::Vanish(index) => {
                let late = &self.late[index];
                let asked = self.describe_late(late);
                let what =
                    if chosen == Move::Land(index) { "late write" } else { "never carried out: write" };
                format!("{what} {} of {}: {asked}", late.number + 1, self.actors[late.sender].name)
            }
            Move::Notice(index) => {
                let session = self.ended[index];
                let name = &self.actors[session.owner as usize].name;
                format!("it is noticed that invocation {} of {name} has ended", session.number)
            }
            Move::Duplicate(actor) => format!("{}: invoked again beside itself", self.actors[actor].name),
            Move::Begin(actor) => format!("{} begins", self.actors[actor].name),
            Move::Settle => "nothing more happens".into(),
        }
    }

    /// The operation that a move carries out, or that goes wrong in it; none if it is no operation.
    pub(crate) fn operation(&self, chosen: Move) -> Option<Operation> {
        match chosen {
            Move::Deliver(asked) | Move::Fault(asked, ..) => {
                let inner = self.inner.borrow();
                let can = inner.goes_wrong_in_some_way(asked);
                Some(Operation { name: inner.describe(asked), can })
            }
            Move::Duplicate(_) => {
                Some(Operation { name: "invocation".into(), can: Faults::of(&[Fault::DuplicateInvocation]) })
            }
            Move::Wake(_)
            | Move::Land(_)
            | Move::Vanish(_)
            | Move::Notice(_)
            | Move::Begin(_)
            | Move::Settle => None,
        }
    }

    /// What an actor asks for; numbered, if the same is under way already.
    pub(crate) fn asked(&self, asked: Asked) -> String {
        let inner = self.inner.borrow();
        let what = inner.describe(asked);
        let earlier = (0..asked.at).filter(|at| inner.describe(Asked { at: *at, ..asked }) == what).count();
        if earlier == 0 { what } else { format!("{what}, number {} of these", earlier + 1) }
    }

    /// What the run's future depends on, besides the faults it has had.
    pub(crate) fn state(&self) -> Option<State> {
        let inner = self.inner.borrow();
        // The clock is part of the state, so no two states of a timed run are the same.
        if inner.timed {
            return None;
        }
        let digest = self.digest();
        let mut actors: Vec<ActorState> = Vec::with_capacity(self.actors.len());
        for (index, (actor, slot)) in self.actors.iter().zip(&inner.slots).enumerate() {
            // A name that outlives its invocation says who drew it, wherever it is stored.
            let named = S::NAMES_OUTLIVE_INVOCATIONS && slot.drawn > 0;
            let class = if named { index } else { actor.class };
            let mut fingerprinter = Fingerprinter::new();
            (digest.of_owned(index), class, actor.restarts_left, actor.duplicated).hash(&mut fingerprinter);
            // What an actor does next is a function of what it has learnt, so its history stands for all of its code.
            match &actor.end {
                None if !actor.begun => fingerprinter.write_u8(3),
                Some(end) => (0_u8, end).hash(&mut fingerprinter),
                // What it knew is gone, and it only waits to be invoked again.
                None if actor.invocation.is_none() => fingerprinter.write_u8(1),
                None => (2_u8, slot.history).hash(&mut fingerprinter),
            }
            slot.written.add_to(&mut fingerprinter);
            // Among interchangeable callers, two invocations of one request are told from those of two.
            if let Some(original) = actor.original.filter(|_| self.is_one_of_several(actor.class)) {
                let ActorState { own, .. } = actors[original];
                own.hash(&mut fingerprinter);
            }
            actors.push(ActorState { class, own: fingerprinter.fingerprint() });
        }
        let mut fingerprinter = Fingerprinter::new();
        (&self.chosen, digest.of_shared(), self.settled).hash(&mut fingerprinter);
        for checkpoints in &self.checkpoints {
            checkpoints.fingerprint().hash(&mut fingerprinter);
        }
        Some(State { shared: fingerprinter.fingerprint(), actors, last: None })
    }

    /// The shared state, with all writes that are still on their way.
    fn digest(&self) -> Digest {
        let inner = self.inner.borrow();
        // What an invocation drew is of the past when the invocation is, unless something of it is still to come.
        let is_late = |actor| self.late.iter().any(|late| late.sender == actor);
        let lives = |actor| S::NAMES_OUTLIVE_INVOCATIONS || is_late(actor);
        let mut digest = Digest::new(inner.slots.iter().enumerate().map(|(actor, slot)| {
            let past = if lives(actor) { 0 } else { slot.drawn_before };
            Owner::new(past, slot.drawn, Some(slot.invocations))
        }));
        inner.service.digest(&mut digest);
        for session in &self.ended {
            digest.in_session(*session, &"ended");
        }
        for late in &self.late {
            let mut fingerprinter = Fingerprinter::new();
            match &*late.write {
                Write::Request(request) => inner.service.digest_request(request, &mut fingerprinter),
                Write::Checkpoint(update) => update.hash(&mut fingerprinter),
            }
            if late.may_vanish {
                fingerprinter.write_u8(1);
            }
            digest.owned(late.sender, &fingerprinter.fingerprint());
        }
        digest
    }

    /// What all looks like at rest, when no name is in use any more.
    pub(crate) fn end_state(&self) -> u128 {
        let mut digest = Digest::new(self.actors.iter().map(|_| Owner::new(u32::MAX, u32::MAX, None)));
        self.inner.borrow().service.digest(&mut digest);
        digest.of_shared()
    }
}

/// Before anything begins.
pub(crate) struct Beginning<'a> {
    pub(crate) premise: &'a Premise,
    /// What was chosen for the premises before this one.
    pub(crate) chosen: &'a [usize],
}

impl Point for Beginning<'_> {
    fn ways(&self) -> usize {
        self.premise.ways.len()
    }

    fn label(&self, way: usize) -> String {
        self.premise.label(way)
    }

    fn way(&self, _: usize) -> Way {
        Way::default()
    }

    fn faults(&self) -> u32 {
        0
    }

    fn state(&self) -> Option<State> {
        Some(State { shared: Fingerprinter::of(&self.chosen), ..State::default() })
    }
}

/// Within a move: an actor draws a number.
pub(crate) struct Draw<'a> {
    pub(crate) actor: &'a Name,
    pub(crate) what: Text,
    pub(crate) of: u32,
    pub(crate) faults: u32,
}

impl Point for Draw<'_> {
    fn ways(&self) -> usize {
        self.of as usize
    }

    fn label(&self, way: usize) -> String {
        format!("{} draws {}: {way} of {}", self.actor, self.what, self.of)
    }

    fn way(&self, _: usize) -> Way {
        Way::default()
    }

    fn is_within(&self) -> bool {
        true
    }

    fn faults(&self) -> u32 {
        self.faults
    }

    fn state(&self) -> Option<State> {
        None
    }
}
