//! What goes wrong, and what becomes of whom it happens to.
use crate::{
    End, Failure, Fault, NoAnswer, Reply, Scenario, Service, StepKind,
    actor::Body,
    as_if_once::Mode,
    fault::{Applied, Effect, Sender},
    late::Write,
    moves::Asked,
    run::Run,
    slot::Pending,
};

impl<C: Scenario> Run<'_, C> {
    /// Something goes wrong with what an actor has asked for.
    pub(crate) fn go_wrong(&mut self, Asked { actor, at }: Asked, fault: Fault, way: usize) {
        let Effect { applied, sender, .. } = fault.effect();
        let (ticket, pending) = self.room.take_pending(actor, at);
        let reply = match pending {
            Pending::Call(request) if sender == Sender::IsAnsweredWithThePast => {
                Reply::Response(Ok(self.room.read_stale(&request, way)))
            }
            Pending::Call(request) if sender == Sender::IsRefused => {
                let refusal = self.room.inner.borrow().service.refusals(&request).swap_remove(way);
                self.room.record_response(&request, Some(&refusal));
                Reply::Response(Ok(refusal))
            }
            Pending::Call(request) => {
                match applied {
                    Applied::Never => {}
                    Applied::AtOnce => drop(self.apply(actor, &request)),
                    Applied::Later => self.room.keep_late(actor, Write::Request(request), false),
                    Applied::InPart => {
                        self.change(|service| service.apply_torn(&request, way));
                        self.room.record_response(&request, None);
                    }
                }
                Reply::Response(Err(NoAnswer))
            }
            Pending::Checkpoint(update) => {
                match applied {
                    Applied::Never | Applied::InPart => {}
                    // Whether it was stale, its sender never hears.
                    Applied::AtOnce => drop(self.room.store(actor, &update)),
                    Applied::Later => self.room.keep_late(actor, Write::Checkpoint(update), false),
                }
                Reply::Checkpoint(Err(NoAnswer))
            }
            _ => unreachable!("only a request goes wrong"),
        };
        match sender {
            Sender::Dies => {
                self.room.forget_pending(actor, None);
                self.crash(actor);
            }
            Sender::IsNotAnswered | Sender::IsRefused | Sender::IsAnsweredWithThePast => {
                self.reply(actor, ticket, reply);
            }
        }
    }

    fn crash(&mut self, actor: usize) {
        let now = self.room.inner.borrow().now;
        if let Body::Durable(..) = self.room.actors[actor].body {
            return self.room.suspend(actor, now);
        }
        if !self.start_again(actor) {
            self.room.end(actor, End::Died);
        }
    }

    pub(crate) fn gave_up(&mut self, actor: usize, failure: &Failure) {
        if let Some(words) = &failure.0 {
            let inner = &mut *self.room.inner.borrow_mut();
            inner.remark(Some(actor), StepKind::Note, || format!("fails: {words}"));
            if let Mode::Serial(serial) = self.mode {
                serial.note_failure(|| format!("{} fails: {words}", self.room.actors[actor].name));
            }
        }
        let durable = matches!(self.room.actors[actor].body, Body::Durable(..));
        if durable || !self.start_again(actor) {
            self.room.end(actor, End::GaveUp);
        }
    }

    /// Invokes a plain caller's handler again, if a retry is left.
    fn start_again(&mut self, actor: usize) -> bool {
        let retry = self.room.actors[actor].restarts_left > 0;
        if retry {
            self.room.actors[actor].restarts_left -= 1;
            self.room.drop_invocation(actor);
            self.start(actor);
        }
        retry
    }

    pub(crate) fn duplicate(&mut self, actor: usize) {
        let original = &mut self.room.actors[actor];
        original.duplicated = true;
        let (name, body) = (original.name.again(), original.body.clone());
        let of = (original.class, original.role);
        self.room.add(name, of, body);
        let copy = self.room.actors.len() - 1;
        self.room.actors[copy].duplicated = true;
        self.room.actors[copy].original = Some(actor);
        self.start(copy);
    }
}
