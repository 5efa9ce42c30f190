//! Rows with conditional writes, and transactions over several requests.
use crate::{Blocked, Digest, Footprint, Service, Session, Text};
use std::{collections::BTreeMap, fmt::Debug, hash::Hash, marker::PhantomData};

/// A table: each row has a key and holds a value.
///
/// A write by itself is atomic, and may be on a [condition](Request::PutIf). A [transaction](Request::In) belongs to a
/// [session](crate::Client::session): it begins with the first request of the session, locks each row that it reads or writes
/// until its end, and shows its writes to nobody before it commits. Whoever wants a locked row waits, so two transactions that
/// lock rows in different orders may wait for each other for ever: a deadlock is a finding. What is not committed when its
/// invocation has returned or died is rolled back, as soon as the table notices that, which may be late.
///
/// Two deposits in transactions; the balance that each reads is locked until it commits:
///
/// ```
/// use anechoic::services::{Table, table::{Request, Step}};
/// use anechoic::{Client, Failed, Room, Scenario};
///
/// type Accounts = Table<&'static str, u32>;
///
/// async fn deposit(accounts: Client<Accounts>) -> Result<(), Failed> {
///     let step = |step| accounts.call(Request::In(accounts.session(), step));
///     let balance = step(Step::Read("alice")).await?.row().unwrap_or(0);
///     step(Step::Write("alice", Some(balance + 5))).await?;
///     step(Step::Commit).await?;
///     Ok(())
/// }
///
/// struct Deposits;
/// impl Scenario for Deposits {
///     type Service = Accounts;
///     fn service(&self) -> Accounts { Table::new("accounts") }
///     fn set_up(&self, room: &mut Room<Accounts>, _: &[usize]) { room.callers("deposit", 2, deposit); }
/// }
/// // Nothing goes wrong: no deposit is lost. (With faults, who is not told of its commit deposits again.)
/// anechoic::checker!("no_deposit_is_lost").faults(0).assert(|_| Deposits);
/// ```
#[derive(Clone, Debug, Hash)]
pub struct Table<K, V, A = ()> {
    name: Text,
    rows: BTreeMap<K, V>,
    /// What the rows held before their last change, if reads may be stale.
    older: Option<BTreeMap<K, Option<V>>>,
    /// What each open transaction has written, in order.
    open: BTreeMap<Session, Vec<(K, Option<V>)>>,
    locks: BTreeMap<K, Session>,
    answer: PhantomData<fn() -> A>,
}

/// What is asked of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request<K, V> {
    /// Reads a row as it was last committed, locked or not.
    Get(K),
    /// Writes a row, whatever it holds.
    Put(K, V),
    /// Removes a row.
    Delete(K),
    /// Writes a row if it holds this, or if it is not there; else it answers with what is.
    PutIf {
        /// The row.
        key: K,
        /// What it is to hold; nothing, if it is not to be there.
        holds: Option<V>,
        /// What it holds then.
        value: V,
    },
    /// A step of a session's transaction.
    In(Session, Step<K, V>),
}

/// What is done in a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step<K, V> {
    /// Reads a row and locks it, as `SELECT … FOR UPDATE` does.
    Read(K),
    /// Locks a row, and writes it when the transaction commits; nothing removes it.
    Write(K, Option<V>),
    /// Makes all writes of the transaction at once, and ends it.
    Commit,
    /// Ends the transaction, and forgets its writes.
    Rollback,
}

/// What a [`Table`] answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told<V> {
    /// It is done.
    Done,
    /// What a row holds, if it is there.
    Row(Option<V>),
    /// The condition is not met: this is what the row holds.
    Refused(Option<V>),
    /// There is no transaction to commit: it was committed or rolled back, or was never begun.
    NoTransaction,
}

impl<V> Told<V> {
    /// What the row holds, if that was asked or is why a condition is not met.
    pub fn row(self) -> Option<V> {
        match self {
            Told::Row(row) | Told::Refused(row) => row,
            Told::Done | Told::NoTransaction => None,
        }
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        matches!(self, Told::Done)
    }
}

impl<K: Ord, V, A> Table<K, V, A> {
    /// An empty table of this name.
    pub fn new(name: impl Into<Text>) -> Table<K, V, A> {
        Table {
            name: name.into(),
            rows: BTreeMap::new(),
            older: None,
            open: BTreeMap::new(),
            locks: BTreeMap::new(),
            answer: PhantomData,
        }
    }

