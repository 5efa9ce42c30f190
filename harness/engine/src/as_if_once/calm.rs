//! What happens when nothing goes wrong: in a serial run, and when all is quiet.
use super::{
    Mode, Serial, locked,
    reference::Reference,
    seen::Seen,
    standing::{Stand, Standing},
    verdict::Verdict,
};
use crate::{
    Breaches, End, Scenario, Service, Text,
    actor::{Actor, Body, Role},
    moves::{self, Move},
    run::Run,
    subject::Ours,
};
use std::{sync::Arc, time::Duration};

/// What is to be said of an end.
#[derive(Default)]
pub(super) struct Found {
    /// Beside the reference.
    verdict: Option<Verdict>,
    /// Of what must hold at last.
    at_last: Breaches,
}

/// A calm invocation that takes more steps does not end.
const MOST_STEPS: u32 = 1_000;
/// The environment, and the carriers, get so many turns to come to rest.
const MOST_ROUNDS: usize = 8;
/// They did not.
struct Restless;
const RESTLESS: &str = "the environment and the carriers change what is observed in every turn, so nothing is ever at rest; who asks \
     for something is a caller, and a cell that counts turns can be ignored";
/// So long after the last step all is quiet, where time passes: every lease has run out.
const LATER: Duration = Duration::from_secs(24 * 60 * 60);

