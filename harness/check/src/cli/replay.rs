use super::{
    CommandError, Context,
    args::{self, Emit},
};
use crate::{
    Catalogue, Exit, ReplayFile,
    replay::{Misfit, Replayed},
    show::{emit, picture, run},
};
use anechoic_evidence::{harmless, shown, write_whole};
use std::{fs, io, path::Path};

pub(super) fn replay(
    context: &Context<'_>,
    args: &args::Replay,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let processes = |option: &str| {
        context.catalogue.processes.ok_or_else(|| {
            let what = "its runs are not made by processes; of a handler in Rust, --emit test makes a test to step through";
            CommandError::Usage(format!("{option}: {what}"))
        })
    };
    if args.inspect {
        (processes("--inspect")?.inspect)();
    }
    let tables = match &args.tables {
        Some(folder) => Some((folder, processes("--tables")?.tables)),
        None => None,
    };
    let (file, found) = if args.pause {
        let mut pauses = Pauses::new(context.catalogue);
        step_by_step(context.catalogue, &args.file, &mut |label| pauses.before(label))?
    } else {
        again(context.catalogue, &args.file)?
    };
    if let Some(emit) = args.emit {
        let text = match (emit, &context.catalogue.expression) {
            (Emit::Svg, _) => picture::alone(&file, &found),
            (Emit::Test, Some(expression)) => emit::test(&file, expression),
            (Emit::Test, None) => {
                let what =
                    "--emit test: the catalogue does not say by which Rust expression a test gets at it";
                return Err(CommandError::Usage(what.into()));
            }
        };
        out.write_all(text.as_bytes())?;
        return Ok(Exit::Holds);
    }
    out.write_all(run::replayed(&shown(&args.file), &file, &found).as_bytes())?;
    if let Some((folder, tables)) = tables {
        fs::create_dir_all(folder).map_err(CommandError::unwritable(folder))?;
        for (name, text) in tables() {
            let path = folder.join(format!("{}.json", name.replace(['/', '\\'], "_")));
            write_whole(&path, text.as_bytes()).map_err(CommandError::unwritable(&path))?;
            writeln!(out, " table    {}", shown(&path))?;
        }
    }
    Ok(if found.outcome.breaches.is_empty() { Exit::Holds } else { Exit::Violated })
}

/// Stops before each step.
struct Pauses<'c> {
    catalogue: &'c Catalogue,
    step: usize,
    /// Nobody is there to press Enter any more.
    is_alone: bool,
}

impl Pauses<'_> {
    fn new(catalogue: &Catalogue) -> Pauses<'_> {
        Pauses { catalogue, step: 0, is_alone: false }
    }

    /// What is asked of people goes to the standard error; the run itself is what is printed in the end.
    fn before(&mut self, label: &str) {
        self.step += 1;
        for line in self.catalogue.processes.iter().flat_map(|processes| (processes.running)()) {
            eprintln!("    {}", harmless(&line, LONGEST));
        }
        eprintln!("step {}: {}", self.step, harmless(label, LONGEST));
        if !self.is_alone {
            eprint!("    Enter goes on ");
            let read = io::stdin().read_line(&mut String::new());
            self.is_alone = read.is_ok_and(|count| count == 0);
            eprintln!();
        }
    }
}

/// What is longer is cut.
const LONGEST: usize = 400;

/// Makes a saved run again, exactly as it was saved.
pub(super) fn again(catalogue: &Catalogue, path: &Path) -> Result<(ReplayFile, Replayed), CommandError> {
    step_by_step(catalogue, path, &mut |_| ())
}

/// The same, and tells each choice before it is made.
fn step_by_step(
    catalogue: &Catalogue,
    path: &Path,
    before: &mut dyn FnMut(&str),
) -> Result<(ReplayFile, Replayed), CommandError> {
    let file = ReplayFile::load(path)?;
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", shown(path)));
    if let Some(test) = file.test_command(path) {
        return Err(foreign(format!("it is a run of a test; make it again with\n  {test}")));
    }
    let found = catalogue.step_by_step(&file, before).map_err(foreign)?;
    if !found.knows(&file.promise) {
        return Err(foreign(format!("no promise `{}`", file.promise)));
    }
    match &found.fits {
        Ok(()) => Ok((file, found)),
        Err(misfit @ Misfit::Diverged(_)) => Err(foreign(misfit.to_string())),
        Err(misfit @ Misfit::CannotTell(_)) => {
            Err(CommandError::CannotTell(format!("{}: {misfit}", shown(path))))
        }
    }
}
