//! Something else's API, with idempotency keys.
use crate::{Footprint, Service, Text};
use std::{collections::BTreeMap, fmt::Debug, hash::Hash, marker::PhantomData};

/// An API that does something for whoever posts to it: charges a card, sends a mail. Posted again under the same idempotency
/// key, nothing more is done, and the answer is that of the first time. A key with another body is a conflict. Keys may be
/// [forgotten](Request::Forget), for an [environment](crate::Room::environment) actor. It may refuse a post for reasons of its
/// own, having done nothing (`429`, `503`): that is the fault [`Refused`](crate::Fault::Refused).
///
/// A charge whose answer is lost is made once, because the second attempt has the same key:
///
/// ```
/// use anechoic::services::{Api, api::Request};
/// use anechoic::{Client, Failed, Room, Scenario};
///
/// type Stripe = Api<&'static str, u32>;
///
/// async fn pay(stripe: Client<Stripe>) -> Result<(), Failed> {
///     stripe.call(Request::Post { key: Some("order 1"), body: 5 }).await?.made().ok_or(Failed)?;
///     Ok(())
/// }
///
/// struct Payment;
/// impl Scenario for Payment {
///     type Service = Stripe;
///     fn service(&self) -> Stripe { Api::new("charges") }
///     fn set_up(&self, room: &mut Room<Stripe>, _: &[usize]) { room.callers("pay", 1, pay); }
/// }
/// anechoic::checker!("a_card_is_charged_once").faults(2).assert(|_| Payment);
/// ```
#[derive(Clone, Debug, Hash)]
pub struct Api<K, B, A = ()> {
    name: Text,
    made: Vec<B>,
    /// What was made under each key, by its position.
    keys: BTreeMap<K, usize>,
    answer: PhantomData<fn() -> A>,
}

/// What is asked of an [`Api`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request<K, B> {
    /// Does what the body says, once for each key; without a key, each time.
    Post {
        /// The idempotency key, if there is one.
        key: Option<K>,
        /// What is to be done.
        body: B,
    },
    /// Looks whether this was done: the first that is like it.
    Find(B),
    /// The keys are so old that they are forgotten.
    Forget,
}

/// What an [`Api`] answers. What was done has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// It is done, now or before, under this number.
    Made(usize),
    /// The key was used for something else.
    Conflict,
    /// It is refused for now, and nothing was done.
    Unavailable,
    /// Under which number it was done, if it was.
    Found(Option<usize>),
}

impl Told {
    /// Under which number it is done, if it is.
    pub fn made(self) -> Option<usize> {
        if let Told::Made(number) = self { Some(number) } else { None }
    }
}

impl<K, B, A> Api<K, B, A> {
    /// An API that has done nothing yet; what it does goes by this name.
    pub fn new(name: impl Into<Text>) -> Api<K, B, A> {
        Api { name: name.into(), made: Vec::new(), keys: BTreeMap::new(), answer: PhantomData }
    }

    /// What it has done, in order.
    pub fn made(&self) -> &[B] {
        &self.made
    }
}

impl<K, B, A> Service for Api<K, B, A>
where
    K: Ord + Clone + Debug + Hash + 'static,
    B: Clone + Debug + PartialEq + Hash + 'static,
    A: Clone + Debug + Hash + 'static,
{
    type Request = Request<K, B>;
    type Response = Told;
    type Answer = A;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request<K, B>) -> Told {
        match request {
            Request::Post { key, body } => {
                if let Some(at) = key.as_ref().and_then(|key| self.keys.get(key)) {
                    return if self.made[*at] == *body { Told::Made(*at) } else { Told::Conflict };
                }
                let at = self.made.len();
                self.made.push(body.clone());
                self.keys.extend(key.iter().map(|key| (key.clone(), at)));
                Told::Made(at)
            }
            Request::Find(body) => Told::Found(self.made.iter().position(|made| made == body)),
            Request::Forget => {
                self.keys.clear();
                Told::Found(None)
            }
        }
    }

    fn refusals(&self, request: &Request<K, B>) -> Vec<Told> {
        if let Request::Post { .. } = request { vec![Told::Unavailable] } else { Vec::new() }
    }

    fn footprint(&self, request: &Request<K, B>) -> Footprint {
        // What is done is numbered, so the order of any two posts counts.
        let own = Footprint::nothing();
        match request {
            Request::Post { .. } => own.writes(&"made").writes(&"keys"),
            Request::Find(_) => own.reads(&"made"),
            Request::Forget => own.writes(&"keys"),
        }
    }

    fn describe(&self, request: &Request<K, B>) -> String {
        match request {
            Request::Post { key: Some(key), body } => format!("post {body:?} under {key:?}"),
            Request::Post { key: None, body } => format!("post {body:?}"),
            Request::Find(body) => format!("find {body:?}"),
            Request::Forget => "the keys are forgotten".into(),
        }
    }

    fn describe_response(&self, told: &Told) -> String {
        match told {
            Told::Made(at) => format!("made, number {}", at + 1),
            Told::Conflict => "conflict".into(),
            Told::Unavailable => "unavailable".into(),
            Told::Found(Some(at)) => format!("number {}", at + 1),
            Told::Found(None) => "none".into(),
        }
    }

    fn reaches(&self, _: &Request<K, B>) -> Vec<Text> {
        vec![self.name.clone()]
    }

    /// One cell: what it has done, sorted, so that who came first makes no difference.
    fn cells(&self) -> Vec<(Text, String)> {
        let mut made: Vec<String> = self.made.iter().map(|made| format!("{made:?}")).collect();
        made.sort_unstable();
        vec![(self.name.clone(), format!("[{}]", made.join(", ")))]
    }
}