impl<C: Scenario> Run<'_, C> {
    /// Nobody begins by itself, and nobody is invoked again.
    pub(crate) fn begin_serially(&mut self) {
        self.is_calm = true;
        (0..self.room.actors.len()).for_each(|actor| self.acts_serially(actor));
    }

    /// An actor is not invoked again, and what it writes is kept.
    pub(crate) fn acts_serially(&mut self, actor: usize) {
        self.room.actors[actor].restarts_left = 0;
        self.room.inner.borrow_mut().slots[actor].written.keep_all();
    }

    /// An actor begins that had not begun yet. In a serial run it cuts off whoever is in the middle of something, with those whom it
    /// had called, if one of them could go on.
    pub(crate) fn step_in(&mut self, actor: usize) {
        if self.is_calm {
            let goes_on = |at_work: &usize| self.room.goes_on(*at_work).next().is_some();
            let at_work = self.room.all_in_the_middle();
            if at_work.iter().any(goes_on) {
                at_work.into_iter().for_each(|at_work| self.room.end(at_work, End::Died));
            }
        }
        self.start(actor);
    }

    /// Carries out a request; in a serial run not one that an earlier attempt of the same durable step has made.
    pub(crate) fn carry_out(
        &mut self,
        actor: usize,
        request: &<C::Service as Service>::Request,
    ) -> <C::Service as Service>::Response {
        let Mode::Serial(_) = self.mode else { return self.apply(actor, request) };
        let key = {
            let inner = &mut *self.room.inner.borrow_mut();
            inner.slots[actor].written.key(&inner.service, request)
        };
        let Some(key) = key else { return self.apply(actor, request) };
        let earlier = self.room.inner.borrow().slots[actor].written.earlier(key);
        earlier.unwrap_or_else(|| {
            let response = self.apply(actor, request);
            self.room.inner.borrow_mut().slots[actor].written.keep(key, response.clone());
            response
        })
    }

    /// A serial run is over: the environment and the carriers act until nothing changes.
    pub(crate) fn note_serial_end(&mut self, serial: &Serial) {
        let is_retried = || self.room.inner.borrow().slots.iter().any(|slot| slot.written.is_retried);
        if is_retried() || self.room.has_called() {
            serial.note_more_than_once();
        }
        let standing = self.standing(&Seen::default()).0;
        let is_cut = self.is_cut();
        let settled = self.settle();
        match settled {
            _ if self.stopped => {}
            Ok(()) => {
                let seen = self.observe();
                // What carriers carry need not be anybody's request here.
                let is_carried = !self.first_of_each(Role::Carries).is_empty();
                for name in seen.done.keys().filter(|name| !is_carried && !standing.has(name)) {
                    let why = format!(
                        "`{name}` is told to be done or not, and nobody delivers or carries a request of that name"
                    );
                    serial.doubt(why.into());
                }
                serial.note(seen, standing, is_cut);
            }
            Err(Restless) => serial.doubt(Text::Borrowed(RESTLESS)),
        }
    }

    /// All is quiet: lets what is open come to its end, compares what is there then with the reference, and asks what must hold
    /// at last.
    pub(crate) fn judge(&mut self) {
        let shared = if let Mode::Judged(shared) = self.mode { Some(shared) } else { None };
        let references = shared.and_then(|shared| shared.references.get());
        let reference = references.and_then(|all| all.get(&self.room.chosen)).map(|reference| &**reference);
        if reference.is_none() && self.scenario.eventually().is_empty() {
            return;
        }
        // What comes of a state in which all is quiet is always the same, as long as nothing is drawn.
        let is_new = self.room.inner.borrow().record.is_some() || !self.trusts_states;
        let shares = shared.filter(|_| !is_new).and_then(|shared| Some((shared, self.room.state()?)));
        let state = shares.map(|(shared, state)| (shared, state.fingerprint(true, false)));
        let known = state.and_then(|(shared, state)| locked(&shared.known).get(&state).cloned());
        let found = known.unwrap_or_else(|| {
            let draws = self.draws;
            let found = Arc::new(self.find(reference));
            if let Some((shared, state)) = state.filter(|_| draws == self.draws && !self.stopped) {
                locked(&shared.known).insert(state, found.clone());
            }
            found
        });
        if self.stopped {
            return;
        }
        let breaches = &mut self.room.inner.borrow_mut().breaches;
        breaches.take_over(&found.at_last);
        match &found.verdict {
            None => {}
            Some(Verdict::CannotTell(why)) => match shared.filter(|_| reference.is_some()) {
                Some(shared) => shared.doubt(why.clone()),
                None => self.cannot_tell = Some(why.clone()),
            },
            Some(Verdict::Breach { word, detail, excess }) => {
                breaches.report_ours(Ours::AsIfOnce, (*word).into(), excess.as_ref(), || detail.clone());
            }
        }
    }

    /// Comes to an end, and finds out what is to be said of it.
    fn find(&mut self, reference: Option<&Reference>) -> Found {
        let standing = match self.come_to_an_end() {
            _ if self.stopped => return Found::default(),
            Err(Restless) => {
                let verdict = Some(Verdict::CannotTell(Text::Borrowed(RESTLESS)));
                return Found { verdict, ..Found::default() };
            }
            Ok(standing) => standing,
        };
        let observed = |reference: &Reference| reference.judge(&self.observe().sorted().0, &standing);
        let verdict = reference.and_then(observed);
        let at_last = self.look(|scenario, rest, breaches| {
            let mut at_last = breaches.at_last();
            scenario.at_last(rest, &mut at_last);
            at_last
        });
        Found { verdict, at_last }
    }

    /// The environment acts until nothing changes, and each open request is delivered once more. How far the requests have
    /// come then.
    fn come_to_an_end(&mut self) -> Result<Standing, Restless> {
        self.is_calm = true;
        self.notice_ends();
        {
            let inner = &mut *self.room.inner.borrow_mut();
            if inner.timed {
                inner.now += LATER;
            }
        }
        self.let_the_environment_act(|_| false);
        self.deliver_what_is_open();
        self.settle()?;
        let seen = self.observe();
        let mut standing = self.standing(&seen).0;
        standing.tell(&seen.done);
        Ok(standing)
    }

    /// The environment acts until it changes nothing, or this is so. Whether it is. If it always changes something, that is told
    /// when all is to settle.
    fn let_the_environment_act(&mut self, until: impl Fn(&Self) -> bool) -> bool {
        let environment = self.first_of_each(Role::Environment);
        if environment.is_empty() {
            return false;
        }
        for _ in 0..MOST_ROUNDS {
            let state = self.room.end_state();
            environment.iter().for_each(|actor| self.take_turn(*actor));
            if self.stopped || self.room.end_state() == state {
                return false;
            }
            if until(self) {
                return true;
            }
        }
        false
    }

    /// Who was called and has given up is invoked once more, whether or not anybody waits for it; and each request that is open is
    /// delivered once more, and one that stays open once more after another has ended, which may have been in its way.
    fn deliver_what_is_open(&mut self) {
        self.let_the_called_act(None, |_| false);
        let (_, mut open) = self.standing(&self.observe());
        while !open.is_empty() && !self.stopped {
            open.iter().for_each(|actor| self.deliver_calmly(*actor));
            let (_, still) = self.standing(&self.observe());
            if still.len() >= open.len() {
                return;
            }
            open = still;
        }
    }

    /// Lets the environment and the carriers act until nothing changes, or nothing that is observed in two rounds.
    fn settle(&mut self) -> Result<(), Restless> {
        let carriers = self.first_of_each(Role::Carries);
        let environment = self.first_of_each(Role::Environment);
        if carriers.is_empty() && environment.is_empty() {
            return Ok(());
        }
        let mut unseen = 0;
        for _ in 0..MOST_ROUNDS {
            let (state, observed) = (self.room.end_state(), self.observe().sorted().0);
            for actor in environment.iter().chain(&carriers) {
                self.take_turn(*actor);
            }
            unseen = if self.observe().sorted().0 == observed { unseen + 1 } else { 0 };
            if self.stopped || unseen == 2 || self.room.end_state() == state {
                return Ok(());
            }
        }
        Err(Restless)
    }

    /// All is quiet, and somebody waits: the environment acts, beyond the times that it was given, and who was called and has given up is
    /// invoked, beyond its retries, until whoever waits can go on. Whether that is so.
    pub(crate) fn others_let_go_on(&mut self) -> bool {
        let goes_on = |run: &Self| !moves::is_quiet(&run.room);
        let goes_on = self.let_the_environment_act(goes_on)
            || self.let_the_called_act(None, goes_on)
            || self.let_the_environment_act(goes_on);
        self.room.settled &= !goes_on;
        goes_on
    }

    fn first_of_each(&self, role: Role) -> Vec<usize> {
        let actors = self.room.actors.iter().enumerate();
        let firsts = actors.filter(|(at, actor)| actor.role == role && actor.class == *at);
        firsts.map(|(at, _)| at).collect()
    }

    /// The environment, or a carrier, acts once more. If that changes nothing, it is as if it had not.
    fn take_turn(&mut self, actor: usize) {
        let (state, steps) = (self.room.end_state(), self.steps);
        let recorded = self.room.recorded();
        self.deliver_calmly(actor);
        if self.room.end_state() == state {
            self.steps = steps;
            self.room.inner.borrow_mut().breaches.step = steps;
            self.room.forget(recorded);
        }
    }

    /// Another invocation of an actor's handler, with which nothing goes wrong, up to its end.
    pub(crate) fn deliver_calmly(&mut self, actor: usize) {
        if self.stopped {
            return;
        }
        let original = &self.room.actors[actor];
        let (class, role, body) = (original.class, original.role, original.body.clone());
        let is_earlier = |other: &&Actor<C::Service>| other.original == Some(actor) && other.name.is_calm();
        let earlier = self.room.actors.iter().filter(is_earlier).count();
        self.room.add_unseen(original.name.calmly(earlier + 1), (class, role), body, actor);
        let copy = self.room.actors.len() - 1;
        let added = &mut self.room.actors[copy];
        (added.original, added.restarts_left, added.duplicated) = (Some(actor), 0, true);
        self.take(Move::Begin(copy));
        for _ in 0..MOST_STEPS {
            let next = self.room.goes_on(copy).next();
            let called = || self.room.called_at_work().find_map(|called| self.room.goes_on(called).next());
            match next.or_else(called) {
                Some(next) if !self.stopped => self.take(next),
                // Who waits for others is let on by them.
                None if role != Role::Environment
                    && self.room.actors[copy].end.is_none()
                    && self.is_let_on(copy, actor) => {}
                _ => break,
            }
        }
        if self.room.actors[copy].end.is_none() {
            self.room.end(copy, End::Died);
            self.notice_ends();
        }
        // Where a run goes on, when a late write lands is a choice.
        while self.is_calm
            && !self.stopped
            && let Some(land) = self.room.lands_next()
        {
            self.take(land);
        }
    }

    /// Whether others act so that a later invocation of an actor can go on.
    fn is_let_on(&mut self, copy: usize, actor: usize) -> bool {
        let goes_on = |run: &Self| run.room.goes_on(copy).next().is_some();
        let is_called = self.room.actors[actor].role == Role::Called;
        self.let_the_called_act(is_called.then_some(actor), goes_on) || self.let_the_environment_act(goes_on)
    }

    /// How far the requests have come, and who can deliver those that are open.
    fn standing(&self, seen: &Seen) -> (Standing, Vec<usize>) {
        let (actors, requests) = (&self.room.actors, &self.room.requests);
        let (mut standing, mut open) = (Standing::none(requests), Vec::new());
        for (group, requests) in requests.iter().enumerate() {
            let of_group = |at: &usize| actors[*at].role == Role::Delivers(group) && actors[*at].begun;
            let all: Vec<usize> = (0..actors.len()).filter(of_group).collect();
            let mut each: Vec<Vec<usize>> = Vec::new();
            if requests.is_shared {
                each.push(all);
            } else {
                for at in all {
                    match actors[at].original.and_then(|own| each.iter_mut().find(|one| one.contains(&own))) {
                        Some(one) => one.push(at),
                        None => each.push(vec![at]),
                    }
                }
            }
            for deliveries in each.into_iter().filter(|deliveries| !deliveries.is_empty()) {
                let stand = deliveries.iter().map(|at| self.stand(*at)).max().unwrap_or(Stand::Open);
                standing.0[group].add(stand);
                let told =
                    seen.done.get(&requests.name).map(|done| if *done { Stand::Done } else { Stand::Open });
                let again = deliveries.into_iter().find(|at| matches!(actors[*at].body, Body::Plain(_)));
                open.extend(again.filter(|_| told.unwrap_or(stand) == Stand::Open));
            }
        }
        (standing, open)
    }

    /// Whether the environment has cut off a request in a serial run.
    fn is_cut(&self) -> bool {
        let is_request = |actor: &Actor<C::Service>| matches!(actor.role, Role::Delivers(_));
        self.room.actors.iter().any(|actor| is_request(actor) && matches!(actor.end, Some(End::Died)))
    }

    fn stand(&self, actor: usize) -> Stand {
        let actor = &self.room.actors[actor];
        match (&actor.end, &actor.body) {
            (Some(End::Answered(answer)), _) if self.scenario.refuses(answer) => Stand::Refused,
            (Some(End::Answered(_)), _) => Stand::Done,
            // No attempt is left: its runtime says no.
            (Some(End::GaveUp), Body::Durable(..)) => Stand::Refused,
            _ => Stand::Open,
        }
    }

    fn observe(&self) -> Seen {
        let mut seen = Seen::default();
        self.scenario.observe(&self.room.inner.borrow().service, &mut seen);
        seen
    }
}
