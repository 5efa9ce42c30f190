use crate::{Breaches, End, Promise, Room, Seen, Service, Text};

/// What is checked: what is there in the beginning, who acts, and what must hold.
///
/// It is set up anew for every run, and must be set up alike each time.
pub trait Scenario: Sync {
    /// What the handlers talk to.
    type Service: Service;

    /// What it promises besides that in the end all is [as if once](crate::AsIfOnce). Breaches are reported by position in this
    /// list.
    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    /// What it promises of the end, once faults are over and whatever is still open was delivered again, calmly: that something
    /// holds at last, such as "every order that was paid for is sent". Breaches are reported by position in this list, by
    /// [`Scenario::at_last`].
    fn eventually(&self) -> Vec<Promise> {
        Vec::new()
    }

    /// What must happen in some run, lest the check be vacuous, by name; at most 64. A check says so with
    /// [`Breaches::happens`].
    fn sometimes(&self) -> Vec<Text> {
        Vec::new()
    }

    /// Whether time passes. If not, a timer may fire whenever it is armed, which covers every timing. If it does, a timer fires
    /// when it is due, and a request takes as long as its service [says](Service::latencies); no two states are the same then,
    /// so nothing is skipped.
    fn is_timed(&self) -> bool {
        false
    }

    /// What is chosen for a whole run before it begins; nothing, usually.
    fn premises(&self) -> &[Premise] {
        &[]
    }

    /// The service as it is before a run.
    fn service(&self) -> Self::Service;

    /// Brings in the actors. `chosen` has, for each of the [premises](Scenario::premises) in their order, the position of the way
    /// that was chosen; it is empty where there are none.
    fn set_up(&self, room: &mut Room<Self::Service>, chosen: &[usize]);

    /// Checks what must hold after every single operation.
    fn always(&self, service: &Self::Service, breaches: &mut Breaches) {
        let _ = (service, breaches);
    }

    /// Checks what must hold once all is quiet.
    fn at_rest(&self, rest: &Rest<'_, Self::Service>, breaches: &mut Breaches) {
        let _ = (rest, breaches);
    }

    /// Checks what must hold at last, if anything is [promised](Scenario::eventually) of it: all was quiet, the environment has
    /// acted until nothing changes any more, and each request that was still open has been delivered once more, with which
    /// nothing went wrong. It is asked whether or not all is to be [as if once](Scenario::as_if_once), and must be a function of
    /// what the service [digests](Service::digest) and of the actors' ends.
    fn at_last(&self, rest: &Rest<'_, Self::Service>, breaches: &mut Breaches) {
        let _ = (rest, breaches);
    }

    /// Whether it is also promised that in the end all is [as if once](crate::AsIfOnce).
    fn as_if_once(&self) -> bool {
        true
    }

    /// Shows what must be as if once: all cells of the service, unless something else is shown here. It must be a function of
    /// what the service [digests](Service::digest), and not tell in which order things happened that do not conflict.
    fn observe(&self, service: &Self::Service, seen: &mut Seen) {
        seen.cells(service.cells());
    }

    /// Whether an answer refuses what was asked, as "sold out" does. An answer that does not refuse says that it is done.
    fn refuses(&self, answer: &<Self::Service as Service>::Answer) -> bool {
        let _ = answer;
        false
    }
}

/// Something that holds for a whole run, such as a setting, and that is chosen before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premise {
    /// What it is.
    pub what: Text,
    /// What it can be.
    pub ways: Vec<String>,
}

impl Premise {
    pub(crate) fn label(&self, way: usize) -> String {
        format!("{}: {}", self.what, self.ways[way])
    }
}

/// A run at rest: nobody will do anything any more.
pub struct Rest<'a, S: Service> {
    /// The service.
    pub service: &'a S,
    /// Which way was chosen for each premise.
    pub chosen: &'a [usize],
    /// Each actor's class and end, in the order of the set-up, duplicates last. A class is the position of its
    /// first actor.
    pub ends: Vec<(usize, &'a End<S::Answer>)>,
}
