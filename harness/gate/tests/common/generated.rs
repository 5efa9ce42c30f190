//! Handlers that are generated, as tables of steps.
#![allow(dead_code, reason = "each test binary uses a part of it")]
use anechoic_engine::search::{Findings, Watch};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A stream of numbers that is the same everywhere: a linear congruential generator, of which the upper bits are used.
pub(crate) struct Numbers {
    state: u64,
    /// Whether some steps wait for an answer for no longer than two seconds.
    has_patience: bool,
}

impl Numbers {
    pub(crate) fn new(seed: u64, has_patience: bool) -> Numbers {
        Numbers { state: seed, has_patience }
    }

    /// How many deliveries there are of one event.
    pub(crate) fn deliveries(&mut self) -> usize {
        1 + self.below(2) as usize
    }

    fn below(&mut self, most: u64) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % most
    }

    fn step(&mut self) -> Value {
        let what = ["read", "set", "add", "once", "name", "effect"][self.below(6) as usize];
        let cell = ["a", "b"][self.below(2) as usize];
        let mut step = json!({"do": what, "cell": cell, "tries": 1 + self.below(2)});
        if what == "effect" && self.below(2) == 0 {
            step["key"] = cell.into();
        }
        if self.has_patience && self.below(3) == 0 {
            step["patience"] = 2.into();
        }
        step
    }

    /// A table of steps: some one after the other, some at once.
    pub(crate) fn program(&mut self) -> Value {
        let steps = (0..1 + self.below(3)).map(|_| {
            let mut steps = vec![self.step()];
            if self.below(4) == 0 {
                // Who is who of two requests that say the same, and come at once, nobody can tell.
                let another =
                    std::iter::repeat_with(|| self.step()).find(|other| says(other) != says(&steps[0]));
                steps.extend(another);
            }
            Value::from(steps)
        });
        json!({"steps": steps.collect::<Value>(), "stops": self.below(2) == 0})
    }
}

impl Numbers {
    /// A durable function: steps, of which some always fail, and some are under way before their beginning is stored; and waits.
    pub(crate) fn workflow(&mut self) -> Value {
        let items = (0..1 + self.below(2)).map(|number| {
            if number > 0 && self.below(2) == 0 {
                return json!({"wait": 5});
            }
            let body: Vec<Value> = (0..1 + self.below(2)).map(|_| self.step()).collect();
            let start = ["awaited", "together", "none"][self.below(3) as usize];
            json!({
                "step": format!("step-{number}"), "do": body, "start": start, "fails": self.below(3) == 0,
                "attempts": 1 + self.below(2), "tries": 1 + self.below(2),
            })
        });
        items.collect()
    }

    /// A durable function that invokes others: `durable`, which is one itself, and `plain`, which is none.
    pub(crate) fn invoking(&mut self) -> Value {
        let all = (0..1 + self.below(4) / 3).map(|_| {
            let steps = json!([[self.step()]]);
            match self.below(3) {
                0 => json!(["plain", {"steps": steps, "stops": false}]),
                _ => json!(["durable", [self.workflow()[0]]]),
            }
        });
        let mut items = vec![json!({"invoke": all.collect::<Value>(), "may_fail": self.below(2) == 0})];
        if self.below(3) == 0 {
            items.push(self.workflow()[0].take());
        }
        if self.below(2) == 0 {
            items.reverse();
        }
        items.into()
    }
}

/// So many runs, and no more.
pub(crate) struct Within(pub(crate) u64);

impl Watch for Within {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

/// Which promises are broken, and how.
pub(crate) fn broken(findings: &Findings) -> BTreeSet<(usize, String)> {
    findings.broken.keys().map(|(promise, word)| (*promise, word.to_string())).collect()
}

/// Whether a handler has several requests under way at once.
pub(crate) fn asks_at_once(event: &Value) -> bool {
    event["steps"].as_array().into_iter().flatten().any(|steps| steps[1].is_object())
}

/// What a step asks for, as far as it can be told from outside: a name that is drawn is like any other.
fn says(step: &Value) -> (&Value, Option<&Value>) {
    (&step["do"], Some(&step["cell"]).filter(|_| step["do"] != "name"))
}
