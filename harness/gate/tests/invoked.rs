//! Functions that durable functions invoke: executions of their own, with what goes wrong in them.
mod common;
#[path = "common/generated.rs"]
mod generated;
#[path = "common/searches.rs"]
mod searches;

use anechoic_engine::{
    Bound, Fault, Faults, Subject,
    search::{Path, Unlimited, shortest},
};
use anechoic_gate::{AtTheGate, Callback, Durable, Function, Handler, Program, Site};
use common::{has_python, python, scene, site_of};
use generated::{Numbers, broken};
use searches::{found_by_every_reduction, told, whole};
use serde_json::{Value, json};
use std::sync::Arc;

const GENERATED: usize = 40;
/// What takes more runs is not compared.
const MOST_RUNS: u64 = 1_200;

/// A durable function, and what it may invoke: itself, and a function that is not durable.
struct Functions {
    durable: Arc<Program>,
    plain: Arc<Program>,
}

impl Functions {
    fn new(durable: Durable) -> Functions {
        let named = |name: &str, handler: Handler| {
            Arc::new(Program::new(Handler { name: name.to_string(), ..handler }))
        };
        let durable = Handler { durable: Some(Arc::new(durable)), ..python("durable.handler") };
        Functions { durable: named("durable", durable), plain: named("plain", python("table.handler")) }
    }

    fn subject(&self, workflow: &Value, bound: Bound) -> AtTheGate {
        let function = |program: &Arc<Program>| Function {
            name: program.handler().name.clone(),
            program: Ok(program.clone()),
        };
        let gone = Function { name: "gone".into(), program: Err("it is not built".into()) };
        let functions = vec![function(&self.durable), function(&self.plain), gone];
        let site = Site::with_functions(Arc::into_inner(site_of(true)).expect("nobody has it"), functions);
        AtTheGate::new(scene(Arc::new(site), &self.durable, workflow, 1), bound)
    }

    /// What the run tells in which nothing goes wrong.
    fn calm(&self, workflow: &Value) -> Vec<String> {
        told(&Path(Vec::new()).replay(&self.subject(workflow, Bound::faults(0))).1)
    }

    /// What `durable` is told of those that it invoked, in each end of a search.
    fn ends(&self, workflow: &Value, bound: Bound) -> usize {
        whole(&self.subject(workflow, bound)).end_states.len()
    }
}

fn add(cell: &str) -> Value {
    json!({"do": "add", "cell": cell})
}

fn set(cell: &str) -> Value {
    json!({"do": "set", "cell": cell})
}

/// Invokes these, and tells how each comes out.
fn invoke(all: Value) -> Value {
    json!([{"invoke": all, "may_fail": true, "tell": true}])
}

#[test]
fn every_reduction_finds_what_the_naive_search_finds() {
    if !has_python() {
        return;
    }
    let functions = Functions::new(Durable::default());
    let mut numbers = Numbers::new(11, false);
    let (mut compared, mut red, mut tried) = (0, 0, 0);
    while compared < GENERATED {
        let workflow = numbers.invoking();
        let bound = Bound { retries: 1, ..Bound::faults(u32::from(tried % 3 != 0)) };
        tried += 1;
        let subject = |_| functions.subject(&workflow, bound);
        let Some(found) = found_by_every_reduction(subject, &[1], MOST_RUNS, &workflow.to_string()) else {
            continue;
        };
        compared += 1;
        red += usize::from(!found.broken.is_empty());
    }
    eprintln!("{compared} of {tried} workflows, {red} broken");
    assert!(red * 5 > compared && red * 10 < compared * 9, "all kinds of them");
}

#[test]
fn what_is_invoked_runs_and_tells_how_it_ends() {
    if !has_python() {
        return;
    }
    let functions = Functions::new(Durable::default());
    let fails = json!([{"step": "adds", "do": [add("a")], "fails": true}]);
    let run = functions.calm(&invoke(json!([
        ["plain", {"steps": [[add("a")]]}],
        ["durable:7", [{"step": "adds", "do": [add("b")]}]],
        ["function:durable", fails],
        ["plain", {}],
    ])));
    let adds = run.iter().filter(|line| line.starts_with("UpdateItem cells")).count();
    assert_eq!(adds, 3, "{run:#?}");
    let ends: Vec<&String> =
        run.iter().filter(|line| line.starts_with("answer") && !line.contains("PENDING")).collect();
    let expected = [
        "answer \"done\" ⇒ the execution succeeds",
        "answer SUCCEEDED ⇒ the execution succeeds",
        "answer FAILED ⇒ the execution fails",
        "answer with an error ⇒ the execution fails",
        "answer SUCCEEDED ⇒ the execution succeeds",
    ];
    assert_eq!(ends, expected, "{run:#?}");
}

