//! Starts processes, kills them, and starts them again.
use crate::{
    errand::{Errand, write_programs},
    tally::{Tally, drift, judge},
    torn,
};
use anechoic_orchestrator::{Task, TaskId, UserId};
use anechoic_sqlite::{SqliteStore, faults::KILL_AT};
use std::{
    io::Read,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard},
    thread,
    time::Duration,
};
use tempfile::TempDir;

const SIGKILL: i32 = 9;
/// So many tasks are run at once, whose slots one counter counts.
const LANES: u64 = 2;

/// Which process is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Process {
    /// `anechoic-tasks run`.
    Real,
    /// The same on a store that applies the writes of a batch one by one.
    Torn,
}

/// When a process is to be killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Death {
    None,
    /// At its n-th instant, by its own hand.
    At(u64),
    /// After so long, by ours.
    After(Duration),
}

pub(crate) struct Campaign {
    process: Process,
    folder: PathBuf,
    pub(crate) seed: u64,
    pub(crate) store: SqliteStore,
    tally: Mutex<Tally>,
    /// Deleted in the end, if it is ours.
    _ours: Option<TempDir>,
}

impl Campaign {
    pub(crate) fn new(process: Process, seed: u64) -> Campaign {
        let ours = tempfile::tempdir().expect("a temporary folder");
        let campaign = Campaign::at(ours.path(), process, seed);
        Campaign { _ours: Some(ours), ..campaign }
    }

    /// The same in a folder that is there.
    pub(crate) fn at(folder: &Path, process: Process, seed: u64) -> Campaign {
        let file = folder.join("tasks.db");
        let store = SqliteStore::open_or_create(&file).expect("made");
        write_programs(folder, &file);
        Campaign { process, folder: folder.into(), seed, store, tally: Mutex::default(), _ours: None }
    }

    /// The tally so far. Nothing is running, so the counter that the lanes share must be right.
    pub(crate) fn tally(&self) -> Tally {
        let mut tally = self.counts().clone();
        tally.drift += drift(&self.store, &everybody());
        tally
    }

    /// For each `stride`-th instant, one task whose process is killed then, and started again. Ends when a process lives
    /// through it.
    pub(crate) fn kill_in_turn(&self, errand: Errand, stride: usize) {
        for instant in (1..).step_by(stride) {
            let task = self.submit(instant, UserId::new(&format!("{errand:?} {instant}")));
            let killed = !self.start(&task, errand, Death::At(instant));
            if killed && !self.start(&task, errand, Death::None) {
                panic!("{task:?}: killed without being told to");
            }
            self.judge(&task);
            self.counts().drift += drift(&self.store, &task.user);
            if !killed {
                return;
            }
        }
    }

    /// Kills until there have been so many kills: each process at a random instant or after a random time.
    pub(crate) fn kill_at_random(&self, kills: u64) {
        thread::scope(|scope| {
            for lane in 1..=LANES {
                scope.spawn(move || {
                    let mut chance = fastrand::Rng::with_seed(self.seed + lane);
                    while self.counts().kills < kills {
                        let task = self.submit(chance.u64(..), everybody());
                        let errand = chance.choice(Errand::ALL).expect("one of them");
                        while !self.start(&task, errand, death(&mut chance)) {}
                        self.judge(&task);
                    }
                });
            }
        });
    }

    pub(crate) fn counts(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().expect("no lane has failed")
    }

    pub(crate) fn submit(&self, number: u64, user: UserId) -> Task {
        let random = u128::from(number) << 16 | u128::from(fastrand::u16(..));
        let task = Task { id: TaskId::from_ms(1_777_924_796_427, random), user };
        self.store.submit(&task, None).expect("submitted");
        task
    }

    /// Whether the task's workflow came to its end; else it was killed.
    pub(crate) fn start(&self, task: &Task, errand: Errand, death: Death) -> bool {
        let mut run = self.command(task, errand, death).spawn().expect("it starts");
        let cancel = (errand == Errand::Cancelled).then(|| self.cancel(task));
        if let Death::After(time) = death {
            thread::sleep(time);
            run.kill().expect("killed, or gone");
        }
        let status = run.wait().expect("it ends");
        if let Some(mut cancel) = cancel {
            cancel.wait().expect("it ends");
        }
        if status.signal() == Some(SIGKILL) {
            self.counts().kills += 1;
            return false;
        }
        assert!(ended(status), "{task:?} {errand:?} {death:?}: {status}\n{}", said(&mut run));
        true
    }

    pub(crate) fn command(&self, task: &Task, errand: Errand, death: Death) -> Command {
        let file = self.store.path();
        let arguments = errand.arguments(&self.folder);
        let mut command = match self.process {
            Process::Real => real(file, "run", task),
            Process::Torn => torn::command(file, task, &arguments),
        };
        if let Process::Real = self.process {
            command.args(&arguments);
        }
        if let Death::At(instant) = death {
            command.env(KILL_AT, instant.to_string());
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn cancel(&self, task: &Task) -> Child {
        let mut cancel = real(self.store.path(), "cancel", task);
        cancel.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }

    pub(crate) fn judge(&self, task: &Task) {
        judge(&self.store, task, &mut self.counts());
    }
}

/// The user of all tasks that are run at once.
pub(crate) fn everybody() -> UserId {
    UserId::new("everybody")
}

fn real(file: &Path, command: &str, task: &Task) -> Command {
    let mut process = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks-faulty"));
    process.arg("--file").arg(file).args([command, &task.id.to_string()]);
    process
}

fn death(chance: &mut fastrand::Rng) -> Death {
    match chance.bool() {
        true => Death::At(chance.u64(1..150)),
        false => Death::After(Duration::from_micros(chance.u64(0..60_000))),
    }
}

/// With 0 or 1: completed, or ended otherwise.
pub(crate) fn ended(status: ExitStatus) -> bool {
    matches!(status.code(), Some(0 | 1))
}

pub(crate) fn said(run: &mut Child) -> String {
    let mut said = String::new();
    if let Some(errors) = &mut run.stderr {
        let _ = errors.read_to_string(&mut said);
    }
    said
}
