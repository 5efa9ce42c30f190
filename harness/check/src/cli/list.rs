use super::{CommandError, Extra, args::CHECK};
use crate::{Catalogue, Exit, catalogue::About, report};
use anechoic_engine::Policy;
use std::io;

pub(super) fn list<X: Extra>(catalogue: &Catalogue, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let mut part = |title: &str, entries: Vec<(&str, &str)>| -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        writeln!(out, "{title}")?;
        for (name, about) in entries {
            writeln!(out, "{}", format!("  {name:<28}{about}").trim_end())?;
        }
        writeln!(out)
    };
    part("scenarios", of(&catalogue.scenarios))?;
    part("variants", catalogue.variants.iter().map(|one| (&*one.name, &*one.about)).collect())?;
    let promises = catalogue.promises();
    let promises = promises.iter().map(|promise| (&*promise.name, &*promise.sentence));
    part("promises", promises.chain(of(&catalogue.promised)).collect())?;
    let presets = Policy::presets();
    part("retry policies", presets.iter().map(|preset| (preset.name, preset.about)).collect())?;
    part("what can be given", of(&catalogue.given))?;
    for (title, entries) in X::listed() {
        part(title, entries)?;
    }
    Ok(Exit::Holds)
}

fn of(all: &[About]) -> Vec<(&str, &str)> {
    all.iter().map(|one| (&*one.name, &*one.about)).collect()
}

pub(super) fn schema<X: Extra>(of: &str, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let schemas = [(CHECK, report::schema as fn() -> String)].into_iter().chain(X::schemas());
    let schema = schemas.into_iter().find(|(name, _)| *name == of).map(|(_, schema)| schema);
    out.write_all(schema.expect("the parser knows the names")().as_bytes())?;
    Ok(Exit::Holds)
}
