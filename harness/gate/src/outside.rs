//! An outside service: it answers by method and path, keeps a list of what it was asked, and may know a key again.
use crate::{
    ask::{Answer, Ask},
    stub::Stub,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3Default;

/// A service as it is declared.
#[derive(Clone, Debug, Default)]
pub struct ServiceSpec {
    /// Its name.
    pub name: String,
    /// What it answers; the first that fits counts.
    pub answers: Vec<Rule>,
    /// The program that answers in its place, if there is one.
    pub stub: Option<Arc<Stub>>,
}

/// An answer of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The method.
    pub method: String,
    /// The path; a part in braces, as `{id}`, is anything.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// Its body; in its texts `{n}` is the number of the call, `{path.NAME}` a part of the path, `{body.NAME}` a field of the
    /// request.
    pub body: Value,
    /// Whether a second call with the same `idempotency-key` is the first one again.
    pub is_keyed: bool,
    /// Whether a call takes the place of an earlier one to the same path, as a PUT does that sets what is there.
    pub replaces: bool,
    /// How it may refuse instead, for reasons of its own.
    pub refusals: Vec<Refusal>,
}

/// How a service may refuse.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The status of its answer.
    pub status: u16,
    /// Its body.
    pub body: Value,
}

/// What a service was asked, so that it had an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Arc<str>,
    pub(crate) key: Option<String>,
    /// What it was answered.
    pub(crate) answer: Answer,
}

/// All that a service was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls(pub(crate) Vec<Call>);

/// Whether requests of this method change nothing.
pub(crate) fn only_reads(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}

impl ServiceSpec {
    /// The rule for a request.
    pub(crate) fn rule(&self, ask: &Ask) -> Option<&Rule> {
        self.rule_of(&ask.method, &ask.path)
    }

    fn rule_of(&self, method: &str, path: &str) -> Option<&Rule> {
        let route = path.split('?').next().unwrap_or_default();
        self.answers.iter().find(|rule| rule.method == method && parts(&rule.path, route).is_some())
    }

    /// What a request is answered; and the calls afterwards, if it has an effect.
    ///
    /// # Errors
    /// Why it has no answer, as the rest of a sentence.
    pub(crate) fn apply(&self, calls: &Calls, ask: &Ask) -> Result<(Answer, Option<Calls>), String> {
        if let Some(stub) = &self.stub {
            let answer = Answer::clone(&*stub.ask(&calls.0, ask)?);
            let after = self.has_effect(ask).then(|| calls.with(calls.0.len(), ask, &answer));
            return Ok((answer, after));
        }
        let Some(rule) = self.rule(ask) else { return Err(self.knows_no_answer(ask)) };
        if !rule.has_effect() {
            return Ok((rule.answer(ask, 0), None));
        }
        let is_same =
            |call: &&Call| rule.is_keyed && ask.key.is_some() && call.key == ask.key && call.path == ask.path;
        if let Some(call) = calls.0.iter().find(is_same) {
            return Ok((call.answer.clone(), None));
        }
        let at = self.place(calls, &ask.method, &ask.path);
        let answer = rule.answer(ask, at + 1);
        let after = calls.with(at, ask, &answer);
        Ok((answer, Some(after)))
    }

    /// Where a call comes to stand among the others: at the end, unless it takes the place of one.
    fn place(&self, calls: &Calls, method: &str, path: &str) -> usize {
        let replaces = |method: &str| self.rule_of(method, path).is_some_and(|rule| rule.replaces);
        let is_replaced = |call: &Call| call.path == path && replaces(method) && replaces(&call.method);
        calls.0.iter().position(is_replaced).unwrap_or(calls.0.len())
    }

    fn knows_no_answer(&self, ask: &Ask) -> String {
        let known: Vec<String> =
            self.answers.iter().map(|rule| format!("{} {}", rule.method, rule.path)).collect();
        let known = if known.is_empty() { "none at all".into() } else { known.join(", ") };
        format!("declares no answer to {} {}; it has {known}", ask.method, ask.path)
    }

