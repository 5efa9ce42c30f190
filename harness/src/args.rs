//! What the subcommands are told that a catalogue has not.
use anechoic::cli::{duration, number, place};
use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser},
};
use clap_complete::Shell;
use std::{path::PathBuf, time::Duration};

#[derive(Clone, Debug, Args)]
#[command(after_help = INIT)]
pub(crate) struct Init {
    /// Where the project is, and where the file is written
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The file to begin from [default: the first of those below that is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<String>,
}

const INIT: &str = "\
It begins from template.yaml (or .yml, .json), cdk.out/*.template.json, serverless.yml, package.json, pyproject.toml or
requirements.txt, and says from which line each guess comes. What is there is never overwritten.

Exit codes:
   0  anechoic.toml is written
   2  it is there already, cannot be written, or there is nothing to begin from
   4  a file cannot be read, or is not what its name says
  70  the fault is ours";

#[derive(Clone, Debug, Args)]
pub(crate) struct Man {
    /// Where they are written: a folder that is there
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: Shell,
}

#[derive(Clone, Debug, Args)]
#[command(after_long_help = TRACE_EXIT_CODES)]
pub(crate) struct Trace {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The promises that are asked for, of tasks (see `list`) or of the configuration [default: all that a trace can show to be
    /// kept, and any that is broken]
    #[arg(long, value_name = "NAME[,NAME…]", num_args = 1, value_delimiter = ',', hide_short_help = true)]
    pub(crate) promise: Vec<String>,
    /// Waits for more at the end of the file and tells of every second event at once; Ctrl-C ends it
    #[arg(long, hide_short_help = true)]
    pub(crate) follow: bool,
    /// The files are all there was: lines do not say where they end, so without this nothing holds for good in them
    #[arg(long)]
    pub(crate) whole: bool,
    /// Prints a mapping to start from, made of the fields and words that are seen, and judges nothing
    #[arg(long, conflicts_with_all = ["follow", "json", "task", "promise"])]
    pub(crate) suggest_mapping: bool,
    /// So many tasks whose promises are broken are explained
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(0..=100), hide_short_help = true)]
    pub(crate) explain: u64,
    /// Tells all of what happened to a task: why nothing fits, whose retries wait like this, what each version could have shown
    #[arg(long, conflicts_with = "json", hide_short_help = true)]
    pub(crate) all: bool,
    /// Prints the report for machines: anechoic.trace/1
    #[arg(long, hide_short_help = true)]
    pub(crate) json: bool,
    /// Judges by the [promises] of this file instead of those of tasks [default: anechoic.toml in this folder, if it has any]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["follow", "suggest_mapping", "task"])]
    pub(crate) config: Option<PathBuf>,
    /// Of which table of the promises a file is, or a table that the input calls by another name
    #[arg(long, value_name = "NAME=FILE|NAME", value_parser = table, conflicts_with_all = ["follow", "suggest_mapping", "task"], hide_short_help = true)]
    pub(crate) table: Vec<(String, String)>,
}

/// A table, and what is its.
fn table(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(table, what)| !table.is_empty() && !what.is_empty());
    let (table, what) = pair
        .ok_or("expected NAME=FILE, such as orders=scan-1.json, or NAME=NAME, such as orders=prod-orders")?;
    Ok((table.into(), what.into()))
}

#[derive(Clone, Debug, Args)]
#[command(after_long_help = TRACE_EXIT_CODES)]
pub(crate) struct Reproduce {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Where the replay files and the test are written
    #[arg(long, value_name = "FOLDER", default_value = "target/anechoic", value_parser = place)]
    pub(crate) out: PathBuf,
}

/// What is read, and how far its runs are searched.
#[derive(Clone, Debug, Args)]
pub(crate) struct Input {
    /// Rows, exports, streams, logs, messages, histories, spans: told by their content, also packed; - is the standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What the files hold, if it should not be told by their content
    #[arg(long, value_name = "FORMAT", value_parser = formats(), hide_short_help = true)]
    pub(crate) format: Option<String>,
    /// A TOML file that names the fields of other tables than ours
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Only this task
    #[arg(long, value_name = "ID")]
    pub(crate) task: Option<String>,
    /// Faults in one run, at most, where runs are searched for
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(0..=20), hide_short_help = true)]
    pub(crate) faults: u64,
    /// How long the search for runs may take
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration, hide_short_help = true)]
    pub(crate) max_time: Duration,
}

const TRACE_EXIT_CODES: &str = "\
Exit codes:
   0  every promise that is asked for holds, for every task; or the mapping was printed that was asked for
   1  a promise is broken
   2  the arguments are wrong
   3  the trace does not show enough, may go on (see --whole), or is about no task
   4  a file cannot be read, or a record in it is broken; or the mapping or configuration is not what it should be
  70  the fault is ours";

fn formats() -> PossibleValuesParser {
    anechoic_traces::Format::all().map(|format| PossibleValue::new(format.name()).help(format.about())).into()
}
