//! Every fault does what its name says, and nothing else.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::search::{Exhaustive, Path, Reduce, Replay, Unlimited, shortest};
use anechoic_engine::{Bound, Failed, Fault, Faults, Room, StepKind, Subject};
use common::{Ask, Journal, labels, last_cells, play, subject, timed};

/// One caller that sets the cell and then writes a word; retried once.
fn set_then_write(room: &mut Room<Journal>) {
    room.callers("caller", 1, |client| async move {
        let (set, _) = client.call(Ask::Set { from: 0, to: 1 }).await?;
        client.call(Ask::Write("done")).await?;
        Ok::<_, Failed>(u32::from(set))
    });
}

#[test]
fn a_rejected_request_is_not_applied_and_its_caller_is_invoked_again() {
    let subject = subject(Bound::faults(1), set_then_write);
    let (outcome, record) = play(&subject, &["Set { from: 0, to: 1 } (rejected)"]);
    assert_eq!(last_cells(&record), ["done", "1"]);
    assert_eq!(outcome.steps, 3);
}

#[test]
fn a_lost_acknowledgement_is_applied_and_its_caller_is_invoked_again() {
    let subject = subject(Bound::faults(1), set_then_write);
    let (outcome, record) = play(&subject, &["Write(\"done\") (lost acknowledgement)"]);
    assert_eq!(last_cells(&record), ["done done", "1"]);
    assert_eq!(outcome.breaches.len(), 1);
}

#[test]
fn a_crash_before_leaves_no_trace_and_a_crash_after_leaves_the_write() {
    let subject = subject(Bound::faults(1), set_then_write);
    assert_eq!(last_cells(&play(&subject, &["Write(\"done\") (crash before)"]).1), ["done", "1"]);
    assert_eq!(last_cells(&play(&subject, &["Write(\"done\") (crash after)"]).1), ["done done", "1"]);
}

#[test]
fn a_late_write_lands_after_the_next_invocation_has_begun() {
    let subject = subject(Bound::faults(1), set_then_write);
    let script = ["Write(\"done\") (late write)", "caller: Set", "caller: Write", "late write 1 of caller"];
    let (_, record) = play(&subject, &script);
    assert_eq!(last_cells(&record), ["done done", "1"]);
    let last = record.steps.last().expect("the late write");
    assert_eq!(last.what, "late: Write(\"done\")");
}

#[test]
fn a_caller_without_a_retry_left_stays_dead_and_its_late_write_lands_all_the_same() {
    let subject = subject(Bound { retries: 0, ..Bound::faults(1) }, set_then_write);
    let (outcome, record) = play(&subject, &["Set { from: 0, to: 1 } (late write)"]);
    assert!(outcome.at_rest);
    assert_eq!(last_cells(&record), ["", "1"]);
}

#[test]
fn a_stale_read_answers_with_any_older_version() {
    let reader = |room: &mut Room<Journal>| {
        room.callers("writer", 1, |client| async move {
            client.call(Ask::Set { from: 0, to: 1 }).await?;
            client.call(Ask::Set { from: 1, to: 2 }).await?;
            Ok::<_, Failed>(0)
        });
        room.callers("reader", 1, |client| async move { Ok::<_, Failed>(client.call(Ask::Read).await?.1) });
    };
    let subject = subject(Bound::faults(1), reader);
    for (age, seen) in [("1 versions old", "(true, 1)"), ("2 versions old", "(true, 0)")] {
        let (_, record) = play(&subject, &["writer: Set", "writer: Set", age]);
        let read = record.steps.iter().find(|step| step.fault == Some(Fault::StaleRead)).expect("the read");
        assert_eq!(read.answer, seen);
    }
}

#[test]
fn a_duplicate_invocation_runs_beside_the_first_or_after_it() {
    let subject = subject(Bound::faults(1), set_then_write);
    let beside = ["caller: invoked again beside itself", "caller again: Set", "caller: Set"];
    assert_eq!(last_cells(&play(&subject, &beside).1), ["done done", "1"]);
    let after = ["caller: Set", "caller: Write", "caller: invoked again beside itself", "caller again: Set"];
    assert_eq!(last_cells(&play(&subject, &after).1), ["done done", "1"]);
}

