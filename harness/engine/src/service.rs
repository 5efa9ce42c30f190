use crate::{Blocked, Digest, Faults, Fingerprinter, Footprint, Session, Text, fields::fields};
use std::{fmt::Debug, hash::Hash, time::Duration};

/// The shared state that handlers talk to, as a deterministic state machine: a database, a queue, a remote API.
///
/// One request is one atomic operation. Nothing else in a run is shared, and nothing else is a point at which
/// another actor may step in.
pub trait Service: Sized + Debug + Hash + 'static {
    /// What a handler asks.
    type Request: Debug + Hash;
    /// What it is answered. Answers decide what a handler does next, so they identify its state: leave out
    /// what differs without mattering, such as times.
    type Response: Clone + Debug + Hash;
    /// What a handler finally says to whoever called it.
    type Answer: Clone + Debug + Hash;

    /// Whether a drawn name may be used by a later invocation than the one that drew it: because a step returned it, or
    /// because the service answers with it. If not, say so: the search then forgets names with the invocations that
    /// drew them, need not tell apart who drew them, and meets fewer states.
    const NAMES_OUTLIVE_INVOCATIONS: bool = true;

    /// Whether the end of a session may be noticed late: some time after it, when others have gone on, as that of a process
    /// whose connection nobody closes.
    const NOTICES_ENDS_LATE: bool = false;

    /// A copy of it, as `Clone` makes one: `Some(self.clone())`. With that a search goes back to where two runs part, and need
    /// not make the second one from its start. The default, nothing, is always right.
    fn snapshot(&self) -> Option<Self> {
        None
    }

    /// Carries out a request.
    fn apply(&mut self, request: &Self::Request) -> Self::Response;

    /// Adds all of the state that could ever matter again. The default adds all of it, as one value; it is right unless the
    /// state holds names that actors have drawn, or what will never be looked at again.
    fn digest(&self, digest: &mut Digest) {
        digest.shared(self);
    }

    /// What a request touches. The default, everything, is always right; saying less lets the search skip more.
    fn footprint(&self, request: &Self::Request) -> Footprint {
        let _ = request;
        Footprint::everything()
    }

    /// Adds a request that is on its way although its sender is gone. Of a name that it carries, the number is enough if
    /// names do not outlive invocations: its sender drew it.
    fn digest_request(&self, request: &Self::Request, fingerprinter: &mut Fingerprinter) {
        request.hash(fingerprinter);
    }

    /// How many older versions a read could still be answered with.
    fn older_versions(&self, request: &Self::Request) -> usize {
        let _ = request;
        0
    }

    /// Answers a read with the version that is `age` versions old, 1 being the one before the latest.
    ///
    /// Called only with an age from 1 to [`older_versions`](Service::older_versions).
    fn apply_stale(&self, request: &Self::Request, age: usize) -> Self::Response {
        unreachable!("{request:?} offers no version that is {age} versions old")
    }

    /// How the service may refuse a request for reasons of its own, without having carried it out: throttled, a conflict with
    /// another transaction. Each is what it answers then.
    fn refusals(&self, request: &Self::Request) -> Vec<Self::Response> {
        let _ = request;
        Vec::new()
    }

    /// In how many ways a request may be carried out in part: a batch that is not atomic, a write of several files.
    fn tears(&self, request: &Self::Request) -> usize {
        let _ = request;
        0
    }

    /// Carries out a part of a request. Called only with a way below [`tears`](Service::tears).
    fn apply_torn(&mut self, request: &Self::Request, way: usize) {
        unreachable!("{request:?} is not torn in way {way}")
    }

    /// How long a request may take, in a scenario in which [time passes](crate::Scenario::is_timed): each is a way in which the run
    /// may go on; it is carried out and answered then. The first of them is what it takes in a calm run. The default, none, is
    /// that it takes no time.
    fn latencies(&self, request: &Self::Request) -> Vec<Duration> {
        let _ = request;
        Vec::new()
    }

    /// In how many ways the service may carry out a request, none of which is a fault: which of several messages it hands
    /// out, which entry it evicts.
    ///
    /// A cache of tokens that has room for two, and then gives up any of them: a handler that is asked again with a token which was
    /// evicted charges again.
    ///
    /// ```
    /// use anechoic_engine::{
    ///     AS_IF_ONCE, AsIfOnce, Bound, Client, InProcess, NoAnswer, Room, Scenario, Service, Subject,
    ///     search::{Exhaustive, Unlimited},
    /// };
    ///
    /// /// Which tokens are known, and how many charges were made.
    /// #[derive(Clone, Debug, Default, Hash)]
    /// struct Cache { tokens: Vec<u32>, charges: u32 }
    ///
    /// #[derive(Clone, Debug, Hash)]
    /// enum Ask { Has(u32), Put(u32), Charge }
    ///
    /// impl Service for Cache {
    ///     type Request = Ask;
    ///     type Response = bool;
    ///     type Answer = ();
    ///
    ///     fn choices(&self, ask: &Ask) -> u32 {
    ///         if matches!(ask, Ask::Put(_)) && self.tokens.len() == 2 { 2 } else { 1 }
    ///     }
    ///
    ///     fn apply_choice(&mut self, ask: &Ask, way: u32) -> bool {
    ///         if self.choices(ask) > 1 {
    ///             self.tokens.remove(way as usize);
    ///         }
    ///         self.apply(ask)
    ///     }
    ///
    ///     fn apply(&mut self, ask: &Ask) -> bool {
    ///         match ask {
    ///             Ask::Has(token) => return self.tokens.contains(token),
    ///             Ask::Put(token) => self.tokens.push(*token),
    ///             Ask::Charge => self.charges += 1,
    ///         }
    ///         true
    ///     }
    ///
    ///     fn cells(&self) -> Vec<(anechoic_engine::Text, String)> {
    ///         vec![("charges".into(), self.charges.to_string())]
    ///     }
    /// }
    ///
    /// /// Three customers pay, each with a token.
    /// struct Payments;
    ///
    /// async fn pay(cache: Client<Cache>, token: u32) -> Result<(), NoAnswer> {
    ///     if !cache.call(Ask::Has(token)).await? {
    ///         cache.call(Ask::Put(token)).await?;
    ///         cache.call(Ask::Charge).await?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// impl Scenario for Payments {
    ///     type Service = Cache;
    ///
    ///     fn service(&self) -> Cache {
    ///         Cache::default()
    ///     }
    ///
    ///     fn set_up(&self, room: &mut Room<Cache>, _: &[usize]) {
    ///         for (name, token) in [("ann", 1), ("ben", 2), ("cat", 3)] {
    ///             room.callers(name, 1, move |cache| pay(cache, token));
    ///         }
    ///     }
    /// }
    ///
    /// let subject = AsIfOnce::new(InProcess { scenario: Payments, bound: Bound::faults(1) });
    /// let found = Exhaustive::default().search(&subject, &mut Unlimited);
    /// let at = subject.promises().iter().position(|promise| promise.name == AS_IF_ONCE).unwrap();
    /// assert!(found.words(at).any(|word| *word == *"duplicate"));
    /// ```
    fn choices(&self, request: &Self::Request) -> u32 {
        let _ = request;
        1
    }

    /// Carries out a request in one of the [ways](Service::choices) there are.
    fn apply_choice(&mut self, request: &Self::Request, way: u32) -> Self::Response {
        let _ = way;
        self.apply(request)
    }

    /// Which faults may happen to a request, of those that may happen to its kind. A request that is no message, but stands for
    /// what the environment does for its sender, may have none.
    fn faults(&self, request: &Self::Request) -> Faults {
        let _ = request;
        Faults::ALL
    }

    /// What a write is to, as a later attempt of the same durable step would write it again. The default is what its
    /// [footprint](Service::footprint) says that it writes, which is right if a later attempt draws the same names.
    fn target(&self, request: &Self::Request) -> u128 {
        Fingerprinter::of(&self.footprint(request).written().collect::<Vec<u64>>())
    }

    /// Whether a request only tells a durable runtime how far its sender has come. It is shown as a checkpoint, and the
    /// [reference](crate::AsIfOnce) makes it in each attempt of a step.
    fn is_checkpoint(&self, request: &Self::Request) -> bool {
        let _ = request;
        false
    }

    /// Why a request cannot be carried out yet, and for whom it waits; nothing, if it can. It waits until others have changed
    /// that, is answered then, and may go wrong meanwhile. A request that waits when all is quiet is a finding: a deadlock, if
    /// each waits for another in a circle.
    ///
    /// What this looks at belongs to the request's [footprint](Service::footprint).
    fn blocked(&self, request: &Self::Request) -> Option<Blocked> {
        let _ = request;
        None
    }

    /// How many calls it has made so far in a run: of functions that it was asked to invoke. The room says [who
    /// comes](crate::Room::called). A request that makes one, and each that makes another, write something in common.
    fn calls(&self) -> usize {
        0
    }

    /// The [session](crate::Client::session) that a request is sent in, if it is sent in one. What is sent in a session arrives in
    /// that order, and once the service has learnt of its end, what is still on its way in it never arrives.
    fn session(&self, request: &Self::Request) -> Option<Session> {
        let _ = request;
        None
    }

    /// What the end of a session touches, as things stand: the locks that it holds, the transaction that it has open. The
    /// default, nothing, says that it would change nothing. What a request adds to this belongs to its own
    /// [footprint](Service::footprint), too.
    fn ending(&self, session: Session) -> Footprint {
        let _ = session;
        Footprint::nothing()
    }

    /// The service learns that a session has ended: its invocation has returned, or has died.
    fn end(&mut self, session: Session) {
        let _ = session;
    }

    /// Why what it did is not what would happen, if so: a program that it stands for has gone astray. Nothing can be said of a
    /// run then, and the search ends.
    fn cannot_tell(&self) -> Option<Text> {
        None
    }

    /// Whom a request goes to, by name, for people: the stores and services to whose lifelines its arrow leads in a picture of
    /// the run. The default takes all of it for one.
    fn reaches(&self, request: &Self::Request) -> Vec<Text> {
        let _ = request;
        vec!["service".into()]
    }

    /// The request in a few words, for people.
    fn describe(&self, request: &Self::Request) -> String {
        format!("{request:?}")
    }

    /// The response in a few words, for people.
    fn describe_response(&self, response: &Self::Response) -> String {
        format!("{response:?}")
    }

    /// The state as named cells, for people: the columns of a shown run. The default has one for each field.
    fn cells(&self) -> Vec<(Text, String)> {
        fields(self)
    }
}