#[test]
fn one_that_dies_is_invoked_again_if_it_is_durable_and_has_failed_if_it_is_not() {
    if !has_python() {
        return;
    }
    let functions = Functions::new(Durable::default());
    let dies = |retries| Bound { kinds: Faults::of(&[Fault::CrashBefore]), retries, ..Bound::faults(1) };
    for retries in [0, 1] {
        let durable = invoke(json!([["durable", [{"step": "sets", "do": [set("a")]}]]]));
        let found = whole(&functions.subject(&durable, dies(retries)));
        assert!(found.broken.is_empty(), "it sets it whatever happens: {:?}", broken(&found));
        // Its process may die before it sets anything, which its caller is told.
        let plain = invoke(json!([["plain", {"steps": [[set("a")]]}]]));
        let found = whole(&functions.subject(&plain, dies(retries)));
        assert_eq!(broken(&found).len(), 1, "or it has failed: {:?}", broken(&found));
    }
}

#[test]
fn nobody_invokes_twice_but_who_asks_for_it_twice() {
    if !has_python() {
        return;
    }
    let functions = Functions::new(Durable::default());
    let workflow = |to: &str, given: Value| invoke(json!([[to, given]]));
    // An acknowledgement that is lost, a second invocation of the caller: the operation is known by then.
    let kinds = Faults::of(&[Fault::LostAcknowledgement, Fault::CrashAfter, Fault::Rejected]);
    let bound = Bound { kinds, ..Bound::faults(1) };
    let once = json!({"steps": [[{"do": "add", "cell": "a"}]]});
    let found = whole(&functions.subject(&workflow("plain", once), bound));
    assert!(!broken(&found).iter().any(|(_, word)| word == "duplicate"), "{:?}", broken(&found));
    // A durable function may be invoked beside itself, as any other execution.
    let twice = Bound { kinds: Faults::of(&[Fault::DuplicateInvocation]), ..Bound::faults(1) };
    let durable = workflow("durable", json!([{"step": "adds", "do": [add("a")]}]));
    let subject = functions.subject(&durable, twice);
    let promise = subject.promises().iter().position(|promise| promise.name == "as_if_once");
    let path = shortest(&subject, promise.expect("it is promised"), &mut Unlimited).expect("it breaks");
    let run = told(&path.replay(&subject).1);
    assert!(
        run.contains(&"checkpoint SUCCEED adds ⇒ InvalidParameterValueException".to_string()),
        "{run:#?}"
    );
    let plain = workflow("plain", json!({"steps": [[add("a")]]}));
    assert!(whole(&functions.subject(&plain, twice)).broken.is_empty(), "which is invoked once");
}

#[test]
fn the_time_of_one_that_is_invoked_may_be_over() {
    if !has_python() {
        return;
    }
    let functions = Functions::new(Durable { time_out: Some(30), ..Durable::default() });
    let run = functions.calm(&invoke(json!([["durable", [{"wait": 60}]]])));
    assert!(run.contains(&"invocation ⇒ the execution times out".to_string()), "{run:#?}");
    // By then the time of its caller is over, too.
    assert_eq!(run.iter().filter(|line| line.ends_with("the execution times out")).count(), 2, "{run:#?}");
}

#[test]
fn how_it_comes_out_is_a_choice_if_it_is_said_to_be_or_nobody_here_is_called_that() {
    if !has_python() {
        return;
    }
    let ways = vec![Callback::Succeeds(Some("1".into())), Callback::Fails(json!({"ErrorType": "No"}))];
    let declared = Durable { callbacks: [("plain".to_string(), ways)].into(), ..Durable::default() };
    let given = json!({"steps": [[add("a")]]});
    let calm = Bound::faults(0);
    let ends = |durable: Durable, to: &str| {
        Functions::new(durable).ends(&invoke(json!([[to, given.clone()]])), calm)
    };
    assert_eq!(ends(declared.clone(), "plain"), 2, "it succeeds, and it fails");
    assert_eq!(ends(declared, "function:plain:7"), 2, "whatever version is asked for");
    assert_eq!(ends(Durable::default(), "plain"), 1, "it runs");
    assert_eq!(ends(Durable::default(), "unknown"), 2, "it succeeds, and it fails");
}

#[test]
fn a_function_that_cannot_be_run_is_said_when_it_is_invoked() {
    if !has_python() {
        return;
    }
    let subject =
        Functions::new(Durable::default()).subject(&invoke(json!([["gone", {}]])), Bound::faults(0));
    let outcome = Path(Vec::new()).run(&subject);
    let why = outcome.cannot_tell.expect("nothing can be said");
    assert!(why.contains("invokes `gone`, which cannot be run here: it is not built"), "{why}");
}
