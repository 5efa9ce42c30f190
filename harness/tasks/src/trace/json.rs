//! What a trace shows, for machines: `anechoic.trace/1`.
use super::{Could, Examination, Examined, Explanation, Stranger, Unexplained};
use anechoic::Exit;
use anechoic_model::Promise;
use anechoic_traces::Read;
use anechoic_witness::Testimony;
use schemars::JsonSchema;
use serde::Serialize;
use std::{collections::BTreeMap, io};

/// The format's name and version.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
enum Format {
    /// The first version. Fields may be added to it; none is renamed or removed.
    #[serde(rename = "anechoic.trace/1")]
    V1,
}

/// What `anechoic trace --json` prints.
#[derive(Serialize, JsonSchema)]
pub struct TraceJson<'r> {
    /// The format's name and version.
    format: Format,
    /// The exit code of the command.
    exit: u8,
    /// What was read.
    files: Vec<FileJson>,
    /// Words for events and statuses that are not known, so that what depends on them cannot be told.
    unknown: Vec<UnknownJson>,
    /// Some of the tasks whose promises are broken.
    explanations: Vec<ExplanationJson>,
    /// Every task, in the order in which they were met.
    tasks: Vec<TaskJson<'r>>,
    /// What is told of the promises of a configuration, which takes the place of what is told of tasks; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    promised: Option<PromisedJson<'r>>,
}

/// What is told of the promises of a configuration.
#[derive(Serialize, JsonSchema)]
struct PromisedJson<'r> {
    /// The file in which they are written.
    config: &'r str,
    /// What is told of them.
    #[serde(flatten)]
    testimony: &'r Testimony,
}

/// What was read of a file.
#[derive(Serialize, JsonSchema)]
struct FileJson {
    /// The file, as its user named it.
    name: String,
    /// How many records of each format there were.
    formats: BTreeMap<String, u64>,
    /// Whether it was compressed.
    compressed: bool,
    /// How many records were left out because they are broken or of no format.
    skipped: u64,
    /// The first of them, and what is wrong with each.
    first_skipped: Vec<String>,
    /// Whether more may have followed of which nothing here tells: lines do not say where they end.
    may_go_on: bool,
    /// Why this is not all there was to read; null if nothing says so.
    truncated: Option<String>,
    /// How many times say in no zone they are meant. They are before or after others of this file alone.
    zoneless: u64,
}

/// A word that is not known.
#[derive(Serialize, JsonSchema)]
struct UnknownJson {
    /// What it is a word for: `event` or `status`.
    role: &'static str,
    /// The word.
    word: String,
    /// How many records have it.
    records: u64,
    /// Where it was read first.
    first: String,
}

/// What is shown of a task.
#[derive(Serialize, JsonSchema)]
struct TaskJson<'r> {
    /// The task, by its id.
    task: &'r str,
    /// How many terminal events there are, by their keys.
    events: usize,
    /// Every promise that is asked for.
    promises: Vec<VerdictJson<'r>>,
}

/// What is told of a promise.
#[derive(Serialize, JsonSchema)]
struct VerdictJson<'r> {
    /// The promise.
    name: &'static str,
    /// `holds`, `violated` or `cannot tell`.
    verdict: &'static str,
    /// Why.
    why: &'r str,
}

/// How far the model explains what is shown of a task, and what explains the rest.
#[derive(Serialize, JsonSchema)]
struct ExplanationJson {
    /// The task, by its id.
    task: String,
    /// How many lines tell of the task's state.
    lines: usize,
    /// How many of them, from the first on, a correct run explains.
    explained: usize,
    /// The first line that none explains; null if every line is explained.
    unexplained: Option<UnexplainedJson>,
    /// If every line is explained, what the end lacks; null if nothing.
    lacking: Option<String>,
    /// The seconds between the terminal events.
    gaps: Vec<f64>,
    /// Whose retries wait like this.
    policies: Vec<PolicyJson>,
    /// What each version of the handlers could have shown.
    could: Vec<CouldJson>,
}

/// A line that no correct run explains.
#[derive(Serialize, JsonSchema)]
struct UnexplainedJson {
    /// The file.
    file: String,
    /// The line in it, from 1.
    line: u64,
    /// What it says.
    what: String,
    /// The states that the lines before it allow.
    hypotheses: Vec<HypothesisJson>,
}

/// A state that the lines before allow.
#[derive(Serialize, JsonSchema)]
struct HypothesisJson {
    /// The state.
    state: String,
    /// Every step that might have led on, and the guard that was false.
    guards: Vec<GuardJson>,
}

/// A step that was not possible.
#[derive(Serialize, JsonSchema)]
struct GuardJson {
    /// The step.
    step: String,
    /// Why it was not.
    guard: String,
}

/// A retry policy beside the gaps.
#[derive(Serialize, JsonSchema)]
struct PolicyJson {
    /// The policy.
    policy: String,
    /// Whether it could have waited so.
    fits: bool,
    /// How, or why not.
    why: String,
}

