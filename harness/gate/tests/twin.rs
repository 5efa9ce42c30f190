//! A handler in Rust as a process and the same in this process: the same runs, the same broken promises, the same smallest run.
mod common;
#[path = "common/generated.rs"]
mod generated;
#[path = "common/table.rs"]
mod table;

use anechoic_engine::{
    AsIfOnce, Bound, Client, Fault, Footprint, InProcess, NoAnswer, Room, Scenario, Service, Subject, Text,
    search::{Exhaustive, Findings, Reduce, shortest},
};
use anechoic_gate::{AtTheGate, Kind, Program};
use common::{handler, scene, site_of};
use futures_util::future::join_all;
use generated::{Numbers, Within, asks_at_once, broken};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// What `common::site` is, as a state.
#[derive(Debug, Default, Hash)]
struct Twin {
    cells: BTreeMap<String, i64>,
    effects: Vec<(String, Option<String>)>,
}

#[derive(Debug, Hash)]
enum Ask {
    Read(String),
    Put(String, i64),
    Add(String),
    Once(String),
    Effect(String, Option<String>),
}

impl Service for Twin {
    type Request = Ask;
    type Response = (bool, i64);
    type Answer = &'static str;

    fn apply(&mut self, ask: &Ask) -> (bool, i64) {
        match ask {
            Ask::Read(cell) => return (true, self.cells.get(cell).copied().unwrap_or(0)),
            Ask::Put(cell, number) => drop(self.cells.insert(cell.clone(), *number)),
            Ask::Add(cell) => *self.cells.entry(cell.clone()).or_default() += 1,
            Ask::Once(cell) if self.cells.contains_key(cell) => return (false, 0),
            Ask::Once(cell) => drop(self.cells.insert(cell.clone(), 1)),
            Ask::Effect(_, Some(key))
                if self.effects.iter().any(|(_, known)| known.as_ref() == Some(key)) => {}
            Ask::Effect(cell, key) => self.effects.push((cell.clone(), key.clone())),
        }
        (true, 0)
    }

    fn footprint(&self, ask: &Ask) -> Footprint {
        match ask {
            Ask::Read(cell) => Footprint::nothing().reads(cell),
            Ask::Put(cell, _) | Ask::Add(cell) | Ask::Once(cell) => Footprint::nothing().writes(cell),
            Ask::Effect(..) => Footprint::nothing().writes(&"effects"),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        let cells = self.cells.iter().map(|(cell, number)| format!("id={cell} n={number}"));
        let effects = self.effects.iter().map(|(cell, key)| match key {
            Some(key) => format!("cell={cell} (key {key})"),
            None => format!("cell={cell}"),
        });
        let joined = |lines: Vec<String>| lines.join("; ");
        let mut effects: Vec<String> = effects.collect();
        effects.sort();
        vec![("cells".into(), joined(cells.collect())), ("effects".into(), joined(effects))]
    }
}

struct InThisProcess {
    event: Value,
    times: usize,
}

impl Scenario for InThisProcess {
    type Service = Twin;

    fn service(&self) -> Twin {
        Twin::default()
    }

