//! What the `[promises]` table of an `anechoic.toml` says.
use crate::perhaps;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{fmt, ops::Deref};
use toml::Spanned;

/// When a promise is looked at, and what its query must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// After every step, and in every part of a trace: it must find no row.
    Never,
    /// When all is quiet, and of a trace only if it is whole: it must find no row.
    AtRest,
    /// Once faults are over and what was still open was delivered again, and never of a trace: it must find no row.
    Eventually,
    /// It must find a row, some time in some run.
    Sometimes,
}

impl When {
    /// All of them.
    pub const ALL: [When; 4] = [When::Never, When::AtRest, When::Eventually, When::Sometimes];

    /// Whether a trace can break it. What holds at last need not hold yet when a trace ends, and what happens sometimes need not
    /// happen in one.
    pub fn is_of_traces(self) -> bool {
        matches!(self, When::Never | When::AtRest)
    }

    /// The key in the file.
    pub fn name(self) -> &'static str {
        match self {
            When::Never => "never",
            When::AtRest => "at_rest",
            When::Eventually => "eventually",
            When::Sometimes => "sometimes",
        }
    }
}

/// A promise as a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// What it says, in a sentence.
    pub about: Option<String>,
    /// When it is looked at, and what its query must find.
    pub when: When,
    sql: Spanned<String>,
}

impl Promise {
    /// Its query.
    pub fn sql(&self) -> &str {
        self.sql.get_ref()
    }

    /// At which byte of the file its query stands: see [`ConfigError::at`](crate::ConfigError::at).
    pub fn at(&self) -> usize {
        self.sql.span().start
    }
}

/// All promises of a file, in its order.
///
/// It is a part of a bigger file, whose other tables are no business of this type. What is wrong in it is an error of `toml`
/// with its place, as is everything else that is wrong in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promises(Vec<Promise>);

impl Promises {
    /// Keeps some of them.
    pub fn retain(&mut self, keep: impl FnMut(&Promise) -> bool) {
        self.0.retain(keep);
    }
}

impl Deref for Promises {
    type Target = [Promise];

    fn deref(&self) -> &[Promise] {
        &self.0
    }
}

impl<'p> IntoIterator for &'p Promises {
    type Item = &'p Promise;
    type IntoIter = std::slice::Iter<'p, Promise>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for Promises {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Promises, D::Error> {
        deserializer.deserialize_map(Named)
    }
}

/// The table of promises by their names.
struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Promises;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of promises, such as [promises.charged-once] with never = \"select …\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Promises, A::Error> {
        let mut promises = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            let Said { about, query: (when, sql) } = map.next_value()?;
            promises.push(Promise { name, about, when, sql });
        }
        promises.sort_by_key(Promise::at);
        Ok(Promises(promises))
    }
}

/// The name of a promise.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let name = String::deserialize(deserializer)?;
        let is_word = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(Error::custom(format!(
                "`{}` is no name of a promise; expected letters, digits, `-`, `_` and `.`, such as charged-once",
                name.escape_debug()
            )));
        }
        Ok(Name(name))
    }
}

/// What a promise says.
struct Said {
    about: Option<String>,
    query: (When, Spanned<String>),
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Said, D::Error> {
        deserializer.deserialize_map(SaidVisitor)
    }
}

struct SaidVisitor;

impl<'de> Visitor<'de> for SaidVisitor {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a promise: a table with never, at_rest, eventually or sometimes = \"select …\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
        let (mut about, mut queries) = (None, Vec::new());
        while let Some(key) = map.next_key()? {
            match key {
                Key::About => about = Some(map.next_value()?),
                Key::Query(when) => queries.push((when, map.next_value()?)),
            }
        }
        queries.sort_by_key(|(when, _): &(When, _)| *when);
        let told: Vec<&str> = queries.iter().map(|(when, _)| when.name()).collect();
        match <[_; 1]>::try_from(queries) {
            Ok([query]) => Ok(Said { about, query }),
            Err(queries) => Err(Error::custom(format!(
                "a promise has one query, and this has {}; expected exactly one of never (looked at after every step), \
                 at_rest (when all is quiet), eventually (when what was open then was delivered again) and sometimes (must find a \
                 row in some run)",
                if queries.is_empty() { "none".into() } else { told.join(" and ") }
            ))),
        }
    }
}

/// A key of a promise.
enum Key {
    About,
    Query(When),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let key = String::deserialize(deserializer)?;
        if key == "about" {
            return Ok(Key::About);
        }
        When::ALL.into_iter().find(|when| when.name() == key).map(Key::Query).ok_or_else(|| {
            let known = || When::ALL.map(When::name).into_iter().chain(["about"]);
            let known_words = known().collect::<Vec<&str>>().join(", ");
            let key_is = format!("`{}` is no key of a promise{}", key.escape_debug(), perhaps(&key, known()));
            Error::custom(format!("{key_is}; expected {known_words}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfigError;

    /// A file of which promises are only a part.
    #[derive(Debug, Deserialize)]
    struct Config {
        #[serde(default)]
        promises: Promises,
    }

    fn wrong(text: &str) -> String {
        let error = toml::from_str::<Config>(text).expect_err(text);
        ConfigError::of(text, &error).to_string()
    }

    #[test]
    fn promises_are_in_the_order_of_the_file_and_know_where_their_queries_stand() {
        let text = "\
            [handlers.pay]\ncommand = \"node pay.js\"\n\
            [promises.zebra]\nabout = \"stripes\"\nnever = \"select 1 from t\"\n\
            [promises.ant]\nat_rest = \"\"\"\nselect 2 from t\"\"\"\n\
            [promises.cow]\nsometimes = 'select 3 from t'\n\
            [promises.bee]\neventually = 'select 4 from t'\n";
        let promises = toml::from_str::<Config>(text).expect("promises").promises;
        let told: Vec<_> = promises.iter().map(|p| (p.name.as_str(), p.when, p.sql())).collect();
        let expected = [
            ("zebra", When::Never, "select 1 from t"),
            ("ant", When::AtRest, "select 2 from t"),
            ("cow", When::Sometimes, "select 3 from t"),
            ("bee", When::Eventually, "select 4 from t"),
        ];
        assert_eq!(told, expected);
        assert_eq!(promises[0].about.as_deref(), Some("stripes"));
        let lines: Vec<_> = promises.iter().map(|p| ConfigError::at(text, p.at(), "").line).collect();
        assert_eq!(lines, [5, 7, 10, 12]);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_line_with_what_was_expected() {
        let cases = [
            (
                "[promises.x]\nabout = 'y'\nnevr = 'select 1'\n",
                "3: `nevr` is no key of a promise (perhaps never)",
            ),
            ("[promises.x]\nnever = 3\n", "2: invalid type: integer `3`, expected"),
            ("\n[promises.x]\nabout = 'y'\n", "2: a promise has one query, and this has none"),
            (
                "[promises.x]\nnever = 'a'\nat_rest = 'b'\n",
                "1: a promise has one query, and this has never and at_rest",
            ),
            (
                "[promises]\nx = 'select 1'\n",
                "2: invalid type: string \"select 1\", expected a promise: a table",
            ),
            ("promises = 'select 1'\n", "1: invalid type: string \"select 1\", expected a table of promises"),
            ("[promises.\"a b\"]\nnever = 'a'\n", "1: `a b` is no name of a promise"),
            ("[promises.x]\nnever = 'a\n", "2: "),
        ];
        for (text, expected) in cases {
            assert!(wrong(text).starts_with(expected), "{text}: {}", wrong(text));
        }
    }
}
