//! A lock with a lease.
use crate::{Blocked, Footprint, Service, Text};
use std::{fmt::Debug, hash::Hash, marker::PhantomData};

/// A lock that its holder loses when its lease runs out, whether it still works or not, as a key with a time-out in Redis or a
/// row with a deadline. Whoever acquires it gets a number, greater than that of every holder before: a *fencing token*, with
/// which what the lock guards can refuse a holder that has been overtaken.
///
/// The lease runs out by [`Request::RunOut`], for an [environment](crate::Room::environment) actor.
///
/// Who deletes the lock without looking whose it is sets free what another holds:
///
/// ```
/// use anechoic::services::{Lock, lock::Request};
/// use anechoic::{Breaches, Client, Failed, Promise, Room, Scenario};
///
/// async fn work(lock: Client<Lock<u32>>, name: u32) -> Result<(), Failed> {
///     if lock.call(Request::TryAcquire(name)).await?.is_held_by(&name) {
///         lock.call(Request::Release(name)).await?;      // and not `Request::Delete`
///     }
///     Ok(())
/// }
///
/// struct Workers;
/// impl Scenario for Workers {
///     type Service = Lock<u32>;
///     fn promises(&self) -> Vec<Promise> { vec!["own_lock_only".into()] }
///     fn service(&self) -> Lock<u32> { Lock::new("lock") }
///     fn set_up(&self, room: &mut Room<Lock<u32>>, _: &[usize]) {
///         room.callers("one", 1, |lock| work(lock, 1));
///         room.callers("other", 1, |lock| work(lock, 2));
///         room.environment("the lease runs out", 1, |lock| async move {
///             lock.call(Request::RunOut).await.map(drop)
///         });
///     }
///     fn always(&self, lock: &Lock<u32>, breaches: &mut Breaches) {
///         if lock.was_taken_away() {
///             breaches.report(0, "stolen", || "a lock was released that was another's".into());
///         }
///     }
///     // Nothing that lasts is done under this lock, so there is nothing to compare.
///     fn as_if_once(&self) -> bool { false }
/// }
/// anechoic::checker!("nobody_releases_anothers_lock").faults(1).assert(|_| Workers);
/// ```
#[derive(Clone, Debug, Hash)]
pub struct Lock<W, A = ()> {
    name: Text,
    holder: Option<W>,
    /// How often it was acquired.
    tokens: u32,
    was_taken_away: bool,
    answer: PhantomData<fn() -> A>,
}

/// What is asked of a [`Lock`], by whom. Nobody else may go by the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request<W> {
    /// Acquires it, if nobody has it. Whoever has it already keeps it.
    TryAcquire(W),
    /// The same, and waits until nobody else has it.
    Acquire(W),
    /// Who has it.
    Holder,
    /// Releases it, if it is still one's own: both in one operation.
    Release(W),
    /// Releases it, whosever it is.
    Delete(W),
    /// The lease runs out: nobody has it.
    RunOut,
}

/// What a [`Lock`] answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told<W> {
    /// Who has it, and the number with which it was acquired.
    HeldBy(W, u32),
    /// Nobody has it.
    Free,
}

impl<W: PartialEq> Told<W> {
    /// Whether the lock is this one's.
    pub fn is_held_by(&self, who: &W) -> bool {
        self.token(who).is_some()
    }

    /// The number with which this one has acquired the lock, if it has.
    pub fn token(&self, who: &W) -> Option<u32> {
        match self {
            Told::HeldBy(holder, token) if holder == who => Some(*token),
            Told::HeldBy(..) | Told::Free => None,
        }
    }
}

impl<W, A> Lock<W, A> {
    /// A lock of this name that nobody has.
    pub fn new(name: impl Into<Text>) -> Lock<W, A> {
        Lock { name: name.into(), holder: None, tokens: 0, was_taken_away: false, answer: PhantomData }
    }

    /// Who has it.
    pub fn holder(&self) -> Option<&W> {
        self.holder.as_ref()
    }

    /// Whether somebody has ever released another's.
    pub fn was_taken_away(&self) -> bool {
        self.was_taken_away
    }
}

impl<W, A> Service for Lock<W, A>
where
    W: Clone + Debug + PartialEq + Hash + 'static,
    A: Clone + Debug + Hash + 'static,
{
    type Request = Request<W>;
    type Response = Told<W>;
    type Answer = A;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request<W>) -> Told<W> {
        match request {
            Request::TryAcquire(who) | Request::Acquire(who) if self.holder.is_none() => {
                self.holder = Some(who.clone());
                self.tokens += 1;
            }
            Request::TryAcquire(_) | Request::Acquire(_) | Request::Holder => {}
            Request::Release(who) if self.holder.as_ref() == Some(who) => self.holder = None,
            Request::Release(_) => {}
            Request::Delete(who) => {
                self.was_taken_away |= self.holder.take().is_some_and(|holder| holder != *who);
            }
            Request::RunOut => self.holder = None,
        }
        self.holder.clone().map_or(Told::Free, |holder| Told::HeldBy(holder, self.tokens))
    }

    fn blocked(&self, request: &Request<W>) -> Option<Blocked> {
        let Request::Acquire(who) = request else { return None };
        let holder = self.holder.as_ref().filter(|holder| *holder != who)?;
        // A lease is anybody's who goes by that name, so no session holds it.
        Some(Blocked { on: format!("{}, which {holder:?} has", self.name).into(), held_by: Vec::new() })
    }

    fn footprint(&self, request: &Request<W>) -> Footprint {
        let own = Footprint::nothing();
        if let Request::Holder = request { own.reads(&"lock") } else { own.writes(&"lock") }
    }

    fn describe(&self, request: &Request<W>) -> String {
        match request {
            Request::TryAcquire(who) => format!("try to acquire as {who:?}"),
            Request::Acquire(who) => format!("acquire as {who:?}"),
            Request::Holder => "who has it".into(),
            Request::Release(who) => format!("release as {who:?}"),
            Request::Delete(who) => format!("delete as {who:?}"),
            Request::RunOut => "the lease runs out".into(),
        }
    }

    fn describe_response(&self, told: &Told<W>) -> String {
        match told {
            Told::HeldBy(holder, token) => format!("{holder:?} has it, token {token}"),
            Told::Free => "free".into(),
        }
    }

    fn reaches(&self, _: &Request<W>) -> Vec<Text> {
        vec![self.name.clone()]
    }

    /// One cell: who has it.
    fn cells(&self) -> Vec<(Text, String)> {
        let holder = self.holder.as_ref().map_or_else(|| "free".into(), |holder| format!("{holder:?}"));
        vec![(self.name.clone(), holder)]
    }
}
