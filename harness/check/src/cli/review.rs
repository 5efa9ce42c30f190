use super::{CommandError, replay};
use crate::{
    Catalogue, Exit, ReplayFile,
    kept::Kept,
    show::{markdown::escaped, run, words::plural},
};
use anechoic_evidence::{harmless, shown, write_whole};
use std::{
    fs,
    io::{self, BufRead, Write},
    path::Path,
};

/// Where it is written down what each accepted run was.
const RECORD: &str = "README.md";
const RECORD_HEAD: &str = "# Saved runs\n\nEach is made again before every check.\n\n| run | breaks | what went wrong |\n|---|---|---|\n";

/// Shows each run that nobody has looked at, and does with it what it is told to.
pub(super) fn review(
    catalogue: &Catalogue,
    folder: &Path,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Exit, CommandError> {
    let kept = Kept::read(folder)?;
    let mut left: u64 = 0;
    for (number, file) in (1..).zip(&kept.pending) {
        writeln!(out, "── {number} of {}: {}\n", kept.pending.len(), shown(file))?;
        let saved = match shown_run(catalogue, file, out)? {
            Ok(saved) => Some(saved),
            // It may have been mended meanwhile.
            Err(error) => {
                writeln!(out, "{error}\nit cannot be made, so it can only be rejected")?;
                None
            }
        };
        match (decide(answers, out)?, saved) {
            (Decision::Accept, Some(saved)) => left += u64::from(!accept(file, &saved, answers, out)?),
            (Decision::Reject, _) => {
                fs::remove_file(file).map_err(CommandError::unwritable(file))?;
                writeln!(out, "removed; the next check that finds it keeps it again")?;
            }
            _ => left += 1,
        }
    }
    left += settle_lost(catalogue, &Kept::read(folder)?, answers, out)?;
    report_loose_ends(&Kept::read(folder)?, out)?;
    if left > 0 {
        writeln!(out, "{left} left for the next review")?;
    }
    Ok(if left > 0 { Exit::Inconclusive } else { Exit::Holds })
}

/// Shows a run that nobody has looked at; or says why it cannot be made. A run of a test can only be told: its handlers are
/// built into that test.
fn shown_run(
    catalogue: &Catalogue,
    file: &Path,
    out: &mut dyn Write,
) -> Result<Result<ReplayFile, CommandError>, CommandError> {
    let saved = match ReplayFile::load(file) {
        Ok(saved) => saved,
        Err(error) => return Ok(Err(error.into())),
    };
    if let Some(test) = saved.test_command(file) {
        let [promise, found] = [&saved.promise, &saved.found].map(|text| harmless(text, 200));
        writeln!(out, "{} broke {promise}: {found}\n", harmless(&saved.scenario, 200))?;
        for (number, choice) in (1..).zip(&saved.choices) {
            writeln!(out, "{number:>4}  {}", harmless(choice, 200))?;
        }
        writeln!(out, "\nmake it again with\n  {test}")?;
        return Ok(Ok(saved));
    }
    Ok(replay::again(catalogue, file)
        .map(|(saved, found)| {
            let shown = out.write_all(run::replayed(&shown(file), &saved, &found).as_bytes());
            shown.map(|()| saved)
        })
        .and_then(|shown| shown.map_err(CommandError::from)))
}

enum Decision {
    Accept,
    Reject,
    Skip,
}

/// What to do with a run; nothing, if the answers have ended.
fn decide(answers: &mut dyn BufRead, out: &mut dyn Write) -> Result<Decision, CommandError> {
    loop {
        let answer = ask("\naccept, reject or skip? [a/r/s] ", answers, out)?;
        match answer.as_deref().map(str::to_lowercase).as_deref() {
            Some("a" | "accept") => return Ok(Decision::Accept),
            Some("r" | "reject") => return Ok(Decision::Reject),
            None | Some("s" | "skip" | "") => return Ok(Decision::Skip),
            Some(_) => writeln!(out, "a keeps it, r removes it, s leaves it for the next review")?,
        }
    }
}

/// Gives a run its name and a line in the record. Not, if the answers end first.
fn accept(
    file: &Path,
    saved: &ReplayFile,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<bool, CommandError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let ReplayFile { scenario, variant, .. } = saved;
    let usual = saved.usual_name().trim_end_matches(".json").to_string();
    let name = loop {
        let Some(answer) = ask(&format!("its name [{usual}] "), answers, out)? else { return Ok(false) };
        let name = if answer.is_empty() { usual.clone() } else { answer };
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        let taken = folder.join(format!("{name}.json")).exists();
        let is_short = name.len() <= 100;
        let is_name = name.chars().all(is_plain) && !name.starts_with('.') && !name.ends_with(".new");
        match (is_name && is_short, taken) {
            (true, false) => break name,
            (false, _) => writeln!(out, "letters, digits, and - _ . only, please, and at most 100")?,
            (_, true) => writeln!(out, "there is a run of this name")?,
        }
    };
    let line = loop {
        let Some(answer) = ask("what went wrong, in a line: ", answers, out)? else { return Ok(false) };
        if !answer.is_empty() {
            break escaped(&answer);
        }
        writeln!(out, "whoever meets this run in a year will be glad of a line")?;
    };
    // First the record: a line too many says so, a run that nobody knows anything of would not.
    let record = folder.join(RECORD);
    let so_far = match fs::read_to_string(&record) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => RECORD_HEAD.into(),
        Err(error) => return Err(CommandError::Foreign(format!("{}: {error}", shown(&record)))),
    };
    let breaks = format!("`{variant}` breaks {} in {scenario}", saved.promise);
    let text = format!("{}\n| [{name}]({name}.json) | {breaks} | {line} |\n", so_far.trim_end());
    write_whole(&record, text.as_bytes()).map_err(CommandError::unwritable(&record))?;
    let path = folder.join(format!("{name}.json"));
    fs::rename(file, &path).map_err(CommandError::unwritable(&path))?;
    writeln!(
        out,
        "kept as {}; every check makes it again first; commit it with {}",
        shown(&path),
        shown(&record)
    )?;
    Ok(true)
}

