use super::{CommandError, args::Reports};
use crate::{Exit, SCENES, VARIANTS, report, show::trace_json};
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
    let formats = anechoic_traces::Format::ALL;
    part("trace formats", formats.iter().map(|format| (format.name(), format.about())).collect())?;
    Ok(Exit::Holds)
}

pub(super) fn schema(of: Reports, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let schema = match of {
        Reports::Check => report::schema(),
        Reports::Trace => trace_json::schema(),
    };
    out.write_all(schema.as_bytes())?;
    Ok(Exit::Holds)
}