/// Whether a version of the handlers could have shown it.
#[derive(Serialize, JsonSchema)]
struct CouldJson {
    /// The version.
    variant: String,
    /// The likeliest run in which it does; null if there is none.
    run: Option<RunJson>,
    /// Whether all runs of the bound were looked at.
    complete: bool,
    /// How many runs were looked at.
    executions: u64,
}

/// A run that shows what the trace shows.
#[derive(Serialize, JsonSchema)]
struct RunJson {
    /// The scenario.
    scenario: String,
    /// What made it so.
    cause: String,
    /// How many steps it takes.
    steps: u32,
}

impl<'r> TraceJson<'r> {
    /// The report in this form.
    pub fn new(
        examined: &Examined,
        asked: &[Promise],
        explained: &[(Examination, Explanation)],
        tasks: &'r [Examination],
        exit: Exit,
    ) -> TraceJson<'r> {
        TraceJson {
            format: Format::V1,
            exit: exit as u8,
            files: examined.files.iter().map(|(name, read)| file(name, read)).collect(),
            unknown: examined.strangers.iter().map(stranger).collect(),
            explanations: explained
                .iter()
                .map(|(task, explanation)| explain(&task.task, explanation))
                .collect(),
            tasks: tasks.iter().map(|task| shown(task, asked)).collect(),
            promised: None,
        }
    }

    /// What is told of the promises of a configuration, in this form.
    pub fn of_promises(config: &'r str, testimony: &'r Testimony, exit: Exit) -> TraceJson<'r> {
        TraceJson {
            format: Format::V1,
            exit: exit as u8,
            files: testimony.files.iter().map(|(name, read)| file(name, read)).collect(),
            unknown: Vec::new(),
            explanations: Vec::new(),
            tasks: Vec::new(),
            promised: Some(PromisedJson { config, testimony }),
        }
    }

    /// Writes its text.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }
}

/// The JSON Schema of the format.
pub fn schema() -> String {
    let schema = schemars::schema_for!(TraceJson<'_>);
    serde_json::to_string_pretty(&schema).expect("a schema has a JSON form") + "\n"
}

fn file(name: &str, read: &Read) -> FileJson {
    FileJson {
        name: name.into(),
        formats: read.formats.iter().map(|(format, records)| (format.name().into(), *records)).collect(),
        compressed: read.compressed,
        skipped: read.skipped,
        first_skipped: read.first_skipped.iter().map(ToString::to_string).collect(),
        may_go_on: read.may_go_on,
        truncated: read.truncated().map(ToString::to_string),
        zoneless: read.zoneless.as_ref().map_or(0, |(times, _)| *times),
    }
}

fn stranger(stranger: &Stranger) -> UnknownJson {
    let Stranger { role, word, records, first } = stranger;
    UnknownJson { role, word: word.clone(), records: *records, first: first.to_string() }
}

fn shown<'r>(task: &'r Examination, asked: &[Promise]) -> TaskJson<'r> {
    let promise = |promise: &Promise| {
        let judged = &task.judged[*promise as usize];
        VerdictJson { name: promise.name(), verdict: judged.verdict.name(), why: &judged.why }
    };
    TaskJson { task: &task.task, events: task.events, promises: asked.iter().map(promise).collect() }
}

fn explain(task: &str, explanation: &Explanation) -> ExplanationJson {
    let policies = explanation.policies.iter().map(|fit| PolicyJson {
        policy: fit.preset.name.into(),
        fits: fit.fits,
        why: fit.why.clone(),
    });
    ExplanationJson {
        task: task.into(),
        lines: explanation.lines,
        explained: explanation.explained.0,
        unexplained: explanation.unexplained.as_ref().map(unexplained),
        lacking: explanation.lacking.clone(),
        gaps: explanation.gaps.clone(),
        policies: policies.collect(),
        could: explanation.could.iter().map(could).collect(),
    }
}

fn unexplained(line: &Unexplained) -> UnexplainedJson {
    let guard = |(step, guard): &(String, String)| GuardJson { step: step.clone(), guard: guard.clone() };
    let hypotheses = line.guards.iter().map(|(state, guards)| HypothesisJson {
        state: state.clone(),
        guards: guards.iter().map(guard).collect(),
    });
    UnexplainedJson {
        file: line.place.file.to_string(),
        line: line.place.line,
        what: line.what.clone(),
        hypotheses: hypotheses.collect(),
    }
}

fn could(could: &Could) -> CouldJson {
    let run = could.alike.as_ref().map(|alike| RunJson {
        scenario: alike.scene.name.into(),
        cause: alike.cause(),
        steps: alike.outcome.steps,
    });
    let Could { variant, complete, executions, .. } = could;
    CouldJson { variant: variant.name.into(), run, complete: *complete, executions: *executions }
}
