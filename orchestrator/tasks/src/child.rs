//! A program and all that it starts, which ends with it.
use crate::descendants::Descendants;
use std::{
    io,
    process::ExitStatus,
    thread,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// So long a program that is asked to end may take, before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// So long between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A program at work. When this is dropped, the program and all that it has started is ended.
#[derive(Debug)]
pub(crate) struct Child {
    child: tokio::process::Child,
    group: Group,
    others: Descendants,
    is_left_alone: bool,
}

impl Child {
    /// Starts it, as the first of a group of its own.
    pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
        #[cfg(unix)]
        command.process_group(0);
        let others = Descendants::before_a_start();
        let child = command.spawn()?;
        let group = Group::of(&child);
        Ok(Child { child, group, others, is_left_alone: false })
    }

    /// What it prints, where that was asked for.
    pub(crate) fn prints(&mut self) -> Option<(tokio::process::ChildStdout, tokio::process::ChildStderr)> {
        self.child.stdout.take().zip(self.child.stderr.take())
    }

    /// Waits until it has ended by itself. What it has started may go on.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Lets what it has started go on after it.
    pub(crate) fn leave_alone(&mut self) {
        self.is_left_alone = true;
    }

    /// Ends it and all that it has started: politely first, and in the end by force.
    pub(crate) fn end(&mut self) {
        self.is_left_alone = true;
        self.group.ask();
        if !self.is_gone_in_time() {
            self.group.kill();
            let _ = self.child.start_kill();
            self.is_gone_in_time();
        }
        self.others.kill();
    }

    fn is_gone_in_time(&mut self) -> bool {
        let begun = Instant::now();
        loop {
            // One that has ended counts as there until somebody has taken note of its end.
            let works = self.child.try_wait().is_ok_and(|ended| ended.is_none());
            if !works && !self.group.is_there() {
                return true;
            }
            if begun.elapsed() > GRACE {
                return false;
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.is_left_alone {
            self.end();
        }
    }
}

#[cfg(unix)]
use unix::Group;

#[cfg(unix)]
mod unix {
    use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, test_kill_process_group, waitpgid};

    /// The group of processes that a program and all that it starts belong to, unless they take pains to leave it.
    #[derive(Debug)]
    pub(super) struct Group(Option<Pid>);

    impl Group {
        pub(super) fn of(child: &tokio::process::Child) -> Group {
            Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
        }

        pub(super) fn ask(&self) {
            self.signal(Signal::TERM);
            // Whoever was stopped hears nothing before it goes on.
            self.signal(Signal::CONT);
        }

        pub(super) fn kill(&self) {
            self.signal(Signal::KILL);
        }

        /// A group that is gone hears nothing, and that is as good.
        fn signal(&self, signal: Signal) {
            if let Some(group) = self.0 {
                let _ = kill_process_group(group, signal);
            }
        }

        /// Whether any of them is left. Takes note of the ends of those that have become ours.
        pub(super) fn is_there(&self) -> bool {
            self.0.is_some_and(|group| {
                while let Ok(Some(_)) = waitpgid(group, WaitOptions::NOHANG) {}
                test_kill_process_group(group).is_ok()
            })
        }
    }
}

#[cfg(not(unix))]
use other::Group;

#[cfg(not(unix))]
mod other {
    /// Elsewhere the program itself is ended, and what it has started is not known.
    #[derive(Debug)]
    pub(super) struct Group;

    impl Group {
        pub(super) fn of(_: &tokio::process::Child) -> Group {
            Group
        }

        pub(super) fn ask(&self) {}

        pub(super) fn kill(&self) {}

        pub(super) fn is_there(&self) -> bool {
            false
        }
    }
}
