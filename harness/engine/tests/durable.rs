//! The durable runtime does what the runtimes do: facts of AWS durable execution, each as a test.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::Failed;
use anechoic_engine::{Bound, Fault, Faults, NoAnswer, Policy, Room, Runtime, Semantics, Start, StepFailed};
use common::{Ask, Journal, labels, last_cells, play, subject, timed};
use std::time::Duration;

fn runtime(attempts: u32) -> Runtime {
    Runtime { policy: Policy::default().at_most(attempts), ..Runtime::default() }
}

/// Two steps: one writes a word and succeeds, the other writes one and fails.
fn two_steps(runtime: Runtime) -> impl Fn(&mut Room<Journal>) + Sync {
    move |room| {
        room.durable("workflow", &runtime, |execution| async move {
            let client = execution.client().clone();
            execution.step("first", || async { client.call(Ask::Write("one")).await.map(drop) }).await?;
            let failing = async || -> Result<(), String> {
                client.call(Ask::Write("two")).await.map_err(|error: NoAnswer| error.to_string())?;
                Err("blocked".into())
            };
            execution.step("second", failing).await?;
            Ok::<_, Failed>(0)
        });
    }
}

fn count(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|line| line.contains(what)).count()
}

#[test]
fn a_failing_step_runs_as_often_as_the_policy_says_and_a_finished_one_once() {
    // Its policy allows so many attempts, and the bound so many retries; the smaller counts.
    for (allowed, retries) in (1..=6).map(|attempts| (attempts, 9)).chain([(6, 0), (6, 2)]) {
        let attempts = allowed.min(retries + 1);
        let bound = Bound { retries, ..Bound::faults(0) };
        let (outcome, record) = play(&subject(bound, two_steps(runtime(allowed))), &[]);
        assert!(outcome.at_rest);
        let lines = labels(&record);
        assert_eq!(count(&lines, "second: attempt"), attempts as usize);
        assert_eq!(count(&lines, "first: attempt"), 1, "it answers from its checkpoint");
        assert_eq!(count(&lines, "checkpoint RETRY"), attempts as usize - 1);
        assert_eq!(count(&lines, &format!("checkpoint FAIL second after {attempts} attempts")), 1);
    }
}

#[test]
fn of_which_nothing_is_said_a_runtime_is_as_that_of_aws() {
    let Runtime { policy, semantics, start } = Runtime::default();
    let aws = Policy::presets().into_iter().find(|preset| preset.name == "aws-default").expect("a preset");
    assert_eq!((policy, semantics), (aws.policy, Semantics::AtLeastOncePerRetry));
    assert_eq!(start, Start::FireAndForget);
}

#[test]
fn a_crash_runs_the_body_again_without_counting_an_attempt() {
    let subject = subject(Bound::faults(2), two_steps(runtime(1)));
    let crash = "Write(\"two\") (crash after)";
    let (_, record) = play(&subject, &["Write(\"one\")", "SUCCEED", crash, "timer", crash, "timer"]);
    let lines = labels(&record);
    assert!(lines.contains(&"second: attempt 1, execution 4".to_string()), "{lines:#?}");
    assert_eq!(
        count(&lines, "checkpoint FAIL second after 1 attempts"),
        1,
        "attempts do not bound executions"
    );
    assert_eq!(last_cells(&record)[0], "one two two two");
}

#[test]
fn a_rejected_success_runs_the_body_again_and_a_stored_one_whose_answer_was_lost_does_not() {
    let subject = subject(Bound::faults(1), two_steps(runtime(1)));
    let (_, record) = play(&subject, &["checkpoint SUCCEED first (rejected)"]);
    assert_eq!(count(&labels(&record), "first: attempt 1"), 2);
    let (_, record) = play(&subject, &["checkpoint SUCCEED first (lost acknowledgement)"]);
    assert_eq!(count(&labels(&record), "first: attempt 1"), 1);
}

#[test]
fn at_most_once_per_retry_counts_an_attempt_for_a_crash_and_awaits_the_start() {
    let runtime = Runtime { semantics: Semantics::AtMostOncePerRetry, ..runtime(2) };
    let (_, record) =
        play(&subject(Bound::faults(1), two_steps(runtime)), &["Write(\"one\") (crash before)"]);
    let lines = labels(&record);
    assert!(lines.contains(&"checkpoint START first, attempt 1".to_string()), "{lines:#?}");
    assert!(
        lines.contains(&"checkpoint RETRY first, attempt 1 failed".to_string()),
        "the crash was the attempt"
    );
    assert!(lines.contains(&"first: attempt 2, execution 2".to_string()), "{lines:#?}");
}

#[test]
fn start_is_awaited_in_one_sdk_and_not_in_the_other() {
    for (start, awaited) in [(Start::Awaited, 2), (Start::FireAndForget, 0)] {
        let runtime = Runtime { start, ..runtime(1) };
        let (_, record) = play(&subject(Bound::faults(0), two_steps(runtime)), &[]);
        assert_eq!(count(&labels(&record), "checkpoint START"), awaited);
    }
}

#[test]
fn of_two_invocations_at_once_the_one_with_the_stale_token_leaves() {
    let bound = Bound { kinds: Faults::of(&[Fault::DuplicateInvocation]), ..Bound::faults(1) };
    let script =
        ["invoked again beside itself", "workflow again: Write(\"one\")", "workflow: Write(\"one\")"];
    let (outcome, record) = play(&subject(bound, two_steps(runtime(1))), &script);
    assert!(outcome.at_rest);
    assert_eq!(last_cells(&record)[0], "one one two", "both wrote, one went on");
}

