//! Requests that wait for what another holds, and a service that learns of the ends of sessions.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;
#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "common/locks.rs"]
mod locks;

use anechoic_engine::{
    AS_IF_ONCE, AsIfOnce, Bound, Client, EVERY_RUN_ENDS, Failed, Fault, Faults, InProcess, Record, Room,
    Scenario, Session, StepKind, Subject,
    search::{Exhaustive, Findings, Reduce, Replay, Unlimited, shortest},
};
use common::Script;
use locks::{Ask, Locks};

/// Callers who each make their own requests, in order, and may be followed by the environment.
#[derive(Clone, Debug)]
struct Callers<const LATE: bool> {
    asks: Vec<Vec<Ask>>,
    environment: Vec<Ask>,
    is_deaf: bool,
}

async fn run<const LATE: bool>(client: Client<Locks<LATE>>, asks: Vec<Ask>) -> Result<u8, Failed> {
    for ask in asks {
        let (done, _) = client.call((client.session(), ask)).await?;
        if !done {
            return Err(Failed);
        }
    }
    Ok(0)
}

impl<const LATE: bool> Scenario for Callers<LATE> {
    type Service = Locks<LATE>;

    fn service(&self) -> Locks<LATE> {
        Locks { is_deaf: self.is_deaf, ..Locks::default() }
    }

    fn set_up(&self, room: &mut Room<Locks<LATE>>, _: &[usize]) {
        for (name, asks) in ["a", "b", "c"].into_iter().zip(self.asks.clone()) {
            room.callers(name, 1, move |client| run(client, asks.clone()));
        }
        for ask in self.environment.clone() {
            room.environment("time", 1, move |client| run(client, vec![ask]));
        }
    }
}

fn callers(asks: &[&[Ask]]) -> Callers<false> {
    let asks = asks.iter().map(|asks| asks.to_vec()).collect();
    Callers { asks, environment: Vec::new(), is_deaf: false }
}

/// The words in which runs are found that do not end, by every reduction and by none.
#[track_caller]
fn unending(subject: &(impl Subject + Clone)) -> Vec<String> {
    let at = subject.promises().iter().position(|promise| promise.name == EVERY_RUN_ENDS).expect("a promise");
    let words = |findings: &Findings| {
        assert!(findings.complete);
        findings.words(at).map(ToString::to_string).collect::<Vec<String>>()
    };
    let found = |reduce| words(&Exhaustive::reduce(reduce).search(&subject.clone(), &mut Unlimited));
    let all = found(Reduce::ALL);
    assert_eq!(all, found(Reduce::NOTHING));
    all
}

fn within<C: Scenario + Clone>(scenario: &C, faults: u32, kinds: Faults) -> InProcess<C> {
    InProcess { scenario: scenario.clone(), bound: Bound { kinds, retries: 0, ..Bound::faults(faults) } }
}

/// The smallest run that does not end: what is said of it, and all of it.
#[track_caller]
fn smallest(subject: &dyn Subject) -> (String, Record) {
    let path = shortest(subject, 0, &mut Unlimited).expect("a run that does not end");
    let (outcome, record) = path.replay(subject);
    assert!(outcome.at_rest && record.is_broken_off);
    let mut source = Replay::new(&record.choices);
    assert_eq!(subject.record(&mut source).0.breaches, outcome.breaches, "the same again");
    assert_eq!(source.finish(), Ok(()));
    (outcome.breaches[0].detail.clone(), record)
}

fn steps(record: &Record) -> Vec<String> {
    let line = |step: &anechoic_engine::Step| {
        let who = step.actor.map_or("", |actor| &record.actors[actor]);
        format!("{} {who}: {}", step.number, step.what)
    };
    record.steps.iter().map(line).collect()
}

const NOTHING: Faults = Faults::NONE;

