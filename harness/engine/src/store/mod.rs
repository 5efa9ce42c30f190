//! Any state as a service, with operations that are written where they are made.
mod operation;

use crate::{Blocked, Client, Fingerprinter, Footprint, NoAnswer, Part, Service, Text};
use operation::{How, Request, Told};
use std::{
    any::type_name,
    fmt::{self, Debug},
    future::Future,
    hash::Hash,
    marker::PhantomData,
    ops::Deref,
};

/// Whatever handlers share, as a value of yours: a database, a cache, somebody else's API, all of them at once. Each of its
/// fields is a cell that is shown and compared. What a handler does to it is written where it does it, as SQL is: each operation
/// is carried out at once and as a whole, and is a point at which any other actor may step in first.
///
/// - [`read`](Client::read) looks at it and changes nothing;
/// - [`update`](Client::update) changes it, on a condition or not, as many cells as it likes, and answers with what it says;
/// - [`wait`](Client::wait) changes it as soon as it can: whoever asks waits until then.
///
/// An operation has a name, which people are shown, and is a function of the state and of what it is given; it captures nothing,
/// because two that are called the same and are given the same must do the same.
///
/// A mail is sent in one operation and marked as sent in another; whoever is not told that it has sent the mail sends it again:
///
/// ```
/// use anechoic_engine::{AsIfOnce, Bound, Client, Failed, InProcess, Room, Scenario, Store, search::{Exhaustive, Unlimited}};
///
/// #[derive(Clone, Debug, Default, Hash)]
/// struct Shop { is_sent: bool, mails: Vec<u32> }
///
/// async fn confirm(shop: Client<Store<Shop>>, order: u32) -> Result<(), Failed> {
///     if !shop.read("is it sent", (), |shop, ()| shop.is_sent).await? {
///         shop.update("send a mail for order", order, |shop, order| shop.mails.push(order)).await?;
///         shop.update("mark as sent", (), |shop, ()| shop.is_sent = true).await?;
///     }
///     Ok(())
/// }
///
/// struct Confirmation;
/// impl Scenario for Confirmation {
///     type Service = Store<Shop>;
///     fn service(&self) -> Store<Shop> { Store::new(Shop::default()) }
///     fn set_up(&self, room: &mut Room<Store<Shop>>, _: &[usize]) {
///         room.callers("confirm", 1, |shop| confirm(shop, 7));
///     }
/// }
///
/// let subject = AsIfOnce::new(InProcess { scenario: Confirmation, bound: Bound::faults(1) });
/// let found = Exhaustive::default().search(&subject, &mut Unlimited);
/// assert!(found.broken.keys().any(|(_, word)| word == "duplicate"));
/// ```
#[derive(Clone, Hash)]
pub struct Store<T, A = ()> {
    state: T,
    /// What was there before the last change, if reads may be stale.
    older: Option<Option<T>>,
    answer: PhantomData<fn() -> A>,
}

impl<T, A> Store<T, A> {
    /// A store that holds this in the beginning.
    pub fn new(state: T) -> Store<T, A> {
        Store { state, older: None, answer: PhantomData }
    }

    /// The same, and a [`read`](Client::read) may be answered with what was there before the last change, as that of a replica is
    /// which lags behind.
    #[must_use]
    pub fn with_stale_reads(self) -> Store<T, A> {
        Store { older: Some(None), ..self }
    }
}

impl<T, A> Deref for Store<T, A> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.state
    }
}

/// As what it holds shows itself, so that each field is a cell.
impl<T: Debug, A> Debug for Store<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

