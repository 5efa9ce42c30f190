//! What a program has started and sent away: processes that have left its group. Linux knows whose they are.
#[cfg(target_os = "linux")]
pub(crate) use linux::Descendants;

#[cfg(not(target_os = "linux"))]
pub(crate) use other::Descendants;

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};
    use std::{fs, thread, time::Duration};

    /// So often is looked for them: whoever starts another while it is looked for is found the next time.
    const LOOKS: usize = 200;

    /// The processes below this one, but for those that were there before and what they start.
    #[derive(Debug)]
    pub(crate) struct Descendants {
        spared: Vec<Pid>,
    }

    impl Descendants {
        /// To be called before a program is started. From here on, whoever loses its parent becomes a child of this
        /// process, and not of the first one of the system, where nobody would find it.
        pub(crate) fn before_a_start() -> Descendants {
            // A system that refuses leaves those that run away alone, as those without this do.
            let _ = set_child_subreaper(Some(getpid()));
            Descendants { spared: below(&[]) }
        }

        /// Kills them all.
        pub(crate) fn kill(&self) {
            for _look in 0..LOOKS {
                let found = below(&self.spared);
                if found.is_empty() {
                    return;
                }
                for pid in found {
                    let _ = kill_process(pid, Signal::KILL);
                    let _ = waitpid(Some(pid), WaitOptions::NOHANG);
                }
                thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// All processes below this one, but for these and what is below them.
    fn below(spared: &[Pid]) -> Vec<Pid> {
        let processes = processes();
        let (mut found, mut looked) = (vec![getpid()], 0);
        while let Some(parent) = found.get(looked).copied() {
            looked += 1;
            let children = processes.iter().filter(|(pid, above)| *above == parent && !spared.contains(pid));
            found.extend(children.map(|(pid, _)| *pid));
        }
        found.split_off(1)
    }

    /// Every process, and its parent.
    fn processes() -> Vec<(Pid, Pid)> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let number = |text: &str| text.parse().ok().and_then(Pid::from_raw);
        let parent = |entry: fs::DirEntry| {
            let pid = number(entry.file_name().to_str()?)?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name before may hold anything; then come the state and the parent.
            let (_, after) = stat.rsplit_once(") ")?;
            Some((pid, number(after.split(' ').nth(1)?)?))
        };
        entries.filter_map(parent).collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// Elsewhere nobody knows.
    #[derive(Debug)]
    pub(crate) struct Descendants;

    impl Descendants {
        pub(crate) fn before_a_start() -> Descendants {
            Descendants
        }

        pub(crate) fn kill(&self) {}
    }
}