    /// The same, with this row.
    #[must_use]
    pub fn with(mut self, key: K, value: V) -> Table<K, V, A> {
        self.rows.insert(key, value);
        self
    }

    /// The same, and [`Request::Get`] may be answered with what a row held before its last change, as an eventually consistent
    /// read is.
    #[must_use]
    pub fn with_stale_reads(mut self) -> Table<K, V, A> {
        self.older = Some(BTreeMap::new());
        self
    }

    /// What a row holds, as it was last committed.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// All rows, as they were last committed.
    pub fn rows(&self) -> &BTreeMap<K, V> {
        &self.rows
    }
}

impl<K: Ord + Clone, V: Clone, A> Table<K, V, A> {
    fn write(&mut self, key: &K, value: Option<V>) {
        let before = match value {
            Some(value) => self.rows.insert(key.clone(), value),
            None => self.rows.remove(key),
        };
        if let Some(older) = &mut self.older {
            older.insert(key.clone(), before);
        }
    }

    fn step(&mut self, session: Session, step: &Step<K, V>) -> Told<V> {
        match step {
            Step::Read(key) => {
                self.locks.insert(key.clone(), session);
                let written = self.open.entry(session).or_default().iter().rev();
                let own = written.clone().find(|(written, _)| written == key).map(|(_, value)| value.clone());
                Told::Row(own.unwrap_or_else(|| self.rows.get(key).cloned()))
            }
            Step::Write(key, value) => {
                self.locks.insert(key.clone(), session);
                self.open.entry(session).or_default().push((key.clone(), value.clone()));
                Told::Done
            }
            Step::Commit => {
                let Some(written) = self.open.get(&session).cloned() else { return Told::NoTransaction };
                written.into_iter().for_each(|(key, value)| self.write(&key, value));
                self.roll_back(session);
                Told::Done
            }
            Step::Rollback => {
                self.roll_back(session);
                Told::Done
            }
        }
    }

    /// Whatever is not written by now is forgotten.
    fn roll_back(&mut self, session: Session) {
        self.open.remove(&session);
        self.locks.retain(|_, holder| *holder != session);
    }

    fn held(&self, session: Session) -> impl Iterator<Item = &K> {
        self.locks.iter().filter(move |(_, holder)| **holder == session).map(|(key, _)| key)
    }
}

