//! Values in JSON that says of which kind they are, where a cell holds it as a text.
use crate::Cell;
use serde_json::Value;

/// What is within a text.
#[derive(Debug, PartialEq)]
pub(crate) enum Within {
    /// A value that needs no other reading.
    Value(Cell),
    /// A text, which may be read otherwise once more.
    Text(String),
}

/// What MongoDB's extended JSON and the items of DynamoDB wrap, such as `{"$numberDecimal":"-7"}` and `{"N":"-7"}`; none, if the text
/// is no such thing.
pub(crate) fn within(text: &str) -> Option<Within> {
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    unwrap(&serde_json::from_str(text).ok()?)
}

fn unwrap(value: &Value) -> Option<Within> {
    let mut members = value.as_object()?.iter();
    let (Some((kind, inner)), None) = (members.next(), members.next()) else { return None };
    match (kind.as_str(), inner) {
        ("$numberDecimal" | "$numberLong" | "$numberInt" | "$numberDouble" | "N", Value::String(text)) => {
            Some(number(text))
        }
        ("$numberInt" | "$numberLong" | "$numberDouble", Value::Number(inner)) => {
            Some(number(&inner.to_string()))
        }
        ("$date" | "$oid" | "S", Value::String(text)) => Some(Within::Text(text.clone())),
        ("$date", inner) => unwrap(inner),
        ("BOOL", Value::Bool(truth)) => Some(Within::Value(Cell::Integer((*truth).into()))),
        ("NULL", Value::Bool(true)) => Some(Within::Value(Cell::Null)),
        _ => None,
    }
}

/// A text of which it is said that it is a number. One that might be rounded stays the text of its digits, as everywhere.
fn number(text: &str) -> Within {
    const MOST: usize = 15;
    if let Ok(number) = text.parse() {
        return Within::Value(Cell::Integer(number));
    }
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    let is_exact = digits.bytes().filter(u8::is_ascii_digit).count() <= MOST;
    match text.parse::<f64>() {
        Ok(number) if is_exact && number.is_finite() => Within::Value(Cell::Real(number)),
        _ => Within::Text(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Within, within};
    use crate::Cell;

    #[test]
    fn what_is_wrapped_is_what_it_is_said_to_be() {
        let value = |text: &str, value: Cell| assert_eq!(within(text), Some(Within::Value(value)), "{text}");
        value(r#"{"$numberDecimal":"-7"}"#, Cell::Integer(-7));
        value(r#"{"$numberDouble": "-7.5"}"#, Cell::Real(-7.5));
        value(r#"{"$numberLong":"9223372036854775807"}"#, Cell::Integer(i64::MAX));
        value(r#"{"$numberInt":3}"#, Cell::Integer(3));
        value(r#"{"$date":{"$numberLong":"1777888800000"}}"#, Cell::Integer(1_777_888_800_000));
        value(r#"{"N":"-1"}"#, Cell::Integer(-1));
        value(r#"{"BOOL":false}"#, Cell::Integer(0));
        value(r#"{"NULL":true}"#, Cell::Null);
        let text = |text: &str, of: &str| assert_eq!(within(text), Some(Within::Text(of.into())), "{text}");
        text(r#"{"$date":"2026-05-04T10:00:00Z"}"#, "2026-05-04T10:00:00Z");
        text(r#"{"$oid":"5f1a"}"#, "5f1a");
        text(r#"{"S":"x"}"#, "x");
        text(r#"{"N":"0.1234567890123456789"}"#, "0.1234567890123456789");
    }

    #[test]
    fn other_json_is_left_as_it_is() {
        for text in ["{}", r#"{"S":1}"#, r#"{"N":"1","S":"x"}"#, r#"{"city":"x"}"#, "[1]", "{S}", "x"] {
            assert_eq!(within(text), None, "{text}");
        }
    }
}
