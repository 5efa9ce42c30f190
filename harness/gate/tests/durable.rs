//! Durable functions: what the service keeps of them, and what may go wrong.
mod common;
#[path = "common/generated.rs"]
mod generated;
#[path = "common/searches.rs"]
mod searches;

use anechoic_engine::{
    Bound, Breaches, Fault, Faults, Pick, Point, Source, Subject,
    search::{Path, Unlimited, shortest},
};
use anechoic_gate::{AtTheGate, Callback, Durable, Handler, Judge, Kind, Program, Scene, World};
use common::{handler, has_python, python, scene, site_of};
use generated::{Numbers, broken};
use searches::{found_by_every_reduction, told, whole};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    sync::{Arc, Mutex},
};

const GENERATED: usize = 40;
/// What takes more runs is not compared.
const MOST_RUNS: u64 = 6_000;

fn program(durable: Durable) -> Arc<Program> {
    Arc::new(Program::new(Handler { durable: Some(Arc::new(durable)), ..python("durable.handler") }))
}

fn subject(program: &Arc<Program>, workflow: &Value, bound: Bound) -> AtTheGate {
    AtTheGate::new(scene(site_of(true), program, workflow, 1), bound)
}

/// The smallest run that is not as if once.
fn smallest(subject: &AtTheGate) -> Vec<String> {
    let promise =
        subject.promises().iter().position(|promise| promise.name == "as_if_once").expect("it is promised");
    let path = shortest(subject, promise, &mut Unlimited).expect("it breaks");
    told(&path.replay(subject).1)
}

fn add(cell: &str) -> Value {
    json!({"do": "add", "cell": cell})
}

#[test]
fn every_reduction_finds_what_the_naive_search_finds() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let mut numbers = Numbers::new(5, false);
    let (mut compared, mut red, mut tried) = (0, 0, 0);
    while compared < GENERATED {
        let workflow = numbers.workflow();
        let bound = Bound { retries: 1, ..Bound::faults(u32::from(tried % 4 != 0)) };
        tried += 1;
        let subject = |_| self::subject(&program, &workflow, bound);
        let Some(found) = found_by_every_reduction(subject, &[1], MOST_RUNS, &workflow.to_string()) else {
            continue;
        };
        compared += 1;
        red += usize::from(!found.broken.is_empty());
    }
    eprintln!("{compared} of {tried} workflows, {red} broken; {:?}", program.effort());
    assert!(red * 5 > compared && red * 10 < compared * 9, "all kinds of them");
    let confirmed =
        subject(&program, &json!([]), Bound::faults(0)).confirm(&mut || true).expect("it rests on processes");
    assert_eq!(confirmed.otherwise, None, "{}", confirmed.what);
}

#[test]
fn a_step_that_always_fails_is_tried_as_often_as_its_policy_says() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let workflow = json!([{"step": "adds", "do": [add("a")], "fails": true, "attempts": 3}]);
    let subject = subject(&program, &workflow, Bound::faults(0));
    // What it adds in each attempt counts once in the reference.
    assert_eq!(broken(&whole(&subject)).len(), 1);
    let run = smallest(&subject);
    let count = |what: &str| run.iter().filter(|line| line.starts_with(what)).count();
    assert_eq!(
        (count("UpdateItem cells"), count("checkpoint RETRY adds"), count("checkpoint FAIL adds")),
        (3, 2, 1)
    );
    assert!(run.contains(&"invocation ⇒ it is time for attempt 3 of adds".to_string()), "{run:#?}");
    let keyed = json!([{"step": "sets", "do": [{"do": "once", "cell": "a"}], "fails": true, "attempts": 3}]);
    assert!(whole(&self::subject(&program, &keyed, Bound::faults(0))).broken.is_empty());
}

