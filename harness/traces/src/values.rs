//! Values that a record must have, to be one that is meant.
use crate::{Fields, definition::Object};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What `where` says in a mapping or a configuration: `{ type = "ORDER", version = 2 }`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, toml::Value>")]
pub struct Where(BTreeMap<String, Value>);

impl TryFrom<BTreeMap<String, toml::Value>> for Where {
    type Error = String;

    fn try_from(said: BTreeMap<String, toml::Value>) -> Result<Where, String> {
        let value = |(name, value): (String, toml::Value)| match value {
            toml::Value::String(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_) => {
                let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
                Ok((name, value))
            }
            other => {
                Err(format!("`{name}` is a {}; expected a text, a number or a truth value", other.type_str()))
            }
        };
        said.into_iter().map(value).collect::<Result<_, _>>().map(Where)
    }
}

impl Where {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a row has them all.
    pub fn fits(&self, row: &Object) -> bool {
        self.0.iter().all(|(name, value)| row.get(name) == Some(value))
    }

    /// Whether fields, which are texts, have them all.
    pub(crate) fn fits_fields(&self, fields: &Fields) -> bool {
        let spelt = |value: &Value| match value {
            Value::String(own) => own.clone(),
            value => value.to_string(),
        };
        self.0.iter().all(|(name, value)| fields.get(name).is_some_and(|text| spelt(value) == text))
    }
}
