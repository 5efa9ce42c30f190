use crate::{args, trace::Source};
use anechoic::{
    Exit,
    cli::{CommandError, Context},
    evidence::write_whole,
};
use anechoic_task_cases::trace::{Reproduction, Tally, reproduce as find};
use std::{fs, io, path::Path};
use xxhash_rust::xxh3::xxh3_64;

pub(crate) fn reproduce(
    context: &Context<'_>,
    args: &args::Reproduce,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let mut source = Source::new(&args.input, true)?;
    let mut tally = Tally::new(Vec::new(), 1);
    source.examine(&mut |task| tally.count(&task))?;
    let explained = source.explain(tally.first_broken(), tally.tasks() == 1)?;
    let Some((task, explanation)) = explained.first() else {
        writeln!(
            out,
            "no task in this input breaks a promise, as far as it shows; there is nothing to reproduce"
        )?;
        return Ok(Exit::Inconclusive);
    };
    let Some(found) = find(task, explanation) else {
        writeln!(out, "task {}: no run that was searched yields this trace; try --faults 2", task.shown())?;
        return Ok(Exit::Inconclusive);
    };
    let names: Vec<String> = args
        .input
        .files
        .iter()
        .filter_map(|file| file.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let kept = keep(&found, &task.task, &names.join(", "), &args.out)?;
    let smallest = &found.smallest;
    writeln!(
        out,
        "task {} breaks {}: {}",
        task.shown(),
        found.promise,
        task.judged[found.promise as usize].why
    )?;
    writeln!(out, "so does {} in {}: {}\n", smallest.variant, smallest.scenario, smallest.found)?;
    writeln!(out, " smallest            {} replay {}", context.command, kept[0])?;
    match &found.timed {
        Ok((_, fit)) => {
            writeln!(out, " second by second    {} replay {}", context.command, kept[1])?;
            let word = if fit.fits() { "✓" } else { "✗ not" };
            let ((events, of_events), (log, of_log)) = (fit.events, fit.log);
            writeln!(
                out,
                "   {word} as observed: {events} of {of_events} events and {log} of {of_log} lines of the log at their second"
            )?;
        }
        Err(why) => writeln!(out, " second by second    none: {why}")?,
    }
    writeln!(out, " test                {}", kept[kept.len() - 1])?;
    Ok(Exit::Violated)
}

/// A task's id may be anything; a file's name may not, and two tasks have two names.
fn file_stem(task: &str) -> String {
    const LONGEST: usize = 80;
    let plain: String =
        task.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    match plain == task && plain.len() <= LONGEST {
        true => plain,
        false => {
            let short: String = plain.chars().take(LONGEST).collect();
            format!("{short}_{:08x}", xxh3_64(task.as_bytes()) as u32)
        }
    }
}

/// Writes the replay files and the test; tells where, the test last.
fn keep(
    found: &Reproduction,
    task: &str,
    found_in: &str,
    folder: &Path,
) -> Result<Vec<String>, CommandError> {
    let safe = file_stem(task);
    let smallest = (format!("{safe}.smallest.json"), found.smallest.to_json());
    let timed = found.timed.as_ref().map(|(file, _)| (format!("{safe}.observed.json"), file.to_json()));
    let replays: Vec<(String, String)> = [smallest].into_iter().chain(timed).collect();
    let names: Vec<String> = replays.iter().map(|(name, _)| name.clone()).collect();
    let test = (format!("{safe}.rs"), found.test(task, found_in, &names));
    fs::create_dir_all(folder).map_err(CommandError::unwritable(folder))?;
    let mut kept = Vec::new();
    for (name, text) in replays.iter().chain([&test]) {
        let path = folder.join(name);
        write_whole(&path, text.as_bytes()).map_err(CommandError::unwritable(&path))?;
        kept.push(path.display().to_string());
    }
    Ok(kept)
}
