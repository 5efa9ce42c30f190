//! Two services that a handler talks to, as one.
use crate::{Blocked, Client, Digest, Faults, Fingerprinter, Footprint, NoAnswer, Service, Session, Text};
use std::{future::Future, hash::Hash, sync::Arc, time::Duration};

/// Two services side by side: a table and an API, say. Of more than two, one is such a pair itself.
///
/// A handler reaches each through [`first`](Client::first) and [`second`](Client::second).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Both<A, B>(pub A, pub B);

/// What is asked of one of two services, or what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OneOf<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// The one of two services that a request is for, and does something with both.
macro_rules! each {
    ($self:expr, $of:expr, |$service:ident, $request:ident| $what:expr) => {
        match $of {
            OneOf::First($request) => {
                let $service = &$self.0;
                $what
            }
            OneOf::Second($request) => {
                let $service = &$self.1;
                $what
            }
        }
    };
}

/// Which part something belongs to.
const FIRST: u64 = 1;
const SECOND: u64 = 2;

impl<A: Service, B: Service<Answer = A::Answer>> Service for Both<A, B> {
    type Request = OneOf<A::Request, B::Request>;
    type Response = OneOf<A::Response, B::Response>;
    type Answer = A::Answer;

    const NAMES_OUTLIVE_INVOCATIONS: bool = A::NAMES_OUTLIVE_INVOCATIONS || B::NAMES_OUTLIVE_INVOCATIONS;
    const NOTICES_ENDS_LATE: bool = A::NOTICES_ENDS_LATE || B::NOTICES_ENDS_LATE;

    fn snapshot(&self) -> Option<Self> {
        Some(Both(self.0.snapshot()?, self.1.snapshot()?))
    }

    fn apply(&mut self, request: &Self::Request) -> Self::Response {
        match request {
            OneOf::First(request) => OneOf::First(self.0.apply(request)),
            OneOf::Second(request) => OneOf::Second(self.1.apply(request)),
        }
    }

    fn digest(&self, digest: &mut Digest) {
        digest.within(FIRST, |digest| self.0.digest(digest));
        digest.within(SECOND, |digest| self.1.digest(digest));
    }

    fn footprint(&self, request: &Self::Request) -> Footprint {
        match request {
            OneOf::First(request) => self.0.footprint(request).within(FIRST),
            OneOf::Second(request) => self.1.footprint(request).within(SECOND),
        }
    }

    fn digest_request(&self, request: &Self::Request, fingerprinter: &mut Fingerprinter) {
        matches!(request, OneOf::First(_)).hash(fingerprinter);
        each!(self, request, |service, request| service.digest_request(request, fingerprinter));
    }

    fn older_versions(&self, request: &Self::Request) -> usize {
        each!(self, request, |service, request| service.older_versions(request))
    }

    fn apply_stale(&self, request: &Self::Request, age: usize) -> Self::Response {
        match request {
            OneOf::First(request) => OneOf::First(self.0.apply_stale(request, age)),
            OneOf::Second(request) => OneOf::Second(self.1.apply_stale(request, age)),
        }
    }

    fn refusals(&self, request: &Self::Request) -> Vec<Self::Response> {
        match request {
            OneOf::First(request) => self.0.refusals(request).into_iter().map(OneOf::First).collect(),
            OneOf::Second(request) => self.1.refusals(request).into_iter().map(OneOf::Second).collect(),
        }
    }

    fn tears(&self, request: &Self::Request) -> usize {
        each!(self, request, |service, request| service.tears(request))
    }

    fn apply_torn(&mut self, request: &Self::Request, way: usize) {
        match request {
            OneOf::First(request) => self.0.apply_torn(request, way),
            OneOf::Second(request) => self.1.apply_torn(request, way),
        }
    }

    fn latencies(&self, request: &Self::Request) -> Vec<Duration> {
        each!(self, request, |service, request| service.latencies(request))
    }

    fn choices(&self, request: &Self::Request) -> u32 {
        each!(self, request, |service, request| service.choices(request))
    }

    fn apply_choice(&mut self, request: &Self::Request, way: u32) -> Self::Response {
        match request {
            OneOf::First(request) => OneOf::First(self.0.apply_choice(request, way)),
            OneOf::Second(request) => OneOf::Second(self.1.apply_choice(request, way)),
        }
    }

    fn faults(&self, request: &Self::Request) -> Faults {
        each!(self, request, |service, request| service.faults(request))
    }

