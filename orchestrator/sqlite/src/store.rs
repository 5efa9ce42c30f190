use crate::{Doom, FileError, Problem, clock::SteadyClock, schema};
use anechoic_orchestrator::{Clock, store::Unavailable};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long a request waits for other processes.
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection to the tables in an SQLite file. Each write is a transaction that is on the disk when it is answered.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    connection: Mutex<Connection>,
    /// What stood in the way of the last request that was not answered.
    fault: Mutex<Option<FileError>>,
    clock: SteadyClock,
    doom: Doom,
}

impl SqliteStore {
    /// Opens a file that is there and ours. No other is changed.
    ///
    /// # Errors
    /// [`FileError`], which says what was expected.
    pub fn open(path: &Path) -> Result<SqliteStore, FileError> {
        open(path, OpenFlags::empty()).map_err(|problem| FileError { path: path.into(), problem })
    }

    /// The same, but makes the file if it is not there, and fills it if it is empty.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_or_create(path: &Path) -> Result<SqliteStore, FileError> {
        let create = OpenFlags::SQLITE_OPEN_CREATE;
        open(path, create).map_err(|problem| FileError { path: path.into(), problem })
    }

    /// The same store, in a process that is doomed.
    #[must_use]
    pub fn doomed(self, doom: Doom) -> SqliteStore {
        SqliteStore { doom, ..self }
    }

    /// Which file it is in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why the last request that went unanswered did, and forgets it.
    pub fn take_fault(&self) -> Option<FileError> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// An answer, as the handlers know it; what else there is to say of a missing one is kept.
    pub(crate) fn answer<T>(&self, answer: Result<T, FileError>) -> Result<T, Unavailable> {
        answer.map_err(|fault| {
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
            Unavailable
        })
    }

    /// Reads one state of the file.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, FileError> {
        self.transact(TransactionBehavior::Deferred, work)
    }

    /// Changes the file, alone. If the work fails, nothing of it happens.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, FileError> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, FileError> {
        self.doom.instant();
        // A transaction that a panic interrupts is rolled back, so nothing is left broken here.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transact = || {
            let transaction = connection.transaction_with_behavior(behavior)?;
            let done = work(&transaction)?;
            self.doom.instant();
            transaction.commit()?;
            Ok(done)
        };
        let done = transact().map_err(|problem| FileError { path: self.path.clone(), problem })?;
        self.doom.instant();
        Ok(done)
    }
}

impl Clock for SqliteStore {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn open(path: &Path, create: OpenFlags) -> Result<SqliteStore, Problem> {
    let may_create = !create.is_empty();
    match path.metadata() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Problem::Other(error.to_string()));
        }
        Err(_) if !may_create => return Err(Problem::Missing),
        Ok(metadata) if metadata.is_dir() => return Err(Problem::NotSqlite),
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // One look at one state of the file: another process may be making the tables right now.
    let ours = schema::is_ours(&*connection.transaction()?)?;
    if !ours {
        if !may_create {
            return Err(Problem::Blank);
        }
        schema::create(&mut connection)?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(SqliteStore {
        path: path.into(),
        connection: Mutex::new(connection),
        fault: Mutex::new(None),
        clock: SteadyClock::new(),
        doom: Doom::never(),
    })
}
