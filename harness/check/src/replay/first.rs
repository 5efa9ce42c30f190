//! The first version of replay files. It knew one catalogue, the tasks', and named in fields of its own what is given in
//! a situation now.
use super::{Format, ReplayFile};
use crate::Situation;
use anechoic_engine::Faults;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What such a file begins with.
pub(super) const FORMAT: &str = "anechoic.replay/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: String,
    subject: Subject,
    promise: String,
    found: String,
    choices: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    scenario: String,
    variant: String,
    callers: usize,
    faults: u32,
    retries: u32,
    client_attempts: Option<u32>,
    policy: String,
    timing: Option<Timing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Timing {
    start: String,
    lead_ms: u64,
    delays_ms: Vec<u64>,
}

pub(super) fn parse(bytes: &[u8]) -> serde_json::Result<ReplayFile> {
    let File { subject, promise, found, choices, .. } = serde_json::from_slice(bytes)?;
    let mut given = BTreeMap::new();
    if let Some(attempts) = subject.client_attempts {
        given.insert("client-attempts".into(), attempts.to_string());
    }
    if let Some(Timing { start, lead_ms, delays_ms }) = subject.timing {
        // What no clock can count is refused as too long, and not as no time at all.
        let milliseconds = |time: u64| format!("{}ms", time.min(i64::MAX as u64));
        let delays: Vec<String> = delays_ms.into_iter().map(milliseconds).collect();
        given.insert("start".into(), start);
        given.insert("lead".into(), milliseconds(lead_ms));
        given.insert("delays".into(), delays.join(" "));
    }
    Ok(ReplayFile {
        format: Format::V2,
        catalogue: "tasks".into(),
        scenario: subject.scenario,
        variant: subject.variant,
        situation: Situation {
            callers: subject.callers,
            faults: subject.faults,
            kinds: Faults::ALL,
            retries: subject.retries,
            policy: Some(subject.policy),
            given,
        },
        promise,
        found,
        choices,
    })
}
