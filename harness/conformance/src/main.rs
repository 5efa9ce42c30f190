//! AWS's conformance cases for its SDKs of durable execution, with the gate as the service: `docs/conformance.md`.
mod case;
mod faults;
mod judge;
mod matching;
mod report;
mod run;
mod sdk;

use case::Case;
use clap::{Parser, ValueEnum};
use report::{Suite, Tried};
use run::Staged;
use sdk::Sdk;
use std::{path::PathBuf, process::ExitCode};

/// Runs AWS's conformance cases for its SDKs of durable execution at the gate, through handlers of ours.
///
/// Ends with 0 if every case passes that there is a handler for, with 1 if one does not, and with 2 if none could be run.
#[derive(Parser)]
struct Args {
    /// The folder of the unpacked aws-durable-execution-conformance-tests
    package: PathBuf,
    /// Only the handlers on this SDK; may be given several times
    #[arg(long, value_enum)]
    sdk: Vec<Sdk>,
    /// Only this suite; may be given several times
    #[arg(long)]
    suite: Vec<String>,
    /// Only this case, as 1-11; may be given several times
    #[arg(long)]
    case: Vec<String>,
    /// Each passing case again, with one fault at every checkpoint in turn
    #[arg(long)]
    faults: bool,
}

fn main() -> ExitCode {
    match all(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// Whether every case passes that was tried.
fn all(args: &Args) -> Result<bool, String> {
    let suites = case::suites(&args.package)?;
    let mut all_pass = true;
    for sdk in Sdk::value_variants().iter().filter(|sdk| is_wanted(&args.sdk, sdk)) {
        let wanted = suites.iter().filter(|(suite, _)| is_wanted(&args.suite, suite));
        let tried = wanted.map(|(suite, cases)| tried(args, *sdk, suite, cases));
        let tried = tried.collect::<Result<Vec<Suite>, String>>()?;
        println!("{}", report::passes(sdk.name(), &tried));
        if args.faults {
            println!("{}", report::faults(sdk.name(), &tried));
        }
        let mut cases = tried.iter().flat_map(|suite| &suite.tried);
        all_pass &= cases.all(|case| case.differences.is_empty());
    }
    Ok(all_pass)
}

/// Nothing that is named leaves nothing out.
fn is_wanted<T: PartialEq>(named: &[T], one: &T) -> bool {
    named.is_empty() || named.contains(one)
}

fn tried(args: &Args, sdk: Sdk, suite: &str, cases: &[Case]) -> Result<Suite, String> {
    let mut out = Suite { name: suite.into(), tried: Vec::new(), not_tried: Vec::new() };
    for case in cases.iter().filter(|case| is_wanted(&args.case, &case.id)) {
        if !sdk.has(suite, &case.function()) {
            out.not_tried.push(case.id.clone());
            continue;
        }
        let staged = Staged::new(case, suite, sdk)?;
        let calm = staged.calm();
        let differences = judge::differences(case, &calm);
        let passes = differences.is_empty();
        eprintln!("{} {} {}", if passes { "✓" } else { "✗" }, sdk.name(), case.id);
        let found = if passes && args.faults { faults::found(&staged, &calm) } else { Vec::new() };
        let (id, description) = (case.id.clone(), case.description.clone());
        out.tried.push(Tried { id, description, differences, found });
    }
    Ok(out)
}
