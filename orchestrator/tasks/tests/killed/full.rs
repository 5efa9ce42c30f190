//! The disk fills up while a task is run, and there is room again later.
use crate::{
    campaign::{Campaign, Death, ended, everybody, said},
    errand::Errand,
};
use anechoic_orchestrator::{Task, TaskId};
use std::{
    fs::{self, File},
    io::Write,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};
use tempfile::TempDir;

/// How many bytes a disk has that fills up.
const SIZE: &str = "16m";
/// So many bytes more than there are, at most, may be written.
const ROOM: u64 = 96 * 1024;
const SIGXFSZ: i32 = 25;

impl Campaign {
    /// Submits and runs tasks in processes that can write no file beyond a random length, until so many of them have been
    /// refused that; then without that limit.
    pub(crate) fn limit_at_random(&self, refusals: u64) {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        while self.counts().refusals < refusals {
            let log = self.store.real_path().with_extension("db-wal");
            let mut blocks = || chance.u64(0..=(fs::metadata(&log).map_or(0, |log| log.len()) + ROOM) / 512);
            let task = self.submit_within(blocks());
            let (first, second) = (blocks(), blocks());
            let errand = chance.choice(Errand::ALL).expect("one of them");
            let run = self.command(&task, errand, Death::None);
            let ended = [first, second].iter().any(|blocks| self.came_to_an_end(&mut limited(&run, *blocks)));
            if !ended {
                assert!(self.start(&task, errand, Death::None), "killed without being told to");
            }
            self.judge(&task);
        }
    }

    /// Fills the disk up to a random rest before each task is run, and makes room later. Not for more tasks than this: a
    /// file whose log has grown to its full length writes over it, and needs room no more.
    pub(crate) fn fill_at_random(&self, disk: &SmallDisk, tasks: u32) {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        for _task in 0..tasks {
            let task = self.submit(chance.u64(..), everybody());
            let errand = chance.choice(Errand::ALL).expect("one of them");
            disk.fill_but_for(chance.u64(0..ROOM));
            let ended = self.came_to_an_end(&mut self.command(&task, errand, Death::None));
            disk.make_room();
            if !ended {
                assert!(self.start(&task, errand, Death::None), "killed without being told to");
            }
            self.judge(&task);
        }
    }

    /// Whether the process came to the task's end; else there was no room.
    fn came_to_an_end(&self, run: &mut Command) -> bool {
        let mut run = run.spawn().expect("it starts");
        let status = run.wait().expect("it ends");
        if !ended(status) {
            self.refused(&mut run, status);
        }
        ended(status)
    }

    fn refused(&self, process: &mut Child, status: ExitStatus) {
        let said = said(process);
        let clear = said.contains("the disk is full") || said.contains("SQLite reports: disk I/O error");
        let known = matches!(status.code(), Some(3 | 4)) && clear || status.signal() == Some(SIGXFSZ);
        assert!(known, "{status}\n{said}");
        self.counts().refusals += 1;
    }

    /// A task that was accepted although no file could be longer than this; or if none was, one that is accepted without
    /// that limit.
    fn submit_within(&self, blocks: u64) -> Task {
        let mut submit = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks-faulty"));
        submit.arg("--file").arg(self.store.path()).args(["submit", "--user", everybody().as_str()]);
        let output = limited(&submit, blocks).stdout(Stdio::piped()).output().expect("it runs");
        if !output.status.success() {
            assert!(output.stdout.is_empty(), "what is not kept is not accepted");
            self.counts().refusals += 1;
            return self.submit(blocks, everybody());
        }
        let id: TaskId = String::from_utf8_lossy(&output.stdout).trim().parse().expect("an id");
        assert_eq!(self.store.history(id).expect("read").len(), 1, "what is accepted is kept");
        Task { id, user: everybody() }
    }
}

/// The command, such that no file that it writes becomes longer than so many blocks of 512 bytes.
fn limited(command: &Command, blocks: u64) -> Command {
    let mut shell = Command::new("sh");
    // Whoever is not killed for it is told so by the system call.
    let script = "trap '' XFSZ; ulimit -f \"$0\" && exec \"$@\"";
    shell.args(["-c", script, &blocks.to_string()]).arg(command.get_program()).args(command.get_args());
    shell.stdout(Stdio::null()).stderr(Stdio::piped());
    shell
}

/// A disk of its own, which fills up soon.
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// None where this process may not mount one.
    pub(crate) fn mount() -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"]).arg(folder.path());
        let output = mount.output().ok()?;
        output.status.success().then_some(SmallDisk { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    fn fill_but_for(&self, rest: u64) {
        let mut filler = File::create(self.filler()).expect("made");
        let mut length = 0;
        while let Ok(written) = filler.write(&[0; 4096]) {
            length += written as u64;
        }
        filler.set_len(length.saturating_sub(rest)).expect("shortened");
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).expect("deleted");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // An agent that nobody waits for may still have the file open.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
