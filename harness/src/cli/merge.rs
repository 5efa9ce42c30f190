use super::{CommandError, args::Format};
use crate::{
    Exit, Variant,
    outcome::{Known, Outcome},
    report::{
        json::{CheckJson, ResultJson},
        text,
    },
};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

pub(super) fn merge(
    files: &[PathBuf],
    format: Format,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let mut parts = Vec::new();
    for file in files {
        parts.push((file.as_path(), load(file)?));
    }
    let mut merged = join(parts)?;
    let outcome = judge(&merged)?;
    merged.exit = outcome.exit as u8;
    merged.verdict = outcome.lines;
    let text = match format {
        Format::Json => merged.to_text(),
        Format::Text => text::merged(&merged),
    };
    out.write_all(text.as_bytes())?;
    Ok(outcome.exit)
}

fn foreign(path: &Path, what: impl std::fmt::Display) -> CommandError {
    CommandError::Foreign(format!("{}: {what}", path.display()))
}

fn load(path: &Path) -> Result<CheckJson, CommandError> {
    let bytes = fs::read(path).map_err(|error| foreign(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let place = format!("{}:{}: {error}", error.line(), error.column());
        foreign(path, format!("{place}; expected what `anechoic check --shard K/N --format json` prints"))
    })
}

/// Joins the parts, if they are all of one check and none is missing.
fn join(parts: Vec<(&Path, CheckJson)>) -> Result<CheckJson, CommandError> {
    let mut seen = BTreeSet::new();
    let mut merged: Option<(CheckJson, u32)> = None;
    for (path, part) in parts {
        let shard =
            part.shard.ok_or_else(|| foreign(path, "it is no shard; expected one of `--shard K/N`"))?;
        if !seen.insert(shard.number) {
            return Err(foreign(path, format!("shard {}/{} is there twice", shard.number, shard.of)));
        }
        match &mut merged {
            None => merged = Some((CheckJson { shard: None, ..part }, shard.of)),
            Some((whole, of)) => {
                if *of != shard.of {
                    return Err(foreign(
                        path,
                        format!("it is one of {} shards, the others are of {of}", shard.of),
                    ));
                }
                add(whole, part).map_err(|what| foreign(path, what))?;
            }
        }
    }
    let (whole, of) = merged.ok_or_else(|| CommandError::Usage("there is nothing to merge".into()))?;
    let missing: Vec<String> =
        (1..=of).filter(|number| !seen.contains(number)).map(|number| format!("{number}/{of}")).collect();
    if !missing.is_empty() {
        return Err(CommandError::Foreign(format!("missing: shard {}", missing.join(", "))));
    }
    Ok(whole)
}

fn add(whole: &mut CheckJson, part: CheckJson) -> Result<(), String> {
    if whole.version != part.version
        || whole.specimens != part.specimens
        || whole.results.len() != part.results.len()
    {
        return Err("it is a shard of another check".into());
    }
    for (whole, part) in whole.results.iter_mut().zip(part.results) {
        let same =
            |result: &ResultJson| (result.scenario.clone(), result.variant.clone(), result.bound.clone());
        if same(whole) != same(&part) || whole.search.reduce != part.search.reduce {
            return Err(format!(
                "it is a shard of another check: of {} {} within another bound",
                part.scenario, part.variant
            ));
        }
        let search = &mut whole.search;
        search.executions += part.search.executions;
        search.states += part.search.states;
        search.complete &= part.search.complete;
        search.seconds = search.seconds.zip(part.search.seconds).map(|(one, other)| one + other);
        whole.never.retain(|never| part.never.contains(never));
        for (whole, part) in whole.promises.iter_mut().zip(part.promises) {
            if whole.verdict == "holds" || part.verdict == "violated" && whole.verdict != "violated" {
                *whole = part;
            }
        }
    }
    Ok(())
}

fn judge(merged: &CheckJson) -> Result<Outcome, CommandError> {
    let names: Vec<&str> = merged.results.iter().map(|result| result.variant.as_str()).collect();
    let mut known: Vec<Known<'_>> = Vec::new();
    for name in names {
        if known.iter().any(|known| known.variant.name == name) {
            continue;
        }
        let variant =
            Variant::named(name).ok_or_else(|| CommandError::Foreign(format!("no variant `{name}`")))?;
        let results = || merged.results.iter().filter(|result| result.variant == name);
        let broken =
            results().flat_map(|result| &result.promises).filter(|promise| promise.verdict == "violated");
        known.push(Known {
            variant,
            broken: broken.map(|promise| promise.name.as_str()).collect(),
            searched: results().all(|result| result.search.complete),
            never: results().flat_map(|result| &result.never).map(String::as_str).collect(),
        });
    }
    Ok(Outcome::of(known.into_iter(), merged.specimens))
}
