mod values;

pub(super) use values::{Annotations, Format, Reduce, Search};

use super::{
    CommandError, Extra,
    explore::Explore,
    parse::{duration, given, number, place, shard},
};
use crate::{
    Catalogue,
    show::{FORMS, Form},
    situation::limits,
};
use anechoic_engine::Policy;
use clap::{
    Arg, ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

/// Checks that the side effects of a retried handler happen exactly once.
///
/// Without a command: checks every version of the handlers in every scenario.
#[derive(Debug, Parser)]
#[command(name = "anechoic", version, after_long_help = EXIT_CODES)]
pub(super) struct Arguments<X: Extra> {
    #[command(subcommand)]
    pub(super) command: Option<Command<X>>,
    /// Shows nothing but ASCII
    #[arg(long, global = true)]
    pub(super) ascii: bool,
    /// Declares handlers and promises [default: anechoic.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

pub(super) const EXIT_CODES: &str = "\
Exit codes:
   0  every promise holds in the whole bound
   1  a promise is broken
   2  the arguments are wrong, or name a place where nothing can be written
   3  nothing ran, or the budget ended before the search
   4  a file cannot be read or written, or is not what it should be
  70  the fault is ours";

#[derive(Debug, Subcommand)]
pub(super) enum Command<X: Extra> {
    /// Searches for runs that break a promise
    Check(Box<Check>),
    /// Joins the reports of all parts of one check, and judges them
    Merge(Box<Merge>),
    /// Makes a saved run again
    Replay(Replay),
    /// Makes a run choice by choice, in the browser
    Explore(Explore),
    /// Shows two saved runs side by side, and where they part
    Diff {
        /// A file that `check` wrote
        left: PathBuf,
        /// Another
        right: PathBuf,
    },
    /// Shows the runs that were found, and asks which to keep
    Review {
        /// Where saved runs are kept
        #[arg(default_value = KEPT)]
        folder: PathBuf,
    },
    #[command(flatten)]
    Extra(X),
    /// Lists scenarios, variants, promises, policies and formats
    List,
    /// Prints the JSON Schema of a report for machines
    Schema {
        /// Of which command
        #[arg(default_value = CHECK)]
        of: String,
    },
}

/// The command whose schema is printed if no other is asked for.
pub(super) const CHECK: &str = "check";

impl<X: Extra> Command<X> {
    /// Whether it prints what machines read, which is not to be dressed for people.
    pub(super) fn is_for_machines(&self) -> bool {
        match self {
            Command::Check(check) => check.outputs.format == Format::Json,
            Command::Merge(merge) => merge.outputs.format == Format::Json,
            Command::Replay(replay) => replay.emit.is_some(),
            Command::Extra(extra) => extra.is_for_machines(),
            Command::Schema { .. } => true,
            Command::Explore(_) | Command::Diff { .. } | Command::Review { .. } | Command::List => false,
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
    /// Stops before each step until Enter is pressed; of a run of processes, says which they are
    #[arg(long, conflicts_with = "emit")]
    pub(super) pause: bool,
    /// Of a run of processes, lets a debugger attach to each: Node's inspector, debugpy for Python
    #[arg(long, requires = "pause")]
    pub(super) inspect: bool,
    /// Of a run of processes, writes what each DynamoDB table holds at its end into this folder, as `aws dynamodb scan` prints it
    #[arg(long, value_name = "FOLDER", conflicts_with = "emit")]
    pub(super) tables: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Emit {
    /// A Rust test to be stepped through in a debugger
    Test,
    /// A picture of it, in SVG
    Svg,
}

/// How much may happen in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Bound {
    /// Exactly so many concurrent callers, in scenarios that have them
    #[arg(long, value_name = "N", value_parser = number(limits::CALLERS))]
    pub(super) callers: Option<u64>,
    /// Faults in one run, at most
    #[arg(long, value_name = "N", value_parser = number(limits::FAULTS))]
    pub(super) faults: Option<u64>,
    /// Retries of a durable step, as far as its policy goes, and of a caller that died or got an error
    #[arg(long, value_name = "N", value_parser = number(limits::RETRIES), hide_short_help = true)]
    pub(super) retries: Option<u64>,
    /// The retry policy of durable steps
    #[arg(long, value_name = "PRESET", value_parser = policies(), hide_short_help = true)]
    pub(super) policy: Option<String>,
    /// What is given besides; `list` says what can be
    #[arg(long, value_name = "NAME=VALUE", value_parser = given, hide_short_help = true)]
    pub(super) given: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_long_help = EXIT_CODES)]
pub(super) struct Check {
    /// The scenarios to check [default: all]
    #[arg(value_name = "SCENARIO")]
    pub(super) scenarios: Vec<String>,
    /// The versions of the handlers to check, each judged like any other code [default: all]
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub(super) variant: Vec<String>,
    /// Try each kind of trouble by itself also where scenarios are named: where none is, it is tried in all of them
    #[arg(long, hide_short_help = true)]
    pub(super) troubles: bool,
    #[command(flatten)]
    pub(super) bound: Bound,
    /// How runs are found
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Search::Exhaustive, hide_short_help = true)]
    pub(super) search: Search,
    /// What an exhaustive search skips because it would show nothing new [default: all]
    #[arg(long, value_name = "WHAT", value_enum, hide_short_help = true)]
    pub(super) reduce: Option<Reduce>,
    /// How many threads share one exhaustive search; with one, as many searches run at once as there are cores
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(1..=64), hide_short_help = true)]
    pub(super) threads: u64,
    /// How many states one search remembers at most [default: as many as half of the memory that is free has room for]
    #[arg(long, value_name = "N", value_parser = number(0..=u64::MAX), hide_short_help = true)]
    pub(super) states: Option<u64>,
    /// Searches the K-th of N equal parts of every bound; `merge` joins them
    #[arg(long, value_name = "K/N", value_parser = shard, hide_short_help = true)]
    pub(super) shard: Option<(u32, u32)>,
    /// How many runs a sample has [default: 10000]
    #[arg(long, value_name = "N", value_parser = number(1..=u64::MAX), hide_short_help = true)]
    pub(super) runs: Option<u64>,
    /// How often priorities change in a run of a PCT sample [default: 3]
    #[arg(long, value_name = "N", value_parser = number(0..=1000), hide_short_help = true)]
    pub(super) changes: Option<u64>,
    /// Which runs a sample has: the same seed, the same bytes [default: 0]
    #[arg(long, value_name = "S", hide_short_help = true)]
    pub(super) seed: Option<u64>,
    /// How long it may take; what is not searched by then is inconclusive
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub(super) max_time: Duration,
    /// How many runs it may make in all; what is not searched by then is inconclusive
    #[arg(long, value_name = "N", value_parser = number(0..=u64::MAX), hide_short_help = true)]
    pub(super) max_executions: Option<u64>,
    #[command(flatten)]
    pub(super) outputs: Outputs,
    /// Violations that are known, in TOML: they pass with a notice until their day
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) baseline: Option<PathBuf>,
    /// Saved runs to be made again first, outside the budget; what is new is kept there for `review`, but not in CI
    /// [default: fixtures/replays, if it is there]
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub(super) regressions: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
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
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Text, hide_short_help = true)]
    pub(super) format: Format,
    /// Prints all of the report, and not what fits on a screen
    #[arg(long)]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) files: Files,
    /// Prints the violations as annotations, too
    #[arg(long, value_name = "FOR", value_enum, hide_short_help = true)]
    pub(super) annotations: Option<Annotations>,
    /// Where counterexamples are saved, and the report as report.json
    #[arg(long, value_name = "FOLDER", default_value = "target/anechoic", value_parser = place)]
    pub(super) out: PathBuf,
}