impl<T, A> Service for Store<T, A>
where
    T: Clone + Debug + Hash + 'static,
    A: Clone + Debug + Hash + 'static,
{
    type Request = Request<T>;
    type Response = Told;
    type Answer = A;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request<T>) -> Told {
        if let Some(older) = self.older.as_mut().filter(|_| !request.0.only_reads()) {
            *older = Some(self.state.clone());
        }
        request.0.apply(&mut self.state).expect("it is not carried out while it waits")
    }

    fn footprint(&self, request: &Request<T>) -> Footprint {
        let own = Footprint::nothing();
        if request.0.only_reads() { own.reads(&"state") } else { own.writes(&"state") }
    }

    fn blocked(&self, request: &Request<T>) -> Option<Blocked> {
        let is_blocked = request.0.may_wait() && request.0.apply(&mut self.state.clone()).is_none();
        is_blocked.then(|| Blocked { on: "what it needs".into(), held_by: Vec::new() })
    }

    fn older_versions(&self, request: &Request<T>) -> usize {
        usize::from(request.0.only_reads() && matches!(self.older, Some(Some(_))))
    }

    fn apply_stale(&self, request: &Request<T>, _: usize) -> Told {
        let older = self.older.as_ref().and_then(Option::as_ref).expect("a state that it had");
        request.0.apply(&mut older.clone()).expect("a read does not wait")
    }

    /// A later attempt of a step makes the write again that goes by the same name.
    fn target(&self, request: &Request<T>) -> u128 {
        Fingerprinter::of(&request.0.name())
    }

    fn reaches(&self, _: &Request<T>) -> Vec<Text> {
        let path = type_name::<T>().split('<').next().unwrap_or_default();
        vec![path.rsplit("::").next().unwrap_or_default().into()]
    }
}

/// The operations of whoever holds a store.
macro_rules! operations {
    ($of:ident $(of $whole:ident)?) => {
        impl<$($whole: Service,)? T, A> $of<$($whole,)? Store<T, A>>
        where
            T: Clone + Debug + Hash + 'static,
            A: Clone + Debug + Hash + 'static,
        {
            /// Looks at a [`Store`], as it is at one moment. `name` says for people what is looked for, and `given` is handed to
            /// `look`, which captures nothing; `()`, if it needs nothing.
            ///
            /// # Errors
            /// [`NoAnswer`], if the run has it so.
            pub fn read<I, R>(
                &self,
                name: &'static str,
                given: I,
                look: fn(&T, I) -> R,
            ) -> impl Future<Output = Result<R, NoAnswer>> + use<$($whole,)? T, A, I, R>
            where
                I: Clone + Debug + Hash + 'static,
                R: Clone + Debug + Hash + 'static,
            {
                let asked = self.call(Request::new(name, given, How::Read(look)));
                async move { Ok(asked.await?.into()) }
            }

            /// Changes a [`Store`] in one operation: whatever `change` does to it, or to none of it, as a conditional write or a
            /// transaction. It answers with what `change` says. `name` says for people what is done, and `given` is handed to
            /// `change`, which captures nothing; `()`, if it needs nothing.
            ///
            /// # Errors
            /// [`NoAnswer`], if the run has it so.
            pub fn update<I, R>(
                &self,
                name: &'static str,
                given: I,
                change: fn(&mut T, I) -> R,
            ) -> impl Future<Output = Result<R, NoAnswer>> + use<$($whole,)? T, A, I, R>
            where
                I: Clone + Debug + Hash + 'static,
                R: Clone + Debug + Hash + 'static,
            {
                let asked = self.call(Request::new(name, given, How::Update(change)));
                async move { Ok(asked.await?.into()) }
            }

            /// Changes a [`Store`] as [`update`](Self::update) does, but waits as long as `change` says nothing: for a lock, a slot, a
            /// message. What it changes while it says nothing is not kept.
            ///
            /// # Errors
            /// [`NoAnswer`], if the run has it so.
            pub fn wait<I, R>(
                &self,
                name: &'static str,
                given: I,
                change: fn(&mut T, I) -> Option<R>,
            ) -> impl Future<Output = Result<R, NoAnswer>> + use<$($whole,)? T, A, I, R>
            where
                I: Clone + Debug + Hash + 'static,
                R: Clone + Debug + Hash + 'static,
            {
                let asked = self.call(Request::new(name, given, How::Wait(change)));
                async move { Ok(asked.await?.into()) }
            }
        }
    };
}

operations!(Client);
operations!(Part of S);
