//! The texts with which a query compares names.
use super::{Kind, Sql};
use std::collections::BTreeSet;

/// Whether two values are one.
const EQUALITY: [&str; 5] = ["=", "==", "<>", "!=", "is"];
/// What makes another value of those on both sides, or compares them in another way.
const MAKES_ANOTHER: [&str; 8] = ["||", "->", "+", "-", "*", "/", "%", "collate"];

/// A text with which a query compares a name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Beside<'s> {
    /// What stands before the dot of the name.
    pub(crate) of: Option<&'s str>,
    pub(crate) name: &'s str,
    pub(crate) text: &'s str,
    pub(crate) by: By,
}

/// How a value is compared with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    Equality,
    Like,
    Glob,
}

impl By {
    /// The sign that compares so.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            By::Equality => "=",
            By::Like => "like",
            By::Glob => "glob",
        }
    }
}

impl<'s> Sql<'s> {
    /// The texts with which it compares names by equality, or that are in a list in which it looks for one, and the patterns.
    pub(crate) fn beside_texts(&self) -> BTreeSet<Beside<'_>> {
        let texts = (0..self.tokens.len()).filter(|at| self.tokens[*at].kind == Kind::Text);
        let plain =
            texts.filter(|at| !self.is(at + 1, &MAKES_ANOTHER) && !self.is_behind(*at, &MAKES_ANOTHER));
        let beside = plain.filter_map(|at| {
            let behind = || Some((self.compared_behind(at)?, By::Equality));
            let (last, by) = self.compared_before(at).or_else(behind)?;
            let first = (1..=last / 2).map(|dots| last - 2 * dots).take_while(|at| self.is(at + 1, &["."]));
            let first = first.last().unwrap_or(last);
            if self.is(last + 1, &MAKES_ANOTHER) || self.is_behind(first, &MAKES_ANOTHER) {
                return None;
            }
            let name = |at: usize| {
                let token = self.tokens.get(at).filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
                token.map(|token| &*token.text)
            };
            let of = if first < last { name(last - 2) } else { None };
            Some(Beside { of, name: name(last)?, text: &self.tokens[at].text, by })
        });
        beside.collect()
    }

    /// Where the name ends before the sign, or the list, that a text is behind; and how the two are compared.
    fn compared_before(&self, text: usize) -> Option<(usize, By)> {
        let mut first = text;
        while self.is_behind(first, &[","]) && self.tokens.get(first.wrapping_sub(2))?.kind == Kind::Text {
            first -= 2;
        }
        let denied = |at: usize| if self.is_behind(at, &["not"]) { at - 1 } else { at };
        let (sign, by) = if self.is_behind(first, &["("]) && first >= 2 {
            (first - 2, self.is(first - 2, &["in"]).then_some(By::Equality)?)
        } else {
            let sign = denied(text).checked_sub(1)?;
            (sign, self.compares(sign)?)
        };
        // Then some signs of a pattern mean something else.
        let is_escaped = self.is(text + 1, &["escape"]);
        denied(sign).checked_sub(1).filter(|_| !is_escaped).map(|last| (last, by))
    }

    /// How this sign compares, if it does.
    fn compares(&self, sign: usize) -> Option<By> {
        let patterns = [By::Like, By::Glob].into_iter().find(|by| self.is(sign, &[by.sign()]));
        if self.is(sign, &EQUALITY) { Some(By::Equality) } else { patterns }
    }

    /// Where the name ends behind the sign that a text is before.
    fn compared_behind(&self, text: usize) -> Option<usize> {
        let mut last = text + 2;
        while self.is(last + 1, &["."]) {
            last += 2;
        }
        Some(last).filter(|_| self.is(text + 1, &EQUALITY))
    }

    /// Whether a table goes by this name in it: its own, or one that it is given there.
    pub(crate) fn calls(&self, table: &str, name: &str) -> bool {
        let is_name = |at: usize, name: &str| {
            let token = self.tokens.get(at).filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
            token.is_some_and(|token| token.text.eq_ignore_ascii_case(name))
        };
        let given = |at: usize| if self.is(at + 1, &["as"]) { at + 2 } else { at + 1 };
        table.eq_ignore_ascii_case(name)
            || (0..self.tokens.len()).any(|at| is_name(at, table) && is_name(given(at), name))
    }

    /// Whether a token is behind one of these words or signs.
    fn is_behind(&self, at: usize, words: &[&str]) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, words))
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, By, Sql};

    #[test]
    fn the_texts_with_which_it_compares_names_are_known() {
        let beside = |sql: &str| {
            let sql = Sql::new(sql);
            let all = sql.beside_texts();
            let told = all.iter().map(|Beside { of, name, text, by }| {
                let of = of.map(|of| format!("{of}.")).unwrap_or_default();
                let by = if *by == By::Equality { String::new() } else { format!("{by:?} ") };
                format!("{of}{name} {by}{text}")
            });
            told.collect::<Vec<String>>().join(", ")
        };
        assert_eq!(
            beside("select 1 from t where a = 'x' and t.b <> 'y' or 'z' = main.t.c"),
            "a x, t.b y, t.c z"
        );
        assert_eq!(beside("select 1 from t where a in ('x', 'y') and \"b\" not in ('z')"), "a x, a y, b z");
        assert_eq!(beside("select 1 from t where a is 'x' and b is not 'y' and c == 'z'"), "a x, b y, c z");
        assert_eq!(
            beside("select 1 from t where a like 'x%' and t.b not like 'y' and c glob '*z'"),
            "a Like x%, c Glob *z, t.b Like y"
        );
        for other in [
            "select 'x' as a, 'y' from t where a > 'y' and a like 'x!%' escape '!' and lower(a) like 'x'",
            "select 1 from t where lower(a) = 'x' and a || 'y' = 'z' and 'x' || a = 'xy' and a = 'x' || 'y'",
            "select 1 from t where a collate nocase = 'x' or a = 'x' collate nocase",
            "select 1 from t where a ->> 'x' = 'y' and 'x' = a ->> 'z' and coalesce(a, 'x')",
        ] {
            assert_eq!(beside(other), "", "{other}");
        }
    }

    #[test]
    fn a_table_is_known_by_the_name_that_it_is_given() {
        let sql = Sql::new("select 1 from orders o join \"pay ments\" as p");
        assert!(sql.calls("orders", "O") && sql.calls("pay ments", "p") && sql.calls("orders", "orders"));
        assert!(!sql.calls("orders", "p") && !sql.calls("pay ments", "o"));
    }
}
