//! What a query spells: its texts, and of which columns it says itself that they are texts.
mod beside;

pub(crate) use beside::By;

use crate::moment::{Moment, in_utc, moment};
use std::{borrow::Cow, collections::BTreeSet, ops::Range};

/// A part of a query.
struct Token<'s> {
    kind: Kind,
    text: Cow<'s, str>,
    at: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word of SQL, a name, or a number.
    Word,
    /// A name in quotes.
    Name,
    /// A text.
    Text,
    /// Anything else.
    Sign,
}

/// The parts of a query.
pub(crate) struct Sql<'s> {
    sql: &'s str,
    tokens: Vec<Token<'s>>,
}

/// The functions whose first argument is a text, whatever it spells.
const OF_TEXTS: [&str; 11] = [
    "replace",
    "substr",
    "substring",
    "trim",
    "ltrim",
    "rtrim",
    "upper",
    "lower",
    "length",
    "instr",
    "unicode",
];
/// What has a text before it and behind it.
const BESIDE_TEXTS: [&str; 7] = ["like", "glob", "regexp", "match", "collate", "||", "->"];
/// Where a name only is shown, or groups or orders.
const BEFORE_NAMES: [&str; 4] = ["select", "distinct", "by", ","];
const BEHIND_NAMES: [&str; 9] = [",", "from", "as", "asc", "desc", "having", "order", "limit", ""];
impl<'s> Sql<'s> {
    pub(crate) fn new(sql: &'s str) -> Sql<'s> {
        let mut tokens = Vec::new();
        let mut from = 0;
        while let Some(first) = sql[from..].chars().next() {
            let (kind, length) = token(&sql[from..], first);
            let at = from..from + length;
            from = at.end;
            if let Some(kind) = kind {
                let text = match kind {
                    Kind::Word | Kind::Sign => sql[at.clone()].into(),
                    Kind::Name | Kind::Text => unquoted(&sql[at.clone()]).into(),
                };
                tokens.push(Token { kind, text, at });
            }
        }
        Sql { sql, tokens }
    }

    /// The texts that it spells, but for times, which are read as those of the columns are.
    pub(crate) fn texts(&self) -> BTreeSet<String> {
        let texts = self.tokens.iter().filter(|token| token.kind == Kind::Text);
        texts.filter(|token| time(&token.text).is_none()).map(|token| token.text.to_string()).collect()
    }

    /// The query, with the times that it spells as long as those that it is asked of, and in their zone.
    pub(crate) fn with_long_times(&self, to_utc: bool) -> String {
        let (mut sql, mut from) = (String::new(), 0);
        for token in self.tokens.iter().filter(|token| token.kind == Kind::Text) {
            if let Some(time) = time(&token.text) {
                let time = in_utc(&time).filter(|_| to_utc).unwrap_or(time);
                sql += &self.sql[from..token.at.start];
                sql += &format!("'{time}'");
                from = token.at.end;
            }
        }
        sql + &self.sql[from..]
    }

    /// Whether it has a word or a name.
    pub(crate) fn has(&self, word: &str) -> bool {
        let mut words = self.tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
        words.any(|token| token.text.eq_ignore_ascii_case(word))
    }

    /// The columns that it names in `using (…)`.
    pub(crate) fn used(&self) -> Vec<&str> {
        let usings = (0..self.tokens.len()).filter(|at| self.is(*at, &["using"]) && self.is(at + 1, &["("]));
        let names = usings.flat_map(|at| self.tokens[at + 2..].iter().take_while(|token| token.text != ")"));
        names.filter(|token| token.kind != Kind::Sign).map(|token| &*token.text).collect()
    }

    /// The names that it compares, as they stand on both sides of a sign.
    pub(crate) fn compared(&self) -> Vec<(&str, &str)> {
        let is_name = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
        let sides = |at: usize| {
            let left = self.tokens.get(at.checked_sub(1)?).filter(is_name)?;
            let mut right = at + 1;
            while self.is(right + 1, &["."]) {
                right += 2;
            }
            Some((&*left.text, &*self.tokens.get(right).filter(is_name)?.text))
        };
        let signs =
            (0..self.tokens.len()).filter(|at| self.is(*at, &["<", ">", "=", "==", "<=", ">=", "<>", "!="]));
        signs.filter_map(sides).collect()
    }

    /// The names that it looks for within JSON: those of paths, `'$.a.b[0]'`, and what stands behind `->`.
    pub(crate) fn names_in_json(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (at, token) in self.tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Text) {
            let is_sign = |at: Option<usize>, sign: &[&str]| at.is_some_and(|at| self.is(at, sign));
            let is_behind = is_sign(at.checked_sub(1), &["->"])
                || is_sign(at.checked_sub(1), &[">"]) && is_sign(at.checked_sub(2), &["->"]);
            match token.text.strip_prefix('$') {
                Some(path) if self.looks_into_json() => {
                    let steps = path.split(['.', '[', ']']).map(|step| step.trim_matches('"'));
                    let is_name =
                        |step: &&str| step.starts_with(|first: char| first.is_alphabetic() || first == '_');
                    names.extend(steps.filter(is_name).map(String::from));
                }
                None if is_behind => {
                    names.insert(token.text.to_string());
                }
                _ => {}
            }
        }
        names
    }

