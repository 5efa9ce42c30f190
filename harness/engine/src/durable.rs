//! The durable runtime: steps, checkpoints, attempts and executions, as AWS durable execution has them.
use crate::{Client, Fingerprinter, Policy, Reply, Service, Text};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    fmt,
    future::Future,
    hash::{Hash, Hasher},
    rc::Rc,
    time::Duration,
};

/// How a durable runtime treats its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Runtime {
    /// When a failed step is tried again.
    pub policy: Policy,
    /// What happens to a step that was begun and of which nothing more is known.
    pub semantics: Semantics,
    /// Whether the START of a step is stored before its body runs.
    pub start: Start,
}

impl Default for Runtime {
    /// As AWS durable execution treats a step of which nothing else is said, on its JavaScript SDK.
    fn default() -> Runtime {
        Runtime {
            policy: Policy::default(),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        }
    }
}

/// What happens to a step whose invocation died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// Its body runs again, and no attempt is counted. So attempts do not bound executions.
    AtLeastOncePerRetry,
    /// It counts as a failed attempt. START is always awaited.
    AtMostOncePerRetry,
}

/// How START is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Sent along with the next checkpoint, as the JavaScript SDK does.
    FireAndForget,
    /// Awaited before the body runs, as the Rust SDK does.
    Awaited,
}

/// The step failed, and its last attempt was used up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step `{step}` failed after {attempts} attempts")]
pub struct StepFailed {
    /// Which step.
    pub step: Text,
    /// How many attempts it had.
    pub attempts: u32,
}

/// What the runtime has stored of one durable execution.
#[derive(Clone, Default)]
pub(crate) struct Checkpoints {
    steps: Vec<(StepId, Progress)>,
    /// Changes with every checkpoint: an invocation that does not know the latest is told so and ends.
    version: u32,
    /// The fingerprint of all this, if it was asked for since.
    fingerprint: Cell<Option<u128>>,
}

/// A step's name, and its ordinal among the steps of that name in its workflow, from 1.
type StepId = (Text, u32);

#[derive(Clone)]
enum Progress {
    Started {
        attempt: u32,
    },
    /// The attempt failed; the next one is due at this time.
    Retrying {
        attempt: u32,
        due: Duration,
    },
    /// Time passes until then.
    Waiting {
        due: Duration,
    },
    Succeeded(Value),
    Failed {
        attempts: u32,
    },
}

/// What a step returned, kept for replays of the workflow.
#[derive(Clone)]
struct Value {
    value: Rc<dyn Any>,
    digest: u128,
}

/// One checkpoint on its way to the runtime.
#[derive(Clone, Hash)]
pub struct Update {
    step: StepId,
    progress: Progress,
    /// The version that the sender knows.
    token: u32,
}

const NOT_DETERMINISTIC: &str = "the workflow is not deterministic";

/// A checkpoint was not stored: its sender does not know the latest one, because another invocation is at work.
#[derive(Clone, Copy)]
pub struct Stale;

impl Checkpoints {
    pub(crate) fn store(&mut self, update: &Update) -> Result<(), Stale> {
        if update.token != self.version {
            return Err(Stale);
        }
        self.version += 1;
        self.fingerprint.set(None);
        match self.steps.iter_mut().find(|(step, _)| *step == update.step) {
            Some((_, progress)) => *progress = update.progress.clone(),
            None => self.steps.push((update.step.clone(), update.progress.clone())),
        }
        Ok(())
    }

    pub(crate) fn fingerprint(&self) -> u128 {
        let fingerprint = self.fingerprint.get().unwrap_or_else(|| self.fingerprint_now());
        self.fingerprint.set(Some(fingerprint));
        fingerprint
    }

    fn fingerprint_now(&self) -> u128 {
        let mut fingerprinter = Fingerprinter::new();
        self.version.hash(&mut fingerprinter);
        for step in &self.steps {
            step.hash(&mut fingerprinter);
        }
        fingerprinter.fingerprint()
    }

    /// Whether the workflow lets time pass, and not because a step failed.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.steps.last(), Some((_, Progress::Waiting { .. })))
    }

    fn of(&self, step: &StepId) -> Option<&Progress> {
        self.steps.iter().find(|(id, _)| id == step).map(|(_, progress)| progress)
    }
}

