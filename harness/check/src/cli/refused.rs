//! What is said to arguments that make no sense.
use crate::{Catalogue, Exit};
use anechoic_evidence::{Look, SCREEN, lines_within};
use clap::{
    Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
};

/// Help and version are asked for; anything else is a mistake, of which is said what to do next.
pub(super) fn refused(
    error: &Error,
    definition: &Command,
    (program, arguments): (&str, &[OsString]),
    catalogue: &Catalogue,
) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Holds;
    }
    let said = error.render().to_string();
    let said = said.split("\nFor more information").next().unwrap_or_default().trim_end();
    let next = meant(error, program, catalogue).unwrap_or_else(|| help(definition, program, arguments));
    let text = lines_within(SCREEN, &format!("{said}\n\n  next: {next}"));
    // If nobody listens, the exit code has to do.
    let _ = io::stderr().write_all(Look::default().dress(&text).as_bytes());
    Exit::Usage
}

/// The command that was meant with a word that is none: a scenario is checked, and a file is read.
fn meant(error: &Error, program: &str, catalogue: &Catalogue) -> Option<String> {
    let ErrorKind::InvalidSubcommand = error.kind() else { return None };
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    if catalogue.has_scenario(word) {
        return Some(format!("{program} check {word}"));
    }
    Path::new(word).exists().then(|| format!("{program} replay {word}, if a check has saved it"))
}

/// Where all is said of the command that was meant.
fn help(definition: &Command, program: &str, arguments: &[OsString]) -> String {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let command = words.filter_map(|word| definition.find_subcommand(word)).next();
    match command.map(Command::get_name) {
        Some(name) if name != "help" => format!("{program} help {name} says all that can be asked for"),
        _ => format!("{program} --help lists the commands"),
    }
}