#[test]
fn what_a_checkpoint_loses_is_done_again() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let workflow = |tries: u32| json!([{"step": "adds", "do": [add("a")], "tries": tries}]);
    let lost = Bound { kinds: Faults::of(&[Fault::LostAcknowledgement]), ..Bound::faults(1) };
    // SUCCEED was stored, and that is what the next invocation is told; of its own write, the handler never hears.
    let run = smallest(&subject(&program, &workflow(1), lost));
    assert!(run.iter().any(|line| line.starts_with("UpdateItem cells (lost acknowledgement)")), "{run:#?}");
    // A client that asks again is answered again: nothing is stale, and no invocation is over.
    let all = whole(&subject(&program, &json!([{"step": "reads", "do": [], "tries": 2}]), lost));
    assert!(all.broken.is_empty());
    let rejected = Bound { kinds: Faults::of(&[Fault::Rejected]), ..Bound::faults(1) };
    let run = smallest(&subject(&program, &workflow(1), rejected));
    assert!(run.iter().any(|line| line.starts_with("checkpoint SUCCEED adds (rejected)")), "{run:#?}");
}

#[test]
fn a_second_invocation_makes_the_tokens_of_the_first_stale() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let twice = Bound { kinds: Faults::of(&[Fault::DuplicateInvocation]), ..Bound::faults(1) };
    let run = smallest(&subject(&program, &json!([{"step": "adds", "do": [add("a")]}]), twice));
    assert!(
        run.contains(&"checkpoint SUCCEED adds ⇒ InvalidParameterValueException".to_string()),
        "{run:#?}"
    );
    let once = json!([{"step": "sets", "do": [{"do": "once", "cell": "a"}]}]);
    assert!(whole(&subject(&program, &once, twice)).broken.is_empty());
}

#[test]
fn a_body_that_goes_on_after_its_invocation_is_part_of_the_search() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let workflow = |start: &str| json!([{"step": "adds", "start": start, "do": [add("a"), add("b")]}]);
    let rejected = Bound { kinds: Faults::of(&[Fault::Rejected]), ..Bound::faults(1) };
    let run = |start: &str| {
        let subject = subject(&program, &workflow(start), rejected);
        let choices = RefCell::new(Vec::new());
        subject.run(&mut Wants { what: "checkpoint START adds (rejected)", choices: &choices });
        told(&Path(choices.into_inner()).replay(&subject).1)
    };
    let adds = |run: &[String]| run.iter().filter(|line| line.starts_with("UpdateItem cells")).count();
    let goes_on = |run: &[String]| run.iter().any(|line| line.starts_with("its body goes on"));
    // Where START is awaited, no body runs whose START was rejected.
    let (awaited, together) = (run("awaited"), run("together"));
    assert_eq!((adds(&awaited), goes_on(&awaited)), (2, false), "{awaited:#?}");
    assert_eq!((adds(&together), goes_on(&together)), (4, true), "{together:#?}");
}

#[test]
fn a_body_that_goes_on_may_end_its_process_which_then_waits_for_nothing() {
    if !has_python() {
        return;
    }
    let ghost = handler(Kind::Lambda, ["python3", "ghost.py"].map(String::from).into());
    let program = Arc::new(Program::new(Handler { durable: Some(Arc::default()), ..ghost }));
    let scene = Scene { as_if_once: false, ..scene(site_of(true), &program, &json!({}), 1) };
    // It is invoked again in a process that lives, which does the same.
    let outcome = Path(Vec::new()).run(&AtTheGate::new(scene, Bound::faults(0)));
    assert_eq!((outcome.at_rest, outcome.cannot_tell), (true, None));
}

/// Takes this way once it is there, and else the first.
struct Wants<'c> {
    what: &'static str,
    choices: &'c RefCell<Vec<u32>>,
}

impl Source for Wants<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let wanted = (0..point.ways()).find(|way| point.label(*way).ends_with(self.what));
        let way = wanted.unwrap_or(0);
        self.choices.borrow_mut().push(way as u32);
        Pick::Take(way)
    }

    fn wants_states(&self) -> bool {
        false
    }
}

