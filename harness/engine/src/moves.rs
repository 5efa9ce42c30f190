//! What can happen next.
use crate::{
    Deed, Fault, Faults, Footprint, Service,
    actor::{Actor, Body, Role},
    fault::{Applied, Sender},
    room::{Inner, Pending, Room},
};
use std::time::Duration;

/// One thing that can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// An actor's request is carried out and answered.
    Deliver(usize),
    /// Something goes wrong with an actor's request. A stale read is this many versions old; else 0.
    Fault(usize, Fault, usize),
    /// An actor's timer fires.
    Wake(usize),
    /// A late write, by its position, is applied.
    Land(usize),
    /// A second invocation of an actor's handler begins.
    Duplicate(usize),
    /// An actor begins that had not begun yet.
    Begin(usize),
    /// Nothing more happens, although it could.
    Settle,
}

impl Move {
    /// Whose move it is.
    pub(crate) fn actor(self) -> Option<usize> {
        match self {
            Move::Deliver(actor) | Move::Fault(actor, ..) | Move::Wake(actor) => Some(actor),
            Move::Land(_) | Move::Duplicate(_) | Move::Begin(_) | Move::Settle => None,
        }
    }

    pub(crate) fn fault(self) -> Option<Fault> {
        match self {
            Move::Fault(_, fault, _) => Some(fault),
            Move::Duplicate(_) => Some(Fault::DuplicateInvocation),
            Move::Deliver(_) | Move::Wake(_) | Move::Land(_) | Move::Begin(_) | Move::Settle => None,
        }
    }
}

impl<S: Service> Room<S> {
    /// Whose deed a move is, and which; none if it is like no other.
    pub(crate) fn deed(&self, chosen: Move) -> Option<Deed> {
        /// So many older versions and late writes are told apart; what is beyond is too rare to be a deed of its own.
        const VERSIONS: usize = 5;
        const LATE: usize = 4;
        const FAULTS: usize = 2;
        const STALE: usize = FAULTS + Fault::ALL.len();
        const LANDS: usize = STALE + VERSIONS;
        const { assert!(LANDS + LATE <= Deed::KINDS, "every deed has a bit of a sleep set") };
        let (actor, kind) = match chosen {
            Move::Deliver(actor) => (actor, 0),
            Move::Wake(actor) => (actor, 1),
            Move::Fault(actor, fault, 0) => (actor, FAULTS + fault as usize),
            Move::Fault(actor, _, age) if age <= VERSIONS => (actor, STALE + age - 1),
            Move::Land(index) if self.late[index].number < LATE => {
                (self.late[index].sender, LANDS + self.late[index].number)
            }
            Move::Fault(..) | Move::Land(_) | Move::Duplicate(_) | Move::Begin(_) | Move::Settle => {
                return None;
            }
        };
        Some(Deed { actor, kind: kind as u8 })
    }

    /// How an actor goes on if nothing goes wrong; none if it waits for nothing.
    pub(crate) fn goes_on(&self, actor: usize) -> Option<Move> {
        match &self.inner.borrow().slots[actor].pending {
            Pending::Call(_) | Pending::Checkpoint(_) => Some(Move::Deliver(actor)),
            Pending::Timer { .. } => Some(Move::Wake(actor)),
            Pending::Nothing => None,
        }
    }

    /// Who is in the middle of something; in a serial run, one at most.
    pub(crate) fn in_the_middle(&self) -> Option<usize> {
        let is_at_work = |actor: usize| self.actors[actor].begun && self.actors[actor].end.is_none();
        (0..self.actors.len()).find(|actor| is_at_work(*actor) && !self.is_waiting(*actor))
    }

    /// Whether an actor is a workflow that lets time pass, with no invocation at work.
    fn is_waiting(&self, actor: usize) -> bool {
        match self.actors[actor] {
            Actor {
                body: Body::Durable(_, _, execution), end: None, invocation: None, begun: true, ..
            } => self.checkpoints[execution].is_waiting(),
            _ => false,
        }
    }

    /// What a move touches.
    pub(crate) fn footprint(&self, chosen: Move) -> Footprint {
        let inner = self.inner.borrow();
        match chosen {
            // What is not applied now touches nothing.
            Move::Fault(_, fault, _) if fault.effect().applied != Applied::AtOnce => Footprint::nothing(),
            Move::Deliver(actor) | Move::Fault(actor, ..) => match &inner.slots[actor].pending {
                Pending::Call(request) => inner.service.footprint(request),
                Pending::Checkpoint(_) => Footprint::nothing().writes(&self.execution(actor)),
                _ => Footprint::everything(),
            },
            Move::Wake(actor) => Footprint::nothing().reads(&self.execution(actor)),
            Move::Land(index) => inner.service.footprint(&self.late[index].request),
            Move::Duplicate(_) | Move::Begin(_) | Move::Settle => Footprint::everything(),
        }
    }
}

