//! A run that is written as a trace, in any format, and read back gets the verdict that the run itself had.
use anechoic::Situation;
use anechoic::search::Tape;
use anechoic_model::{Promise, Status};
use anechoic_task_cases::{
    Given, SCENES, VARIANTS, Variant,
    trace::{Examination, Verdict},
    usual,
};
use anechoic_tests::{
    scenario,
    support::{Entry, Table, Witnessed, witness, write},
    tasks,
};
use anechoic_traces::Format;
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The verdict on a trace.
fn examine(format: Format, trace: &str, task: &str) -> Option<Examination> {
    let (examined, tasks) = tasks(trace);
    assert_eq!((examined.files[0].1.skipped, examined.meaningless.0), (0, 0), "{format}: {trace}");
    assert!(examined.files[0].1.formats.keys().eq([&format]), "{format}");
    tasks.into_iter().find(|examination| examination.task == task)
}

/// What a format does not show of a run.
fn cannot_tell(run: &Witnessed, format: &str, promise: Promise) -> bool {
    if format == "durable-history" {
        return true;
    }
    let task = run.entries[0].fields.get("task_id");
    let of_task = |entry: &&Entry| entry.fields.get("task_id") == task;
    let rows = |table| run.entries.iter().filter(of_task).filter(move |entry| entry.table == table);
    let statuses: Vec<_> = rows(Table::Things).filter_map(|entry| entry.fields.get("status")).collect();
    let has_ended =
        ["FAILED", "CANCELLED", "COMPLETED", "TIMED_OUT"].contains(statuses.last().expect("it begins"));
    let shows_rows = matches!(format, "item" | "query" | "s3-export");
    let shows_calls = !shows_rows && format != "stream";
    match promise {
        Promise::ExactlyOneEvent | Promise::CounterDoesNotDrift => false,
        // A row that never changed shows no change.
        Promise::TerminalIsFinal => statuses.len() == 1,
        // Between two rows there may have been others, unless they say from where they came.
        Promise::TransitionsAreLegal => statuses.len() == 1 || (shows_rows && jumps_within_reach(&statuses)),
        Promise::EveryFailureIsAnnounced => !has_ended && !shows_calls,
        // A trace can prove a second session, never that there was only one.
        Promise::OneSessionPerTask => {
            !shows_calls || run.entries.iter().filter_map(session).collect::<BTreeSet<_>>().len() < 2
        }
        Promise::OneEditPerFailure => {
            let edits = run.entries.iter().filter(|entry| entry.fields.get("edit_id").is_some());
            !shows_calls || edits.count() < 2
        }
        // Only a stream says of every change from where it came.
        Promise::CapIsKept => {
            let counters = run.entries.iter().filter(|entry| entry.fields.get("cap").is_some());
            let above = |entry: &Entry| {
                let number = |name| entry.fields.get(name).and_then(|text| text.parse::<i64>().ok());
                number("active_count") > number("cap")
            };
            !counters.clone().any(above) && (format != "stream" || counters.count() < 2)
        }
        Promise::HealthyIsNotFailed => statuses.last() == Some(&"FAILED"),
        Promise::AgreesWithModel => {
            !shows_calls || !rows(Table::Log).any(|entry| entry.fields.get("call").is_some())
        }
    }
}

/// Whether the first move that is not legal leads to where legal ones lead, too.
fn jumps_within_reach(statuses: &[&str]) -> bool {
    let named = |name: &str| Status::ALL.into_iter().find(|status| status.name() == name).expect("a status");
    let statuses: Vec<Status> = statuses.iter().map(|name| named(name)).collect();
    let moves = statuses.windows(2).map(|pair| (pair[0], pair[1]));
    let mut jumps = moves.filter(|(from, to)| from != to && !from.is_terminal() && !from.may_become(*to));
    jumps.next().is_some_and(|(from, to)| {
        let mut reached = BTreeSet::from([from]);
        for _ in Status::ALL {
            reached = reached
                .iter()
                .flat_map(|status| status.successors())
                .copied()
                .chain(reached.clone())
                .collect();
        }
        reached.contains(&to)
    })
}

