//! A handler in Python that is run as it is.
mod common;

use anechoic_engine::{
    Bound, Subject,
    search::{Exhaustive, Unlimited, shortest},
};
use anechoic_gate::{AtTheGate, Attribute, Handler, Program, Rule, ServiceSpec, Site, TableSpec, typed_item};
use common::{has_python, python, rule, scene};
use serde_json::json;
use std::sync::Arc;

fn subject(variant: &str, times: usize, faults: u32) -> (Arc<Program>, AtTheGate) {
    let row = json!({"order_id": "o1", "status": "NEW"});
    let orders = TableSpec {
        name: "orders".into(),
        key: vec![Attribute { name: "order_id".into(), kind: "S".into() }],
        indexes: Default::default(),
        rows: vec![typed_item(row.as_object().expect("a row"))],
        is_consistent: false,
        past_as: None,
    };
    let rule = Rule { is_keyed: true, ..rule("POST", "/charges", json!({"id": "ch_{n}"})) };
    let payments = ServiceSpec { name: "payments".into(), answers: vec![rule], stub: None };
    let site = Arc::new(Site::new(vec![orders], vec![payments]).expect("a site"));
    let handler = Handler {
        env: vec![("VARIANT".into(), variant.into())],
        services: vec![Some("PAYMENTS_URL".into())],
        ..python("charge.handler")
    };
    let program = Arc::new(Program::new(handler));
    let scene = scene(site, &program, &json!({"order": "o1"}), times);
    (program, AtTheGate::new(scene, Bound::faults(faults)))
}

#[test]
fn a_card_is_charged_twice_and_with_a_key_once() {
    if !has_python() {
        return;
    }
    for (variant, breaks) in [("plain", true), ("keyed", false)] {
        let (program, subject) = subject(variant, 2, 2);
        let began = std::time::Instant::now();
        let findings = Exhaustive::default().search(&subject, &mut Unlimited);
        eprintln!(
            "{variant}: {} runs {} states complete {} diverged {:?} broken {:?} {:?} {:?}",
            findings.executions,
            findings.states,
            findings.complete,
            findings.diverged,
            findings.broken.keys(),
            program.effort(),
            began.elapsed()
        );
        assert_eq!(!findings.broken.is_empty(), breaks);
        if let Some(((promise, _), _)) = findings.broken.iter().next() {
            let path = shortest(&subject, *promise, &mut Unlimited).expect("there is one");
            let (outcome, record) = path.replay(&subject);
            eprintln!("{:?}", outcome.breaches);
            for step in &record.steps {
                eprintln!(
                    "  {:?} {} -> {} {:?} {:?}",
                    step.actor, step.what, step.answer, step.fault, step.cells
                );
            }
        }
        let began = std::time::Instant::now();
        eprintln!("confirmed {:?} {:?}", subject.confirm(&mut || true), began.elapsed());
        assert!(subject.compared().is_some());
    }
}
