//! The tables and outside services that sources name.
use super::{
    Found, Place, Service, Table,
    project::{Source, pattern},
};
use regex::Regex;
use std::sync::LazyLock;

/// A variable of the environment that is read, in Node or in Python, and the text that counts if it is not set.
const READ: &str =
    r#"(?:process\.env(?:\.|\[['"])|os\.environ\[['"]|os\.environ\.get\(\s*['"]|os\.getenv\(\s*['"])"#;

static URL: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{READ}(\w+?)_((?:BASE_|API_)?(?:URL|ENDPOINT|URI))\b")));
static TABLE_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r#"{READ}(\w*TABLE\w*)\b(?:['"]\]?)?\s*(?:(?:\?\?|\|\||,)\s*['"]([\w.-]+)['"])?"#))
});
static TABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:['"]?TableName['"]?\s*[:=]\s*|\.Table\(\s*)['"]([\w.-]+)['"]"#));
static KEY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\b[Kk]ey['"]?\s*[:=]\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})+)\}"#));
/// An attribute of a key: `"id": order`, `id: { S: order }`, or `id` alone.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:^|,)\s*['"]?([A-Za-z_]\w*)['"]?\s*(?:$|,|:\s*(?:\{\s*['"]?([SNB])['"]?\s*:[^}]*\}|[^,]*))"#)
});
/// What stands between a variable and a path below it: `${payments}/charges`, `os.environ["MAIL_URL"] + "/mails"`.
static BELOW: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^['"\]})\s+,f]{0,8}(/[\w/-]+)"#));
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\w+)\s*(?::\s*\w+\s*)?=\s*$"));

/// What no service of HTTP is behind.
const OTHERS: [&str; 7] = ["AWS", "DATABASE", "DB", "REDIS", "QUEUE", "SQS", "DYNAMODB"];

/// Adds the services whose URLs the sources or the handlers' variables name.
pub(crate) fn services(sources: &[&Source], found: &mut Found) {
    for (path, text) in sources {
        for named in URL.captures_iter(text) {
            let whole = named.get(0).expect("all that was found");
            let (name, ending) = (&named[1], &named[2]);
            let url_in = format!("{name}_{ending}");
            let is_other = OTHERS.iter().any(|other| name.split('_').any(|part| part == *other));
            if is_other || found.services.iter().any(|service| service.url_in == url_in) {
                continue;
            }
            let at = Place::of_offset(path, text, whole.start());
            let on = below(text, whole.start(), whole.end()).map(|path| format!("POST {path}"));
            let name = name.to_lowercase().replace('_', "-");
            let is_taken = found.tables.iter().any(|table| table.name == name);
            let name = if is_taken { format!("{name}-service") } else { name };
            found.services.push(Service { name, url_in, at, on });
        }
    }
}

/// The path that is asked for below a URL: behind the variable itself, or behind the name that it is given.
fn below(text: &str, start: usize, end: usize) -> Option<String> {
    let path = |rest: &str| BELOW.captures(rest).map(|found| found[1].to_string());
    if let Some(path) = path(&text[end..]) {
        return Some(path);
    }
    let name = ASSIGNED.captures(&text[..start])?[1].to_string();
    let uses = text.match_indices(&name).map(|(at, _)| at + name.len());
    uses.filter(|at| *at > end).find_map(|at| path(&text[at..]))
}

/// The attributes of a key, of which a table has two at most.
fn parts(key: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(part) = PART.captures_at(key, at).filter(|_| parts.len() < 2) {
        let whole = part.get(0).expect("all that was found");
        parts.push(match part.get(2) {
            Some(kind) if kind.as_str() != "S" => format!("{}:{}", &part[1], kind.as_str()),
            _ => part[1].to_string(),
        });
        // The comma that ends one begins the next.
        at = whole.end() - usize::from(whole.as_str().ends_with(',') && whole.len() > 1);
    }
    parts
}

/// Adds the tables that the sources name, by name or by variable, each with the key that stands next to it.
pub(crate) fn tables(sources: &[&Source], found: &mut Found) {
    let mut variables = Vec::new();
    for (path, text) in sources {
        let by_name = TABLE
            .captures_iter(text)
            .map(|named| (named.get(0).expect("all").start(), named[1].to_string(), None));
        let by_variable = TABLE_IN.captures_iter(text).map(|named| {
            let variable = named[1].to_string();
            let plain =
                || variable.to_lowercase().replace("_name", "").replace("_table", "").replace('_', "-");
            let name = named.get(2).map_or_else(plain, |name| name.as_str().into());
            (named.get(0).expect("all").start(), name, Some(variable))
        });
        for (at, name, variable) in by_name.chain(by_variable) {
            variables.extend(variable.map(|variable| (variable, name.clone())));
            if found.tables.iter().any(|table| table.name == name) {
                continue;
            }
            let next = KEY.captures_at(text, at).or_else(|| KEY.captures(text));
            let key = next.map(|key| parts(key.get(1).expect("what it holds").as_str())).unwrap_or_default();
            found.tables.push(Table { name, at: Place::of_offset(path, text, at), key, is_declared: false });
        }
    }
    for handler in &mut found.handlers {
        for (variable, name) in &variables {
            if !handler.env.iter().any(|(known, _)| known == variable) {
                handler.env.push((variable.clone(), Ok(name.clone())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_however_it_is_spelt() {
        for (text, expected) in [
            ("Key={\"room\": room, \"night\": event[\"night\"]}", &["room", "night"][..]),
            ("Key: { orderId: event.orderId }", &["orderId"]),
            ("Key: { orderId }", &["orderId"]),
            ("Key: { pk, sk }", &["pk", "sk"]),
            ("Key: { pk: { S: `order#${id}` }, n: { N: '1' } }", &["pk", "n:N"]),
            ("key={'id': name(a, b)}", &["id"]),
        ] {
            let key = KEY.captures(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(parts(&key[1]), expected, "{text}");
        }
    }
}
