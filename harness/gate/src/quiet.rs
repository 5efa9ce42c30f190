//! Whether a process waits: all of its threads sleep in the kernel at the same moment.
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::Path,
};

/// The threads of a process and of those that it has started, as `/proc` tells of them.
pub(crate) struct Threads {
    root: u32,
    open: BTreeMap<(u32, u32), Thread>,
}

struct Thread {
    process: u32,
    call: File,
    state: File,
    times: File,
    /// The processes that it has started; not every kernel tells.
    children: Option<File>,
}

/// The threads of a process that sleeps, and how often each has run.
pub(crate) type Runs = BTreeMap<(u32, u32), u64>;

impl Threads {
    pub(crate) fn of(root: u32) -> Threads {
        Threads { root, open: BTreeMap::new() }
    }

    /// How often each thread has run, if whoever looks at one after the other finds all of them waiting. That does not mean that
    /// they do so at the same moment: while a thread was looked at, another may have started one, or woken one that had been looked
    /// at before. [`Threads::have_slept`] tells.
    pub(crate) fn asleep(&mut self) -> Option<Runs> {
        self.look(|thread| {
            let runs = thread.runs()?;
            thread.waits().then_some(runs)
        })
    }

    /// Whether they are those of before, and none has run or been woken since: then all of them slept when this look began. A
    /// thread that was woken may wait for a core that another one sends it to, and until that one takes it, its system call tells
    /// of it as of one that sleeps; its state does not.
    pub(crate) fn have_slept(&mut self, since: &Runs) -> bool {
        let now = self.look(|thread| thread.is_unwoken().then(|| thread.runs())?);
        now.as_ref() == Some(since)
    }

    /// The processes, as they were at the last look.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.open.keys().map(|(process, _)| *process).collect();
        all.dedup();
        all
    }

    fn look(&mut self, one: impl Fn(&Thread) -> Option<u64>) -> Option<Runs> {
        let mut runs = Runs::new();
        let mut processes = vec![self.root];
        while let Some(process) = processes.pop() {
            // A process that is just ending has no threads, and whoever started it will hear of it.
            for thread in threads(process).ok()? {
                let id = (process, thread);
                let thread = match self.open.entry(id) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(Thread::open(process, thread).ok()?),
                };
                runs.insert(id, one(thread)?);
                let children = thread.children.as_ref().and_then(|children| text(children).ok());
                let children = children.unwrap_or_default();
                processes.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
            }
        }
        self.open.retain(|id, _| runs.contains_key(id));
        (!runs.is_empty()).then_some(runs)
    }
}

impl Thread {
    fn open(process: u32, thread: u32) -> io::Result<Thread> {
        let open = |name| File::open(format!("/proc/{process}/task/{thread}/{name}"));
        let (call, state, times) = (open("syscall")?, open("stat")?, open("schedstat")?);
        Ok(Thread { process, call, state, times, children: open("children").ok() })
    }

    /// Whether it waits for somebody else, and has left its core.
    fn waits(&self) -> bool {
        let call = text(&self.call).unwrap_or_default();
        let mut words = call.split_whitespace();
        let number = words.next().and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| {
            WAITING.contains(&number)
                || READING.contains(&number)
                    && words.next().is_some_and(|file| self.is_said_by_somebody(file))
        })
    }

    /// Whether somebody has to write what is read from this file, whose number is in hexadecimal.
    fn is_said_by_somebody(&self, file: &str) -> bool {
        let number = u32::from_str_radix(file.trim_start_matches("0x"), 16).ok();
        let link =
            number.and_then(|number| fs::read_link(format!("/proc/{}/fd/{number}", self.process)).ok());
        let link = link.as_deref().and_then(Path::to_str).unwrap_or_default();
        link.starts_with("pipe:") || link.starts_with("socket:")
    }

    /// Whether it sleeps for all that the kernel knows, even if it was woken this instant.
    fn is_unwoken(&self) -> bool {
        // Behind its name, which may have any sign in it but ends with the last parenthesis.
        let state = |stat: String| Some(stat.rsplit_once(')')?.1.trim_start().starts_with('S'));
        text(&self.state).ok().and_then(state).unwrap_or(false)
    }

    /// How often it was given a core.
    fn runs(&self) -> Option<u64> {
        text(&self.times).ok()?.split_whitespace().nth(2)?.parse().ok()
    }
}

fn threads(process: u32) -> io::Result<Vec<u32>> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"))?;
    Ok(tasks.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
}

/// What this machine has sent to itself and not delivered yet: on a busy one, the kernel does that when it finds the time.
pub(crate) struct Backlog(Option<File>);

impl Backlog {
    pub(crate) fn open() -> Backlog {
        Backlog(File::open("/proc/net/softnet_stat").ok())
    }

