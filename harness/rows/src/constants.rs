//! What the `[constants]` table of an `anechoic.toml` says.
use crate::Object;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, ops::Range};
use toml::Spanned;

/// Tables that promises may read and nothing ever writes, by name: what a reference model allows, which changes are legal, who may do
/// what.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Constants(BTreeMap<String, Constant>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Constant {
    rows: Spanned<Value>,
}

/// What is wrong with such a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstantError {
    /// At which bytes of the file its rows stand, or are named.
    pub at: Range<usize>,
    /// What it is, and what was expected.
    pub what: String,
}

impl ConstantError {
    fn of(name: &str, at: Range<usize>, what: &str) -> ConstantError {
        ConstantError { at, what: format!("the rows of `{name}`: {what}") }
    }
}

impl Constants {
    /// The names of the tables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Puts the rows that a file of their own has in its place, which is read by whoever asks.
    ///
    /// # Errors
    /// [`ConstantError`].
    pub fn read(&mut self, read: impl Fn(&str) -> Result<String, String>) -> Result<(), ConstantError> {
        for (name, constant) in &mut self.0 {
            let Value::String(file) = constant.rows.get_ref() else { continue };
            let rows = read(file)
                .and_then(|text| serde_json::from_str(&text).map_err(|wrong| format!("{file}: {wrong}")));
            let at = constant.rows.span();
            let rows = rows.map_err(|what| ConstantError::of(name, at.clone(), &what))?;
            constant.rows = Spanned::new(at, rows);
        }
        Ok(())
    }

    /// Each table with its rows, of which there are some.
    ///
    /// # Errors
    /// As [`Constants::read`].
    pub fn rows(&self) -> Result<Vec<(&str, Vec<Object>)>, ConstantError> {
        let each = self.0.iter().map(|(name, constant)| {
            let rows = objects(constant.rows.get_ref());
            Ok((name.as_str(), rows.map_err(|what| ConstantError::of(name, constant.rows.span(), &what))?))
        });
        each.collect()
    }
}

fn objects(rows: &Value) -> Result<Vec<Object>, String> {
    let objects = rows
        .as_array()
        .map(|all| all.iter().map(|row| row.as_object().cloned()).collect::<Option<Vec<Object>>>());
    match objects.flatten() {
        Some(objects) if !objects.is_empty() => Ok(objects),
        Some(_) => Err("there is none; expected some".into()),
        None => Err("expected a list of objects, or the name of a JSON file with one".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Constants;

    fn rows(text: &str) -> Result<String, String> {
        let mut constants: Constants = toml::from_str(text).expect("a table");
        let read = |file: &str| match file {
            "two.json" => Ok("[{\"n\": 1}, {\"n\": 2}]".into()),
            "cut.json" => Ok("[{".into()),
            _ => Err(format!("{file}: there is none")),
        };
        let rows = constants.read(read).and_then(|()| constants.rows());
        rows.map(|rows| format!("{rows:?}")).map_err(|wrong| format!("{}: {}", &text[wrong.at], wrong.what))
    }

    #[test]
    fn rows_stand_in_the_file_or_in_one_of_their_own() {
        let inline = rows("legal.rows = [{ from = 'A', to = 'B' }]").expect("rows");
        assert!(inline.contains("legal") && inline.contains("\"from\": String(\"A\")"), "{inline}");
        let own = rows("model.rows = 'two.json'").expect("rows");
        assert!(own.contains("Number(2)"), "{own}");
    }

    #[test]
    fn what_is_wrong_with_them_is_said_with_its_place() {
        for (text, expected) in [
            ("m.rows = []", "[]: the rows of `m`: there is none; expected some"),
            (
                "m.rows = 3",
                "3: the rows of `m`: expected a list of objects, or the name of a JSON file with one",
            ),
            ("m.rows = [1]", "[1]: the rows of `m`: expected a list of objects"),
            ("m.rows = 'no.json'", "'no.json': the rows of `m`: no.json: there is none"),
            ("m.rows = 'cut.json'", "'cut.json': the rows of `m`: cut.json: EOF"),
        ] {
            let said = rows(text).expect_err(text);
            assert!(said.starts_with(expected), "{said}");
        }
    }
}