#[test]
fn whoever_waits_is_shown_and_goes_on_when_the_lock_is_free() {
    let both = callers(&[&[Ask::Lock(0), Ask::Add(0), Ask::Unlock(0)], &[Ask::Lock(0), Ask::Unlock(0)]]);
    let subject = within(&both, 0, NOTHING);
    assert!(unending(&subject).is_empty());
    let mut source = Script(vec!["a: Lock(0)", "a: Add(0)", "a: Unlock(0)", "b: Lock(0)"]);
    let (outcome, record) = subject.record(&mut source);
    assert!(source.0.is_empty() && outcome.breaches.is_empty());
    assert_eq!(
        steps(&record),
        [
            "1 a: Lock(0)",
            "1 b: Lock(0) waits for the lock of row 0, which a holds",
            "2 a: Add(0)",
            "3 a: Unlock(0)",
            "4 b: Lock(0)",
            "5 b: Unlock(0)"
        ]
    );
    assert_eq!(record.steps[1].kind, StepKind::Wait);
}

#[test]
fn a_circle_of_waiting_is_a_deadlock_and_is_told() {
    let crossed = callers(&[&[Ask::Lock(0), Ask::Lock(1)], &[Ask::Lock(1), Ask::Lock(0)]]);
    let subject = within(&crossed, 0, NOTHING);
    assert_eq!(unending(&subject), ["deadlock"]);
    let (detail, record) = smallest(&subject);
    assert_eq!(
        detail,
        "a: Lock(1) waits for the lock of row 1, which b holds; b: Lock(0) waits for the lock of row 0, which a holds"
    );
    let waits: Vec<u32> =
        record.steps.iter().filter(|step| step.kind == StepKind::Wait).map(|step| step.number).collect();
    assert_eq!(waits, [2, 2], "each waits for the other when both have their first lock");
    let ordered = callers(&[&[Ask::Lock(0), Ask::Lock(1)], &[Ask::Lock(0), Ask::Lock(1)]]);
    assert!(unending(&within(&ordered, 1, Faults::ALL)).is_empty(), "who takes them in one order ends");
}

#[test]
fn three_may_wait_in_a_circle_and_a_fourth_is_no_part_of_it() {
    let own = callers(&[&[Ask::Lock(0), Ask::Take(1)], &[Ask::Lock(0)]]);
    let (detail, _) = smallest(&within(&own, 0, NOTHING));
    assert!(detail.starts_with("nobody is left who would end this: "), "{detail}");
    assert!(detail.contains("a: Take(1) waits for something in row 1"), "{detail}");
    assert_eq!(unending(&within(&own, 0, NOTHING)), ["stuck"]);
    let crossed = callers(&[
        &[Ask::Lock(0), Ask::Lock(1), Ask::Unlock(0)],
        &[Ask::Lock(1), Ask::Lock(0)],
        &[Ask::Lock(0)],
    ]);
    let subject = within(&crossed, 0, NOTHING);
    let (detail, _) = smallest(&subject);
    assert!(!detail.contains("c: "), "{detail}");
}

#[test]
fn what_is_waited_for_may_have_yet_to_come() {
    let waits = callers(&[&[Ask::Take(0)], &[Ask::Add(0)]]);
    assert!(unending(&within(&waits, 0, NOTHING)).is_empty());
    // Who brings it may die.
    let subject = within(&waits, 1, Faults::of(&[Fault::CrashBefore]));
    assert_eq!(unending(&subject), ["stuck"]);
    assert!(smallest(&subject).0.ends_with("a: Take(0) waits for something in row 0"));
}

#[test]
fn whoever_waits_may_give_up_or_die_but_is_not_answered() {
    let both = callers(&[&[Ask::Lock(0), Ask::Take(1)], &[Ask::Lock(0)]]);
    let offered = |kinds: &[Fault]| {
        let subject = within(&both, 1, Faults::of(kinds));
        let mut source = Script(vec!["a: Lock(0)", "b: Lock(0) ("]);
        subject.record(&mut source);
        source.0.is_empty()
    };
    for fault in [Fault::Rejected, Fault::CrashBefore, Fault::LateWrite, Fault::LateAnswer] {
        assert!(offered(&[fault]), "{fault}");
    }
    for fault in [Fault::LostAcknowledgement, Fault::CrashAfter] {
        assert!(!offered(&[fault]), "{fault}: nothing was carried out");
    }
}

