//! `init`: writes a first `anechoic.toml`.
use crate::{args::Init, chosen::USUAL};
use anechoic::{
    Exit,
    cli::CommandError,
    evidence::{harmless, shown},
};
use anechoic_project::{BeginError, Begun, begin};
use std::{
    io::{self, BufRead as _, IsTerminal as _, Write},
    path::Path,
};
use tempfile::NamedTempFile;

/// So many guesses fit a screen; all of them are in the file.
const SHOWN: usize = 12;

const ROWS: &str = "rows that a handler needs go under its [tables]";

/// Writes the configuration of a folder and says what it rests on.
pub(crate) fn init(args: &Init, out: &mut dyn Write) -> Result<Exit, CommandError> {
    let file = if args.folder == Path::new(".") { USUAL.into() } else { args.folder.join(USUAL) };
    let is_there = || {
        CommandError::Usage(format!(
            "{} is there already, and is left as it is\n  next: anechoic check searches what it says; to begin anew, move it away first",
            shown(&file)
        ))
    };
    if file.symlink_metadata().is_ok() {
        return Err(is_there());
    }
    let begun = begin(&args.folder, args.from.as_deref(), &mut ask).map_err(|error| match error {
        BeginError::Nothing(_) => CommandError::Usage(error.to_string()),
        error => CommandError::unreadable(error),
    })?;
    write(&file, &begun.text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => is_there(),
        _ => CommandError::unwritable(&file)(error),
    })?;
    out.write_all(report(&begun, &file).as_bytes())?;
    Ok(Exit::Holds)
}

/// All of it or nothing, and never over what came there meanwhile.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = NamedTempFile::with_prefix_in(".anechoic-", folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    allow_reading(&beside)?;
    beside.persist_noclobber(file).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is its owner's alone; this one is to be read like any other of the project.
#[cfg(unix)]
fn allow_reading(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn allow_reading(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// Asks whoever sits there; nobody else is asked.
fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    eprint!("{}", harmless(question, 200));
    io::stdin().lock().lines().next()?.ok()
}

/// What was guessed and from where, what is missing, and what to do next.
fn report(begun: &Begun, file: &Path) -> String {
    let mut text =
        format!("{} is written, from {}\n", harmless(&file.display().to_string(), 200), begun.from);
    if let Some(other) = begun.besides.first() {
        text += &format!(
            "  not read: {}; init --from {other} begins from that instead\n",
            begun.besides.join(", ")
        );
    }
    if begun.is_unsynthesized {
        text += "  cdk.json is there without cdk.out; more is known after `npx cdk synth`:\n  move this file away then, and init \
                 begins from the template of your stack\n";
    }
    text += "\nguessed\n";
    for guess in begun.guesses.iter().take(SHOWN) {
        text += &format!("  {}    {}\n", guess.what, guess.from);
    }
    if begun.guesses.len() > SHOWN {
        text += &format!(
            "  and {} more; each line of the file says where it is from\n",
            begun.guesses.len() - SHOWN
        );
    }
    if !begun.missing.is_empty() {
        text +=
            if begun.runs { "\ncomments so far, each with a line to fill in\n" } else { "\nto fill in\n" };
    }
    for (line, what) in begun.missing.iter().take(SHOWN) {
        text += &format!("  {USUAL}:{line}    {what}\n");
    }
    if begun.missing.len() > SHOWN {
        text += &format!("  and {} more, marked FILL IN\n", begun.missing.len() - SHOWN);
    }
    let lines: Vec<String> = begun.missing.iter().map(|(line, _)| line.to_string()).collect();
    let first = match lines.as_slice() {
        _ if begun.runs => String::new(),
        [] => String::new(),
        [line] => format!("fill in line {line}; {ROWS}; then: "),
        [lines @ .., last] => format!("fill in lines {} and {last}; {ROWS}; then: ", lines.join(", ")),
    };
    text + &format!("\nnext: {first}anechoic check\n")
}