/// The parts of a row that requests touch: what it holds, and who has locked it.
#[derive(Hash)]
enum Of<'k, K> {
    Row(&'k K),
    Lock(&'k K),
}

impl<K, V, A> Service for Table<K, V, A>
where
    K: Ord + Clone + Debug + Hash + 'static,
    V: Clone + Debug + PartialEq + Hash + 'static,
    A: Clone + Debug + Hash + 'static,
{
    type Request = Request<K, V>;
    type Response = Told<V>;
    type Answer = A;

    const NOTICES_ENDS_LATE: bool = true;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request<K, V>) -> Told<V> {
        match request {
            Request::Get(key) => return Told::Row(self.rows.get(key).cloned()),
            Request::Put(key, value) => self.write(key, Some(value.clone())),
            Request::Delete(key) => self.write(key, None),
            Request::PutIf { key, holds, value } if self.rows.get(key) == holds.as_ref() => {
                self.write(key, Some(value.clone()));
            }
            Request::PutIf { key, .. } => return Told::Refused(self.rows.get(key).cloned()),
            Request::In(session, step) => return self.step(*session, step),
        }
        Told::Done
    }

    fn blocked(&self, request: &Request<K, V>) -> Option<Blocked> {
        let (key, own) = match request {
            Request::Put(key, _) | Request::Delete(key) | Request::PutIf { key, .. } => (key, None),
            Request::In(session, Step::Read(key) | Step::Write(key, _)) => (key, Some(*session)),
            Request::Get(_) | Request::In(_, Step::Commit | Step::Rollback) => return None,
        };
        let holder = *self.locks.get(key).filter(|holder| own != Some(**holder))?;
        Some(Blocked { on: format!("the lock of {key:?}").into(), held_by: vec![holder] })
    }

    fn session(&self, request: &Request<K, V>) -> Option<Session> {
        if let Request::In(session, _) = request { Some(*session) } else { None }
    }

    fn ending(&self, session: Session) -> Footprint {
        if !self.open.contains_key(&session) {
            return Footprint::nothing();
        }
        self.held(session).fold(Footprint::nothing().writes(&session), |all, key| all.writes(&Of::Lock(key)))
    }

    fn end(&mut self, session: Session) {
        self.roll_back(session);
    }

    fn footprint(&self, request: &Request<K, V>) -> Footprint {
        let own = Footprint::nothing();
        match request {
            Request::Get(key) => own.reads(&Of::Row(key)),
            Request::Put(key, _) | Request::Delete(key) | Request::PutIf { key, .. } => {
                own.writes(&Of::Row(key)).reads(&Of::Lock(key))
            }
            Request::In(session, Step::Read(key)) => {
                own.writes(session).writes(&Of::Lock(key)).reads(&Of::Row(key))
            }
            Request::In(session, Step::Write(key, _)) => own.writes(session).writes(&Of::Lock(key)),
            Request::In(session, Step::Commit) => {
                let written = self.open.get(session).into_iter().flatten();
                written.fold(self.ending(*session).writes(session), |all, (key, _)| all.writes(&Of::Row(key)))
            }
            Request::In(session, Step::Rollback) => self.ending(*session).writes(session),
        }
    }

    fn older_versions(&self, request: &Request<K, V>) -> usize {
        let Request::Get(key) = request else { return 0 };
        usize::from(self.older.as_ref().is_some_and(|older| older.contains_key(key)))
    }

    fn apply_stale(&self, request: &Request<K, V>, _: usize) -> Told<V> {
        let Request::Get(key) = request else { unreachable!("nothing else is stale") };
        Told::Row(self.older.as_ref().and_then(|older| older.get(key).cloned()).flatten())
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(&(&self.rows, &self.older));
        for (session, written) in &self.open {
            digest.in_session(*session, written);
        }
        for (key, holder) in &self.locks {
            digest.in_session(*holder, &("lock", key));
        }
    }

    fn describe(&self, request: &Request<K, V>) -> String {
        match request {
            Request::Get(key) => format!("get {key:?}"),
            Request::Put(key, value) => format!("put {key:?} = {value:?}"),
            Request::Delete(key) => format!("delete {key:?}"),
            Request::PutIf { key, holds: Some(holds), value } => {
                format!("put {key:?} = {value:?} if it holds {holds:?}")
            }
            Request::PutIf { key, holds: None, value } => {
                format!("put {key:?} = {value:?} if it is not there")
            }
            Request::In(_, Step::Read(key)) => format!("read {key:?} for update"),
            Request::In(_, Step::Write(key, Some(value))) => format!("write {key:?} = {value:?}"),
            Request::In(_, Step::Write(key, None)) => format!("remove {key:?}"),
            Request::In(_, Step::Commit) => "commit".into(),
            Request::In(_, Step::Rollback) => "roll back".into(),
        }
    }

    fn describe_response(&self, told: &Told<V>) -> String {
        match told {
            Told::Done => "done".into(),
            Told::Row(Some(value)) => format!("{value:?}"),
            Told::Row(None) => "not there".into(),
            Told::Refused(Some(value)) => format!("refused, it holds {value:?}"),
            Told::Refused(None) => "refused, it is not there".into(),
            Told::NoTransaction => "no transaction".into(),
        }
    }

    fn reaches(&self, _: &Request<K, V>) -> Vec<Text> {
        vec![self.name.clone()]
    }

    /// One cell: the rows as they were last committed. At rest nothing is locked any more.
    fn cells(&self) -> Vec<(Text, String)> {
        let mut keys: Vec<&K> = self.rows.keys().chain(self.locks.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        let row = |key: &&K| {
            let value = self.rows.get(*key).map_or_else(|| "not there".into(), |value| format!("{value:?}"));
            format!("{key:?}: {value}{}", if self.locks.contains_key(*key) { " (locked)" } else { "" })
        };
        let rows: Vec<String> = keys.iter().map(row).collect();
        vec![(self.name.clone(), format!("{{{}}}", rows.join(", ")))]
    }
}
