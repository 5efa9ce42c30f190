use super::CommandError;
use crate::{SCENES, VARIANTS, settings::limits};
use anechoic::Policy;
use anechoic_evidence::harmless;
use anechoic_model::Promise;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

/// Checks that the side effects of a retried handler happen exactly once.
///
/// Without a command: checks every version of fail_task in every scenario.
#[derive(Debug, Parser)]
#[command(name = "anechoic", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Shows nothing but ASCII
    #[arg(long, global = true)]
    pub(super) ascii: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  every promise holds in the whole bound
   1  a promise is broken
   2  the arguments are wrong, or name a place where nothing can be written
   3  nothing ran, or the budget ended before the search
   4  a file cannot be read or written, or is not what it should be
  70  the fault is ours";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Searches for runs that break a promise
    Check(Box<Check>),
    /// Joins the reports of all parts of one check, and gives their verdict
    Merge(Box<Merge>),
    /// Makes a saved run again
    Replay(Replay),
    /// Shows two saved runs side by side, and where they part
    Diff {
        /// A file that `check` wrote
        left: PathBuf,
        /// Another
        right: PathBuf,
    },
    /// Shows the runs that checks have found since the last review, and asks which to keep
    Review {
        /// Where saved runs are kept
        #[arg(default_value = KEPT)]
        folder: PathBuf,
    },
    /// Says what a trace shows, and whether it could have been so
    Trace(Trace),
    /// Finds a run that yields a trace, and writes it as a replay file and as a Rust test
    Reproduce(Reproduce),
    /// Lists scenarios, variants, promises, retry policies and trace formats
    List,
    /// Prints the JSON Schema of a report for machines
    Schema {
        /// Of which command
        #[arg(value_enum, default_value_t = Reports::Check)]
        of: Reports,
    },
}

impl Command {
    /// Whether it prints what machines read, which is not to be dressed for people.
    pub(super) fn is_for_machines(&self) -> bool {
        match self {
            Command::Check(check) => check.outputs.format == Format::Json,
            Command::Merge(merge) => merge.outputs.format == Format::Json,
            Command::Replay(replay) => replay.emit.is_some(),
            Command::Trace(trace) => trace.json,
            Command::Schema { .. } => true,
            Command::Diff { .. } | Command::Review { .. } | Command::Reproduce(_) | Command::List => false,
        }
    }
}

/// Where saved runs are kept: a check makes them again first, if the folder is there.
pub(super) const KEPT: &str = "fixtures/replays";

