//! What can happen next.
use crate::{
    Deed, Fault, Faults, Footprint, Service,
    actor::{Actor, Body, Role},
    fault::{Applied, Sender},
    late::Write,
    room::Room,
    slot::{Inner, Pending},
};
use std::{iter, ops::Range};

/// One of the things that an actor waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) actor: usize,
    /// Its position among all that is under way of this actor.
    pub(crate) at: usize,
}

/// One thing that can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// A request of an actor is carried out and answered.
    Deliver(Asked),
    /// Something goes wrong with a request of an actor, in one of several ways: a stale read is this many versions old; a
    /// refusal and a torn batch have a number from 0; else 0.
    Fault(Asked, Fault, usize),
    /// A timer of an actor fires.
    Wake(Asked),
    /// A late write, by its position, is applied.
    Land(usize),
    /// A late write, by its position, never is.
    Vanish(usize),
    /// The service learns that a session has ended, by its position among those of which it has not.
    Notice(usize),
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
            Move::Deliver(asked) | Move::Fault(asked, ..) | Move::Wake(asked) => Some(asked.actor),
            Move::Land(_)
            | Move::Vanish(_)
            | Move::Notice(_)
            | Move::Duplicate(_)
            | Move::Begin(_)
            | Move::Settle => None,
        }
    }

    pub(crate) fn fault(self) -> Option<Fault> {
        match self {
            Move::Fault(_, fault, _) => Some(fault),
            Move::Duplicate(_) => Some(Fault::DuplicateInvocation),
            Move::Deliver(_)
            | Move::Wake(_)
            | Move::Land(_)
            | Move::Vanish(_)
            | Move::Notice(_)
            | Move::Begin(_)
            | Move::Settle => None,
        }
    }
}

impl<S: Service> Room<S> {
    /// Whose deed a move is, and which; none if it is like no other.
    pub(crate) fn deed(&self, chosen: Move) -> Option<Deed> {
        /// So many requests of one actor, older versions and late writes are told apart; what is beyond is too rare to be a
        /// deed of its own.
        const REQUESTS: usize = 4;
        const VERSIONS: usize = 4;
        const LATE: usize = 4;
        const STALE: usize = 1 + Fault::ALL.len();
        const OF_A_REQUEST: usize = STALE + VERSIONS;
        const LANDS: usize = REQUESTS * OF_A_REQUEST;
        const { assert!(LANDS + LATE <= Deed::KINDS, "every deed has a bit of a sleep set") };
        let of = |asked: Asked, kind| {
            let kind = (asked.at * OF_A_REQUEST + kind) as u8;
            (asked.at < REQUESTS).then_some(Deed { actor: asked.actor, kind })
        };
        match chosen {
            Move::Deliver(asked) | Move::Wake(asked) => of(asked, 0),
            Move::Fault(asked, fault, 0) => of(asked, 1 + fault as usize),
            Move::Fault(asked, Fault::StaleRead, age) if age <= VERSIONS => of(asked, STALE + age - 1),
            Move::Land(index) if self.late[index].number < LATE => {
                let late = &self.late[index];
                Some(Deed { actor: late.sender, kind: (LANDS + late.number) as u8 })
            }
            Move::Fault(..)
            | Move::Land(_)
            | Move::Vanish(_)
            | Move::Notice(_)
            | Move::Duplicate(_)
            | Move::Begin(_)
            | Move::Settle => None,
        }
    }

    /// How an actor goes on if nothing goes wrong: what is due first comes first, and of that its requests before its timers.
    pub(crate) fn goes_on(&self, actor: usize) -> impl Iterator<Item = Move> {
        let (mut requests, mut timers) = (Vec::new(), Vec::new());
        let (inner, until) = (self.inner.borrow(), self.horizon_of(|other| other == actor));
        for (asked, pending) in inner.all_pending().filter(|(asked, _)| asked.actor == actor) {
            match pending {
                _ if inner.due(asked) > until => {}
                blocked if self.is_blocked(blocked) => {}
                Pending::Call(_) | Pending::Checkpoint(_) => requests.push(Move::Deliver(asked)),
                Pending::Timer { .. } => timers.push(Move::Wake(asked)),
                Pending::Choice { .. } => {}
            }
        }
        if requests.is_empty() { timers.into_iter() } else { requests.into_iter() }
    }

    fn footprint_of_checkpoint(&self, actor: usize) -> Footprint {
        Footprint::nothing().writes(&self.execution(actor))
    }

