//! Tables that lines of logs make.
use anechoic_rows::Object;
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Which lines of logs are rows of a table: what `[logs.NAME]` says.
///
/// ```toml
/// [logs.charges]
/// where = { event = "charged" }
///
/// [logs.refunds]
/// text = 'refunded (?<order_id>\S+): (?<cents>\d+)'
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Said")]
pub struct Selected {
    fields: BTreeMap<String, Value>,
    text: Option<Regex>,
}

/// The same as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default)]
    r#where: BTreeMap<String, toml::Value>,
    text: Option<String>,
}

impl TryFrom<Said> for Selected {
    type Error = String;

    fn try_from(said: Said) -> Result<Selected, String> {
        if said.r#where.is_empty() && said.text.is_none() {
            return Err(
                "it selects no line; expected where = { field = value } or text = 'a regular expression'"
                    .into(),
            );
        }
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
        let regex = |text: String| {
            Regex::new(&text).map_err(|error| {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
                format!("`{text}` is no regular expression: {why}; expected one such as 'charged (?<order_id>\\S+)'")
            })
        };
        Ok(Selected {
            fields: said.r#where.into_iter().map(value).collect::<Result<_, _>>()?,
            text: said.text.map(regex).transpose()?,
        })
    }
}

impl Selected {
    /// The row that a line makes, if it is selected: what it says, and what the named groups found in its text.
    pub(crate) fn row(&self, line: &Object) -> Option<Object> {
        if !self.fields.iter().all(|(name, value)| line.get(name) == Some(value)) {
            return None;
        }
        let mut row = line.clone();
        if let Some(regex) = &self.text {
            let found = regex.captures(line.get("text")?.as_str()?)?;
            for name in regex.capture_names().flatten() {
                if let Some(group) = found.name(name) {
                    row.insert(name.into(), by_look(group.as_str()));
                }
            }
        }
        Some(row)
    }
}

/// A whole number that is spelt as whole numbers are, or a text.
fn by_look(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use serde_json::json;

    fn row(selected: &str, line: Value) -> Option<Value> {
        let config = Config::read(&format!("[logs.t]\n{selected}")).expect(selected);
        config.logs["t"].row(line.as_object().expect("an object")).map(Value::Object)
    }

    #[test]
    fn a_line_is_selected_by_its_fields_and_by_its_text() {
        let charged = json!({"event": "charged", "cents": 5});
        assert_eq!(row("where = { event = 'charged' }", charged.clone()), Some(charged.clone()));
        assert_eq!(row("where = { event = 'charged', cents = 5 }", charged.clone()), Some(charged.clone()));
        assert_eq!(row("where = { event = 'charged', cents = 6 }", charged), None);
        let text = "text = 'charged (?<order_id>\\S+) (?<cents>\\d+)( for (?<whom>\\w+))?'";
        let said = json!({"text": "we charged o-1 007"});
        let found = json!({"text": "we charged o-1 007", "order_id": "o-1", "cents": "007"});
        assert_eq!(row(text, said), Some(found));
        assert_eq!(row(text, json!({"text": "refunded o-1 007"})), None);
        assert_eq!(row(text, json!({"other": "charged o-1 007"})), None);
    }

    #[test]
    fn what_selects_nothing_is_an_error_at_its_line() {
        for (text, expected) in [
            ("\n[logs.t]\n", "2: it selects no line; expected where = "),
            ("[logs.t]\ntext = '('\n", "1: `(` is no regular expression: "),
            ("[logs.t]\nwhere = { a = [1] }\n", "1: `a` is a array; expected a text"),
            ("[logs.t]\ntxt = 'a'\n", "2: unknown field `txt`, expected `where` or `text`"),
            ("[tables.t]\nkey = []\n", "2: invalid value: sequence, expected the name of an attribute"),
        ] {
            let error = Config::read(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        assert!(Config::read("[services.stripe]\nurl = 'x'\n[tables.t]\nrows = []\nkey = 'a'\n").is_ok());
    }
}