    /// Whether a request may change anything.
    pub(crate) fn has_effect(&self, ask: &Ask) -> bool {
        match &self.stub {
            Some(_) => !only_reads(&ask.method),
            None => self.rule(ask).is_some_and(Rule::has_effect),
        }
    }

    /// What it holds after these calls.
    ///
    /// # Errors
    /// What is wrong with the program that stands for it.
    pub(crate) fn rows(&self, calls: &Calls) -> Result<Vec<Map<String, Value>>, String> {
        match &self.stub {
            Some(stub) => stub.rows(&calls.0),
            None => Ok(calls.0.iter().map(Call::row).collect()),
        }
    }
}

impl Rule {
    /// Whether it changes anything when this is asked.
    pub(crate) fn has_effect(&self) -> bool {
        !only_reads(&self.method) && (200..400).contains(&self.status)
    }

    fn answer(&self, ask: &Ask, number: usize) -> Answer {
        let route = ask.path.split('?').next().unwrap_or_default();
        let path = parts(&self.path, route).unwrap_or_default();
        let known = json!({"n": number.to_string(), "path": path, "body": ask.json()});
        let body = match &self.body {
            Value::Null => String::new(),
            body => filled(body, &known).to_string(),
        };
        Answer::json(self.status, body)
    }
}

impl Refusal {
    pub(crate) fn answer(&self) -> Answer {
        Answer::json(self.status, self.body.to_string())
    }
}

impl Calls {
    /// The same with one more, or with it in the place of another.
    fn with(&self, at: usize, ask: &Ask, answer: &Answer) -> Calls {
        let Ask { method, path, body, key, .. } = ask.clone();
        let call = Call { method, path, body, key, answer: answer.clone() };
        let mut after = self.clone();
        match after.0.get_mut(at) {
            Some(earlier) => *earlier = call,
            None => after.0.push(call),
        }
        after
    }

    pub(crate) fn digest(&self, hasher: &mut Xxh3Default) {
        for Call { method, path, body, key, .. } in &self.0 {
            for text in [method, path, &**body, key.as_deref().unwrap_or("\u{1}")] {
                hasher.update(text.as_bytes());
                hasher.update(b"\0");
            }
        }
    }
}

impl Call {
    /// The same call without these fields.
    pub(crate) fn without(&self, is_left_out: impl Fn(&str) -> bool) -> Call {
        let mut call = self.clone();
        if let Ok(Value::Object(mut fields)) = serde_json::from_str(&self.body) {
            let all = fields.len();
            fields.retain(|name, _| !is_left_out(name));
            if fields.len() < all {
                call.body = Value::Object(fields).to_string().into();
            }
        }
        call.key = call.key.filter(|_| !is_left_out("idempotency_key"));
        call
    }

    /// The call in a line, for people: with its method and path only if the service answers to several.
    pub(crate) fn shown(&self, service: &ServiceSpec) -> String {
        let mut parts = Vec::new();
        if service.answers.len() > 1 {
            parts.push(format!("{} {}", self.method, self.path));
        }
        match serde_json::from_str(&self.body) {
            Ok(Value::Object(fields)) if !fields.is_empty() => parts.push(shown_row(&fields)),
            Ok(Value::Object(_)) => parts.push("called".into()),
            _ if self.body.is_empty() => parts.push("called".into()),
            _ => parts.push(self.body.to_string()),
        }
        parts.extend(self.key.as_ref().map(|key| format!("(key {key})")));
        parts.join(" ")
    }

    /// The call as a row: its parts, and the fields of its body.
    pub(crate) fn row(&self) -> Map<String, Value> {
        let mut row = Map::new();
        if let Ok(Value::Object(fields)) = serde_json::from_str(&self.body) {
            row.extend(fields);
        } else if !self.body.is_empty() {
            row.insert("body".into(), Value::from(&*self.body));
        }
        row.insert("method".into(), Value::from(&*self.method));
        row.insert("path".into(), Value::from(&*self.path));
        row.insert("idempotency_key".into(), self.key.clone().map_or(Value::Null, Value::from));
        row
    }
}