#[test]
fn a_lock_of_who_has_died_is_free_if_the_service_learns_of_it() {
    let dies = callers(&[&[Ask::Lock(0), Ask::Unlock(0)], &[Ask::Lock(0), Ask::Unlock(0)]]);
    let crashes = Faults::of(&[Fault::CrashBefore, Fault::CrashAfter, Fault::LateWrite]);
    assert!(unending(&within(&dies, 2, crashes)).is_empty());
    let deaf = Callers { is_deaf: true, ..dies };
    assert_eq!(unending(&within(&deaf, 1, crashes)), ["stuck"]);
    let (detail, _) = smallest(&within(&deaf, 1, crashes));
    assert!(
        detail.ends_with("Lock(0) waits for the lock of row 0, which a holds, whose invocation is over"),
        "{detail}"
    );
}

#[test]
fn an_end_is_a_step_and_what_was_not_committed_is_gone_with_it() {
    let commits = callers(&[&[Ask::AddLater(0), Ask::Commit]]);
    let subject = within(&commits, 1, Faults::of(&[Fault::CrashBefore]));
    let mut source = Script(vec!["AddLater(0)", "Commit (crash before)"]);
    let (_, record) = subject.record(&mut source);
    assert_eq!(steps(&record), ["1 a: AddLater(0)", "2 a: Commit", "2 a: its session ends"]);
    assert_eq!((record.steps[2].kind, record.steps[2].met.clone()), (StepKind::End, vec![0]));
    let of = |step: usize, name| {
        let at = record.columns.iter().position(|column| column == name).expect("a column");
        record.steps[step].cells[at].clone()
    };
    assert_eq!((of(2, "kept_back"), of(2, "rows")), ("{}".into(), "[0, 0]".into()));
}

#[test]
fn an_end_may_be_noticed_when_another_has_gone_on() {
    let both = callers(&[&[Ask::Lock(0)], &[Ask::TryLock(0)]]);
    let late = Callers::<true> { asks: both.asks.clone(), environment: Vec::new(), is_deaf: false };
    let refused = |subject: &dyn Subject, script: &[&'static str]| {
        let mut source = Script(script.to_vec());
        let (_, record) = subject.record(&mut source);
        assert!(source.0.is_empty(), "never offered: {:?} in {:#?}", source.0, record.choices);
        steps(&record)
    };
    let noticed = "it is noticed that invocation 1 of a has ended";
    let subject = within(&late, 0, NOTHING);
    let before = refused(&subject, &["a: Lock(0)", "b: TryLock(0)", noticed]);
    assert_eq!(before, ["1 a: Lock(0)", "2 b: TryLock(0)", "3 a: its session ends"]);
    let after = refused(&subject, &["a: Lock(0)", noticed, "b: TryLock(0)"]);
    assert_eq!(after, ["1 a: Lock(0)", "2 a: its session ends", "3 b: TryLock(0)", "4 b: its session ends"]);
    assert_eq!(
        steps(&within(&both, 0, NOTHING).record(&mut Script(vec!["a: Lock(0)"])).1)[..2],
        ["1 a: Lock(0)".to_string(), "1 a: its session ends".into()],
        "unless the service notices it late, it does so in the same step"
    );
}

#[test]
fn nothing_of_a_session_comes_after_its_end() {
    let writes = callers(&[&[Ask::Lock(0)]]);
    let kinds = Faults::of(&[Fault::LateWrite]);
    let at_once = within(&writes, 1, kinds);
    let (_, record) = at_once.record(&mut Script(vec!["Lock(0) (late write)"]));
    assert_eq!(steps(&record), ["1 a: Lock(0)", "1 a: its session ends"]);
    let late = Callers::<true> { asks: writes.asks.clone(), environment: Vec::new(), is_deaf: false };
    let subject = within(&late, 1, kinds);
    let landed = ["Lock(0) (late write)", "late write 1 of a: Lock(0)", "it is noticed"];
    let mut source = Script(landed.to_vec());
    let (_, record) = subject.record(&mut source);
    assert!(source.0.is_empty(), "{:?}", record.choices);
    let unheard = ["Lock(0) (late write)", "it is noticed"];
    let (_, record) = subject.record(&mut Script(unheard.to_vec()));
    assert_eq!(steps(&record), ["1 a: Lock(0)", "2 a: its session ends"], "it never lands");
}

