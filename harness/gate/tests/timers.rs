//! A handler that waits for an answer for only so long: its timer may fire before the answer comes, although nothing went wrong.
mod common;

use anechoic_engine::{
    Bound, Pick, Point, Source, Subject,
    search::{Collect, Exhaustive, Findings, Unlimited},
};
use anechoic_gate::{AtTheGate, Handler, Kind, Program, Trouble};
use common::{has_python, python, scene, site};
use serde_json::json;
use std::{sync::Arc, thread, time::Duration};

#[test]
fn a_timer_of_its_own_may_fire_before_the_answer_comes() {
    if !has_python() {
        return;
    }
    // The first effect alone; the late one before it, after it, or alone.
    for (way, ends) in [("for ever", 1), ("sleeps", 1), ("socket", 4), ("loop", 4), ("thread", 4)] {
        let program = Arc::new(Program::new(python("timer.handler")));
        let bound = Bound { retries: 0, ..Bound::faults(0) };
        let subject = AtTheGate::new(scene(site(), &program, &json!({"way": way}), 1), bound);
        let collect = Collect { end_states: true, ..Collect::default() };
        let findings = Exhaustive { collect, ..Exhaustive::default() }.search(&subject, &mut Unlimited);
        assert_eq!((findings.complete, &findings.diverged), (true, &None), "{way}");
        assert_eq!(findings.end_states.len(), ends, "{way}");
        assert_eq!(findings.broken.is_empty(), ends == 1, "{way}");
        for path in findings.broken.values() {
            let (_, record) = path.replay(&subject);
            let timers = record.steps.iter().filter(|step| step.what.contains("timer fires")).count();
            assert_eq!(timers, 1, "{way}: once while it waits for one answer");
        }
    }
}

/// So long its timers are waited for.
const SECONDS: Option<Duration> = Some(Duration::from_secs(2));

/// A Python that looks for nothing of ours.
fn with_its_own_clock(timers: Option<Duration>) -> Handler {
    let command = ["python3", "-I", "timer.py"].map(String::from).into();
    Handler { timers, ..common::handler(Kind::Command, command) }
}

/// Goes the first way there is, but first lets a timer fire.
struct OneTimer(bool);

impl Source for OneTimer {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let timer = (0..point.ways()).find(|way| !self.0 && point.label(*way).contains("timer"));
        self.0 |= timer.is_some();
        Pick::Take(timer.unwrap_or(0))
    }
}

/// How a search without faults ends, of so many deliveries to a handler that waits for two seconds.
fn search(handler: Handler, way: &str, deliveries: usize) -> (Findings, AtTheGate) {
    let program = Arc::new(Program::new(handler));
    let event = json!({"way": way});
    let bound = Bound { retries: 0, ..Bound::faults(0) };
    let subject = AtTheGate::new(scene(site(), &program, &event, deliveries), bound);
    let collect = Collect { end_states: true, ..Collect::default() };
    let findings = Exhaustive { collect, ..Exhaustive::default() }.search(&subject, &mut Unlimited);
    (findings, subject)
}

#[test]
fn so_may_that_of_a_program_whose_clock_is_its_own_which_is_waited_for_in_real_time() {
    if !has_python() {
        return;
    }
    for (way, deliveries) in [("socket", 2), ("for ever", 1), ("gives up", 1)] {
        let (in_virtual, _) = search(python("timer.handler"), way, deliveries);
        let (in_real, subject) = search(with_its_own_clock(SECONDS), way, deliveries);
        let counts =
            |found: &Findings| (found.complete, found.executions, found.states, found.end_states.len());
        assert_eq!(counts(&in_real), counts(&in_virtual), "{way}: {:?}", in_real.diverged);
        assert_eq!(in_real.broken.keys().collect::<Vec<_>>(), in_virtual.broken.keys().collect::<Vec<_>>());
        // Each is made by real processes: while the timer of one is waited for, that of the other must not be taken for another's.
        for path in in_real.broken.values() {
            let (outcome, record) = path.replay(&subject);
            assert_eq!(outcome.cannot_tell, None, "{way}");
            assert!(record.steps.iter().any(|step| step.what.contains("timer fires")), "{way}");
        }
        let confirmed = subject.confirm(&mut || true).expect("it rests on processes");
        assert_eq!(confirmed.otherwise, None, "{}", confirmed.what);
        let told = "the clock of handler is its own, so timers that fire before an answer, and later than 2 s, were not tried";
        assert!(confirmed.what.contains(told), "{}", confirmed.what);
    }
    let (without, subject) = search(with_its_own_clock(None), "socket", 1);
    assert!(without.complete && without.broken.is_empty() && without.end_states.len() == 1);
    let confirmed = subject.confirm(&mut || true).expect("it rests on processes");
    assert!(
        confirmed.what.contains("so timers that fire before an answer were not tried"),
        "{}",
        confirmed.what
    );
}

#[test]
fn while_one_is_waited_for_another_is_not_kept_standing() {
    if !has_python() {
        return;
    }
    let program = Arc::new(Program::new(with_its_own_clock(SECONDS)));
    let mut both = scene(site(), &program, &json!({"way": "socket", "who": 1}), 1);
    both.deliver.extend(scene(site(), &program, &json!({"way": "socket", "who": 2}), 1).deliver);
    let subject = AtTheGate::new(both, Bound { retries: 0, ..Bound::faults(0) });
    let (outcome, record) = subject.record(&mut OneTimer(false));
    assert_eq!(outcome.cannot_tell, None);
    let timers = record.steps.iter().filter(|step| step.what.contains("timer fires"));
    assert_eq!(timers.count(), 1, "that of the other was running meanwhile");
}

#[test]
fn two_threads_that_learn_the_same_must_agree_whether_one_fires() {
    if !has_python() {
        return;
    }
    let program = Arc::new(Program::new(with_its_own_clock(SECONDS)));
    let marks = tempfile::tempdir().expect("a folder");
    let event = json!({"way": "by number", "marks": marks.path()});
    let bound = Bound { retries: 0, ..Bound::faults(0) };
    // As when two scenarios of one handler are searched beside each other.
    let subject = || AtTheGate::new(scene(site(), &program, &event, 1), bound);
    thread::scope(|scope| {
        let run = |subject: AtTheGate| scope.spawn(move || subject.run(&mut OneTimer(false)));
        let first = run(subject());
        // Whoever learns has two processes, so that what one draws shows.
        while !marks.path().join("1").exists() && !first.is_finished() {
            thread::sleep(Duration::from_millis(5));
        }
        run(subject());
    });
    let trouble = program.trouble();
    let Some(Trouble::Diverged { before, now, .. }) = &trouble else { panic!("{trouble:?}") };
    let mut both = [before, now].map(|did| did.contains("let a timer run"));
    both.sort_unstable();
    assert_eq!(both, [false, true], "{trouble:?}");
}