    /// Whether it looks into JSON itself.
    pub(crate) fn looks_into_json(&self) -> bool {
        let is_of_json = |token: &Token<'_>| match token.kind {
            Kind::Word => token.text.to_ascii_lowercase().starts_with("json"),
            Kind::Sign => token.text == "->",
            Kind::Name | Kind::Text => false,
        };
        self.tokens.iter().any(is_of_json)
    }

    /// Whether it says that a column holds texts, by what it does with them: `cast(x as text)`, `replace(x, …)`, `x like …`; and does
    /// nothing else with it than to show it.
    pub(crate) fn says_text(&self, column: &str) -> bool {
        let mut is_said = false;
        for (at, token) in self.tokens.iter().enumerate() {
            let is_name = matches!(token.kind, Kind::Word | Kind::Name);
            // Before a dot it is the name of a table.
            if !is_name || !token.text.eq_ignore_ascii_case(column) || self.is(at + 1, &["."]) {
                continue;
            }
            let mut first = at;
            while first >= 2 && self.is(first - 1, &["."]) {
                first -= 2;
            }
            let of = |functions: &[&str]| {
                first >= 2 && self.is(first - 1, &["("]) && self.is(first - 2, functions)
            };
            let is_beside = |at: usize| self.is(at, &BESIDE_TEXTS);
            let as_text = of(&["cast"]) && self.is(at + 1, &["as"]) && self.is(at + 2, &["text"]);
            let is_denied = self.is(at + 1, &["not"]) && is_beside(at + 2);
            let is_last = first >= 1 && self.is(first - 1, &["||", "like", "glob"]);
            if of(&OF_TEXTS) || as_text || is_beside(at + 1) || is_denied || is_last {
                is_said = true;
            } else if first == 0 || !self.is(first - 1, &BEFORE_NAMES) || !self.is(at + 1, &BEHIND_NAMES) {
                return false;
            }
        }
        is_said
    }

    /// Whether one of these words or signs is there. The end is the empty one.
    fn is(&self, at: usize, words: &[&str]) -> bool {
        let found = match self.tokens.get(at) {
            None => "",
            Some(Token { kind: Kind::Word | Kind::Sign, text, .. }) => text,
            Some(_) => return false,
        };
        words.iter().any(|word| word.eq_ignore_ascii_case(found))
    }
}

/// A time that a text spells, if there is no doubt which.
fn time(text: &str) -> Option<String> {
    match moment(text)? {
        Moment::Known(time) => Some(time),
        Moment::Either(_) => None,
    }
}

/// The words and signs of a query, in small letters. What is in quotes, be it a text or a name, is `…`.
pub fn words(sql: &str) -> Vec<String> {
    let word = |token: &Token<'_>| match token.kind {
        Kind::Word | Kind::Sign => token.text.to_lowercase(),
        Kind::Name | Kind::Text => "…".into(),
    };
    Sql::new(sql).tokens.iter().map(word).collect()
}