    fn target(&self, request: &Self::Request) -> u128 {
        let target = each!(self, request, |service, request| service.target(request));
        Fingerprinter::of(&(matches!(request, OneOf::First(_)), target))
    }

    fn is_checkpoint(&self, request: &Self::Request) -> bool {
        each!(self, request, |service, request| service.is_checkpoint(request))
    }

    fn blocked(&self, request: &Self::Request) -> Option<Blocked> {
        each!(self, request, |service, request| service.blocked(request))
    }

    fn session(&self, request: &Self::Request) -> Option<Session> {
        each!(self, request, |service, request| service.session(request))
    }

    fn ending(&self, session: Session) -> Footprint {
        self.0.ending(session).within(FIRST).and(self.1.ending(session).within(SECOND))
    }

    fn end(&mut self, session: Session) {
        self.0.end(session);
        self.1.end(session);
    }

    fn cannot_tell(&self) -> Option<Text> {
        self.0.cannot_tell().or_else(|| self.1.cannot_tell())
    }

    fn reaches(&self, request: &Self::Request) -> Vec<Text> {
        each!(self, request, |service, request| service.reaches(request))
    }

    fn describe(&self, request: &Self::Request) -> String {
        each!(self, request, |service, request| service.describe(request))
    }

    fn describe_response(&self, response: &Self::Response) -> String {
        each!(self, response, |service, response| service.describe_response(response))
    }

    fn cells(&self) -> Vec<(Text, String)> {
        [self.0.cells(), self.1.cells()].concat()
    }
}

type Asking<S, P> = Arc<dyn Fn(<P as Service>::Request) -> <S as Service>::Request + Send + Sync>;
type Telling<S, P> = Arc<dyn Fn(<S as Service>::Response) -> <P as Service>::Response + Send + Sync>;

/// What a handler holds to reach one of [`Both`].
pub struct Part<S: Service, P: Service> {
    client: Client<S>,
    asking: Asking<S, P>,
    telling: Telling<S, P>,
}

impl<S: Service, P: Service> Clone for Part<S, P> {
    fn clone(&self) -> Part<S, P> {
        let (asking, telling) = (self.asking.clone(), self.telling.clone());
        Part { client: self.client.clone(), asking, telling }
    }
}

impl<S: Service, P: Service> Part<S, P> {
    /// Makes a request, as [`Client::call`] does.
    ///
    /// # Errors
    /// [`NoAnswer`], if the run has it so.
    pub fn call(
        &self,
        request: P::Request,
    ) -> impl Future<Output = Result<P::Response, NoAnswer>> + use<S, P> {
        let (asked, telling) = (self.client.call((self.asking)(request)), self.telling.clone());
        async move { Ok(telling(asked.await?)) }
    }

    /// The session of this invocation, as [`Client::session`] has it.
    pub fn session(&self) -> Session {
        self.client.session()
    }
}

const MIXED_UP: &str = "the answer of the one service was taken for that of the other";

impl<S: Service, A: Service, B: Service<Answer = A::Answer>> Part<S, Both<A, B>> {
    /// The first of the two.
    pub fn first(&self) -> Part<S, A> {
        let (asking, telling) = (self.asking.clone(), self.telling.clone());
        Part {
            client: self.client.clone(),
            asking: Arc::new(move |request| asking(OneOf::First(request))),
            telling: Arc::new(move |response| match telling(response) {
                OneOf::First(response) => response,
                OneOf::Second(_) => unreachable!("{MIXED_UP}"),
            }),
        }
    }

    /// The second of the two.
    pub fn second(&self) -> Part<S, B> {
        let (asking, telling) = (self.asking.clone(), self.telling.clone());
        Part {
            client: self.client.clone(),
            asking: Arc::new(move |request| asking(OneOf::Second(request))),
            telling: Arc::new(move |response| match telling(response) {
                OneOf::Second(response) => response,
                OneOf::First(_) => unreachable!("{MIXED_UP}"),
            }),
        }
    }
}

impl<A: Service, B: Service<Answer = A::Answer>> Client<Both<A, B>> {
    fn whole(&self) -> Part<Both<A, B>, Both<A, B>> {
        let (asking, telling) = (Arc::new(|request| request), Arc::new(|response| response));
        Part { client: self.clone(), asking, telling }
    }

    /// The first of the two services.
    pub fn first(&self) -> Part<Both<A, B>, A> {
        self.whole().first()
    }

    /// The second of the two services.
    pub fn second(&self) -> Part<Both<A, B>, B> {
        self.whole().second()
    }
}
