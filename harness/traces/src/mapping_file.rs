//! A mapping as it is written, and what may be wrong with it.
use crate::{Lifecycle, Mapping, Pattern, Role, Where, fields::HIDDEN, nearest::nearest, source::Source};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The words that a mapping may lead to.
#[derive(Clone, Copy, Debug)]
pub struct Words<'w> {
    /// For events.
    pub events: &'w [&'w str],
    /// For statuses.
    pub statuses: &'w [&'w str],
    /// For those statuses that are ends.
    pub ends: &'w [&'w str],
}

/// What is wrong with a mapping, and at which byte.
pub(crate) type Wrong = (usize, String);

type Named<T> = BTreeMap<Spanned<String>, T>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    text: Vec<Spanned<Pattern>>,
    #[serde(default)]
    lists: Vec<String>,
    #[serde(default)]
    fields: Named<Vec<Source>>,
    #[serde(default)]
    entity: Things,
    #[serde(default)]
    values: Values,
    lifecycle: Option<Spanned<Declared>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    #[serde(default)]
    event: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    status: BTreeMap<String, Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Things {
    #[serde(default)]
    r#where: Where,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    ours: Option<bool>,
    terminal: Option<Vec<Spanned<String>>>,
}

impl File {
    pub(crate) fn read(text: &str) -> Result<File, Wrong> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let what = error.message().lines().collect::<Vec<&str>>().join(" ");
            let unknown = what.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
            let meant = unknown.and_then(|(unknown, known)| {
                nearest(unknown, &known.split('`').skip(1).step_by(2).collect::<Vec<&str>>())
            });
            let meant = meant.map(|meant| format!(" (perhaps {meant})")).unwrap_or_default();
            let expected = "expected a mapping: TOML with text, lists, [fields], [entity], [values.status], [values.event] and \
                            [lifecycle]";
            (error.span().map_or(0, |span| span.start), format!("{what}{meant}; {expected}"))
        })
    }

    pub(crate) fn mapping(self, words: &Words<'_>) -> Result<Mapping, Wrong> {
        let mut mapping = Mapping::default();
        let roles = Role::ALL.map(Role::name);
        for (name, fields) in self.fields {
            let role = Role::ALL.into_iter().find(|role| role.name() == name.get_ref());
            let role = role.ok_or_else(|| unknown(&name, "role", &roles))?;
            mapping.fields[role as usize] =
                fields.into_iter().map(|source| named(source, &mut mapping.made)).collect();
        }
        for pattern in self.text {
            if pattern.get_ref().names().next().is_none() {
                let what =
                    "it has no named group; expected one such as (?<order_id>\\S+), which is a field then";
                return Err((pattern.span().start, what.into()));
            }
            mapping.patterns.push(pattern.into_inner());
        }
        (mapping.lists, mapping.things) = (self.lists, self.entity.r#where);
        mapping.events = checked(self.values.event, "event", words.events)?;
        mapping.statuses = checked(self.values.status, "status", words.statuses)?;
        mapping.lifecycle = match self.lifecycle {
            Some(declared) => Some(lifecycle(declared, &mapping, words)?),
            None => None,
        };
        Ok(mapping)
    }
}

/// The name of a field, be it one that is made of others and hidden.
fn named(source: Source, made: &mut Vec<(String, Source)>) -> String {
    match source {
        Source::Field(name) => name,
        source => {
            let name = format!("{HIDDEN}{}", made.len());
            made.push((name.clone(), source));
            name
        }
    }
}

/// The words of one's own, if each leads to one that is known.
fn checked(
    words: BTreeMap<String, Spanned<String>>,
    what: &str,
    known: &[&str],
) -> Result<BTreeMap<String, String>, Wrong> {
    let word = |(own, ours): (String, Spanned<String>)| match known.contains(&ours.get_ref().as_str()) {
        true => Ok((own, ours.into_inner())),
        false => Err(unknown(&ours, what, known)),
    };
    words.into_iter().map(word).collect()
}

fn lifecycle(declared: Spanned<Declared>, mapping: &Mapping, words: &Words<'_>) -> Result<Lifecycle, Wrong> {
    let at = declared.span().start;
    match declared.into_inner() {
        Declared { ours: Some(true), terminal: None } => Ok(Lifecycle::Ours),
        Declared { ours: Some(false), terminal: None } => Ok(Lifecycle::Foreign),
        Declared { ours: None | Some(false), terminal: Some(terminal) } => {
            let end = |word: Spanned<String>| {
                let means = mapping.statuses.get(word.get_ref()).unwrap_or(word.get_ref());
                if words.ends.contains(&means.as_str()) {
                    return Ok(word.into_inner());
                }
                let (at, what) = unknown(&word, "end", words.ends);
                Err((at, format!("{what}, or a word that [values.status] says is one of these")))
            };
            Ok(Lifecycle::Own { terminal: terminal.into_iter().map(end).collect::<Result<_, _>>()? })
        }
        Declared { ours: None, terminal: None } | Declared { ours: Some(true), terminal: Some(_) } => {
            Err((at, "expected in [lifecycle] either `ours` or which statuses are `terminal`".into()))
        }
    }
}

fn unknown(word: &Spanned<String>, what: &str, known: &[&str]) -> Wrong {
    let nearest = nearest(word.get_ref(), known);
    let meant = nearest.map(|nearest| format!(" (perhaps {nearest})")).unwrap_or_default();
    let word_is = format!("`{}` is no {what}{meant}", word.get_ref());
    (word.span().start, format!("{word_is}; expected {}", known.join(", ")))
}
