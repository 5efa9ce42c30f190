//! An outside service that the user's own program stands for.
mod common;

use anechoic_engine::{
    Bound, Subject,
    search::{Exhaustive, Findings, Unlimited},
};
use anechoic_gate::{AtTheGate, Program, ServiceSpec, Site, Stub};
use common::{has_python, python, scene};
use serde_json::json;
use std::{path::Path, sync::Arc};

fn search(is_keyed: bool, resets: bool, arguments: &[&str]) -> Findings {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers");
    let command = ["python3", "stub.py"].into_iter().chain(arguments.iter().copied());
    let command = command.map(String::from).collect();
    let reset = resets.then(|| ("POST".into(), "/reset".into()));
    let stub = Stub::new((command, folder), "PORT".into(), reset, Some("/charges".into()));
    let payments = ServiceSpec { name: "payments".into(), answers: Vec::new(), stub: Some(Arc::new(stub)) };
    let site = Arc::new(Site::new(Vec::new(), vec![payments]).expect("a site"));
    let program = Arc::new(Program::new(python("pays.handler")));
    let event = json!({"order": "o1", "keyed": is_keyed});
    let subject = AtTheGate::new(scene(site, &program, &event, 2), Bound { retries: 1, ..Bound::faults(1) });
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    if let Some(((promise, _), path)) = findings.broken.iter().next() {
        let (outcome, _) = path.replay(&subject);
        assert!(outcome.breaches.iter().any(|breach| breach.promise == *promise), "it is shown for real");
    }
    findings
}

#[test]
fn what_it_holds_is_what_is_compared() {
    if !has_python() {
        return;
    }
    for resets in [true, false] {
        let keyed = search(true, resets, &[]);
        assert_eq!((keyed.complete, &keyed.diverged, keyed.broken.len()), (true, &None, 0));
        let blindly = search(false, resets, &[]);
        let words: Vec<String> = blindly.broken.keys().map(|(_, word)| word.to_string()).collect();
        assert_eq!((blindly.complete, &blindly.diverged), (true, &None));
        assert_eq!(words, ["duplicate"]);
    }
}

#[test]
fn one_that_does_not_answer_the_same_again_ends_the_search() {
    if !has_python() {
        return;
    }
    let why = search(false, true, &["by-clock"]).diverged.expect("it is found out");
    assert!(why.contains("service `payments` does not answer POST /charges again as before"), "{why}");
}

#[test]
fn one_that_does_not_listen_ends_the_search() {
    if !has_python() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers");
    let command = ["sh", "-c", "echo no licence; exit 3"].map(String::from).into();
    let stub = Stub::new((command, folder), "PORT".into(), None, None);
    let payments = ServiceSpec { name: "payments".into(), answers: Vec::new(), stub: Some(Arc::new(stub)) };
    let site = Arc::new(Site::new(Vec::new(), vec![payments]).expect("a site"));
    let program = Arc::new(Program::new(python("pays.handler")));
    let event = json!({"order": "o1", "keyed": true});
    let subject = AtTheGate::new(scene(site, &program, &event, 1), Bound::faults(0));
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    let why = findings.diverged.or(subject.confirm(&mut || true).and_then(|confirmed| confirmed.otherwise));
    let why = why.expect("it is found out");
    assert!(
        why.contains("does not listen at the port that is in PORT: it ended with exit status: 3; no licence"),
        "{why}"
    );
}
