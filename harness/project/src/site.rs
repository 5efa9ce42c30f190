//! Tables and services, as they are declared.
use crate::{
    config::{Answer, Config, Refuse, Service, Table},
    error::{ConfigError, Source},
};
use anechoic_gate::{Attribute, Refusal, Rule, ServiceSpec, Site, TableSpec, typed};
use anechoic_rows::Key;
use std::collections::BTreeMap;

/// All that handlers can reach.
pub(crate) fn site(config: &Config, source: &Source<'_>) -> Result<Site, ConfigError> {
    let tables = config.tables.iter().map(|(name, table)| spec(name, table, source));
    let services = config.services.iter().map(|(name, service)| service_spec(name, service, source));
    let (tables, services) = (tables.collect::<Result<_, _>>()?, services.collect::<Result<_, _>>()?);
    if let Some(both) = config.tables.keys().find(|name| config.services.contains_key(*name)) {
        return Err(source.lacks(format!("`{both}` is a table and a service; give each a name of its own")));
    }
    Site::new(tables, services).map_err(|what| source.lacks(what))
}

fn spec(name: &str, table: &Table, source: &Source<'_>) -> Result<TableSpec, ConfigError> {
    let key = |of: &Key| key(of).map_err(|what| source.lacks(format!("table `{name}`: {what}")));
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
    })
}

fn key(of: &Key) -> Result<Vec<Attribute>, String> {
    Ok(of.typed()?.map(|(name, kind)| Attribute { name: name.into(), kind: kind.into() }).collect())
}

fn service_spec(name: &str, service: &Service, source: &Source<'_>) -> Result<ServiceSpec, ConfigError> {
    let answers = service.answers.iter().map(|answer| rule(answer, source));
    Ok(ServiceSpec { name: name.into(), answers: answers.collect::<Result<_, _>>()? })
}

fn rule(answer: &Answer, source: &Source<'_>) -> Result<Rule, ConfigError> {
    let Answer { on, status, body, keyed, refuse } = answer;
    let (method, path) = source.method_and_path(on, "POST /charges")?;
    let refusal = |refuse: &Refuse| Refusal { status: refuse.status, body: refuse.body.clone() };
    Ok(Rule {
        method: method.to_uppercase(),
        path: path.into(),
        status: *status,
        body: body.clone(),
        is_keyed: *keyed,
        refusals: refuse.iter().map(refusal).collect(),
    })
}
