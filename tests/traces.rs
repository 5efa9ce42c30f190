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

/// Whether a format shows the steps of a workflow, and nothing that was written.
fn is_history(format: &str) -> bool {
    matches!(format, "durable-history" | "step-functions" | "temporal-history")
}

/// Whether a format shows rows in no order but that of their times.
fn shows_rows(format: &str) -> bool {
    matches!(format, "item" | "query" | "s3-export" | "rows" | "csv")
}

/// What a format does not show of a run.
fn cannot_tell(run: &Witnessed, format: &str, promise: Promise) -> bool {
    if is_history(format) {
        return true;
    }
    let task = run.entries[0].fields.get("task_id");
    let of_task = |entry: &&Entry| entry.fields.get("task_id") == task;
    let rows = |table| run.entries.iter().filter(of_task).filter(move |entry| entry.table == table);
    let statuses: Vec<_> = rows(Table::Things).filter_map(|entry| entry.fields.get("status")).collect();
    let has_ended =
        ["FAILED", "CANCELLED", "COMPLETED", "TIMED_OUT"].contains(statuses.last().expect("it begins"));
    let shows_rows = shows_rows(format);
    let shows_calls = !shows_rows && format != "stream";
    match promise {
        Promise::ExactlyOneEvent => false,
        // Of what was looked at once, nothing shows whether it changed.
        Promise::CounterDoesNotDrift => {
            let counters = run.entries.iter().filter(|entry| entry.table == Table::Owners);
            statuses.len() == 1 && counters.count() == 1
        }
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

/// Whether rows of a table tell of one moment that their task stood in two ways. Then nothing tells which came first.
fn is_of_one_moment(run: &Witnessed, format: &str) -> bool {
    let rows = || run.entries.iter().filter(|entry| entry.table == Table::Things);
    let differs = |one: &Entry, other: &Entry| {
        one.at == other.at
            && one.fields.get("task_id") == other.fields.get("task_id")
            && one.fields.get("status") != other.fields.get("status")
    };
    (shows_rows(format) || format == "event-batch")
        && rows().any(|one| rows().any(|other| differs(one, other)))
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
                None if is_history(format.name()) => continue,
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
                if judged.verdict == Verdict::CannotTell && is_of_one_moment(&run, format.name()) {
                    continue;
                }
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

/// A thing that is not ours, in a table or a log whose names are close to ours: it has at least one word that is not.
fn foreign() -> impl Strategy<Value = String> {
    let entity = prop::sample::select(vec!["task_id", "taskId", "entity", "id", "job_id"]);
    let status = prop::sample::select(vec!["status", "state", "Status"]);
    let key = prop::sample::select(vec!["event_id", "eventId", "id", "SK"]);
    let event = prop::sample::select(vec!["event_type", "eventType", "type", "kind"]);
    let owner = prop::sample::select(vec!["user_id", "userId", "customer"]);
    let names = (entity, status, key, event, owner, 0..3_u8);
    let words = vec!["PENDING", "RUNNING", "COMPLETED", "FAILED", "retrying", "QUEUED", "CANCELLED", "200"];
    let status = prop::sample::select(words);
    let events = vec!["page_view", "TaskFailed", "job_failed", "task-failed", "heartbeat", "RUNNING"];
    let event = prop::sample::select(events);
    let record = (0..5_u8, 0..3_u8, 0..2_u8, status, event, 0..9_i64);
    (names, prop::collection::vec(record, 1..20)).prop_map(|(names, records)| {
        let (entity, status, key, event, owner, form) = names;
        // Whose table it is shows in one of its words.
        let first = (1, 0, 0, "ON_HOLD", "page_view", 0);
        let records = std::iter::once(first).chain(records).zip(0..);
        let lines = records.map(|((kind, thing, user, stands, says, number), at)| {
            let (thing, user, unique) = (format!("t-{thing}"), format!("u-{user}"), format!("n-{at}"));
            let number = number.to_string();
            let fields: Vec<(&str, &str)> = match kind {
                0 | 1 => vec![(entity, &thing), (status, stands), (owner, &user)],
                2 => vec![(entity, &thing), (event, says), (key, &unique)],
                3 => vec![(owner, &user), ("active_count", &number), ("cap", "3")],
                _ => vec![(entity, &thing), ("session_id", &unique), ("edit_id", &unique), (event, says)],
            };
            foreign_record(&fields, form, at)
        });
        lines.collect()
    })
}

/// A thing that is not ours, all of whose words many lifecycles have.
fn common() -> impl Strategy<Value = String> {
    let entity = prop::sample::select(vec!["task_id", "taskId", "entity"]);
    let status =
        prop::sample::select(vec!["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SUBMITTED"]);
    let owner = prop::sample::select(vec!["user_id", "userId"]);
    let record = (0..3_u8, status, any::<bool>(), 0..9_i64);
    (entity, owner, 0..3_u8, prop::collection::vec(record, 1..20)).prop_map(
        |(entity, owner, form, records)| {
            let lines = records.into_iter().zip(0..).map(|((thing, stands, is_counter, number), at)| {
                let (thing, number) = (format!("t-{thing}"), number.to_string());
                match is_counter {
                    true => {
                        foreign_record(&[(owner, "u-1"), ("active_count", &number), ("cap", "3")], form, at)
                    }
                    false => {
                        foreign_record(&[(entity, &thing), ("status", stands), (owner, "u-1")], form, at)
                    }
                }
            });
            lines.collect()
        },
    )
}

/// As an item, as a row without types, or as a line of a log.
fn foreign_record(fields: &[(&str, &str)], form: u8, at: u32) -> String {
    let time = format!("2026-05-04T20:00:{at:02}Z");
    if form == 0 {
        let typed = fields.iter().copied().chain([("updated_at", time.as_str())]);
        let typed: Vec<String> =
            typed.map(|(name, text)| format!("\"{name}\":{{\"S\":\"{text}\"}}")).collect();
        return format!("{{{}}}\n", typed.join(","));
    }
    let plain: Vec<String> = fields.iter().map(|(name, text)| format!("\"{name}\":\"{text}\"")).collect();
    match form {
        1 => format!("{{\"updated_at\":\"{time}\",{}}}\n", plain.join(",")),
        _ => format!("{time} {{{}}}\n", plain.join(",")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What is somebody else's is never judged by our rules, unless somebody says that it is ours.
    #[test]
    fn somebody_elses_tables_and_logs_break_no_promise_of_ours(trace in prop_oneof![foreign(), common()]) {
        let (_, tasks) = tasks(&trace);
        for task in tasks {
            for (promise, judged) in Promise::ALL.into_iter().zip(&task.judged) {
                prop_assert_ne!(judged.verdict, Verdict::Violated, "{}: {}\n{}", promise, &judged.why, &trace);
            }
        }
    }
}