fn session(entry: &Entry) -> Option<&str> {
    entry.fields.get("session_id")
}

#[test]
fn every_format_can_be_written() {
    for format in Format::all() {
        write(format.name(), &[]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_run_written_in_any_format_and_read_back_gets_its_own_verdict(
        scene in 0..SCENES.len(),
        variant in 0..VARIANTS.len(),
        callers in 1..=3_usize,
        faults in 0..=3_u32,
        timed in any::<bool>(),
        tape in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let start: Timestamp = "2026-05-04T20:00:02Z".parse().expect("a time");
        let lead = timed.then_some(Duration::ZERO);
        let given = Given { start, lead, ..Given::default() }.write();
        let settings = Situation { callers, faults, given, ..usual() };
        let subject = scenario(SCENES[scene].name, VARIANTS[variant].name, &settings);
        let run = witness(&subject, &mut Tape::new(&tape), start);
        prop_assert!(run.outcome.at_rest);
        let broken = |promise: Promise| run.outcome.breaches.iter().any(|breach| breach.promise == promise as usize);
        for format in Format::all() {
            let trace = write(format.name(), &run.entries);
            let task = run.entries[0].fields.get("task_id").expect("it begins with its task");
            let found = examine(format, &trace, task);
            let found = match found {
                Some(found) => found,
                None if format.name() == "durable-history" => continue,
                None => panic!("{format} shows no task: {trace}"),
            };
            // What only a clean end is asked for.
            let others_break = [
                Promise::ExactlyOneEvent,
                Promise::CounterDoesNotDrift,
                Promise::EveryFailureIsAnnounced,
            ].into_iter().any(broken);
            // What no trace shows keeps a run from being compared with the model.
            let unseen = [Promise::OneEditPerFailure, Promise::HealthyIsNotFailed].into_iter().any(broken);
            for promise in Promise::ALL {
                if promise == Promise::AgreesWithModel && unseen {
                    continue;
                }
                let judged = &found.judged[promise as usize];
                let expected = match promise {
                    _ if cannot_tell(&run, format.name(), promise) => Verdict::CannotTell,
                    _ if broken(promise) => Verdict::Violated,
                    Promise::AgreesWithModel if others_break => Verdict::CannotTell,
                    _ => Verdict::Holds,
                };
                prop_assert_eq!(
                    judged.verdict, expected, "{} of {} in {}: {}\n{}",
                    promise, VARIANTS[variant].name, format, judged.why, trace
                );
            }
        }
    }
}

/// The comparison above is worth little if its runs are all alike.
#[test]
fn random_runs_break_every_promise_that_a_specimen_names() {
    let mut broken: BTreeMap<Promise, u32> = BTreeMap::new();
    let mut random = 1_u64;
    let mut byte = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 56) as u8
    };
    let pairs = || {
        let shown = |variant: &'static Variant| SCENES.iter().filter(|scene| variant.is_shown_in(scene));
        VARIANTS.iter().flat_map(move |variant| shown(variant).map(move |scene| (scene.name, variant.name)))
    };
    for (scene, variant) in (0..300).flat_map(|_| pairs()) {
        let subject = scenario(scene, variant, &usual());
        let tape: Vec<u8> = (0..300).map(|_| byte()).collect();
        let run = witness(&subject, &mut Tape::new(&tape), Timestamp::UNIX_EPOCH);
        for breach in &run.outcome.breaches {
            *broken.entry(Promise::ALL[breach.promise]).or_default() += 1;
        }
    }
    for promise in VARIANTS.iter().flat_map(|variant| variant.breaks) {
        assert!(broken.contains_key(promise), "{promise} was never broken: {broken:?}");
    }
}
