//! What is said where nothing can be checked yet.
use anechoic::{
    Exit,
    evidence::{SCREEN, harmless, lines_within},
};
use std::{
    env,
    io::{self, Write as _},
    path::Path,
};

const HOW: &str = "
next
  anechoic init         writes one, of what your project says of itself
  anechoic check        then searches every run of your handlers
  --config FILE         names one that lies elsewhere
  #[anechoic::test]     makes a test of a handler in Rust, which needs none
  anechoic trace FILE   judges rows, logs, spans or histories, without any code
  anechoic demo         a task orchestrator that is built in, in ten seconds
  anechoic --help       all commands; anechoic help check: all of one
";

/// Says how to begin, on the standard error: whoever reads the output expects a report.
pub(crate) fn say() -> Exit {
    let here =
        env::current_dir().map_or_else(|_| "this folder".into(), |folder| folder.display().to_string());
    let mut text =
        format!("error: nothing was checked: there is no anechoic.toml in {}\n", harmless(&here, 200));
    if let [first, ..] = anechoic_project::sources(Path::new(".")).as_slice() {
        text += &format!("  {} is there: `anechoic init` makes one of it\n", harmless(first, 200));
    }
    // If nobody listens, the exit code has to do.
    let _ = io::stderr().write_all(lines_within(SCREEN, &(text + HOW)).as_bytes());
    Exit::Inconclusive
}