/// A row in a line. One of which nothing is shown is there all the same.
pub(crate) fn shown_row(row: &Map<String, Value>) -> String {
    if row.is_empty() {
        return "(empty)".into();
    }
    let fields = row.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        value => format!("{name}={value}"),
    });
    fields.collect::<Vec<_>>().join(" ")
}

/// The parts of a path that a pattern names, if it fits.
fn parts(pattern: &str, path: &str) -> Option<Map<String, Value>> {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut named = Map::new();
    for (wanted, part) in pattern.into_iter().zip(path) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => drop(named.insert(name.into(), part.into())),
            None if wanted == part => {}
            None => return None,
        }
    }
    Some(named)
}

/// The same value, and what its texts name in braces put in.
fn filled(value: &Value, known: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(filled_text(text, known)),
        Value::Array(all) => all.iter().map(|value| filled(value, known)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(value, known))).collect()
        }
        other => other.clone(),
    }
}

fn filled_text(text: &str, known: &Value) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let found = name.split('.').try_fold(known, |value, name| value.get(name));
        out += before;
        match found {
            Some(Value::String(text)) => out += text,
            Some(value) => out += &value.to_string(),
            None => out += &format!("{{{name}}}"),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_and_names_its_parts() {
        assert_eq!(parts("/orders/{id}/pay", "/orders/7/pay").map(Value::Object), Some(json!({"id": "7"})));
        assert_eq!(parts("/orders/{id}", "/orders/7/pay"), None);
        assert_eq!(parts("/orders", "/mails"), None);
    }

    #[test]
    fn an_answer_is_filled_with_what_was_asked() {
        let known = json!({"n": "2", "path": {"id": "7"}, "body": {"amount": 5}});
        let body = json!({"id": "ch_{n}", "of": ["{path.id}", "{body.amount}", "{what}", "{"]});
        assert_eq!(filled(&body, &known), json!({"id": "ch_2", "of": ["7", "5", "{what}", "{"]}));
    }

    #[test]
    fn a_call_takes_the_place_of_an_earlier_one_only_where_both_do() {
        let rule = |method: &str, replaces| Rule {
            method: method.into(),
            path: "/orders/{id}".into(),
            status: 200,
            body: json!("{n}"),
            is_keyed: false,
            replaces,
            refusals: Vec::new(),
        };
        let answers = vec![rule("PUT", true), rule("DELETE", true), rule("POST", false)];
        let service = ServiceSpec { answers, ..ServiceSpec::default() };
        let call = |method: &str, path: &str| Call {
            method: method.into(),
            path: path.into(),
            body: "".into(),
            key: None,
            answer: Answer::json(200, "{}"),
        };
        let calls =
            Calls(vec![call("POST", "/orders/1"), call("PUT", "/orders/1"), call("PUT", "/orders/2")]);
        let place = |method: &str, path: &str| service.place(&calls, method, path);
        assert_eq!((place("PUT", "/orders/1"), place("DELETE", "/orders/1")), (1, 1));
        assert_eq!((place("PUT", "/orders/2"), place("PUT", "/orders/3")), (2, 3));
        assert_eq!((place("POST", "/orders/1"), place("POST", "/orders/2")), (3, 3));
    }

    #[test]
    fn a_call_that_says_nothing_shows_all_the_same() {
        let shown = |body: &str, key: Option<&str>| {
            let call = Call {
                method: "POST".into(),
                path: "/charges".into(),
                body: body.into(),
                key: key.map(String::from),
                answer: Answer::json(200, "{}"),
            };
            call.without(|name| name == "at").shown(&ServiceSpec::default())
        };
        assert_eq!(shown(r#"{"id":1}"#, None), "id=1");
        for nothing in ["", "{}", r#"{"at":1}"#] {
            assert_eq!(shown(nothing, None), "called");
        }
        assert_eq!(shown("{}", Some("k")), "called (key k)");
    }
}
