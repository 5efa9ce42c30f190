//! Sites and handlers that several tests use.
#![allow(dead_code, reason = "each test binary uses a part of it")]
use anechoic_gate::{
    Attribute, Deliver, Handler, Kind, Of, Program, Rule, Scene, ServiceSpec, Site, TableSpec,
};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// A table `cells` without rows, keyed by `id`, and a service `effects` that knows keys again. Reads may be answered with the past.
pub(crate) fn site() -> Arc<Site> {
    site_of(false)
}

/// The same, whose reads always see the latest if so.
pub(crate) fn site_of(is_consistent: bool) -> Arc<Site> {
    let cells = TableSpec {
        name: "cells".into(),
        key: vec![Attribute { name: "id".into(), kind: "S".into() }],
        indexes: Default::default(),
        rows: Vec::new(),
        is_consistent,
        past_as: None,
    };
    let rule = Rule { is_keyed: true, ..rule("POST", "/effects", json!({"id": "{n}"})) };
    let effects = ServiceSpec { name: "effects".into(), answers: vec![rule], stub: None };
    Arc::new(Site::new(vec![cells], vec![effects]).expect("a site"))
}

/// An answer of a service that takes each call for one more.
pub(crate) fn rule(method: &str, path: &str, body: Value) -> Rule {
    Rule {
        method: method.into(),
        path: path.into(),
        status: 200,
        body,
        is_keyed: false,
        replaces: false,
        refusals: Vec::new(),
    }
}

/// A function of a Python module beside the tests, run as it is.
pub(crate) fn python(function: &str) -> Handler {
    handler(Kind::Lambda, Handler::python(function, "python3"))
}

/// Any other program.
pub(crate) fn handler(kind: Kind, command: Vec<String>) -> Handler {
    Handler {
        name: "handler".into(),
        kind,
        command,
        folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers"),
        env: Vec::new(),
        own_chance: false,
        fresh: false,
        durable: None,
        patience: Duration::from_secs(60),
        timers: None,
        services: vec![Some("EFFECTS_URL".into())],
    }
}

/// A scenario in which an event is delivered to a handler so many times.
pub(crate) fn scene(site: Arc<Site>, to: &Arc<Program>, event: &Value, times: usize) -> Scene {
    let deliver =
        Deliver { of: Of::Request("request".into()), to: to.clone(), event: event.to_string().into(), times };
    Scene {
        site,
        deliver: vec![deliver],
        judge: None,
        ignored: Vec::new(),
        as_if_once: true,
        refuses: Vec::new(),
        confirmed: 32,
    }
}

/// Whether there is a Python here; if not, that is said, since it is not tried then.
pub(crate) fn has_python() -> bool {
    let has = std::process::Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|said| said.status.success());
    assert!(has || std::env::var_os("ANECHOIC_NEEDS_ALL").is_none(), "Python is needed here");
    if !has {
        // Not a macro, whose output a test that passes keeps to itself.
        let said =
            writeln!(io::stderr(), "SKIPPED: there is no python3 here, so handlers in Python are not tried");
        said.expect("somebody listens");
    }
    has
}