    /// Who is in the middle of something; in a serial run one at most, those whom it had called aside, or one that waits for the
    /// environment, which comes first then.
    pub(crate) fn in_the_middle(&self) -> Option<usize> {
        let is_at_work = |actor: usize| self.actors[actor].begun && self.actors[actor].end.is_none();
        let at_work = (0..self.actors.len()).filter(|actor| is_at_work(*actor) && !self.is_waiting(*actor));
        at_work.min_by_key(|actor| match self.actors[*actor].role {
            Role::Environment => 0,
            Role::Delivers(_) | Role::Carries => 1,
            Role::Called => 2,
        })
    }

    /// The same, and those whom it had called, who go on beside it; not beside the environment, which comes first.
    pub(crate) fn all_in_the_middle(&self) -> Vec<usize> {
        let Some(current) = self.in_the_middle() else { return Vec::new() };
        let is_beside = |called: &usize| *called != current && self.actors[current].role != Role::Environment;
        iter::once(current).chain(self.called_at_work().filter(is_beside)).collect()
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

    /// What a move touches, where this is known of what is under way.
    pub(crate) fn footprint(&self, chosen: Move, known: &Touched) -> Footprint {
        let inner = self.inner.borrow();
        match chosen {
            // What is not applied now touches nothing; but whoever is answered, or dies, may end.
            Move::Fault(asked, fault, _) if fault.effect().applied.is_not_now() => self.ending(asked.actor),
            Move::Deliver(asked) | Move::Fault(asked, ..) => {
                let own = match inner.pending(asked) {
                    Pending::Call(request) => {
                        known.of(asked).unwrap_or_else(|| inner.service.footprint(request))
                    }
                    Pending::Checkpoint(_) => self.footprint_of_checkpoint(asked.actor),
                    _ => Footprint::everything(),
                };
                own.and(self.ending(asked.actor))
            }
            Move::Wake(asked) => {
                Footprint::nothing().reads(&self.execution(asked.actor)).and(self.ending(asked.actor))
            }
            Move::Vanish(_) => Footprint::nothing(),
            Move::Notice(at) => inner.service.ending(self.ended[at]),
            Move::Land(index) => match &*self.late[index].write {
                Write::Request(request) => inner.service.footprint(request),
                Write::Checkpoint(_) => self.footprint_of_checkpoint(self.late[index].sender),
            },
            Move::Duplicate(_) | Move::Begin(_) | Move::Settle => Footprint::everything(),
        }
    }
}

/// What requests that are under way touch, as far as that was asked for; as things stand.
#[derive(Default)]
pub(crate) struct Touched(Vec<(Asked, Footprint)>);

impl Touched {
    fn of(&self, asked: Asked) -> Option<Footprint> {
        self.0.iter().find(|(known, _)| *known == asked).map(|(_, footprint)| *footprint)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Lists all that can happen next: first what happens anyway, then what goes wrong. Empty if all is quiet.
pub(crate) fn list<S: Service>(room: &Room<S>, moves: &mut Vec<Move>, touched: &mut Touched) {
    moves.clear();
    if room.settled {
        return;
    }
    progress(room, moves);
    let quiet = moves.is_empty();
    begins(room, |actor| room.actors[actor].role == Role::Environment, moves);
    if room.faults < room.bound.faults {
        faults(room, moves, touched);
    }
    if quiet && !moves.is_empty() {
        moves.insert(0, Move::Settle);
    }
}

/// Lists what can happen next in a serial run without a fault: who has begun goes on to its end, unless the environment cuts
/// off its request; for who waits for something, the environment may act first. Between two of them, or while a workflow waits, the
/// next one may begin, or nobody any more.
pub(crate) fn list_serial<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    moves.clear();
    if room.settled {
        return;
    }
    let is_delivered = |request: Role| {
        let is_shared = matches!(request, Role::Delivers(group) if room.requests[group].is_shared);
        is_shared && room.actors.iter().any(|actor| actor.begun && actor.role == request)
    };
    if let [current, called @ ..] = &*room.all_in_the_middle() {
        moves.extend(iter::once(current).chain(called).flat_map(|actor| room.goes_on(*actor)));
        moves.extend(room.land());
        // What a carrier has left in the middle, the next one takes up: that would be a second delivery. Of one that was called, whose
        // caller is over, the request would be done without it.
        let is_cut = match room.actors[*current].role {
            Role::Carries => false,
            Role::Called => moves.is_empty(),
            Role::Delivers(_) | Role::Environment => true,
        };
        begins(room, |actor| is_cut && room.actors[actor].role == Role::Environment, moves);
        return;
    }
    let (until, wake) = (room.horizon(), |actor| Asked { actor, at: 0 });
    let is_due = |actor: &usize| room.is_waiting(*actor) && room.inner.borrow().due(wake(*actor)) <= until;
    moves.extend((0..room.actors.len()).filter(is_due).map(|actor| Move::Wake(wake(actor))));
    moves.extend(room.land());
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

/// Whether nothing happens any more unless something goes wrong or the environment acts.
pub(crate) fn is_quiet<S: Service>(room: &Room<S>) -> bool {
    let mut moves = Vec::new();
    progress(room, &mut moves);
    moves.is_empty()
}

fn progress<S: Service>(room: &Room<S>, moves: &mut Vec<Move>) {
    let (inner, until) = (room.inner.borrow(), room.horizon());
    for (asked, pending) in inner.all_pending() {
        match pending {
            _ if inner.due(asked) > until => {}
            blocked if room.is_blocked(blocked) => {}
            Pending::Call(_) | Pending::Checkpoint(_) => moves.push(Move::Deliver(asked)),
            Pending::Timer { .. } => moves.push(Move::Wake(asked)),
            Pending::Choice { .. } => {}
        }
    }
    moves.extend(room.land());
    moves.extend(room.ends());
}

fn faults<S: Service>(room: &Room<S>, moves: &mut Vec<Move>, touched: &mut Touched) {
    let (inner, kinds) = (room.inner.borrow(), room.bound.kinds);
    let is_spared =
        |actor: usize| room.actors[actor].is_spared || room.actors[actor].role == Role::Environment;
    let until = room.horizon();
    let may = |asked: Asked| !is_spared(asked.actor) && inner.due(asked) <= until;
    for (asked, pending) in inner.all_pending().filter(|(asked, _)| may(*asked)) {
        let is_blocked = room.is_blocked(pending);
        let can = match pending {
            Pending::Call(request) => {
                let footprint = inner.service.footprint(request);
                touched.0.push((asked, footprint));
                inner.can_go_wrong(request, &footprint)
            }
            Pending::Checkpoint(_) => Faults::OF_A_CHECKPOINT,
            _ => Faults::NONE,
        };
        let can = can.intersection(kinds);
        for fault in can.iter().filter(|fault| !is_blocked || fault.effect().applied.is_not_now()) {
            let ways = match pending {
                Pending::Call(request) => inner.ways_to_go_wrong(fault, request),
                _ => 0..1,
            };
            moves.extend(ways.map(|way| Move::Fault(asked, fault, way)));
        }
    }
    if kinds.contains(Fault::DuplicateInvocation) {
        let once =
            (0..room.actors.len()).filter(|actor| !room.actors[*actor].duplicated && !is_spared(*actor));
        moves.extend(once.map(Move::Duplicate));
    }
}

impl<S: Service> Inner<S> {
    /// All that any actor waits for.
    pub(crate) fn all_pending(&self) -> impl Iterator<Item = (Asked, &Pending<S>)> {
        self.slots.iter().enumerate().flat_map(|(actor, slot)| {
            let numbered = slot.asks.pending.iter().enumerate();
            numbered.map(move |(at, (_, pending))| (Asked { actor, at }, pending))
        })
    }

    /// Which faults can happen to it, without those for which the service has no way. Only the coverage asks for that: where
    /// moves are listed, a fault without a way makes none.
    pub(crate) fn goes_wrong_in_some_way(&self, asked: Asked) -> Faults {
        let request = match self.pending(asked) {
            Pending::Call(request) => request,
            Pending::Checkpoint(_) => return Faults::OF_A_CHECKPOINT,
            _ => return Faults::NONE,
        };
        let can = self.can_go_wrong(request, &self.service.footprint(request));
        let never = [Fault::Refused, Fault::TornBatch].into_iter();
        let never = never.filter(|fault| self.ways_to_go_wrong(*fault, request).is_empty());
        never.fold(can, |can, fault| can.without(Faults::of(&[fault])))
    }

    /// What it is that an actor waits for.
    pub(crate) fn pending(&self, asked: Asked) -> &Pending<S> {
        &self.slots[asked.actor].asks.pending[asked.at].1
    }

    /// In which ways a fault can happen to a request.
    fn ways_to_go_wrong(&self, fault: Fault, request: &S::Request) -> Range<usize> {
        match (fault.effect().sender, fault.effect().applied) {
            (Sender::IsAnsweredWithThePast, _) => 1..self.service.older_versions(request) + 1,
            (Sender::IsRefused, _) => 0..self.service.refusals(request).len(),
            (_, Applied::InPart) => 0..self.service.tears(request),
            _ => 0..1,
        }
    }

    /// Which faults can happen to a request that touches this, as far as the service has a way for each.
    fn can_go_wrong(&self, request: &S::Request, touched: &Footprint) -> Faults {
        let of_its_kind = if touched.only_reads() { Faults::OF_A_READ } else { Faults::OF_A_WRITE };
        of_its_kind.intersection(self.service.faults(request))
    }
}
