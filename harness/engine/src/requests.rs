//! What is asked of the handlers: who delivers which request, and who acts on what others asked for.
use crate::{Room, Service, Text, actor::Role};

/// Requests of one kind: those of interchangeable callers, or one of a name.
pub(crate) struct Requests {
    pub(crate) name: Text,
    pub(crate) count: usize,
    /// Whether it is one request, which several actors may deliver.
    pub(crate) is_shared: bool,
}

/// Actors that were let in, to say more of them.
pub struct Actors<'r, S: Service> {
    room: &'r mut Room<S>,
    /// Their class.
    class: usize,
}

impl<'r, S: Service> Actors<'r, S> {
    pub(crate) fn of(room: &'r mut Room<S>, class: usize) -> Actors<'r, S> {
        Actors { room, class }
    }

    /// They all deliver one and the same request, which has this name: copies of a message, a redirect and a webhook. Unless
    /// this is said, each is a request of its own.
    pub fn delivers(self, request: impl Into<Text>) {
        let request = request.into();
        let requests = &mut self.room.requests;
        let own = requests.len() - 1;
        requests.remove(own);
        let group = requests.iter().position(|group| group.is_shared && group.name == request);
        let group = group.unwrap_or_else(|| {
            requests.push(Requests { name: request, count: 1, is_shared: true });
            own
        });
        self.are(Role::Delivers(group));
    }

    /// They act on what others asked for and are nobody's request, as [carriers](Room::carriers) are.
    pub fn carry(self) {
        self.room.requests.pop();
        self.are(Role::Carries);
    }

    /// They belong to the [environment](Room::environment): nothing goes wrong with them.
    pub fn are_environment(self) {
        self.room.requests.pop();
        self.are(Role::Environment);
    }

    fn are(self, role: Role) {
        for actor in self.room.actors.iter_mut().filter(|actor| actor.class == self.class) {
            actor.role = role;
        }
    }
}
