//! The traces among the fixtures are what the harness makes of a specimen and of what ships, and are judged as they
//! should be. `ANECHOIC_WRITE_FIXTURES=1 cargo test -p anechoic-tests --test fixtures` writes them anew.
use anechoic::search::{Path, Unlimited, shortest};
use anechoic::{
    Asked, Situation,
    check::{Budget, Clockwork, Silent},
};
use anechoic_model::{Answer, Belief, Input, Promise, State, Status};
use anechoic_task_cases::{
    Given, catalogue,
    trace::{Examination, Sought, Verdict, could},
    usual,
};
use anechoic_tests::{
    scenario,
    support::{witness, write},
    tasks,
};
use anechoic_traces::Format;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{collections::BTreeMap, env, fs, path::PathBuf, time::Duration};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/traces").join(name)
}

/// A fixture: its name, what is in it, and the promises that it breaks.
struct Fixture {
    name: String,
    text: String,
    breaks: Vec<Promise>,
}

fn start() -> Timestamp {
    "2026-05-04T20:00:02Z".parse().expect("a time")
}

/// As observed: when it began, and how long the runtime waited.
fn observed(scene: &str) -> Situation {
    let given = Given {
        client_attempts: Some(1),
        start: start(),
        lead: Some(Duration::from_secs(if scene == "hydrate-context" { 1 } else { 0 })),
        delays: Some([1, 7, 17, 8, 23].map(Duration::from_secs).to_vec()),
    };
    Situation { faults: 0, retries: 5, given: given.write(), ..usual() }
}

/// The run of a version that takes the first way everywhere, in a format.
fn run(scene: &str, variant: &str, settings: &Situation, path: &Path, format: &str) -> String {
    let subject = scenario(scene, variant, settings);
    write(format, &witness(&subject, &mut path.source(), start()).entries)
}

/// A pair: what a specimen did, and what should have been.
fn pair(name: &str, format: &str, [bad, ok]: [String; 2], breaks: &[Promise]) -> [Fixture; 2] {
    let extension = match format {
        "jsonl" => "jsonl".to_string(),
        "insights-csv" => "insights.csv".to_string(),
        "log-text" => "log.txt".to_string(),
        "log-lines" => "log-lines.txt".to_string(),
        "log-csv" => "log.csv".to_string(),
        "csv" => "csv".to_string(),
        format => format!("{format}.json"),
    };
    let fixture = |kind: &str, text: String, breaks: &[Promise]| Fixture {
        name: format!("{name}.{kind}.{extension}"),
        text,
        breaks: breaks.to_vec(),
    };
    [fixture("bad", bad, breaks), fixture("ok", ok, &[])]
}

const DUPLICATES: &[Promise] = &[Promise::ExactlyOneEvent, Promise::CounterDoesNotDrift];

/// The six-event trace in every format that can express it.
fn six_events() -> impl Iterator<Item = Fixture> {
    let is_history =
        |format: &&str| ["durable-history", "step-functions", "temporal-history"].contains(format);
    let formats = Format::all().map(Format::name).filter(move |format| !is_history(format));
    formats.flat_map(|format| {
        let settings = observed("hydrate-context");
        let of = |variant| run("hydrate-context", variant, &settings, &Path::default(), format);
        let pair = pair("six-events", format, ["unguarded", "atomic"].map(of), DUPLICATES);
        // The observed one is no run: what it shows was seen.
        pair.into_iter().filter(|fixture| fixture.name != "six-events.bad.jsonl")
    })
}

