//! Tables and services, as they are declared.
use crate::{
    config::{Answer, Config, Refuse, Service, Table},
    error::{ConfigError, Source},
};
use anechoic_gate::{Attribute, Refusal, Rule, ServiceSpec, Site, Stub, TableSpec, typed};
use anechoic_rows::Key;
use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};
use toml::Spanned;

/// All that handlers can reach.
pub(crate) fn site(config: &Config, source: &Source<'_>, folder: &Path) -> Result<Site, ConfigError> {
    let tables =
        config.tables.iter().map(|(name, table)| spec(name, table.span(), table.get_ref(), config, source));
    let services = config.services.iter().map(|(name, service)| service_spec(name, service, source, folder));
    let (tables, services) = (tables.collect::<Result<_, _>>()?, services.collect::<Result<_, _>>()?);
    if let Some(both) = config.tables.keys().find(|name| config.services.contains_key(*name)) {
        return Err(source.lacks(format!("`{both}` is a table and a service; give each a name of its own")));
    }
    Site::new(tables, services).map_err(|what| source.lacks(what))
}

/// The name of a table as each row was before it was changed last, if a promise asks for that.
pub(crate) fn past_as(table: &str, config: &Config) -> Option<String> {
    let past = format!("{table}_before");
    let is_asked = config.promises.iter().any(|promise| promise.sql().contains(&past));
    is_asked.then_some(past)
}

fn spec(
    name: &str,
    at: Range<usize>,
    table: &Table,
    config: &Config,
    source: &Source<'_>,
) -> Result<TableSpec, ConfigError> {
    let key = |of: &Key| {
        if of.is_empty() {
            let what = format!("table `{name}` has no key, and no `template` declares it");
            return Err(source.unfilled(at.clone(), what, "key = \"order_id\"", &["key"]));
        }
        key(of).map_err(|what| source.lacks(format!("table `{name}`: {what}")))
    };
    let indexes = table.indexes.iter().map(|(index, of)| Ok((index.clone(), key(of)?)));
    let rows = table.rows.iter().map(|row| {
        let typed = row.iter().map(|(column, value)| (column.clone(), typed(value)));
        typed.collect()
    });
    Ok(TableSpec {
        name: name.into(),
        key: key(&table.key)?,
        indexes: indexes.collect::<Result<BTreeMap<_, _>, ConfigError>>()?,
        rows: rows.collect(),
        is_consistent: table.consistent,
        past_as: past_as(name, config),
    })
}

fn key(of: &Key) -> Result<Vec<Attribute>, String> {
    Ok(of.typed()?.map(|(name, kind)| Attribute { name: name.into(), kind: kind.into() }).collect())
}

fn service_spec(
    name: &str,
    service: &Service,
    source: &Source<'_>,
    folder: &Path,
) -> Result<ServiceSpec, ConfigError> {
    let answers = service.answers.iter().map(|answer| rule(answer, source));
    let stub = service.stub.as_ref().map(|command| {
        if !service.answers.is_empty() {
            let what =
                format!("service `{name}` is answered by a program; leave out one of `stub` and `answers`");
            return Err(source.wrong(command.span(), what));
        }
        stub(command, service, source, folder)
    });
    Ok(ServiceSpec {
        name: name.into(),
        answers: answers.collect::<Result<_, _>>()?,
        stub: stub.transpose()?.map(Arc::new),
    })
}

fn stub(
    command: &Spanned<Vec<String>>,
    service: &Service,
    source: &Source<'_>,
    folder: &Path,
) -> Result<Stub, ConfigError> {
    let folder =
        folder.canonicalize().map_err(|error| ConfigError::Unreadable { path: folder.into(), error })?;
    let reset = service.reset.as_ref().map(|reset| source.method_and_path(reset, "POST /reset"));
    let reset = reset.transpose()?.map(|(method, path)| (method.to_uppercase(), path.to_string()));
    let port = service.port.clone().unwrap_or_else(|| "PORT".into());
    let command = in_folder(command.get_ref().clone(), &folder);
    Ok(Stub::new((command, folder), port, reset, service.rows.clone()))
}

/// A command whose program is looked for in a folder if it is named by a path, and else in PATH.
pub(crate) fn in_folder(mut command: Vec<String>, folder: &Path) -> Vec<String> {
    if let Some(program) = command.first_mut().filter(|program| program.contains('/')) {
        *program = folder.join(&*program).display().to_string();
    }
    command
}

fn rule(answer: &Answer, source: &Source<'_>) -> Result<Rule, ConfigError> {
    let Answer { on, status, body, keyed, replaces, refuse } = answer;
    let (method, path) = source.method_and_path(on, "POST /charges")?;
    let refusal = |refuse: &Refuse| Refusal { status: refuse.status, body: refuse.body.clone() };
    Ok(Rule {
        method: method.to_uppercase(),
        path: path.into(),
        status: *status,
        body: body.clone(),
        is_keyed: *keyed,
        replaces: *replaces,
        refusals: refuse.iter().map(refusal).collect(),
    })
}
