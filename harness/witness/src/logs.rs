//! Tables that lines of logs make.
use anechoic_rows::Object;
use anechoic_traces::{Pattern, Where, by_look};
use serde::Deserialize;

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
    values: Where,
    pub(crate) text: Option<Pattern>,
}

/// The same as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default)]
    r#where: Where,
    text: Option<Pattern>,
}

impl TryFrom<Said> for Selected {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Selected, &'static str> {
        match said.r#where.is_empty() && said.text.is_none() {
            true => {
                Err("it selects no line; expected where = { field = value } or text = 'a regular expression'")
            }
            false => Ok(Selected { values: said.r#where, text: said.text }),
        }
    }
}

impl Selected {
    /// The row that a line makes, if it is selected: what it says, and what the named groups found in its text.
    pub(crate) fn row(&self, line: &Object) -> Option<Object> {
        if !self.values.fits(line) {
            return None;
        }
        let mut row = line.clone();
        if let Some(pattern) = &self.text {
            let found = pattern.named(line.get("text")?.as_str()?)?;
            row.extend(found.into_iter().map(|(name, said)| (name.to_string(), by_look(said))));
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use crate::Config;
    use serde_json::{Value, json};

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
            ("[logs.t]\ntext = '('\n", "2: `(` is no regular expression: "),
            ("[logs.t]\nwhere = { a = [1] }\n", "2: `a` is a array; expected a text"),
            ("[logs.t]\ntxt = 'a'\n", "2: unknown field `txt`; did you mean `text`?"),
            ("[tables.t]\nkey = []\n", "2: invalid value: sequence, expected the name of an attribute"),
        ] {
            let error = Config::read(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        assert!(Config::read("[services.stripe]\nurl = 'x'\n[tables.t]\nrows = []\nkey = 'a'\n").is_ok());
    }
}