#[test]
fn only_the_kinds_in_the_bound_happen_and_no_more_than_it_allows() {
    for fault in Fault::ALL {
        let bound = Bound { kinds: Faults::of(&[fault]), ..Bound::faults(2) };
        let found =
            Exhaustive::reduce(Reduce::NOTHING).search(&subject(bound, set_then_write), &mut Unlimited);
        let never = [Fault::StaleRead, Fault::Refused, Fault::TornBatch];
        let expected = if never.contains(&fault) { Faults::NONE } else { bound.kinds };
        assert_eq!(found.faults, expected, "{fault}");
    }
}

#[test]
fn a_read_that_finds_no_answer_has_nothing_to_lose() {
    let reader = |room: &mut Room<Journal>| {
        room.callers("reader", 1, |client| async move { Ok::<_, Failed>(client.call(Ask::Read).await?.1) });
    };
    let found =
        Exhaustive::reduce(Reduce::NOTHING).search(&subject(Bound::faults(1), reader), &mut Unlimited);
    let useless = [Fault::LostAcknowledgement, Fault::CrashAfter, Fault::LateWrite];
    assert!(useless.iter().all(|fault| !found.faults.contains(*fault)), "{:?}", found.faults);
}

#[test]
fn a_recorded_run_is_made_again_by_its_labels_and_by_its_ways() {
    let subject = subject(Bound::faults(1), set_then_write);
    let (outcome, record) = play(&subject, &["Write(\"done\") (late write)", "late write 1"]);
    let mut replay = Replay::new(&record.choices);
    let (again, same) = subject.record(&mut replay);
    assert_eq!(replay.finish(), Ok(()));
    assert_eq!((again.steps, same), (outcome.steps, record));
    assert_eq!(labels(&Path(vec![0, 0]).replay(&subject).1).len(), 2);
}

#[test]
fn what_a_handler_remarks_is_in_the_record_and_costs_no_step() {
    let remarking = |room: &mut Room<Journal>| {
        room.callers("caller", 1, |client| async move {
            client.note(|| "about to write".into());
            client.call(Ask::Write("done")).await?;
            Ok::<_, Failed>(0)
        });
    };
    let (outcome, record) = play(&subject(Bound::faults(0), remarking), &[]);
    assert_eq!(outcome.steps, 1);
    assert_eq!((record.steps[0].kind, record.steps[0].what.as_str()), (StepKind::Note, "about to write"));
}

/// The first draw ends the run that only looks around; the second actor must not begin then.
#[test]
fn what_two_actors_choose_before_their_first_request_is_searched_too() {
    let choosing = |room: &mut Room<Journal>| {
        for words in [["a", "b", "c"], ["b", "x", "y"]] {
            room.callers("caller", 1, move |client| async move {
                let way = client.choose("word", if words[0] == "a" { 3 } else { 2 }).await;
                client.call(Ask::Write(words[way as usize])).await?;
                Ok::<_, Failed>(0)
            });
        }
    };
    let subject = subject(Bound::faults(0), choosing);
    let path = shortest(&subject, 0, &mut Unlimited).expect("both may choose b");
    assert_eq!(path.run(&subject).breaches[0].step, 2);
}

/// A timer may fire at any time, so there is no time that a handler could depend on.
#[test]
fn time_stands_still_unless_the_run_is_timed() {
    let sleeper = |room: &mut Room<Journal>| {
        room.callers("sleeper", 1, |client| async move {
            client.sleep(std::time::Duration::from_secs(5)).await;
            client.note(|| "awake".into());
            Ok::<_, Failed>(0)
        });
    };
    let (untimed, timed) = (subject(Bound::faults(0), sleeper), timed(Bound::faults(0), sleeper));
    for (subject, seconds) in [(untimed, 0), (timed, 5)] {
        let (_, record) = play(&subject, &[]);
        assert_eq!(labels(&record), ["the timer fires", "awake"]);
        assert_eq!(record.steps.last().expect("a remark").at.as_secs(), seconds);
    }
}