    /// Whether nothing is on its way. An older kernel does not tell.
    pub(crate) fn is_empty(&self) -> bool {
        /// Of each core's line, the length of its backlog: since Linux 5.10.
        const LENGTH: usize = 11;
        let Some(file) = &self.0 else { return true };
        let mut bytes = [0; 1 << 14];
        let count = file.read_at(&mut bytes, 0).unwrap_or(0);
        let text = String::from_utf8_lossy(&bytes[..count]);
        let waits = |line: &str| {
            line.split_whitespace()
                .nth(LENGTH)
                .is_some_and(|length| length.bytes().any(|digit| digit != b'0'))
        };
        !text.lines().any(waits)
    }
}

fn text(file: &File) -> io::Result<String> {
    let mut bytes = [0; 256];
    let count = file.read_at(&mut bytes, 0)?;
    Ok(String::from_utf8_lossy(&bytes[..count]).into_owned())
}

/// The system calls in which a thread waits for somebody else.
#[cfg(target_arch = "x86_64")]
const WAITING: &[u32] = &[
    232, 281, 441, // epoll
    7, 271, 23, 270, // poll, select
    45, 47, 299, // recv
    43, 288, // accept
    42,  // connect
    35, 230, // sleep
    61, 247, // wait for a child
    34, 128, 130, // pause, sigtimedwait, sigsuspend
    202, 449, // futex: for another thread
];
/// Those in which it reads a file: a disk is soon done, but in a pipe or a socket somebody has to write.
#[cfg(target_arch = "x86_64")]
const READING: &[u32] = &[0, 19];
#[cfg(target_arch = "aarch64")]
const READING: &[u32] = &[63, 65];
#[cfg(target_arch = "aarch64")]
const WAITING: &[u32] = &[
    22, 441, // epoll
    73, 72, // poll, select
    207, 212, 243, // recv
    202, 242, // accept
    203, // connect
    101, 115, // sleep
    260, 95, // wait for a child
    133, 137, // sigsuspend, sigtimedwait
    98, 449, // futex: for another thread
];
/// Elsewhere no process is ever taken for quiet, which [`supported`] says at the start.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const WAITING: &[u32] = &[];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const READING: &[u32] = &[];

/// Whether it can be told here that a process waits; if not, why.
pub fn supported() -> Result<(), String> {
    let why = "a handler's process is held where `/proc/PID/task` tells whether it waits: on Linux, on x86-64 or \
               64-bit ARM";
    let is_told = File::open("/proc/self/syscall").is_ok() && !WAITING.is_empty();
    if is_told { Ok(()) } else { Err(why.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        env,
        os::unix::process::CommandExt,
        process::{Child, Command, Stdio},
        thread::sleep,
        time::Duration,
    };

    /// Starts a program, and gives it time to begin: until then it may do anything.
    fn begun(command: &mut Command) -> Option<Child> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).process_group(0).spawn().ok()?;
        sleep(Duration::from_millis(500));
        Some(child)
    }

    fn end(mut child: Child) {
        let group = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL)
            .expect("they can be killed");
        child.wait().expect("it ends");
    }

    #[test]
    fn who_sleeps_is_asleep_and_who_works_is_not() {
        supported().expect("the tests run where it is supported");
        for (script, sleeps) in [
            ("sleep 20", true),
            ("while :; do :; done", false),
            ("sleep 20 | cat", true),
            ("while :; do :; done | cat", false),
        ] {
            let child = begun(Command::new("sh").args(["-c", script])).expect("a shell");
            let mut threads = Threads::of(child.id());
            let looks = (0..10).map(|_| {
                sleep(Duration::from_millis(5));
                threads.asleep().is_some()
            });
            let asleep = looks.filter(|asleep| *asleep).count();
            end(child);
            assert_eq!(asleep > 0, sleeps, "{script}: asleep in {asleep} of 10 looks");
        }
    }

    /// Most of the time one of them has been woken by the other and waits for a core, and both seem to sleep to whoever looks at
    /// one after the other.
    #[test]
    fn threads_that_wake_each_other_are_never_asleep() {
        const HAND_OVER: &str = "\
import threading
a, b = threading.Semaphore(0), threading.Semaphore(1)
def hand(take, give):
    while True:
        take.acquire()
        give.release()
for pair in (a, b), (b, a):
    threading.Thread(target=hand, args=pair, daemon=True).start()
threading.Event().wait()
";
        assert_never_asleep(HAND_OVER);
    }

    #[test]
    fn who_starts_threads_is_never_asleep() {
        const START: &str = "\
import threading
while True:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
";
        assert_never_asleep(START);
    }

    #[track_caller]
    fn assert_never_asleep(program: &str) {
        let Some(child) = begun(Command::new("python3").args(["-c", program])) else {
            assert!(env::var_os("ANECHOIC_NEEDS_ALL").is_none(), "python3 is missing");
            return eprintln!("SKIPPED: whose threads are never all asleep; python3 is missing");
        };
        let mut threads = Threads::of(child.id());
        let seem = |threads: &mut Threads| threads.asleep().is_some_and(|before| threads.have_slept(&before));
        let asleep = (0..20_000).filter(|_| seem(&mut threads)).count();
        let known = threads.open.len();
        end(child);
        assert!(asleep == 0 && known > 0, "asleep in {asleep} of 20,000 looks, with {known} threads");
    }
}