impl Hash for Progress {
    /// When something is due is left out: in a run in which time passes, no two states are the same anyway.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Progress::Started { attempt } => (0_u8, attempt).hash(state),
            Progress::Retrying { attempt, .. } => (1_u8, attempt).hash(state),
            Progress::Succeeded(value) => (2_u8, value.digest).hash(state),
            Progress::Failed { attempts } => (3_u8, attempts).hash(state),
            Progress::Waiting { .. } => 4_u8.hash(state),
        }
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = &self.step.0;
        match &self.progress {
            Progress::Started { attempt } => write!(f, "checkpoint START {step}, attempt {attempt}"),
            Progress::Retrying { attempt, .. } => {
                write!(f, "checkpoint RETRY {step}, attempt {attempt} failed")
            }
            Progress::Waiting { .. } => write!(f, "checkpoint WAIT {step}"),
            Progress::Succeeded(_) => write!(f, "checkpoint SUCCEED {step}"),
            Progress::Failed { attempts } => write!(f, "checkpoint FAIL {step} after {attempts} attempts"),
        }
    }
}

/// One invocation of a durable workflow. It begins with what was checkpointed when it was invoked, and runs the
/// workflow from its top: steps that are done answer from their checkpoints.
///
/// ```
/// use anechoic_engine::{
///     AsIfOnce, Bound, Client, Execution, Failed, InProcess, Room, Runtime, Scenario, Store, Subject,
///     search::{Exhaustive, Unlimited},
/// };
/// use std::collections::BTreeMap;
///
/// /// What was charged, by the key that came with it.
/// type Cards = Store<BTreeMap<u32, u32>>;
///
/// /// The key is drawn in a step of its own, so every attempt of the next one has the same.
/// async fn order(execution: Execution<Cards>) -> Result<(), Failed> {
///     let key = execution.step("draw a key", async || Ok::<_, Failed>(7)).await.map_err(|_| Failed)?;
///     let charge = async || {
///         let charge = |cards: &mut BTreeMap<u32, u32>, key| drop(cards.entry(key).or_insert(5));
///         execution.client().update("charge", key, charge).await
///     };
///     execution.step("charge", charge).await.map_err(|_| Failed)
/// }
///
/// struct Order;
///
/// impl Scenario for Order {
///     type Service = Cards;
///     fn service(&self) -> Cards { Store::new(BTreeMap::new()) }
///     fn set_up(&self, room: &mut Room<Cards>, _: &[usize]) {
///         room.durable("order", &Runtime::default(), order);
///     }
/// }
///
/// let subject = AsIfOnce::new(InProcess { scenario: Order, bound: Bound::faults(1) });
/// let found = Exhaustive::default().search(&subject, &mut Unlimited);
/// assert!(found.complete && found.broken.is_empty());
/// ```
pub struct Execution<S: Service> {
    client: Client<S>,
    runtime: Rc<Runtime>,
    known: RefCell<Checkpoints>,
    /// The names of the steps that were begun.
    begun: RefCell<Vec<Text>>,
}

impl<S: Service> Execution<S> {
    pub(crate) fn new(client: Client<S>, runtime: Rc<Runtime>, known: Checkpoints) -> Execution<S> {
        Execution { client, runtime, known: RefCell::new(known), begun: RefCell::default() }
    }

    /// The service's client, for the bodies of steps.
    pub fn client(&self) -> &Client<S> {
        &self.client
    }

    /// Runs a step: its body, until it succeeds once or the policy gives up.
    ///
    /// A failed body suspends the whole workflow until its retry is due; this future then never resumes, and the
    /// workflow starts over. So does an invocation that dies or whose checkpoint gets no answer.
    ///
    /// # Errors
    /// [`StepFailed`] when the last attempt has failed.
    pub async fn step<T, E, F>(
        &self,
        name: impl Into<Text>,
        body: impl FnOnce() -> F,
    ) -> Result<T, StepFailed>
    where
        T: Clone + Hash + 'static,
        E: fmt::Display,
        F: Future<Output = Result<T, E>>,
    {
        let name = name.into();
        let step = self.begin(name.clone());
        let known = self.known.borrow().of(&step).cloned();
        let attempt = match known {
            Some(Progress::Succeeded(stored)) => return Ok(stored.downcast(&name)),
            Some(Progress::Failed { attempts }) => return Err(StepFailed { step: name, attempts }),
            None => 1,
            Some(Progress::Retrying { attempt, due }) => {
                self.wait_until(due).await;
                attempt + 1
            }
            Some(Progress::Waiting { .. }) => {
                panic!("`{name}` was a wait when it ran first: {NOT_DETERMINISTIC}")
            }
            Some(Progress::Started { attempt }) => match self.runtime.semantics {
                Semantics::AtLeastOncePerRetry => attempt,
                Semantics::AtMostOncePerRetry => return Err(self.failed(step, attempt).await),
            },
        };
        if self.awaits_start() {
            self.checkpoint(&step, Progress::Started { attempt }).await;
        }
        self.client.note_execution(&name, attempt);
        match body().await {
            Ok(value) => {
                let digest = Fingerprinter::of(&value);
                let stored = Value { value: Rc::new(value.clone()), digest };
                self.checkpoint(&step, Progress::Succeeded(stored)).await;
                Ok(value)
            }
            Err(error) => {
                self.client.note(|| format!("the step throws: {error}"));
                Err(self.failed(step, attempt).await)
            }
        }
    }