/// Lists all that can happen next: first what happens anyway, then what goes wrong. Empty if all is quiet.
pub(crate) fn list<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    moves.clear();
    if room.settled {
        return;
    }
    progress(room, moves);
    let quiet = moves.is_empty();
    begins(room, |actor| room.actors[actor].role == Role::Environment, moves);
    if room.faults < room.bound.faults {
        faults(room, moves);
    }
    if quiet && !moves.is_empty() {
        moves.insert(0, Move::Settle);
    }
}

/// Lists what can happen next in a serial run without a fault: who has begun goes on to its end, unless the environment cuts
/// off its request; between two of them, or while a workflow waits, the next one may begin, or nobody any more.
pub(crate) fn list_serial<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    moves.clear();
    if room.settled {
        return;
    }
    let is_delivered = |request: Role| {
        let is_shared = matches!(request, Role::Delivers(group) if room.requests[group].is_shared);
        is_shared && room.actors.iter().any(|actor| actor.begun && actor.role == request)
    };
    if let Some(current) = room.in_the_middle() {
        moves.extend(room.goes_on(current));
        // What a carrier has left in the middle, the next one takes up: that would be a second delivery.
        let is_cut = room.actors[current].role != Role::Carries;
        begins(room, |actor| is_cut && room.actors[actor].role == Role::Environment, moves);
        return;
    }
    let waiting = (0..room.actors.len()).filter(|actor| room.is_waiting(*actor));
    moves.extend(waiting.map(Move::Wake));
    if moves.is_empty() {
        moves.push(Move::Settle);
    }
    begins(room, |actor| !is_delivered(room.actors[actor].role), moves);
}

/// Who has not begun and may now: of interchangeable actors, the first.
fn begins<S: Service>(room: &Room<S>, may: impl Fn(usize) -> bool, moves: &mut Vec<Move>) {
    let mut class = None;
    for (index, actor) in room.actors.iter().enumerate() {
        if !actor.begun && class != Some(actor.class) && may(index) {
            class = Some(actor.class);
            moves.push(Move::Begin(index));
        }
    }
}

fn progress<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    let inner = room.inner.borrow();
    for (actor, slot) in inner.slots.iter().enumerate() {
        match &slot.pending {
            Pending::Call(_) | Pending::Checkpoint(_) => moves.push(Move::Deliver(actor)),
            Pending::Timer { .. } if !inner.timed => moves.push(Move::Wake(actor)),
            _ => {}
        }
    }
    moves.extend((0..room.late.len()).map(Move::Land));
    if inner.timed && moves.is_empty() {
        // Nothing happens before the earliest timer.
        let due = |pending: &Pending<S>| match pending {
            Pending::Timer { due } => Some(*due),
            _ => None,
        };
        let next: Option<Duration> = inner.slots.iter().filter_map(|slot| due(&slot.pending)).min();
        let timers = (0..inner.slots.len())
            .filter(|actor| next.is_some() && due(&inner.slots[*actor].pending) == next);
        moves.extend(timers.map(Move::Wake));
    }
}

fn faults<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    let (inner, kinds) = (room.inner.borrow(), room.bound.kinds);
    let is_spared = |actor: usize| room.actors[actor].role == Role::Environment;
    for (actor, slot) in inner.slots.iter().enumerate().filter(|(actor, _)| !is_spared(*actor)) {
        for fault in inner.can_go_wrong(&slot.pending).intersection(kinds).iter() {
            match (fault.effect().sender, &slot.pending) {
                (Sender::IsAnsweredWithThePast, Pending::Call(request)) => {
                    let ages = 1..=inner.service.older_versions(request);
                    moves.extend(ages.map(|age| Move::Fault(actor, fault, age)));
                }
                _ => moves.push(Move::Fault(actor, fault, 0)),
            }
        }
    }
    if kinds.contains(Fault::DuplicateInvocation) {
        let once =
            (0..room.actors.len()).filter(|actor| !room.actors[*actor].duplicated && !is_spared(*actor));
        moves.extend(once.map(Move::Duplicate));
    }
}

impl<S: Service> Inner<S> {
    /// In which ways a request can go wrong.
    pub(crate) fn can_go_wrong(&self, pending: &Pending<S>) -> Faults {
        match pending {
            Pending::Call(request) if self.service.footprint(request).only_reads() => Faults::OF_A_READ,
            Pending::Call(_) => Faults::OF_A_WRITE,
            // A checkpoint that lands late is not explored.
            Pending::Checkpoint(_) => Faults::OF_A_CHECKPOINT,
            _ => Faults::NONE,
        }
    }
}
