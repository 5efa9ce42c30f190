use super::CommandError;
use crate::{Exit, SCENES, VARIANTS, report::json};
use anechoic::Policy;
use anechoic_model::Promise;
use std::io;

pub(super) fn list(out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let mut part = |title: &str, entries: Vec<(&str, &str)>| -> io::Result<()> {
        writeln!(out, "{title}")?;
        for (name, about) in entries {
            writeln!(out, "  {name:<28}{about}")?;
        }
        writeln!(out)
    };
    part("scenarios", SCENES.iter().map(|scene| (scene.name, scene.about)).collect())?;
    part("variants", VARIANTS.iter().map(|variant| (variant.name, variant.about)).collect())?;
    part("promises", Promise::ALL.iter().map(|promise| (promise.name(), promise.sentence())).collect())?;
    let presets = Policy::presets();
    part("retry policies", presets.iter().map(|preset| (preset.name, preset.about)).collect())?;
    Ok(Exit::Holds)
}

pub(super) fn schema(out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    out.write_all(json::schema().as_bytes())?;
    Ok(Exit::Holds)
}