#[test]
fn a_wait_ends_and_a_callback_comes_out_in_each_way() {
    if !has_python() {
        return;
    }
    let succeeds = |result: &str| Callback::Succeeds(Some(result.into()));
    let ways = vec![succeeds("true"), succeeds("false"), Callback::Fails(json!({"ErrorMessage": "no"}))];
    let durable =
        Durable { callbacks: [("approval".to_string(), ways)].into(), page: Some(1), ..Durable::default() };
    let program = program(durable);
    let callback = |options: Value| json!([{"wait": 60}, {"callback": "approval", "then": add("a"), "options": options}]);
    let ends = |workflow: &Value| whole(&subject(&program, workflow, Bound::faults(0))).end_states.len();
    assert_eq!(ends(&callback(json!({}))), 3, "approved, refused, and failed");
    assert_eq!(ends(&callback(json!({"TimeoutSeconds": 9}))), 4, "or too late");
    assert_eq!(
        ends(&callback(json!({"TimeoutSeconds": 9, "HeartbeatTimeoutSeconds": 3}))),
        5,
        "or without a sign of life"
    );
    assert_eq!(ends(&json!([{"wait": 60}])), 1);
}

/// Keeps the types of the events of the execution as it was seen last.
#[derive(Default)]
struct Events(Mutex<Option<Vec<String>>>);

impl Judge for Events {
    fn at_rest(&self, world: &World, _: &mut Breaches) {
        let kind = |event: &Value| event["EventType"].as_str().map(str::to_string);
        let kinds = world.histories().next().map(|(_, events)| events.iter().filter_map(kind).collect());
        *self.0.lock().expect("it is not poisoned") = kinds;
    }
}

#[test]
fn what_has_happened_is_kept_if_that_is_asked_for_and_decides_nothing() {
    if !has_python() {
        return;
    }
    let workflow = json!([
        {"wait": 60}, {"callback": "approval"}, {"step": "adds", "do": [add("a")], "fails": true, "attempts": 2}
    ]);
    let searched = |keeps_history: bool| {
        let program = program(Durable { keeps_history, ..Durable::default() });
        let events = Arc::new(Events::default());
        let scene = Scene { judge: Some(events.clone()), ..scene(site_of(true), &program, &workflow, 1) };
        let subject = AtTheGate::new(scene, Bound::faults(1));
        let found = whole(&subject);
        Path(Vec::new()).run(&subject);
        (found.executions, found.end_states, events.0.lock().expect("it is not poisoned").clone())
    };
    let (runs, ends, nothing) = searched(false);
    let (same, alike, events) = searched(true);
    assert_eq!((runs, ends, nothing), (same, alike, None));
    let (ends, attempt) = ("InvocationCompleted", ["StepStarted", "StepFailed", "InvocationCompleted"]);
    let begins = [
        "ExecutionStarted",
        "WaitStarted",
        ends,
        "WaitSucceeded",
        "CallbackStarted",
        ends,
        "CallbackSucceeded",
    ];
    let expected: Vec<&str> =
        begins.into_iter().chain(attempt).chain(attempt).chain(["ExecutionFailed"]).collect();
    assert_eq!(events.expect("it is kept"), expected);
}

#[test]
fn a_time_in_an_input_is_told_as_it_is_where_the_clock_is_ours() {
    if !has_python() {
        return;
    }
    let program = program(Durable::default());
    let workflow = json!([{"step": "2026-01-01T00:00:07Z", "do": [add("a")]}]);
    let run = told(&Path(Vec::new()).replay(&subject(&program, &workflow, Bound::faults(0))).1);
    assert!(run.iter().any(|line| line.starts_with("checkpoint START 2026-01-01T00:00:07Z")), "{run:#?}");
}

#[test]
fn an_execution_times_out() {
    if !has_python() {
        return;
    }
    let program = program(Durable { time_out: Some(30), ..Durable::default() });
    let subject =
        subject(&program, &json!([{"wait": 60}, {"step": "adds", "do": [add("a")]}]), Bound::faults(0));
    let run = told(&Path(Vec::new()).replay(&subject).1);
    assert_eq!(run.last().map(String::as_str), Some("invocation ⇒ the execution times out"), "{run:#?}");
}