#[derive(Clone, Debug, Args)]
pub(super) struct Replay {
    /// A file that `check` wrote
    pub(super) file: PathBuf,
    /// Prints the run as something else
    #[arg(long, value_name = "AS", value_enum)]
    pub(super) emit: Option<Emit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Emit {
    /// A Rust test to be stepped through in a debugger
    Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Check {
    /// The scenarios to check [default: all]
    #[arg(value_name = "SCENARIO", value_parser = scenarios())]
    pub(super) scenarios: Vec<String>,
    /// The versions of the handlers to check, each judged like any other code [default: all]
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = variants())]
    pub(super) variant: Vec<String>,
    /// Exactly so many concurrent callers, in scenarios that have them [default: 1, then 2, then 3]
    #[arg(long, value_name = "N", value_parser = number(limits::CALLERS))]
    pub(super) callers: Option<u64>,
    /// Faults in one run, at most [default: 2, and 1 in whole-task]
    #[arg(long, value_name = "N", value_parser = number(limits::FAULTS))]
    pub(super) faults: Option<u64>,
    /// Retries of a durable step, as far as its policy goes, and of a caller that died or got an error
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = number(limits::RETRIES))]
    pub(super) retries: u64,
    /// How often the store's client sends a request [default: both 1 and 3]
    #[arg(long, value_name = "N", value_parser = number(limits::CLIENT_ATTEMPTS))]
    pub(super) client_attempts: Option<u64>,
    /// The retry policy of durable steps
    #[arg(long, value_name = "PRESET", default_value = "aws-default", value_parser = policies())]
    pub(super) policy: String,
    /// How runs are found
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Search::Exhaustive)]
    pub(super) search: Search,
    /// What an exhaustive search skips because it would show nothing new [default: all]
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(super) reduce: Option<Reduce>,
    /// How many threads share one exhaustive search; with one, as many searches run at once as there are cores
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(1..=64))]
    pub(super) threads: u64,
    /// Searches the K-th of N equal parts of every bound; `merge` joins them
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub(super) shard: Option<(u32, u32)>,
    /// How many runs a sample has [default: 10000]
    #[arg(long, value_name = "N", value_parser = number(1..=u64::MAX))]
    pub(super) runs: Option<u64>,
    /// How often priorities change in a run of a PCT sample [default: 3]
    #[arg(long, value_name = "N", value_parser = number(0..=1000))]
    pub(super) changes: Option<u64>,
    /// Which runs a sample has: the same seed, the same bytes [default: 0]
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// How long it may take; what is not searched by then is inconclusive
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub(super) max_time: Duration,
    /// How many runs it may make in all; what is not searched by then is inconclusive
    #[arg(long, value_name = "N", value_parser = number(0..=u64::MAX))]
    pub(super) max_executions: Option<u64>,
    #[command(flatten)]
    pub(super) outputs: Outputs,
    /// Violations that are known, in TOML: they pass with a notice until their day
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Saved runs to be made again first, outside the budget; what is new is kept there for `review`, but not in CI
    /// [default: fixtures/replays, if it is there]
    #[arg(long, value_name = "FOLDER")]
    pub(super) regressions: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Merge {
    /// Files that `check --shard K/N --format json` printed, one for each part
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) outputs: Outputs,
    /// Violations that are known, instead of those of the parts
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
}

/// In which forms a report is printed and written.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(super) struct Outputs {
    /// The form of the printed report
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Writes the verdicts as JUnit XML, too
    #[arg(long, value_name = "FILE", value_parser = place)]
    pub(super) junit: Option<PathBuf>,
    /// Writes the violations as SARIF 2.1.0, too
    #[arg(long, value_name = "FILE", value_parser = place)]
    pub(super) sarif: Option<PathBuf>,
    /// Adds a summary in Markdown to a file, such as $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE", value_parser = place)]
    pub(super) summary: Option<PathBuf>,
    /// Writes a page for the browser: the runs step by step, and why [default: report.html in --out]
    #[arg(long, value_name = "FILE", value_parser = place)]
    pub(super) report: Option<PathBuf>,
    /// Writes down which operation went wrong in which way, and which never did; takes longer
    #[arg(long, value_name = "FILE", value_parser = place)]
    pub(super) coverage: Option<PathBuf>,
    /// Prints the violations as annotations, too
    #[arg(long, value_name = "FOR", value_enum)]
    pub(super) annotations: Option<Annotations>,
    /// Where counterexamples are saved, and the report as report.json
    #[arg(long, value_name = "FOLDER", default_value = "target/anechoic", value_parser = place)]
    pub(super) out: PathBuf,
}

impl Outputs {
    /// Whether they go together.
    pub(super) fn check(&self) -> Result<(), CommandError> {
        match self.annotations.is_some() && self.format == Format::Json {
            true => Err(CommandError::Usage(
                "--annotations prints lines of its own, which are no JSON; --out has the report as report.json".into(),
            )),
            false => Ok(()),
        }
    }
}

#[derive(Clone, Debug, Args)]
#[command(after_help = TRACE_EXIT_CODES)]
pub(super) struct Trace {
    #[command(flatten)]
    pub(super) input: Input,
    /// The promises that are asked for [default: all that a trace can show to be kept, and any that is broken]
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = promises())]
    pub(super) promise: Vec<String>,
    /// Waits for more at the end of the file and tells of every second event at once; Ctrl-C ends it
    #[arg(long)]
    pub(super) follow: bool,
    /// So many tasks whose promises are broken are explained
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(0..=100))]
    pub(super) explain: u64,
    /// Prints the report for machines: anechoic.trace/1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = TRACE_EXIT_CODES)]
