use crate::{
    FileError, Problem,
    clock::SteadyClock,
    place::{self, Files},
    repair::check_clock,
    schema,
};
use anechoic_orchestrator::{Clock, store::Unavailable};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long a request waits for other processes.
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection to the tables in an SQLite file. Each write is a transaction that is on the disk when it is answered.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    real_path: PathBuf,
    files: Files,
    connection: Mutex<Connection>,
    /// What stood in the way of the last request that was not answered.
    fault: Mutex<Option<FileError>>,
    clock: SteadyClock,
    minds_the_clock: bool,
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

    /// The same store, which changes nothing while the clock and the file disagree on the time: it must not show a time
    /// before the file's last change, and not one more than a year after it.
    ///
    /// # Errors
    /// [`FileError`] if they disagree now.
    pub fn minding_the_clock(self) -> Result<SqliteStore, FileError> {
        self.read(|file| check_clock(file, self.now()))?;
        Ok(SqliteStore { minds_the_clock: true, ..self })
    }

    /// Which file it is in, as it was asked for.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The one path of this file, whatever other paths lead to it.
    pub fn real_path(&self) -> &Path {
        &self.real_path
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
        self.alter(|file| {
            if self.minds_the_clock {
                check_clock(file, self.now())?;
            }
            work(file)
        })
    }

    /// The same, whatever the clock shows. What was written to a file that is gone by then is lost, and not answered.
    pub(crate) fn alter<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, FileError> {
        let done = self.transact(TransactionBehavior::Immediate, work)?;
        self.files.are_there().map_err(|problem| self.error(problem))?;
        Ok(done)
    }

    fn error(&self, problem: Problem) -> FileError {
        FileError { path: self.path.clone(), problem }
    }

    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, FileError> {
        instant();
        // A transaction that a panic interrupts is rolled back, so nothing is left broken here.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transact = || {
            let transaction = connection.transaction_with_behavior(behavior)?;
            self.files.are_there()?;
            let done = work(&transaction)?;
            instant();
            transaction.commit()?;
            Ok(done)
        };
        let done = transact().map_err(|problem| self.error(problem))?;
        instant();
        Ok(done)
    }
}

impl Clock for SqliteStore {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Opens the file. While others open it for the first time, SQLite calls it busy without waiting as it was told to: who
/// changes the mode of a file, or makes its log, must be alone for that moment. So it is tried again.
fn open(path: &Path, create: OpenFlags) -> Result<SqliteStore, Problem> {
    let begun = Instant::now();
    loop {
        match try_open(path, create) {
            Err(Problem::Busy) if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
            opened => return opened,
        }
    }
}

fn try_open(path: &Path, create: OpenFlags) -> Result<SqliteStore, Problem> {
    let clock = SteadyClock::new()?;
    let may_create = !create.is_empty();
    let real_path = place::real(path, may_create)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let mut connection = Connection::open_with_flags(&real_path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // One look at one state of the file: another process may be making the tables right now.
    let ours = schema::is_ours(&*connection.transaction()?)?;
    if !ours {
        if !may_create {
            return Err(Problem::Blank);
        }
        schema::create(&mut connection)?;
    }
    let mode = |row: &Row<'_>| row.get::<_, String>(0);
    let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", mode)?;
    if mode != "wal" {
        return Err(Problem::NoLog { mode });
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The first look in this mode makes the log, if it is not there.
    schema::is_ours(&*connection.transaction()?)?;
    let files = Files::at(&real_path)?;
    Ok(SqliteStore {
        path: path.into(),
        real_path,
        files,
        connection: Mutex::new(connection),
        fault: Mutex::new(None),
        clock,
        minds_the_clock: false,
    })
}

/// An instant at which the tests may kill the process; without them, nothing.
fn instant() {
    #[cfg(feature = "faults")]
    crate::faults::instant();
}