    fn set_up(&self, room: &mut Room<Twin>, _: &[usize]) {
        for _ in 0..self.times {
            let event = self.event.clone();
            room.callers("handler", 1, move |client| handle(client, event.clone())).delivers("request");
        }
    }
}

async fn attempt(
    client: &Client<Twin>,
    step: &Value,
    seen: &BTreeMap<String, i64>,
) -> Result<(bool, Option<i64>), NoAnswer> {
    let cell = step["cell"].as_str().unwrap_or_default().to_string();
    let ask = match step["do"].as_str().unwrap_or_default() {
        "read" => {
            let (_, number) = client.call(Ask::Read(cell)).await?;
            return Ok((true, Some(number)));
        }
        "set" => {
            let next = seen.get(&cell).unwrap_or(&0) + 1;
            Ask::Put(cell, next)
        }
        "add" => Ask::Add(cell),
        "once" => return Ok((client.call(Ask::Once(cell)).await?.0, None)),
        "name" => Ask::Put(format!("name-{cell}"), 1),
        _ => Ask::Effect(cell, step["key"].as_str().map(str::to_string)),
    };
    client.call(ask).await?;
    Ok((true, None))
}

async fn tried(
    client: &Client<Twin>,
    step: &Value,
    seen: &BTreeMap<String, i64>,
) -> Result<(bool, Option<i64>), NoAnswer> {
    let mut last = attempt(client, step, seen).await;
    for _ in 1..step["tries"].as_u64().unwrap_or(1) {
        if last.is_ok() {
            break;
        }
        last = attempt(client, step, seen).await;
    }
    last
}

async fn handle(client: Client<Twin>, event: Value) -> Result<&'static str, NoAnswer> {
    let mut seen = BTreeMap::new();
    for steps in event["steps"].as_array().into_iter().flatten() {
        let steps: Vec<&Value> = steps.as_array().into_iter().flatten().collect();
        let results = join_all(steps.iter().map(|step| tried(&client, step, &seen))).await;
        let mut went_well = true;
        for (step, result) in steps.iter().zip(results) {
            let (is_done, read) = result?;
            went_well &= is_done;
            if let Some(number) = read {
                seen.insert(step["cell"].as_str().unwrap_or_default().to_string(), number);
            }
        }
        if event["stops"] == true && !went_well {
            return Ok("stopped");
        }
    }
    Ok("done")
}

/// The steps of a smallest run, and what is there in the end.
type Smallest = (Vec<(u32, Option<usize>, Option<Fault>)>, Option<String>);

fn naive(subject: &dyn Subject) -> Findings {
    Exhaustive::reduce(Reduce::NOTHING).search(subject, &mut Within(3_000))
}

#[test]
fn a_process_and_a_future_that_do_the_same_are_searched_alike() {
    let this = std::env::current_exe().expect("a test knows itself").display().to_string();
    let command = [&*this, "--exact", "plays_the_handler", "--nocapture"].map(String::from);
    let program = Arc::new(Program::new(handler(Kind::Lambda, command.into())));
    let (site, mut numbers, mut compared, mut red) = (site_of(true), Numbers::new(7, false), 0, 0);
    while compared < 40 {
        let event = numbers.program();
        let times = numbers.deliveries();
        let bound = Bound { retries: 1, ..Bound::faults(1) };
        let process = AtTheGate::new(scene(site.clone(), &program, &event, times), bound);
        let scenario = InThisProcess { event: event.clone(), times };
        let future = AsIfOnce::new(InProcess { scenario, bound });
        let (one, other) = (naive(&process), naive(&future));
        assert_eq!(one.diverged, None, "{event}");
        if !one.complete {
            continue;
        }
        compared += 1;
        assert_eq!(one.executions, other.executions, "the same runs, {times} deliveries of {event}");
        assert_eq!(broken(&one), broken(&other), "{times} deliveries of {event}");
        for promise in one.broken.keys().map(|(promise, _)| *promise) {
            red += 1;
            let smallest = |subject: &dyn Subject| -> Smallest {
                let path = shortest(subject, promise, &mut Within(u64::MAX)).expect("there is one");
                let (_, record) = path.replay(subject);
                let operations = record.steps.iter().filter(|step| step.number > 0);
                let steps = operations.map(|step| (step.number, step.actor, step.fault)).collect::<Vec<_>>();
                (steps, record.steps.last().map(|step| step.cells.concat()))
            };
            let (one, other) = (smallest(&process), smallest(&future));
            if asks_at_once(&event) {
                // What comes at once is in another order here and there, and of runs of one size the first one counts.
                let size = |(steps, _): &Smallest| {
                    (steps.len(), steps.iter().filter(|(_, _, fault)| fault.is_some()).count())
                };
                assert_eq!(size(&one), size(&other), "{times} deliveries of {event}");
            } else {
                assert_eq!(one, other, "{times} deliveries of {event}");
            }
        }
    }
    eprintln!("{compared} handlers as a process and as a future, {red} of their promises broken");
    assert!(red > 10);
}

/// Not a test: this program as a handler in Rust.
#[test]
fn plays_the_handler() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        table::serve().expect("somebody asks");
    }
}