/// The smallest run of a specimen that ends like this, and the run of what ships in the same scene.
fn smallest(name: &str, variant: &str, events: usize, counter: i64, breaks: &[Promise]) -> [Fixture; 2] {
    let events = if events == 0 { BTreeMap::new() } else { BTreeMap::from([(Status::Failed, events)]) };
    let sought = Sought {
        events: Some(events),
        seconds: None,
        first: None,
        status: Some(Status::Failed),
        counter: Some(counter),
        sessions: None,
        steps: ["fail-task".to_string()].into(),
        log: [].into(),
    };
    let given = Given { start: start(), ..Given::default() }.write();
    let asked = Asked { faults: Some(1), callers: 1..=1, given, ..catalogue().usual.clone() };
    let clockwork = Clockwork::new(Budget::time(Duration::from_secs(24 * 60 * 60)), &Silent);
    let could = could(&sought, &asked, &clockwork);
    let alike =
        could.iter().find(|could| could.variant.name == variant).and_then(|could| could.alike.as_ref());
    let alike = alike.unwrap_or_else(|| panic!("{variant} shows no {name}"));
    let bad = run(alike.scene.name, variant, &alike.at, &alike.path, "jsonl");
    let ok = run(alike.scene.name, "atomic", &alike.at, &Path::default(), "jsonl");
    pair(name, "jsonl", [bad, ok], breaks)
}

/// The smallest run of a specimen that starts another session, and the run of what ships that meets the same lot.
fn second_session() -> [Fixture; 2] {
    let given = Given { start: start(), ..Given::default() }.write();
    let settings = Situation { faults: 1, given, ..usual() };
    let subject = scenario("start-session", "six-sessions", &settings);
    let path =
        shortest(&subject, Promise::OneSessionPerTask as usize, &mut Unlimited).expect("a run that does");
    let lot = Path(path.0.iter().take(2).copied().collect());
    let of = |variant, path| run("start-session", variant, &settings, path, "jsonl");
    let pair_of_runs = [of("six-sessions", &path), of("atomic", &lot)];
    pair("six-sessions", "jsonl", pair_of_runs, &[Promise::OneSessionPerTask])
}

/// The sibling of the observed step, with the observed delays.
fn sibling() -> [Fixture; 2] {
    let settings = observed("start-session");
    let of = |variant| run("start-session", variant, &settings, &Path::default(), "jsonl");
    pair("sibling", "jsonl", ["unguarded", "atomic"].map(of), DUPLICATES)
}

fn all() -> Vec<Fixture> {
    let lost = &[Promise::ExactlyOneEvent, Promise::CounterDoesNotDrift, Promise::EveryFailureIsAnnounced];
    let drift = &[Promise::CounterDoesNotDrift];
    let pairs = [
        smallest("lost-event", "gated", 0, 0, lost),
        smallest("leaked-slot", "gated", 1, 0, drift),
        smallest("double-decrement", "gated", 1, -2, drift),
        second_session(),
        sibling(),
    ];
    six_events().chain(pairs.into_iter().flatten()).collect()
}

fn examine(name: &str) -> Examination {
    let text = fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut tasks = tasks(&text).1;
    assert_eq!(tasks.len(), 1, "{name}");
    tasks.remove(0)
}

#[test]
fn the_fixtures_are_what_the_harness_makes() {
    for fixture in all() {
        if env::var_os("ANECHOIC_WRITE_FIXTURES").is_some() {
            fs::write(path(&fixture.name), &fixture.text).expect("written");
        }
        let kept = fs::read_to_string(path(&fixture.name)).unwrap_or_default();
        assert!(kept == fixture.text, "{} differs from what the harness makes", fixture.name);
    }
}

#[test]
fn a_bad_trace_breaks_what_it_is_there_for_and_its_twin_breaks_nothing() {
    let mut told = 0;
    for Fixture { name, breaks, .. } in all() {
        let judged = examine(&name).judged;
        let broken = |promise: &Promise| judged[*promise as usize].verdict == Verdict::Violated;
        assert_eq!(Promise::ALL.into_iter().filter(broken).collect::<Vec<_>>(), breaks, "{name}");
        if breaks.is_empty() {
            // What every one of these formats can show.
            for promise in &Promise::ALL[..5] {
                assert_eq!(judged[*promise as usize].verdict, Verdict::Holds, "{name}: {promise}");
                told += 1;
            }
        }
    }
    // One in each format but the three histories, and one for each of what else went wrong.
    let good = Format::all().len() - 3 + 5;
    assert_eq!(told, good * 5);
}

