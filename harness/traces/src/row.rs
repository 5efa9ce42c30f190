//! A record as a row of a table: with the types and the lists that its source shows.
use crate::{Fields, definition::Object, formats::untyped};
use serde_json::Value;

/// A record as a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose row it is, if the input says so.
    pub table: Option<String>,
    /// What it says. Numbers are exact: those that JSON would round are the text of their digits.
    pub object: Object,
    /// If it tells of a change, which.
    pub change: Option<Change>,
    /// What the queue or the log that it comes from calls it, if it is a message: of two with one id, one is shown twice.
    pub id: Option<String>,
}

/// What was done to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The names of the attributes that tell this row from others of its table.
    pub keys: Vec<String>,
    /// Whether the row was not there before.
    pub is_new: bool,
    /// Whether it is there no more. Then it says what it was, or only its keys.
    pub is_removed: bool,
}

impl Row {
    pub(crate) fn of(object: Object) -> Row {
        Row { table: None, object, change: None, id: None }
    }

    /// A row of columns, with the id that Logs Insights gives each line of a log, if it has one.
    pub(crate) fn of_columns(object: Object) -> Row {
        let id = object.get("@ptr").and_then(Value::as_str).map(String::from);
        Row { id, ..Row::of(object) }
    }

    /// What has no types but by its look.
    pub(crate) fn of_fields(fields: &Fields) -> Row {
        Row::of(fields.iter().map(|(name, text)| (name.to_string(), by_look(text))).collect())
    }
}

/// The number that a text spells, if it spells it as JSON does and in no other way; so no two texts become one value. What the console
/// of DynamoDB writes of a list or a map names its types, and is taken for what it says.
pub fn by_look(text: &str) -> Value {
    if text.starts_with(['{', '[']) {
        return untyped(text).map_or_else(|| text.into(), |value| value.to_string().into());
    }
    match number(text) {
        Value::Number(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// The number that a text spells; the text itself, if JSON has no such number or would round it.
pub(crate) fn number(text: &str) -> Value {
    /// More digits than these may be rounded.
    const EXACT: usize = 15;
    if let Ok(number) = text.parse::<i64>() {
        return number.into();
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.trim_start_matches(['-', '+', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        // JSON has neither infinity nor what is no number.
        Ok(number) if (1..=EXACT).contains(&digits) || number == 0.0 => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{by_look, number};
    use serde_json::json;

    #[test]
    fn a_number_is_exact_or_a_text() {
        for (text, value) in [
            ("-7", json!(-7)),
            ("9223372036854775807", json!(i64::MAX)),
            ("9223372036854775808", json!("9223372036854775808")),
            ("19.90", json!(19.9)),
            ("0.00", json!(0.0)),
            ("1E2", json!(100.0)),
            ("0.12345678901234567", json!("0.12345678901234567")),
            ("inf", json!("inf")),
            ("NaN", json!("NaN")),
            ("", json!("")),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }

    #[test]
    fn what_is_a_number_only_by_its_look_is_one_if_it_is_spelt_in_the_one_way() {
        for (text, value) in [
            ("7", json!(7)),
            ("1.5", json!(1.5)),
            ("007", json!("007")),
            ("+7", json!("+7")),
            ("1.50", json!("1.50")),
            ("1e2", json!("1e2")),
            ("-0", json!("-0")),
            ("o-1", json!("o-1")),
        ] {
            assert_eq!(by_look(text), value, "{text}");
        }
    }
}