#[test]
fn what_is_sent_in_a_session_arrives_in_this_order() {
    async fn impatient(client: Client<Locks<false>>) -> Result<u8, Failed> {
        let session = client.session();
        let _ = client.call((session, Ask::AddLater(0))).await;
        Ok(client.call((session, Ask::Commit)).await?.1)
    }
    #[derive(Clone)]
    struct Impatient;
    impl Scenario for Impatient {
        type Service = Locks<false>;

        fn service(&self) -> Locks<false> {
            Locks::default()
        }

        fn set_up(&self, room: &mut Room<Locks<false>>, _: &[usize]) {
            room.callers("a", 1, impatient);
        }
    }
    let subject = within(&Impatient, 1, Faults::of(&[Fault::LateAnswer]));
    let (_, record) = subject.record(&mut Script(vec!["AddLater(0) (late answer)"]));
    let waits = "Commit waits for what was sent before it";
    assert_eq!(
        steps(&record),
        ["1 a: AddLater(0)", &format!("1 a: {waits}"), "2 a: late: AddLater(0)", "3 a: Commit"]
    );
    assert!(unending(&subject).is_empty());
}

#[test]
fn the_environment_acts_before_anybody_is_taken_to_wait_for_ever() {
    let dies = callers(&[&[Ask::Lock(0), Ask::Unlock(0)], &[Ask::Lock(0), Ask::Unlock(0)]]);
    let leased = Callers { is_deaf: true, environment: vec![Ask::Expire(0)], ..dies };
    assert!(unending(&within(&leased, 1, Faults::of(&[Fault::CrashBefore]))).is_empty());
}

#[test]
fn what_waits_is_compared_with_calm_runs_that_do_not() {
    let add = |row| [Ask::Lock(row), Ask::Add(row), Ask::Unlock(row)];
    let both = callers(&[&add(0), &add(0)]);
    let subject = AsIfOnce::new(within(&both, 1, Faults::of(&[Fault::CrashBefore, Fault::CrashAfter])));
    let at = subject.promises().iter().position(|promise| promise.name == AS_IF_ONCE).expect("a promise");
    let found = Exhaustive::default().search(&subject, &mut Unlimited);
    assert!(found.complete && unending(&subject).is_empty());
    assert!(found.words(at).eq(["duplicate"]), "{:?}: who dies after adding adds again", found.broken);
    // The lock stays with who has died, if nobody learns of it: then another delivery does not help, either.
    let deaf = Callers { is_deaf: true, ..callers(&[&add(0)]) };
    let subject = AsIfOnce::new(within(&deaf, 1, Faults::of(&[Fault::CrashBefore])));
    let found = Exhaustive::default().search(&subject, &mut Unlimited);
    assert!(found.words(at).eq(["stuck"]), "{:?}", found.broken);
}

#[test]
fn each_invocation_has_a_session_of_its_own() {
    let asks = vec![vec![Ask::Add(0)]];
    let retried = Callers::<false> { asks, environment: Vec::new(), is_deaf: false };
    let bound = Bound { kinds: Faults::of(&[Fault::CrashBefore]), ..Bound::faults(1) };
    let subject = InProcess { scenario: retried, bound };
    let (_, record) = subject.record(&mut Script(vec!["Add(0) (crash before)"]));
    assert_eq!(record.steps.len(), 2);
    let [first, second] = [1, 2].map(|number| Session { owner: 0, number });
    assert!(first < second && first != second);
}
