//! What is checked: what an `anechoic.toml` says, or the tasks if they are asked for.
use anechoic::Catalogue;
use anechoic_project::ConfigError;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The file that counts where none is named.
pub(crate) const USUAL: &str = "anechoic.toml";
/// The subcommands that check something of a catalogue; without any, a check is asked for.
const OF_A_CATALOGUE: [&str; 6] = ["check", "replay", "explore", "review", "list", HELP];
/// What is asked for before the name of a subcommand is all that there is to say of it.
const HELP: &str = "help";
/// The word before a command that is about the tasks.
const DEMO: &str = "demo";

/// What a command works on.
pub(crate) enum Chosen {
    /// What a file says.
    Own(Box<Catalogue>),
    /// The tasks, whose runs and traces are known without a file.
    Tasks,
    /// The tasks, as they were asked for, and the command without the word that asks for them.
    Demo(Vec<OsString>),
    /// Nothing that could be checked, although a check is asked for.
    Nothing,
    /// Nothing yet: help, or what needs no catalogue.
    Empty,
}

/// What these arguments are about.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn chosen(arguments: &[OsString]) -> Result<Chosen, ConfigError> {
    let mut named = None;
    let mut command = None;
    let mut is_plain = true;
    let mut words = arguments.iter().enumerate().skip(1);
    while let Some((at, word)) = words.next() {
        let Some(text) = word.to_str() else { continue };
        match text.strip_prefix("--config") {
            Some("") => named = words.next().map(|(_, file)| PathBuf::from(file)),
            Some(file) if file.starts_with('=') => named = Some(PathBuf::from(&file[1..])),
            _ if command.is_none() && !text.starts_with('-') => command = Some((at, text)),
            _ => is_plain &= text == "--ascii",
        }
    }
    let asks_for_help =
        matches!(command, Some((_, HELP))) || arguments.iter().any(|word| word == "--help" || word == "-h");
    if let Some((at, DEMO)) = command {
        return Ok(Chosen::Demo(demo(arguments, at)));
    }
    let command = command.map(|(_, command)| command);
    if command.is_some_and(|command| !OF_A_CATALOGUE.contains(&command)) {
        return Ok(Chosen::Tasks);
    }
    let usual = || Some(PathBuf::from(USUAL)).filter(|path| Path::is_file(path) && !asks_for_help);
    if let Some(file) = named.or_else(usual) {
        let of_traces = if command == Some("list") { anechoic_project::of_traces(&file)? } else { None };
        return Ok(Chosen::Own(Box::new(match of_traces {
            Some(promised) => promised,
            None => anechoic_project::load(&file)?,
        })));
    }
    Ok(match command {
        _ if is_at_home() => Chosen::Tasks,
        _ if asks_for_help => Chosen::Empty,
        Some("check") => Chosen::Nothing,
        None if is_plain => Chosen::Nothing,
        // A saved run says whose it is.
        Some("replay" | "review" | "explore") => Chosen::Tasks,
        _ => Chosen::Empty,
    })
}

/// Whether cargo runs this in its own workspace, where the tasks are what is checked. Whoever has it started by a cargo of theirs
/// has another package.
fn is_at_home() -> bool {
    env::var("CARGO_PKG_NAME").is_ok_and(|package| package == env!("CARGO_PKG_NAME"))
}

/// The command without the word that asks for the tasks. What is shown to be typed has it again.
fn demo(arguments: &[OsString], at: usize) -> Vec<OsString> {
    let mut rest = arguments.to_vec();
    rest.remove(at);
    rest[0].push(format!(" {DEMO}"));
    rest
}

/// What the command checks if nothing is there: nothing.
pub(crate) fn empty() -> Catalogue {
    Catalogue::new("nothing", Vec::new())
}