/// Of which kind the first token is, if it is one and no blank or comment; and its length.
fn token(rest: &str, first: char) -> (Option<Kind>, usize) {
    let until =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let is_in_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    match first {
        '\'' => (Some(Kind::Text), quoted(rest, '\'')),
        '"' | '`' => (Some(Kind::Name), quoted(rest, first)),
        '[' => (Some(Kind::Name), until("]", 1)),
        '-' if rest.starts_with("--") => (None, until("\n", 2)),
        '/' if rest.starts_with("/*") => (None, until("*/", 2)),
        '|' if rest.starts_with("||") => (Some(Kind::Sign), 2),
        '-' if rest.starts_with("->") => (Some(Kind::Sign), 2),
        '<' | '>' | '=' | '!' => (Some(Kind::Sign), 1 + usize::from(rest[1..].starts_with(['=', '>']))),
        blank if blank.is_whitespace() => (None, blank.len_utf8()),
        letter if is_in_word(letter) => {
            (Some(Kind::Word), rest.find(|letter| !is_in_word(letter)).unwrap_or(rest.len()))
        }
        sign => (Some(Kind::Sign), sign.len_utf8()),
    }
}

/// The length of what is in quotes; doubled, they are part of it.
fn quoted(rest: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = rest[at..].find(quote) {
        at += end + 1;
        if !rest[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

fn unquoted(text: &str) -> String {
    let quote = &text[..1];
    let end = if quote == "[" { "]" } else { quote };
    let within = &text[1..];
    within.strip_suffix(end).unwrap_or(within).replace(&quote.repeat(2), quote)
}

#[cfg(test)]
mod tests {
    use super::Sql;

    #[test]
    fn the_texts_of_a_query_are_known() {
        let sql =
            Sql::new("select 'it''s', \"a'b\", [c'd] -- 'no'\n /* 'no' */ from t where x = '' or y='é'");
        assert_eq!(sql.texts().into_iter().collect::<Vec<_>>(), ["", "it's", "é"]);
        let open = Sql::new("select 'open");
        assert_eq!(open.texts().into_iter().collect::<Vec<_>>(), ["open"]);
    }

    #[test]
    fn its_times_become_longer() {
        let long = |sql: &str| Sql::new(sql).with_long_times(false);
        assert_eq!(long("t > '2026-05-04' and é"), "t > '2026-05-04' and é");
        assert_eq!(
            long("t > '2026-05-04T10:00:00Z' and 'x'"),
            "t > '2026-05-04T10:00:00.000000000Z' and 'x'"
        );
    }

    #[test]
    fn it_says_of_a_column_that_it_is_text_by_what_it_does_with_it() {
        for says in [
            "select x from t where cast(t.x as text) <> ''",
            "select id from t where cast(replace(x, ',', '.') as real) < 0",
            "select t.\"x\", id from t where X not like '0%' order by x",
            "select id from t where y || x = 'ab'",
            "select x, count(*) from t where length(x) > 3 group by x having count(*) > 1",
        ] {
            assert!(Sql::new(says).says_text("x"), "{says}");
        }
        for says in [
            "select x from t",
            "select x from t where x < 0",
            "select x from t where length(x) > 3 and x < 0",
            "select id from t where cast(x as real) < 0",
            "select id from t where 'x' like 'x%'",
            "select sum(x) from x where length(x) = 3",
        ] {
            assert!(!Sql::new(says).says_text("x"), "{says}");
        }
    }

    #[test]
    fn the_columns_by_which_it_joins_are_known() {
        let sql = Sql::new("select x from t join u using (a, \"b\") join v on (c) join w Using(d)");
        assert_eq!(sql.used(), ["a", "b", "d"]);
    }

    #[test]
    fn what_it_compares_is_known() {
        let sql = Sql::new("select a from t where t.a < u.b and \"c\" >= d and e = 'x' and f <> 1");
        assert_eq!(sql.compared(), [("a", "b"), ("c", "d"), ("f", "1")]);
    }

    #[test]
    fn what_it_looks_for_within_json_is_known() {
        let names = |sql: &str| Sql::new(sql).names_in_json().into_iter().collect::<Vec<_>>();
        assert_eq!(names("select json_extract(a, '$.b.c[0].d'), '$' from t"), ["b", "c", "d"]);
        assert_eq!(names("select a ->> 'b', a -> '$.\"c\"' from t where x > 'y'"), ["b", "c"]);
        assert_eq!(names("select '$.b' from t"), Vec::<String>::new());
    }

    #[test]
    fn it_is_known_whether_it_looks_into_json() {
        assert!(Sql::new("select json_extract(a, '$.b') from t").looks_into_json());
        assert!(Sql::new("select a ->> 'b' from t").looks_into_json());
        assert!(!Sql::new("select 'json_each' from t where a - 1 > 2").looks_into_json());
    }
}
