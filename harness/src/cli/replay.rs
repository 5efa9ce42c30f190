use super::CommandError;
use crate::{Exit, check::TaskReplay, report::text};
use anechoic::search::Diverged;
use anechoic_evidence::ReplayFile;
use anechoic_model::Promise;
use std::{io, path::Path};

pub(super) fn replay(path: &Path, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let file = ReplayFile::<TaskReplay>::load(path)?;
    let name = path.display().to_string();
    let subject = &file.subject;
    let promised = Promise::ALL.iter().position(|promise| promise.name() == file.promise);
    let promised =
        promised.ok_or_else(|| CommandError::Foreign(format!("{name}: no promise `{}`", file.promise)))?;
    let found =
        subject.replay(&file.choices).map_err(|what| CommandError::Foreign(format!("{name}: {what}")))?;
    if let Err(diverged) = &found.fits {
        return Err(CommandError::Foreign(format!("{name}: {}", explain(diverged))));
    }
    writeln!(out, "{name}: {} in {}", subject.variant, subject.scenario)?;
    if !found.outcome.breaches.iter().any(|breach| breach.promise == promised) {
        writeln!(out, "it was saved because it broke {}, and does not break it any more", file.promise)?;
    }
    out.write_all(text::replayed(&name, &found).as_bytes())?;
    Ok(if found.outcome.breaches.is_empty() { Exit::Holds } else { Exit::Violated })
}

/// Where a run and its record part, and why.
fn explain(diverged: &Diverged) -> String {
    let at = diverged.at;
    match (&diverged.recorded, diverged.offered.as_slice()) {
        (Some(recorded), []) => {
            format!("choice {at} is `{recorded}`, but the run is over before it: the code has changed since")
        }
        (Some(recorded), offered) => {
            let offered: String = offered.iter().map(|way| format!("\n    {way}")).collect();
            format!(
                "choice {at} is `{recorded}`, which the run does not offer any more: the code has changed since.\n  \
                 expected one of{offered}"
            )
        }
        (None, offered) => {
            let offered: String = offered.iter().map(|way| format!("\n    {way}")).collect();
            format!(
                "choice {at} is missing: the run goes on where the file ends.\n  expected one of{offered}"
            )
        }
    }
}