/// The files that were asked for, by the form of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Files(BTreeMap<&'static str, PathBuf>);

impl Files {
    /// The file of a form.
    pub(super) fn of(&self, form: &str) -> Option<&Path> {
        self.0.get(form).map(PathBuf::as_path)
    }

    /// The forms that are to be asked for. The document needs no asking.
    fn forms() -> impl Iterator<Item = &'static Form> {
        FORMS.iter().filter(|form| !form.about.is_empty())
    }
}

/// An option for each form.
impl Args for Files {
    fn augment_args(command: clap::Command) -> clap::Command {
        let option = |form: &'static Form| {
            let option = Arg::new(form.name).long(form.name).value_name("FILE").value_parser(place);
            option.help(form.about).hide_short_help(true)
        };
        Files::forms().fold(command, |command, form| command.arg(option(form)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Files::augment_args(command)
    }
}

impl FromArgMatches for Files {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Files, clap::Error> {
        let file = |form: &'static Form| Some((form.name, matches.get_one::<PathBuf>(form.name)?.clone()));
        Ok(Files(Files::forms().filter_map(file).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Files::from_arg_matches(matches)?;
        Ok(())
    }
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

/// The command line of a catalogue: its names are the values that are possible, its usual bound is the default.
pub(super) fn command<X: Extra>(catalogue: &Catalogue) -> clap::Command {
    let names = |all: Vec<(&str, &str)>| -> PossibleValuesParser {
        let value =
            |(name, about): (&str, &str)| PossibleValue::new(name.to_string()).help(about.to_string());
        all.into_iter().map(value).collect::<Vec<PossibleValue>>().into()
    };
    let scenarios = names(catalogue.scenarios.iter().map(|one| (&*one.name, &*one.about)).collect());
    let variants = names(catalogue.variants.iter().map(|one| (&*one.name, &*one.about)).collect());
    let usual = &catalogue.usual;
    let callers = match (*usual.callers.start(), *usual.callers.end()) {
        (from, to) if from == to => format!("{from}"),
        (from, to) => format!("each number from {from} to {to}"),
    };
    let defaults = [
        ("callers", callers),
        ("faults", usual.faults.map_or_else(|| faults(catalogue), |faults| faults.to_string())),
        (
            "retries",
            usual
                .retries
                .map_or_else(|| "as many as faults, and 2 at least".into(), |retries| retries.to_string()),
        ),
        ("policy", usual.policy.clone().unwrap_or_else(|| "each workflow's own".into())),
    ];
    let schemas = [CHECK].into_iter().chain(X::schemas().into_iter().map(|(name, _)| name));
    let schemas: Vec<PossibleValue> = schemas.map(PossibleValue::new).collect();
    // Whoever asks for help is given a screen of it.
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort).global(true);
    Arguments::<X>::command()
        .disable_help_flag(true)
        .arg(help.help("Prints this; `help COMMAND` says all there is"))
        .mut_arg("config", |arg| arg.hide(!X::READS_CONFIG))
        .mut_subcommand("check", |check| {
            let check = check
                .mut_arg("scenarios", |arg| arg.value_parser(scenarios))
                .mut_arg("variant", |arg| arg.value_parser(variants));
            defaults.into_iter().fold(check, |check, (name, default)| {
                check.mut_arg(name, |arg| {
                    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    arg.help(format!("{help} [default: {default}]"))
                })
            })
        })
        .mut_subcommand("schema", |schema| {
            schema.mut_arg("of", |arg| arg.value_parser(PossibleValuesParser::from(schemas)))
        })
}

/// How many faults there are in a run by default: as many as most cases have, and where another number.
fn faults(catalogue: &Catalogue) -> String {
    let usual = catalogue.cases.first().map_or(0, |case| case.faults);
    let mut others: Vec<String> = Vec::new();
    for case in catalogue.cases.iter().filter(|case| case.faults != usual) {
        let other = format!("and {} in {}", case.faults, case.scenario);
        if !others.contains(&other) {
            others.push(other);
        }
    }
    [usual.to_string()].into_iter().chain(others).collect::<Vec<String>>().join(", ")
}

fn policies() -> PossibleValuesParser {
    Policy::presets().into_iter().map(|preset| PossibleValue::new(preset.name).help(preset.about)).into()
}