    /// Lets time pass, once, however often the workflow is run from its top. In a search that is not timed, it may be any
    /// time.
    pub async fn wait(&self, name: impl Into<Text>, time: Duration) {
        let name = name.into();
        let step = self.begin(name.clone());
        let known = self.known.borrow().of(&step).cloned();
        match known {
            Some(Progress::Waiting { due }) => self.wait_until(due).await,
            Some(_) => panic!("`{name}` was a step when it ran first: {NOT_DETERMINISTIC}"),
            None => {
                let due = self.client.now() + time;
                self.checkpoint(&step, Progress::Waiting { due }).await;
                self.client.suspend(time).await;
            }
        }
    }

    /// The same name may name several steps: they are told apart by their order.
    fn begin(&self, name: Text) -> StepId {
        let mut begun = self.begun.borrow_mut();
        begun.push(name.clone());
        let earlier = begun.iter().filter(|other| **other == name).count();
        (name, earlier as u32)
    }

    /// Suspends the workflow if it was invoked before a retry is due.
    async fn wait_until(&self, due: Duration) {
        let early = due.saturating_sub(self.client.now());
        if self.client.is_timed() && !early.is_zero() {
            self.client.suspend(early).await;
        }
    }

    fn awaits_start(&self) -> bool {
        self.runtime.start == Start::Awaited || self.runtime.semantics == Semantics::AtMostOncePerRetry
    }

    /// The attempt failed: wait for the next one, or give up.
    async fn failed(&self, step: StepId, attempt: u32) -> StepFailed {
        if self.runtime.policy.retries_after(attempt) {
            let delay = self.delay(attempt).await;
            let due = self.client.now() + delay;
            self.checkpoint(&step, Progress::Retrying { attempt, due }).await;
            self.client.suspend(delay).await;
        }
        self.checkpoint(&step, Progress::Failed { attempts: attempt }).await;
        StepFailed { step: step.0, attempts: attempt }
    }

    async fn delay(&self, retry: u32) -> Duration {
        /// Chance is drawn this finely.
        const GRAIN: u32 = 1 << 16;
        let policy = &self.runtime.policy;
        if !policy.is_random() || !self.client.is_timed() {
            return policy.delay(retry, 0.5);
        }
        let drawn = self.client.choose("jitter", GRAIN).await;
        policy.delay(retry, f64::from(drawn) / f64::from(GRAIN))
    }

    /// Stores a checkpoint. Without an answer this invocation ends and the runtime begins another; told that its
    /// knowledge is stale, it ends for good if another invocation is at work.
    async fn checkpoint(&self, step: &StepId, progress: Progress) {
        let token = self.known.borrow().version;
        let update = Update { step: step.clone(), progress: progress.clone(), token };
        match self.client.checkpoint(update).await {
            Reply::Checkpoint(Ok(Ok(()))) => {
                let own = Update { step: step.clone(), progress, token };
                let stored = self.known.borrow_mut().store(&own);
                debug_assert!(stored.is_ok(), "what the runtime accepted is newer than what it knew");
            }
            Reply::Checkpoint(Ok(Err(Stale))) => self.client.give_way().await,
            _ => self.client.suspend(Duration::ZERO).await,
        }
    }
}

impl Value {
    fn downcast<T: Clone + 'static>(self, step: &str) -> T {
        match self.value.downcast_ref::<T>() {
            Some(value) => value.clone(),
            None => panic!("step `{step}` returned another type when it ran first: {NOT_DETERMINISTIC}"),
        }
    }
}
