//! Runs of the real code, or of a specimen, that yield a trace; kept as replay files and as a test.
use super::{
    Alike, Examination, Explanation, Verdict,
    timed::{SecondBySecond, timed},
};
use crate::{Variant, catalogue};
use anechoic::evidence::harmless;
use anechoic::{Record, ReplayFile, Situation, replay::Format};
use anechoic_model::Promise;

/// A run that yields a trace.
pub struct Reproduction {
    /// The promise that both break.
    pub promise: Promise,
    /// How the trace breaks it.
    pub why: String,
    /// The version of the handlers that does.
    pub variant: &'static Variant,
    /// The smallest run.
    pub smallest: ReplayFile,
    /// The run that has the trace's times, or why there is none.
    pub timed: Result<(ReplayFile, SecondBySecond), &'static str>,
}

/// Finds what yields a trace that breaks a promise. Nothing, if it breaks none, or if no run that was searched yields it.
pub fn reproduce(examination: &Examination, explanation: &Explanation) -> Option<Reproduction> {
    let is_violated = |promise: &Promise| examination.judged[*promise as usize].verdict == Verdict::Violated;
    let found = explanation.could.iter().filter_map(|could| Some((could.variant, could.alike.as_ref()?)));
    let breaks = |alike: &Alike, promise: Promise| {
        alike.outcome.breaches.iter().any(|breach| breach.promise == promise as usize)
    };
    let found = found.filter_map(|(variant, alike)| {
        let promise = Promise::ALL.into_iter().filter(is_violated).find(|promise| breaks(alike, *promise))?;
        Some((variant, alike, promise))
    });
    let (variant, alike, promise) =
        found.min_by_key(|(_, alike, _)| alike.likelihood(&explanation.sought))?;
    let smallest = file(variant, alike, &alike.at, promise, &alike.record);
    let why = examination.judged[promise as usize].why.to_string();
    let timed = timed(explanation, variant, alike)
        .map(|run| (file(variant, alike, &run.at, promise, &run.record), run.fit));
    Some(Reproduction { promise, why, variant, smallest, timed })
}

fn file(variant: &Variant, alike: &Alike, at: &Situation, promise: Promise, record: &Record) -> ReplayFile {
    let breach = alike.outcome.breaches.iter().find(|breach| breach.promise == promise as usize);
    ReplayFile {
        format: Format::V2,
        catalogue: catalogue().name.clone().into(),
        scenario: alike.scene.name.into(),
        variant: variant.name.into(),
        situation: at.clone(),
        promise: promise.name().into(),
        found: breach.map(|breach| breach.detail.clone()).unwrap_or_default(),
        choices: record.choices.clone(),
    }
}

impl Reproduction {
    /// A Rust test that fails as long as the promise is broken. It reads the replay files that lie beside it under these
    /// names.
    pub fn test(&self, task: &str, found_in: &str, files: &[String]) -> String {
        let (promise, variant) = (self.promise, self.variant.name);
        // None of this text is ours, and all of it stands in Rust source: in one line, where it does nothing.
        let (shown, found_in) = (harmless(task, 200), harmless(found_in, 400));
        let name: String = task
            .chars()
            .take(80)
            .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
            .collect();
        let replays: String = files.iter().map(|file| format!("    include_str!(\"{file}\"),\n")).collect();
        let why = harmless(&self.why, 400);
        format!(
            r#"//! Task {shown} broke {promise}: {why}.
//!
//! Made by `anechoic reproduce` from {found_in}. It passes on what ships.
//! `ANECHOIC_VARIANT={variant} cargo test` shows how it fails.
/// The smallest run that yields the trace, and the one that has its times, if there is one.
const REPLAYS: &[&str] = &[
{replays}];

#[test]
fn task_{name}_keeps_{promise}() {{
    let variant = std::env::var("ANECHOIC_VARIANT").ok();
    let catalogue = anechoic_task_cases::catalogue();
    for replay in REPLAYS {{
        let broken = catalogue.broken(replay, variant.as_deref()).expect("the run can be made");
        assert_eq!(broken, Vec::<String>::new());
    }}
}}
"#
        )
    }
}
