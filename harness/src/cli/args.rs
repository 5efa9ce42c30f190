use crate::{SCENES, VARIANTS};
use anechoic::Policy;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use std::{path::PathBuf, time::Duration};

/// Checks that the side effects of a retried handler happen exactly once.
///
/// Without a command: checks every version of fail_task in every scenario.
#[derive(Debug, Parser)]
#[command(name = "anechoic", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  every promise holds in the whole bound
   1  a promise is broken
   2  the arguments are wrong
   3  nothing ran, or the budget ended before the search
   4  a file cannot be read, or is not what it should be
  70  the fault is ours";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Searches for runs that break a promise
    Check(Check),
    /// Makes a saved run again
    Replay {
        /// A file that `check` wrote
        file: PathBuf,
    },
    /// Lists scenarios, variants, promises and retry policies
    List,
    /// Prints the JSON Schema of `check --format json`
    Schema,
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
    /// Concurrent callers, in scenarios that have them
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub(super) callers: u32,
    /// Faults in one run, at most
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub(super) faults: u32,
    /// Retries of a durable step, as far as its policy goes, and of a caller that died or got an error
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(super) retries: u32,
    /// How often the store's client sends a request [default: both 1 and 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(super) client_attempts: Option<u32>,
    /// The retry policy of durable steps
    #[arg(long, value_name = "PRESET", default_value = "aws-default", value_parser = policies())]
    pub(super) policy: String,
    /// How runs are found
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Search::Exhaustive)]
    pub(super) search: Search,
    /// How many runs a random search makes [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) runs: Option<u64>,
    /// Which runs a random search makes: the same seed, the same bytes [default: 0]
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// How long it may take; what is not searched by then is inconclusive
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(super) max_time: Duration,
    /// The form of the report
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Where counterexamples are saved
    #[arg(long, value_name = "FOLDER", default_value = "target/anechoic")]
    pub(super) out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Search {
    /// Every run, but for what would show nothing new
    Exhaustive,
    /// Every run
    Naive,
    /// A sample
    Random,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines: anechoic.check/1
    Json,
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

fn duration(text: &str) -> Result<Duration, String> {
    let example = "expected a time such as 60s, 5m or 1h30m";
    let parsed: jiff::SignedDuration = text.parse().map_err(|error| format!("{error}; {example}"))?;
    Duration::try_from(parsed).map_err(|_| format!("it is negative; {example}"))
}