pub(super) struct Reproduce {
    #[command(flatten)]
    pub(super) input: Input,
    /// Where the replay files and the test are written
    #[arg(long, value_name = "FOLDER", default_value = "target/anechoic", value_parser = place)]
    pub(super) out: PathBuf,
}

/// What is read, and how far its runs are searched.
#[derive(Clone, Debug, Args)]
pub(super) struct Input {
    /// DynamoDB rows, exports or streams, CloudWatch logs, histories, spans: told by their content, gzip too
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// What the files hold, if it should not be told by their content
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub(super) format: Option<String>,
    /// A TOML file that names the fields of other tables than ours
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// Only this task
    #[arg(long, value_name = "ID")]
    pub(super) task: Option<String>,
    /// Faults in one run, at most, where runs are searched for
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(limits::FAULTS))]
    pub(super) faults: u64,
    /// How long the search for runs may take
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(super) max_time: Duration,
}

const TRACE_EXIT_CODES: &str = "\
Exit codes:
   0  every promise that is asked for holds, for every task
   1  a promise is broken
   2  the arguments are wrong
   3  the trace does not show enough, or is about no task
   4  a file cannot be read, or a record in it is broken
  70  the fault is ours";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Annotations {
    /// GitHub's workflow commands
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Search {
    /// Every run, but for what would show nothing new
    Exhaustive,
    /// Every run
    Naive,
    /// A sample, every way with the same probability
    Random,
    /// A sample in which priorities change a few times: good at orders that are rare
    Pct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Reduce {
    /// Nothing
    None,
    /// What follows a state that was met before
    State,
    /// What differs in the order of operations that do not conflict
    Sleep,
    /// States, and which of several interchangeable callers it is
    Symmetry,
    /// All of these
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines: anechoic.check/2
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Reports {
    /// Of `check --format json`: anechoic.check/2
    Check,
    /// Of `trace --json`: anechoic.trace/1
    Trace,
}

impl Default for Check {
    fn default() -> Check {
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            check: Check,
        }
        Alone::parse_from(["anechoic"]).check
    }
}

fn scenarios() -> PossibleValuesParser {
    SCENES.iter().map(|scene| PossibleValue::new(scene.name).help(scene.about)).into()
}

fn variants() -> PossibleValuesParser {
    VARIANTS.iter().map(|variant| PossibleValue::new(variant.name).help(variant.about)).into()
}

fn policies() -> PossibleValuesParser {
    Policy::presets().into_iter().map(|preset| PossibleValue::new(preset.name).help(preset.about)).into()
}

fn promises() -> PossibleValuesParser {
    Promise::ALL.iter().map(|promise| PossibleValue::new(promise.name()).help(promise.sentence())).into()
}

fn formats() -> PossibleValuesParser {
    anechoic_traces::Format::ALL
        .iter()
        .map(|format| PossibleValue::new(format.name()).help(format.about()))
        .into()
}

fn duration(text: &str) -> Result<Duration, String> {
    let expected = |_| "expected a time with its unit, such as 60s, 5m or 1h30m".to_string();
    let parsed: jiff::SignedDuration = text.parse().map_err(expected)?;
    Duration::try_from(parsed).map_err(|_| "expected a time that is not negative".to_string())
}

/// A path that can be shown in a line.
fn place(text: &str) -> Result<PathBuf, String> {
    match harmless(text, usize::MAX) == text {
        true => Ok(text.into()),
        false => Err("expected a path without control characters".into()),
    }
}

/// A whole number in a range.
fn number(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync {
    move |text| {
        let expected = match *range.end() {
            u64::MAX => format!("expected a whole number from {}", range.start()),
            end => format!("expected a whole number from {} to {end}", range.start()),
        };
        text.parse().ok().filter(|number| range.contains(number)).ok_or(expected)
    }
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    let valid = parts.filter(|(number, of)| (1..=*of).contains(number) && *of <= 1000);
    valid.ok_or_else(|| "expected K/N with K from 1 to N, such as 1/4".to_string())
}
