//! Whether a history is the one that a case expects, by the rules of AWS's own matcher: events are found by their number; `*` and `{}`
//! are anything; `${NAME}` is the same wherever it stands; `${/…/}` is a regular expression; fields that are not expected are not
//! looked at.
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeMap<String, Value>);

impl Names {
    pub(crate) fn bind(&mut self, name: &str, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// The same with what each known name in it stands for.
    pub(crate) fn substituted(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.in_text(text).into(),
            Value::Array(all) => all.iter().map(|one| self.substituted(one)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, one)| (name.clone(), self.substituted(one)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    /// The same of a text.
    pub(crate) fn in_text(&self, text: &str) -> String {
        let put_in = |text: String, (name, value): (&String, &Value)| {
            text.replace(&format!("${{{name}}}"), &said(value))
        };
        self.0.iter().fold(text.to_string(), put_in)
    }

    /// What is otherwise in these events than is expected, a sentence each.
    pub(crate) fn differences(&mut self, expected: &[Value], events: &[Value]) -> Vec<String> {
        let mut found = Vec::new();
        for event in expected {
            let number = &event["EventId"];
            match events.iter().find(|other| other["EventId"] == *number) {
                Some(other) => self.compare(event, other, &format!("event {number}"), &mut found),
                None => found
                    .push(format!("event {number}: there is none, expected {}", said(&event["EventType"]))),
            }
        }
        found
    }

    fn compare(&mut self, expected: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
        match (expected, value) {
            (Value::Object(fields), _) if fields.is_empty() => {}
            (Value::Object(fields), Value::Object(others)) => {
                for (name, one) in fields {
                    match others.get(name) {
                        Some(other) => self.compare(one, other, &format!("{place}, {name}"), found),
                        None => found.push(format!("{place}: it has no {name}")),
                    }
                }
            }
            (Value::Array(all), Value::Array(others)) if all.len() == others.len() => {
                for (at, (one, other)) in all.iter().zip(others).enumerate() {
                    self.compare(one, other, &format!("{place}, [{at}]"), found);
                }
            }
            (Value::String(text), _) => {
                found.extend(self.otherwise(text, value).map(|what| format!("{place}: {what}")))
            }
            _ if expected == value => {}
            _ => found.push(format!("{place}: it is {value}, expected {expected}")),
        }
    }

    fn otherwise(&mut self, expected: &str, value: &Value) -> Option<String> {
        if expected == "*" {
            return None;
        }
        let inner = expected.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let pattern = inner.and_then(|inner| inner.strip_prefix('/')?.strip_suffix('/'));
        if let Some(pattern) = pattern {
            let is_it = Regex::new(pattern).map(|pattern| pattern.is_match(&said(value)));
            return match is_it {
                Ok(true) => None,
                Ok(false) => Some(format!("it is {value}, which does not match {pattern}")),
                Err(error) => Some(error.to_string()),
            };
        }
        match inner.filter(|name| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
        {
            Some(name) if !self.0.contains_key(name) => {
                self.bind(name, value.clone());
                None
            }
            Some(name) if self.0[name] == *value => None,
            Some(name) => Some(format!("it is {value}, and {name} was {} before", self.0[name])),
            None => {
                let expected = self.in_text(expected);
                (value.as_str() != Some(&expected)).then(|| format!("it is {value}, expected \"{expected}\""))
            }
        }
    }
}

/// A value within a text.
pub(crate) fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(expected: Value, events: Value) -> Vec<String> {
        let all = |value: Value| value.as_array().cloned().unwrap_or_default();
        Names::default().differences(&all(expected), &all(events))
    }

    fn step(number: u32, kind: &str, id: &str) -> Value {
        json!({"EventId": number, "EventType": kind, "Id": id, "StepSucceededDetails": {"Result": {"Payload": "\"x\""}}})
    }

    #[test]
    fn what_is_not_expected_is_not_looked_at() {
        let expected = json!([{"EventId": 2, "EventType": "StepSucceeded", "StepSucceededDetails": {}}]);
        assert_eq!(
            differences(expected, json!([step(1, "StepStarted", "a"), step(2, "StepSucceeded", "a")])),
            [""; 0]
        );
    }

    #[test]
    fn an_event_that_is_another_or_is_missing_is_told() {
        let expected =
            json!([{"EventId": 1, "EventType": "StepFailed"}, {"EventId": 3, "EventType": "WaitStarted"}]);
        let events = json!([step(1, "StepStarted", "a"), step(2, "WaitStarted", "b")]);
        assert_eq!(
            differences(expected, events),
            [
                "event 1, EventType: it is \"StepStarted\", expected \"StepFailed\"",
                "event 3: there is none, expected WaitStarted"
            ]
        );
    }

    #[test]
    fn a_name_stands_for_one_thing() {
        let expected = json!([{"EventId": 1, "Id": "${ID1}"}, {"EventId": 2, "Id": "${ID1}"}]);
        let events = |second: &str| json!([step(1, "StepStarted", "a"), step(2, "StepSucceeded", second)]);
        assert_eq!(differences(expected.clone(), events("a")), [""; 0]);
        assert_eq!(
            differences(expected, events("b")),
            ["event 2, Id: it is \"b\", and ID1 was \"a\" before"]
        );
    }

    #[test]
    fn a_pattern_is_matched_and_a_field_must_be_there() {
        let expected = |delay: Value| json!([{"EventId": 1, "Details": {"Delay": delay, "Error": "*"}}]);
        let events = json!([{"EventId": 1, "Details": {"Delay": 7, "Error": {"ErrorType": "E"}}}]);
        assert_eq!(differences(expected(json!("${/^[0-9]$/}")), events.clone()), [""; 0]);
        assert_eq!(
            differences(expected(json!("${/^[0-5]$/}")), events.clone()),
            ["event 1, Details, Delay: it is 7, which does not match ^[0-5]$"]
        );
        assert_eq!(differences(expected(json!(8)), events), ["event 1, Details, Delay: it is 7, expected 8"]);
        assert_eq!(
            differences(json!([{"EventId": 1, "Name": "n"}]), json!([{"EventId": 1}])),
            ["event 1: it has no Name"]
        );
    }

    #[test]
    fn names_are_put_into_texts() {
        let mut names = Names::default();
        names.bind("INPUT_1", "abc".into());
        assert_eq!(names.substituted(&json!({"a": ["${INPUT_1}!", 1]})), json!({"a": ["abc!", 1]}));
        let expected = [json!({"EventId": 1, "Payload": "\"${INPUT_1}\""})];
        assert_eq!(names.differences(&expected, &[json!({"EventId": 1, "Payload": "\"abc\""})]), [""; 0]);
        assert_eq!(names.differences(&expected, &[json!({"EventId": 1, "Payload": "abc"})]).len(), 1);
    }
}
