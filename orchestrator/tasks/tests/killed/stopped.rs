//! Two processes run one task at once, and one of them stops in the middle and goes on later.
use crate::{
    campaign::{Campaign, Death, ended, everybody, said},
    errand::Errand,
};
use anechoic_orchestrator::{Task, UserId};
use anechoic_sqlite::faults::STOP_AT;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use std::{
    process::Child,
    thread,
    time::{Duration, Instant},
};

/// So long a second process may go on by itself, before the first one, which may hold the lock, goes on as well.
const ALONE: Duration = Duration::from_millis(200);
/// A process that another has taken over from, or that had no answer.
const NO_ANSWER: i32 = 3;

impl Campaign {
    /// For each `stride`-th instant, one task whose process stops then, while another runs it, as far as it can. Ends when a
    /// process does not come so far.
    pub(crate) fn stop_in_turn(&self, errand: Errand, stride: usize) {
        for instant in (1..).step_by(stride) {
            let task = self.submit(instant, UserId::new(&format!("{errand:?} {instant}")));
            let mut first = self.command(&task, errand, Death::None);
            let mut first = first.env(STOP_AT, instant.to_string()).spawn().expect("it starts");
            let mut cancel = (errand == Errand::Cancelled).then(|| self.cancel(&task));
            let stopped = has_stopped(&first);
            let mut has_ended = false;
            if stopped {
                let mut second = self.command(&task, errand, Death::None).spawn().expect("it starts");
                let begun = Instant::now();
                while is_running(&mut second) && begun.elapsed() < ALONE {
                    thread::sleep(Duration::from_millis(1));
                }
                send(&first, Signal::CONT);
                has_ended |= finish(&mut second);
                self.counts().stops += 1;
            }
            has_ended |= finish(&mut first);
            if let Some(cancel) = &mut cancel {
                cancel.wait().expect("it ends");
            }
            self.settle(&task, errand, has_ended);
            if !stopped {
                return;
            }
        }
    }

    /// Stops each of two processes at random, until there have been so many stops.
    pub(crate) fn stop_at_random(&self, stops: u64) {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        while self.counts().stops < stops {
            let task = self.submit(chance.u64(..), everybody());
            let errand = chance.choice(Errand::ALL).expect("one of them");
            let racer = || self.command(&task, errand, Death::None).spawn().expect("it starts");
            let mut racers = [racer(), racer()];
            let mut cancel = (errand == Errand::Cancelled).then(|| self.cancel(&task));
            while racers.iter_mut().any(is_running) {
                thread::sleep(Duration::from_micros(chance.u64(0..3_000)));
                let racer = &mut racers[chance.usize(..2)];
                if is_running(racer) {
                    send(racer, Signal::STOP);
                    thread::sleep(Duration::from_micros(chance.u64(0..15_000)));
                    send(racer, Signal::CONT);
                    self.counts().stops += 1;
                }
            }
            let has_ended = racers.iter_mut().fold(false, |ended, racer| finish(racer) | ended);
            if let Some(cancel) = &mut cancel {
                cancel.wait().expect("it ends");
            }
            self.settle(&task, errand, has_ended);
        }
    }

    /// Runs the task to its end, if none of its processes has come so far, and judges it.
    fn settle(&self, task: &Task, errand: Errand, has_ended: bool) {
        if !has_ended {
            assert!(self.start(task, errand, Death::None), "{task:?}: killed without being told to");
        }
        self.judge(task);
    }
}

/// Waits until a process stops or ends, and says whether it stopped.
fn has_stopped(process: &Child) -> bool {
    let either = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(pid(process)), either).expect("a child of ours");
    status.expect("it was waited for").stopped()
}

fn is_running(process: &mut Child) -> bool {
    process.try_wait().expect("a child of ours").is_none()
}

/// Whether it came to the task's end; else another has taken over.
fn finish(process: &mut Child) -> bool {
    let status = process.wait().expect("it ends");
    let known = ended(status) || status.code() == Some(NO_ANSWER);
    assert!(known, "{status}\n{}", said(process));
    ended(status)
}

fn send(process: &Child, signal: Signal) {
    // One that has just ended hears nothing.
    let _ = kill_process(pid(process), signal);
}

fn pid(process: &Child) -> Pid {
    Pid::from_raw(process.id().cast_signed()).expect("a process")
}