/// Asks about each accepted run that cannot be made any more: it shows nothing, and no check passes while it is there.
fn settle_lost(
    catalogue: &Catalogue,
    kept: &Kept,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<u64, CommandError> {
    let mut left = 0;
    for (file, saved) in &kept.accepted {
        // Only the test knows whether the code still allows it, and only who reads this whether there still is that test.
        if let Some(test) = saved.test_command(file) {
            writeln!(
                out,
                "– {}: its test makes it again first; delete it if that test is gone\n  {test}",
                shown(file)
            )?;
            continue;
        }
        let why = match catalogue.again(saved) {
            Ok(replayed) if !replayed.knows(&saved.promise) => {
                format!("there is no promise `{}`", harmless(&saved.promise, 200))
            }
            Ok(replayed) => match &replayed.fits {
                Ok(()) => continue,
                Err(misfit) => misfit.to_string(),
            },
            Err(why) => why,
        };
        writeln!(out, "! {}: the code does not allow this run any more:\n  {why}", shown(file))?;
        match ask("remove it or leave it? [r/l] ", answers, out)?.as_deref() {
            Some("r" | "remove") => {
                fs::remove_file(file).map_err(CommandError::unwritable(file))?;
                writeln!(out, "removed; a check finds the run anew if the code still has it")?;
            }
            _ => left += 1,
        }
    }
    Ok(left)
}

/// Says which runs the record does not know.
fn report_loose_ends(kept: &Kept, out: &mut dyn Write) -> Result<(), CommandError> {
    let record = fs::read_to_string(kept.folder.join(RECORD)).unwrap_or_default();
    for (file, _) in &kept.accepted {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !record.contains(&format!("({name})")) {
            writeln!(out, "! {}: {RECORD} beside it says nothing of it", shown(file))?;
        }
    }
    writeln!(out, "{} in {}", plural(kept.accepted.len() as u64, "saved run"), shown(&kept.folder))?;
    Ok(())
}

/// An answer without the space around it; none, if there are no more.
fn ask(
    question: &str,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Option<String>, CommandError> {
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = Vec::new();
    let read = answers.read_until(b'\n', &mut answer)?;
    if read == 0 {
        writeln!(out)?;
    }
    Ok((read > 0).then(|| String::from_utf8_lossy(&answer).trim().to_string()))
}
