//! A service that sets what it is told: the same once more is no second effect, and what comes late is one.
mod common;

use anechoic_engine::{
    Bound,
    search::{Exhaustive, Findings, Unlimited},
};
use anechoic_gate::{AtTheGate, Handler, Program, Rule, ServiceSpec, Site};
use common::{has_python, python, rule, scene};
use serde_json::json;
use std::sync::Arc;

fn search(replaces: bool, then: &[&str], times: usize, faults: u32) -> Findings {
    let rule = Rule { replaces, ..rule("PUT", "/orders/{id}", json!({"n": "{n}"})) };
    let orders = ServiceSpec { name: "orders".into(), answers: vec![rule], stub: None };
    let site = Arc::new(Site::new(Vec::new(), vec![orders]).expect("a site"));
    let handler = Handler { services: vec![Some("ORDERS_URL".into())], ..python("puts.handler") };
    let program = Arc::new(Program::new(handler));
    let scene = scene(site, &program, &json!({"then": then}), times);
    let subject = AtTheGate::new(scene, Bound { retries: 1, ..Bound::faults(faults) });
    let found = Exhaustive::default().search(&subject, &mut Unlimited);
    assert_eq!((found.complete, &found.diverged), (true, &None));
    found
}

#[test]
fn what_is_set_twice_is_set_once() {
    if !has_python() {
        return;
    }
    assert!(search(true, &["TAKEN"], 2, 2).broken.is_empty());
    assert!(!search(false, &["TAKEN"], 2, 0).broken.is_empty(), "as calls, they are two");
}

#[test]
fn what_is_set_late_stays() {
    if !has_python() {
        return;
    }
    assert!(search(true, &["TAKEN", "SENT"], 1, 0).broken.is_empty());
    assert!(!search(true, &["TAKEN", "SENT"], 1, 1).broken.is_empty(), "it is only taken in the end");
}
