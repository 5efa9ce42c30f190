//! A DynamoDB table: what it is, and what it holds.
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};
use xxhash_rust::xxh3::xxh3_128;

/// A table as it is declared.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSpec {
    /// Its name.
    pub name: String,
    /// The attributes of its key: of the partition, and for sorting if there is one.
    pub key: Vec<Attribute>,
    /// Its global secondary indexes, by name.
    pub indexes: BTreeMap<String, Vec<Attribute>>,
    /// What it holds in the beginning, as typed items.
    pub rows: Vec<Value>,
    /// Whether its reads always see the latest, although they do not ask for that.
    pub is_consistent: bool,
    /// The name by which promises see each row as it was before it was changed last, if they do.
    pub past_as: Option<String>,
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
}

impl TableSpec {
    /// The request that makes it.
    pub(crate) fn create(&self) -> Value {
        let schema = |key: &[Attribute]| -> Value {
            let roles = ["HASH", "RANGE"];
            key.iter()
                .zip(roles)
                .map(|(part, role)| json!({"AttributeName": part.name, "KeyType": role}))
                .collect()
        };
        let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
        for part in self.key.iter().chain(self.indexes.values().flatten()) {
            kinds.insert(&part.name, &part.kind);
        }
        let kinds =
            kinds.into_iter().map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind}));
        let mut create = json!({
            "TableName": self.name,
            "KeySchema": schema(&self.key),
            "AttributeDefinitions": kinds.collect::<Value>(),
            "BillingMode": "PAY_PER_REQUEST",
        });
        if !self.indexes.is_empty() {
            let indexes = self.indexes.iter().map(|(name, key)| {
                json!({"IndexName": name, "KeySchema": schema(key), "Projection": {"ProjectionType": "ALL"}})
            });
            create["GlobalSecondaryIndexes"] = indexes.collect();
        }
        create
    }

    /// Whether its past is kept: a read or a promise may see it.
    pub(crate) fn keeps_past(&self) -> bool {
        !self.is_consistent || self.past_as.is_some()
    }

    /// The attributes of an item that are its key.
    pub(crate) fn key_of(&self, item: &Value) -> Value {
        let part = |part: &Attribute| Some((part.name.clone(), item.get(&part.name)?.clone()));
        Value::Object(self.key.iter().filter_map(part).collect())
    }
}

/// What a table holds.
#[derive(Debug)]
pub(crate) struct Table {
    /// Typed items, by their keys; both as JSON.
    rows: BTreeMap<String, Arc<str>>,
    digest: u128,
}

impl Table {
    pub(crate) fn new(rows: BTreeMap<String, Arc<str>>) -> Table {
        let all: Vec<u8> = rows.values().flat_map(|item| [item.as_bytes(), b"\0"].concat()).collect();
        Table { rows, digest: xxh3_128(&all) }
    }

    pub(crate) fn digest(&self) -> u128 {
        self.digest
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.rows.iter().map(|(key, item)| (key.as_str(), item))
    }

    /// Its items as plain JSON.
    pub(crate) fn plain_rows(&self) -> impl Iterator<Item = Map<String, Value>> {
        self.rows.values().filter_map(|item| {
            let item: Value = serde_json::from_str(item).ok()?;
            match plain(&item) {
                Value::Object(fields) => Some(fields),
                _ => None,
            }
        })
    }

    pub(crate) fn row(&self, key: &str) -> Option<&Arc<str>> {
        self.rows.get(key)
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Table) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Table {}

/// A typed item as plain JSON.
pub(crate) fn plain(item: &Value) -> Value {
    let fields = item.as_object().into_iter().flatten();
    Value::Object(fields.map(|(name, value)| (name.clone(), untyped(value))).collect())
}

/// A plain value of a typed one. Numbers that JSON cannot hold exactly stay text.
fn untyped(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return value.clone();
    };
    let number = |text: &Value| {
        let parsed: Option<Value> = text.as_str().and_then(|text| serde_json::from_str(text).ok());
        parsed
            .filter(|number| Some(number.to_string().as_str()) == text.as_str())
            .unwrap_or_else(|| text.clone())
    };
    let all = |of: &dyn Fn(&Value) -> Value| inner.as_array().into_iter().flatten().map(of).collect();
    match kind.as_str() {
        "N" => number(inner),
        "NULL" => Value::Null,
        "M" => plain(inner),
        "L" => all(&untyped),
        "NS" => all(&number),
        _ => inner.clone(),
    }
}

/// A typed value of a plain one, as it is written in a configuration.
pub fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(truth) => json!({"BOOL": truth}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(all) => json!({"L": all.iter().map(typed).collect::<Value>()}),
        Value::Object(fields) => json!({"M": typed_item(fields)}),
    }
}

/// A typed item of plain JSON.
pub fn typed_item(fields: &Map<String, Value>) -> Value {
    Value::Object(fields.iter().map(|(name, value)| (name.clone(), typed(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_the_same_when_it_is_plain_again() {
        let item = json!({"id": "o1", "n": 3, "price": 1.5, "tags": ["a", 1, null], "to": {"city": "B", "ok": true}});
        let typed = typed_item(item.as_object().expect("it is one"));
        assert_eq!(typed["to"], json!({"M": {"city": {"S": "B"}, "ok": {"BOOL": true}}}));
        assert_eq!(plain(&typed), item);
        let long = json!({"n": {"N": "123456789012345678901234567890"}, "s": {"SS": ["a"]}});
        assert_eq!(plain(&long), json!({"n": "123456789012345678901234567890", "s": ["a"]}));
    }
}