#[test]
fn a_checkpoint_that_lands_late_makes_the_invocation_at_work_stale_and_the_next_one_knows_it() {
    let bound = Bound { kinds: Faults::of(&[Fault::LateWrite]), ..Bound::faults(1) };
    let script =
        ["SUCCEED first (late write)", "workflow: timer", "Write(\"one\")", "late write 1 of workflow"];
    let (outcome, record) = play(&subject(bound, two_steps(runtime(1))), &script);
    assert!(outcome.at_rest);
    assert_eq!(last_cells(&record)[0], "one one two", "its body ran twice, and then it was known to be done");
    let what = labels(&record);
    let late = what.iter().position(|what| what == "late: checkpoint SUCCEED first").expect("it landed");
    assert_eq!(what[late + 1..late + 3], ["checkpoint SUCCEED first", "invoked again"], "{what:#?}");
}

#[test]
fn a_duplicate_that_comes_late_finds_everything_done() {
    let bound = Bound { kinds: Faults::of(&[Fault::DuplicateInvocation]), ..Bound::faults(1) };
    let (_, record) = play(&subject(bound, two_steps(runtime(1))), &["FAIL", "invoked again beside itself"]);
    assert_eq!(last_cells(&record)[0], "one two");
}

#[test]
fn in_a_timed_run_every_retry_waits_as_long_as_its_policy_says() {
    let delays = [1, 7, 17, 8, 23].map(Duration::from_secs).to_vec();
    let runtime = Runtime { policy: Policy::listed(delays), ..runtime(1) };
    let bound = Bound { retries: 5, ..Bound::faults(0) };
    let (_, record) = play(&timed(bound, two_steps(runtime)), &[]);
    let began = record.steps.iter().filter(|step| step.what.starts_with("second: attempt"));
    assert_eq!(began.map(|step| step.at.as_secs()).collect::<Vec<u64>>(), [0, 1, 8, 25, 33, 56]);
}

#[test]
fn a_retry_whose_checkpoint_got_no_answer_still_waits_until_it_is_due() {
    let runtime = Runtime { policy: Policy::listed(vec![Duration::from_secs(9)]), ..runtime(1) };
    let bound = Bound::faults(1);
    let lost = "checkpoint RETRY second, attempt 1 failed (lost acknowledgement)";
    let (_, record) = play(&timed(bound, two_steps(runtime)), &[lost]);
    let again = record.steps.iter().find(|step| step.what.starts_with("second: attempt 2")).expect("a retry");
    assert_eq!(again.at.as_secs(), 9);
}

/// Two waits, with a step between them.
fn pauses(room: &mut Room<Journal>) {
    room.durable("workflow", &runtime(1), |execution| async move {
        let client = execution.client().clone();
        execution.wait("pause", Duration::from_secs(30)).await;
        execution.step("step", || async { client.call(Ask::Write("one")).await.map(drop) }).await?;
        execution.wait("pause", Duration::from_secs(5)).await;
        client.note(|| "done".into());
        Ok::<_, Failed>(0)
    });
}

#[test]
fn a_wait_is_over_once_however_often_its_workflow_runs_from_the_top() {
    let bound = Bound::faults(1);
    for trouble in ["Write(\"one\") (crash before)", "checkpoint WAIT pause (lost acknowledgement)"] {
        let (outcome, record) = play(&timed(bound, pauses), &[trouble]);
        let at = |what: &str| {
            record.steps.iter().rfind(|step| step.what.contains(what)).map(|step| step.at.as_secs())
        };
        assert!(outcome.at_rest && at("invoked again").is_some(), "{trouble}");
        assert_eq!((at("step: attempt"), at("done")), (Some(30), Some(35)), "{trouble}");
    }
}

#[test]
fn steps_of_one_name_are_told_apart_by_their_order() {
    let polling = |room: &mut Room<Journal>| {
        room.durable("workflow", &runtime(1), |execution| async move {
            let client = execution.client().clone();
            for word in ["one", "two", "three"] {
                execution.step("poll", || async { client.call(Ask::Write(word)).await.map(drop) }).await?;
            }
            Ok::<_, Failed>(0)
        });
    };
    let crash = "workflow: Write(\"three\") (crash before)";
    let (_, record) = play(&subject(Bound::faults(1), polling), &[crash]);
    assert_eq!(last_cells(&record)[0], "one two three");
}

#[test]
fn jitter_is_a_choice_and_stays_within_the_bounds_of_the_policy() {
    let bound = Bound::faults(0);
    let subject = timed(bound, two_steps(runtime(2)));
    for (drawn, waited) in [("draws jitter: 0 of 65536", 1), ("draws jitter: 65535 of 65536", 5)] {
        let (_, record) = play(&subject, &[drawn]);
        assert_eq!(record.steps.last().expect("steps").at.as_secs(), waited);
    }
    let untimed = common::subject(Bound::faults(0), two_steps(runtime(2)));
    assert!(play(&untimed, &[]).1.choices.is_empty(), "where any time may pass, none is drawn");
}

#[test]
fn the_error_of_a_step_names_it_and_counts_its_attempts() {
    let error = StepFailed { step: "second".into(), attempts: 6 };
    assert_eq!(error.to_string(), "step `second` failed after 6 attempts");
}
