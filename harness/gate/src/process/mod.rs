//! A program of the user's, started and ended.
mod elsewhere;
mod port;
mod watchdog;

pub(crate) use elsewhere::{Connection, Sockets};
pub(crate) use port::Port;

use crate::{helpers::Helpers, network::Network, shown::is_for_real};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
};

/// What is kept of all that a process prints.
const LONGEST_LOG: u64 = 16 << 20;
/// What is shown of it.
const TAIL: u64 = 2000;

/// A process, which is the first of a group of its own. It ends when this is dropped, and all that it has started.
pub(crate) struct Process {
    child: Child,
    log: File,
    /// How much of the log has been thrown away.
    thrown_away: u64,
    /// How much of it has been told.
    told: u64,
    ended: Option<ExitStatus>,
}

/// The processes of runs that are shown, by their numbers, and what is to be said of each.
static RUNNING: Mutex<BTreeMap<u32, String>> = Mutex::new(BTreeMap::new());

/// The processes of the run that is shown, a line each.
pub fn running() -> Vec<String> {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.iter().map(|(id, what)| format!("process {id}: {what}")).collect()
}

/// How a program is started.
pub(crate) struct Start<'s> {
    /// What is to be said of it.
    pub(crate) name: &'s str,
    pub(crate) command: &'s [String],
    pub(crate) folder: &'s Path,
    pub(crate) env: &'s [(String, String)],
    /// The network that it finds.
    pub(crate) network: &'static Network,
    /// Where the gate is that it talks to, as `host:port`.
    pub(crate) gate: Option<&'s str>,
    /// What it reads.
    pub(crate) input: Option<&'s str>,
}

impl Process {
    pub(crate) fn start(how: &Start<'_>, helpers: &Helpers) -> Result<Process, String> {
        let log =
            tempfile::tempfile().map_err(|error| format!("no temporary file for its output: {error}"))?;
        let (Some(program), copies) =
            (how.command.first(), [log.try_clone(), log.try_clone(), log.try_clone()])
        else {
            return Err("its command is empty".into());
        };
        let [out, err, log] = copies;
        let to_text = |error: io::Error| format!("no temporary file for its output: {error}");
        let mut command = Command::new(program);
        command
            .args(&how.command[1..])
            .current_dir(how.folder)
            .process_group(0)
            .stdin(if how.input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(append(out.map_err(to_text)?)?)
            .stderr(append(err.map_err(to_text)?)?);
        if let Some(gate) = how.gate {
            environment(&mut command, gate, helpers);
        }
        command.envs(how.env.iter().map(|(name, value)| (name, value)));
        let (name, own) = watchdog::mark();
        command.env(name, own);
        let mut child = how.network.inside(move || command.spawn()).map_err(|error| {
            let folder = how.folder.display();
            let hint =
                if error.kind() == io::ErrorKind::NotFound { "; is it installed, and in PATH?" } else { "" };
            format!("`{program}` cannot be started in {folder}: {error}{hint}")
        })?;
        watchdog::tell(&format!("+ {}", child.id()));
        if is_for_real() {
            RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(child.id(), how.name.into());
        }
        if let (Some(input), Some(mut stdin)) = (how.input, child.stdin.take()) {
            // Who does not read its input does not want it.
            let _ = stdin.write_all(input.as_bytes());
        }
        Ok(Process { child, log: log.map_err(to_text)?, thrown_away: 0, told: 0, ended: None })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// The last that it printed.
    pub(crate) fn tail(&mut self) -> String {
        let length = self.log.seek(SeekFrom::End(0)).unwrap_or(0);
        let _ = self.log.seek(SeekFrom::Start(length.saturating_sub(TAIL)));
        let mut bytes = Vec::new();
        let _ = Read::take(&self.log, TAIL).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).trim().to_string()
    }

    /// What it has printed since this was asked last.
    pub(crate) fn news(&mut self) -> String {
        let _ = self.log.seek(SeekFrom::Start(self.told));
        let mut bytes = Vec::new();
        let _ = Read::take(&self.log, TAIL).read_to_end(&mut bytes);
        self.told = self.log.seek(SeekFrom::End(0)).unwrap_or(0);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How many bytes it has printed. What is too much is thrown away.
    pub(crate) fn printed(&mut self) -> u64 {
        let length = self.log.metadata().map_or(0, |data| data.len());
        if length > LONGEST_LOG && self.log.set_len(0).is_ok() {
            self.thrown_away += length;
            return self.thrown_away;
        }
        self.thrown_away + length
    }

    /// Ends it as a machine ends that is switched off.
    pub(crate) fn kill(&mut self) {
        let group = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // It may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        if self.ended.is_none() {
            self.ended = self.child.wait().ok();
        }
        watchdog::tell(&format!("- {}", self.child.id()));
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.child.id());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Ends a process that another of ours has started, and nobody else.
pub(crate) fn kill(process: u32) {
    if let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) {
        // It may have ended already.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
    }
}

/// The same file, to which whoever writes adds at its end: so that it can be cut while it is written.
fn append(file: File) -> Result<Stdio, String> {
    let flags = rustix::fs::fcntl_getfl(&file).map_err(|error| error.to_string())?;
    rustix::fs::fcntl_setfl(&file, flags | rustix::fs::OFlags::APPEND).map_err(|error| error.to_string())?;
    Ok(Stdio::from(file))
}

/// What points the official SDKs at the gate, and nothing at anything else.
fn environment(command: &mut Command, gate: &str, helpers: &Helpers) {
    let url = format!("http://{gate}");
    for unwanted in [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        command.env_remove(unwanted);
    }
    let name = "handler";
    let set = [
        ("AWS_LAMBDA_RUNTIME_API", gate),
        ("AWS_ENDPOINT_URL", &url),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "anechoic"),
        ("AWS_SECRET_ACCESS_KEY", "anechoic"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", name),
        ("AWS_LAMBDA_LOG_STREAM_NAME", name),
        ("ANECHOIC_GATE", gate),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    command.envs(set).env("ANECHOIC_NOW", crate::clock::BEGINNING.to_string());
    helpers.preload(command);
}