#[test]
fn every_pair_has_a_post_mortem() {
    let readme = fs::read_to_string(path("../README.md")).expect("the track record");
    for Fixture { name, .. } in all() {
        let name = name.split('.').next().expect("a name");
        assert!(path(&format!("{name}.md")).exists(), "{name} has no post-mortem");
        assert!(readme.contains(&format!("traces/{name}.md")), "{name} is not in the track record");
    }
}

#[test]
fn six_events_in_every_format_get_the_verdict_of_the_observed_ones() {
    let observed = &examine("six-events.bad.jsonl").judged[Promise::ExactlyOneEvent as usize];
    assert_eq!(observed.why, "6 terminal events for one task, expected 1");
    for Fixture { name, .. } in six_events().filter(|fixture| fixture.name.contains(".bad.")) {
        assert_eq!(&examine(&name).judged[Promise::ExactlyOneEvent as usize], observed, "{name}");
    }
}

/// The reference model as tables, which promises about the handlers of fixtures/handlers/fail-task are compared with.
#[test]
fn the_tables_of_the_reference_model_are_what_the_model_says() {
    let moves = Status::ALL.into_iter().flat_map(|from| from.successors().iter().map(move |to| (from, to)));
    let legal = moves.map(|(from, to)| json!({"was": from.name(), "became": to.name()})).collect();
    let tables: [(&str, Vec<Value>); 2] = [("legal", legal), ("allowed", allowed())];
    assert_eq!(
        (tables[0].1.len(), tables[1].1.len()),
        (25, 6),
        "transitions; states, by how the execution stands"
    );
    for (name, rows) in tables {
        let rows: Vec<String> = rows.iter().map(|row| format!("  {row}")).collect();
        let text = format!("[\n{}\n]\n", rows.join(",\n"));
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../fixtures/handlers/fail-task/{name}.json"));
        if env::var_os("ANECHOIC_WRITE_FIXTURES").is_some() {
            fs::write(&path, &text).expect("written");
        }
        assert!(fs::read_to_string(&path).is_ok_and(|is| is == text), "{name}.json is not as the model says");
    }
}

/// What the execution of a submitted task asks of it: to be hydrated, to be run, and to be failed from wherever it has come to. What
/// is allowed is what the model says of these calls, all of them made, of which an execution that has ended has heard the last.
fn allowed() -> Vec<Value> {
    let submitted = || Belief::new(State { slots: 1, ..State::new(Status::Submitted) });
    let hydrate = Input::Move { from: Status::Submitted, to: Status::Hydrating };
    let run = Input::Move { from: Status::Hydrating, to: Status::Running };
    let fail = [Status::Submitted, Status::Hydrating, Status::Running].map(|from| Input::Fail { from });
    let row = |execution: &str, state: &State| json!({"execution": execution, "status": state.status.name(), "events": state.events.len(), "slots": state.slots});
    let mut rows = BTreeMap::new();
    let mut add = |execution: &str, belief: &Belief| {
        rows.extend(
            belief
                .states()
                .into_iter()
                .map(|state| ((execution.to_string(), state.clone()), row(execution, state))),
        );
    };
    let mut going_on = submitted();
    [hydrate, run].into_iter().chain(fail).for_each(|input| going_on.make_unheard(input));
    add("STARTED", &going_on);
    let mut succeeded = submitted();
    succeeded.make_unheard(hydrate);
    let last = succeeded.make(run);
    succeeded.hear(last, Answer::Done);
    add("SUCCEEDED", &succeeded);
    for fail in fail {
        let mut failed = submitted();
        [hydrate, run].into_iter().for_each(|input| failed.make_unheard(input));
        let last = failed.make(fail);
        failed.hear(last, Answer::Done);
        add("FAILED", &failed);
    }
    rows.into_values().collect()
}
