use super::{CommandError, files::unwritable, regressions::Kept, replay};
use crate::{Exit, check::TaskReplay, report::text};
use anechoic_evidence::{ReplayFile, write_whole};
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
    folder: &Path,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Exit, CommandError> {
    let kept = Kept::read(folder)?;
    let mut left = 0;
    for (number, file) in (1..).zip(kept.pending()) {
        let count = kept.pending().count();
        writeln!(out, "── {number} of {count}: {}\n", file.display())?;
        let (saved, found) = replay::again(file)?;
        out.write_all(text::replayed(&file.display().to_string(), &saved, &found).as_bytes())?;
        match ask("\naccept, reject or skip? [a/r/s] ", answers, out)?.as_deref() {
            Some("a" | "accept") => left += u32::from(!accept(file, &saved, answers, out)?),
            Some("r" | "reject") => {
                fs::remove_file(file).map_err(unwritable(file))?;
                writeln!(out, "removed; the next check that finds it keeps it again")?;
            }
            _ => left += 1,
        }
    }
    report_loose_ends(&Kept::read(folder)?, out)?;
    if left > 0 {
        writeln!(out, "{left} left for the next review")?;
    }
    Ok(if left > 0 { Exit::Inconclusive } else { Exit::Holds })
}

/// Gives a run its name and a line in the record. Not, if the answers end first.
fn accept(
    file: &Path,
    saved: &ReplayFile<TaskReplay>,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<bool, CommandError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let TaskReplay { scenario, variant, .. } = &saved.subject;
    let usual = format!("{scenario}.{variant}.{}", saved.promise);
    let name = loop {
        let Some(answer) = ask(&format!("its name [{usual}] "), answers, out)? else { return Ok(false) };
        let name = if answer.is_empty() { usual.clone() } else { answer };
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        let taken = folder.join(format!("{name}.json")).exists();
        match (name.chars().all(is_plain) && !name.starts_with('.') && !name.ends_with(".new"), taken) {
            (true, false) => break name,
            (false, _) => writeln!(out, "letters, digits, and - _ . only, please")?,
            (_, true) => writeln!(out, "there is a run of this name")?,
        }
    };
    let line = loop {
        let Some(answer) = ask("what went wrong, in a line: ", answers, out)? else { return Ok(false) };
        if !answer.is_empty() {
            break answer.replace('|', "\\|");
        }
        writeln!(out, "whoever meets this run in a year will be glad of a line")?;
    };
    // First the record: a line too many says so, a run that nobody knows anything of would not.
    let record = folder.join(RECORD);
    let so_far = match fs::read_to_string(&record) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => RECORD_HEAD.into(),
        Err(error) => return Err(CommandError::Foreign(format!("{}: {error}", record.display()))),
    };
    let breaks = format!("`{variant}` breaks {} in {scenario}", saved.promise);
    let text = format!("{}\n| [{name}]({name}.json) | {breaks} | {line} |\n", so_far.trim_end());
    write_whole(&record, text.as_bytes()).map_err(unwritable(&record))?;
    let path = folder.join(format!("{name}.json"));
    fs::rename(file, &path).map_err(unwritable(&path))?;
    writeln!(out, "kept as {}; every check makes it again first", path.display())?;
    Ok(true)
}

/// Says which runs the record does not know, and which cannot be made any more.
fn report_loose_ends(kept: &Kept, out: &mut dyn Write) -> Result<(), CommandError> {
    let record = fs::read_to_string(kept.folder.join(RECORD)).unwrap_or_default();
    let mut accepted = 0;
    for (file, saved) in kept.accepted() {
        accepted += 1;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !record.contains(&format!("({name})")) {
            writeln!(out, "! {}: {RECORD} beside it says nothing of it", file.display())?;
        }
        let fits = saved.subject.replay(&saved.choices).is_ok_and(|replayed| replayed.fits.is_ok());
        if !fits {
            writeln!(out, "! {}: the code does not allow this run any more", file.display())?;
        }
    }
    writeln!(out, "{} in {}", text::plural(accepted, "saved run"), kept.folder.display())?;
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
    let mut answer = String::new();
    let read = answers.read_line(&mut answer)?;
    if read == 0 {
        writeln!(out)?;
    }
    Ok((read > 0).then(|| answer.trim().to_string()))
}
