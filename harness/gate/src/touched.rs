//! Whom a request goes to, and what one to DynamoDB touches: rows by their keys, and whole tables.
use crate::{
    ask::{Ask, To},
    dynamo,
    world::World,
};
use anechoic_engine::{Footprint, Text};
use serde_json::Value;
use std::sync::Arc;

/// What is to be known of a request to DynamoDB, whatever the tables hold.
pub(crate) struct About {
    /// What it reads and writes.
    pub(crate) footprint: Footprint,
    /// A table that it names and that is not here.
    pub(crate) unknown: Option<String>,
    /// The token of a transaction.
    pub(crate) token: Option<String>,
}

impl World {
    /// What is to be known of a request to DynamoDB for this operation.
    pub(crate) fn about(&self, operation: &str, ask: &Ask) -> Arc<About> {
        self.site.about.of(ask.digest(), || {
            let is_transaction = operation == "TransactWriteItems";
            Arc::new(About {
                footprint: self.touched(operation, ask),
                unknown: self.tables_of(ask).into_iter().find(|table| self.spec(table).is_none()),
                token: ask.json()["ClientRequestToken"]
                    .as_str()
                    .filter(|_| is_transaction)
                    .map(str::to_string),
            })
        })
    }

    /// Whom a request goes to, by name.
    pub(crate) fn whom(&self, ask: &Ask) -> Vec<Text> {
        match &ask.to {
            To::Tables(_) => self.tables_of(ask).into_iter().map(Text::from).collect(),
            To::Service(at) => vec![self.site.services[*at].name.clone().into()],
            To::Durable(..) => vec!["durable executions".into()],
            To::Nobody => vec!["nobody".into()],
        }
    }

    /// A request in a few words.
    pub(crate) fn described(&self, ask: &Ask) -> String {
        let what = match &ask.to {
            To::Tables(operation) => format!("{operation} {}", self.tables_of(ask).join(", ")),
            To::Service(at) => format!("{} {} {}", self.site.services[*at].name, ask.method, ask.path),
            To::Durable(operation, _) => operation.described(ask),
            To::Nobody => format!("{} {}", ask.method, ask.path),
        };
        match ask.client_attempt() {
            Some(attempt) => format!("{what} (client attempt {attempt})"),
            None => what,
        }
    }

    /// The tables that a request names.
    pub(crate) fn tables_of(&self, ask: &Ask) -> Vec<String> {
        let body = ask.json();
        let mut tables: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !tables.iter().any(|known| known == name) {
                tables.push(name.into());
            }
        };
        body["TableName"].as_str().into_iter().for_each(&mut add);
        for (name, _) in body["RequestItems"].as_object().into_iter().flatten() {
            add(name);
        }
        for item in body["TransactItems"].as_array().into_iter().flatten() {
            let parts = item.as_object().into_iter().flatten();
            parts.filter_map(|(_, part)| part["TableName"].as_str()).for_each(&mut add);
        }
        tables
    }

    fn touched(&self, operation: &str, ask: &Ask) -> Footprint {
        let body = ask.json();
        let nothing = Footprint::nothing();
        match operation {
            "DescribeTable" => nothing,
            "GetItem" => self.reads(nothing, &body, &body["Key"]),
            "PutItem" => self.writes(nothing, &body, &body["Item"]),
            "UpdateItem" | "DeleteItem" => self.writes(nothing, &body, &body["Key"]),
            "TransactWriteItems" => {
                // What is merely checked is read; to call it written is safe.
                let items = body["TransactItems"].as_array().into_iter().flatten();
                let parts = items.filter_map(|item| item.as_object()?.values().next());
                let rows = parts.fold(nothing, |all, part| {
                    let item = if part["Item"].is_null() { &part["Key"] } else { &part["Item"] };
                    self.writes(all, part, item)
                });
                match body["ClientRequestToken"].as_str() {
                    Some(token) => rows.writes(&("token", token)),
                    None => rows,
                }
            }
            "Query" | "Scan" => self.reads_all(&body),
            _ if dynamo::writes(operation) => Footprint::everything(),
            // A read of many rows: it must count as a read, or it could be lost like a write.
            _ => self.tables_of(ask).iter().fold(nothing, |all, table| all.reads(&("rows", table))),
        }
    }

    /// What a request writes to, in words: the rows that it names, and tables where it names none.
    pub(crate) fn targets(&self, ask: &Ask) -> Vec<String> {
        let body = ask.json();
        let items = body["TransactItems"].as_array().into_iter().flatten();
        let parts = items.filter_map(|item| item.as_object()?.values().next());
        let rows = std::iter::once(&body).chain(parts).filter_map(|part| {
            let item = if part["Item"].is_null() { &part["Key"] } else { &part["Item"] };
            let (table, key) = self.row(part, item)?;
            Some(format!("{table} {key}"))
        });
        let rows: Vec<String> = rows.collect();
        if rows.is_empty() { self.tables_of(ask) } else { rows }
    }

    fn reads(&self, all: Footprint, request: &Value, item: &Value) -> Footprint {
        match self.row(request, item) {
            Some((table, key)) => all.reads(&("row", table, key)),
            None => Footprint::everything(),
        }
    }

    /// A row is written; whoever reads the whole table meets that, too.
    fn writes(&self, all: Footprint, request: &Value, item: &Value) -> Footprint {
        match self.row(request, item) {
            Some((table, key)) => all.writes(&("row", table, key)).writes(&("rows", table)),
            None => Footprint::everything(),
        }
    }

    fn reads_all(&self, request: &Value) -> Footprint {
        let table = request["TableName"].as_str().unwrap_or_default();
        Footprint::nothing().reads(&("rows", table))
    }

    /// The table and the key of a row that a request names.
    fn row<'v>(&self, request: &'v Value, item: &Value) -> Option<(&'v str, String)> {
        let table = request["TableName"].as_str()?;
        let spec = self.spec(table)?;
        let key = spec.key_of(item);
        (key.as_object()?.len() == spec.key.len()).then(|| (table, key.to_string()))
    }
}
