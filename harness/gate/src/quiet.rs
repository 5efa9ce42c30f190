//! Whether a process waits: all of its threads sleep in the kernel, and have not run meanwhile.
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::File,
    io,
    os::unix::fs::FileExt,
};

/// The threads of a process and of those that it has started, as `/proc` tells of them.
pub(crate) struct Threads {
    root: u32,
    open: BTreeMap<(u32, u32), Thread>,
}

struct Thread {
    call: File,
    times: File,
    /// The processes that it has started; not every kernel tells.
    children: Option<File>,
}

/// A thread that sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sleeper {
    /// How often it has run.
    runs: u64,
    /// Whether it may be woken by what comes from outside: the others are woken by threads, which run then.
    listens: bool,
}

/// The threads of a process that sleeps.
pub(crate) type Runs = BTreeMap<(u32, u32), Sleeper>;

impl Threads {
    pub(crate) fn of(root: u32) -> Threads {
        Threads { root, open: BTreeMap::new() }
    }

    /// Whether none of them has run since, or is about to. Whoever starts another thread or process, or does anything else, runs.
    pub(crate) fn slept_on(&self, since: &Runs) -> bool {
        since.iter().all(|(id, before)| {
            let thread = self.open.get(id);
            // Who has been woken and has not run yet is not asleep any more.
            let sleeps =
                |thread: &Thread| !before.listens || text(&thread.call).is_ok_and(|call| is_waiting(&call));
            thread.is_some_and(|thread| sleeps(thread) && thread.runs() == Some(before.runs))
        })
    }

    /// How often each thread has run, if all of them sleep.
    pub(crate) fn asleep(&mut self) -> Option<Runs> {
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
                let call = text(&thread.call).ok()?;
                if !is_waiting(&call) {
                    return None;
                }
                let listens = number(&call).is_none_or(|number| !FUTEX.contains(&number));
                runs.insert(id, Sleeper { runs: thread.runs()?, listens });
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
        Ok(Thread { call: open("syscall")?, times: open("schedstat")?, children: open("children").ok() })
    }

    /// How often it was given a core.
    fn runs(&self) -> Option<u64> {
        text(&self.times).ok()?.split_whitespace().nth(2)?.parse().ok()
    }
}

fn threads(process: u32) -> io::Result<Vec<u32>> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"))?;
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

/// The system calls in which a thread waits for somebody else. One that reads a file is not waiting for us.
#[cfg(target_arch = "x86_64")]
const WAITING: &[u32] = &[
    232, 281, 441, // epoll
    7, 271, 23, 270, // poll, select
    45, 47, 299, // recv
    43, 288, // accept
    35, 230, // sleep
    61, 247, // wait for a child
    34, 128, 130, // pause, sigtimedwait, sigsuspend
];
#[cfg(target_arch = "aarch64")]
const WAITING: &[u32] = &[
    22, 441, // epoll
    73, 72, // poll, select
    207, 212, 243, // recv
    202, 242, // accept
    101, 115, // sleep
    260, 95, // wait for a child
    133, 137, // sigsuspend, sigtimedwait
];
/// Those in which it waits for another thread: futex, futex_waitv.
#[cfg(target_arch = "x86_64")]
const FUTEX: &[u32] = &[202, 449];
#[cfg(target_arch = "aarch64")]
const FUTEX: &[u32] = &[98, 449];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const FUTEX: &[u32] = &[];
/// Elsewhere no process is ever taken for quiet, which [`supported`] says at the start.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const WAITING: &[u32] = &[];

fn is_waiting(line: &str) -> bool {
    number(line).is_some_and(|number| WAITING.contains(&number) || FUTEX.contains(&number))
}

/// The number of the system call in which a thread is.
fn number(line: &str) -> Option<u32> {
    line.split_whitespace().next()?.parse().ok()
}

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
    use std::process::{Command, Stdio};

    #[test]
    fn who_sleeps_is_asleep_and_who_works_is_not() {
        supported().expect("the tests run where it is supported");
        for (script, sleeps) in [("sleep 20", true), ("while :; do :; done", false)] {
            let mut child =
                Command::new("sh").args(["-c", script]).stdin(Stdio::null()).spawn().expect("a shell");
            let mut threads = Threads::of(child.id());
            // Until it has begun, it may do anything.
            let looks = (0..200).map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(5));
                threads.asleep().is_some()
            });
            let asleep = looks.skip(20).take(10).filter(|asleep| *asleep).count();
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            assert_eq!(asleep > 0, sleeps, "{script}: asleep in {asleep} of 10 looks");
        }
    }
}
