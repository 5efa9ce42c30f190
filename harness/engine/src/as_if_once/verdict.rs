//! What is to be said of an end that is compared with the reference.
use super::{
    reference::Reference,
    seen::Observed,
    standing::{Kind, Standing},
};
use crate::Text;

/// What is wrong with the end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as no calm run ends.
    Breach {
        /// How, in a word.
        word: &'static str,
        /// How, in a sentence.
        detail: String,
        /// What shows more than it should, by name.
        excess: Option<Text>,
    },
    /// There is no calm run to compare it with.
    CannotTell(Text),
}

impl Reference {
    /// Compares an end with those of the reference; nothing is to be said if it is one of them.
    pub(super) fn judge(&self, observed: &Observed, standing: &Standing) -> Option<Verdict> {
        let breach = |word, detail| Some(Verdict::Breach { word, detail, excess: None });
        let standings = || self.ends.values().flatten();
        let is_stuck = |kind: &&Kind| kind.open > 0 && !self.stays_open.contains(&kind.name);
        if let Some(Kind { name, .. }) = standing.0.iter().find(is_stuck) {
            let nearest = self.nearest(observed, |own| own.closes_as_many(standing));
            let detail =
                format!("{name} does not end although all is quiet; alone it does ({standing}){nearest}");
            return breach("stuck", detail);
        }
        let same = self.ends.get(observed);
        if same.is_some_and(|standings| standings.iter().any(|own| own.allows(standing))) {
            return None;
        }
        let denied = same.and_then(|all| all.iter().find(|own| own.is_done_where_refused(standing)));
        if let Some(own) = denied {
            return breach(
                "denied",
                format!("all is as in a calm run with {own}, and what is told is {standing}"),
            );
        }
        let ends = self.ends.iter().flat_map(|(end, standings)| standings.iter().map(move |own| (end, own)));
        let fitting: Vec<(&Observed, &Standing)> = ends.filter(|(_, own)| own.allows(standing)).collect();
        let nearest = fitting.iter().min_by_key(|(end, _)| differences(observed, end).count());
        let Some((nearest, order)) = nearest else {
            if !standings().any(|own| own.begins_as_many(standing)) {
                let why = format!("no calm run with these requests ever ends: {standing}");
                return Some(Verdict::CannotTell(why.into()));
            }
            let never = |kind: &&Kind| kind.done > 0 && !standings().any(|own| own.is_done(&kind.name));
            if let Some(Kind { name, .. }) = standing.0.iter().find(never).filter(|_| self.has_environment) {
                let why = format!(
                    "{name} is done in no calm run, in which the environment acts between two requests only; what a request looks \
                     for again and again is a caller's to do, and what it waits for is waited for with `wait`"
                );
                return Some(Verdict::CannotTell(why.into()));
            }
            let said = match standing.begun() {
                1 => "in no calm run is it so",
                _ => "in no order all of these are true",
            };
            return breach("no order", format!("{said}: {standing}{}", self.nearest(observed, |_| true)));
        };
        // Whether a cell shows more, or less, than in every fitting end.
        let differs = |(name, value): &(Text, String), how: fn(&Observed, &str, &str, &str) -> bool| {
            let mut others = fitting.iter().filter_map(|(end, _)| cell(end, name)).peekable();
            others.peek().is_some() && others.all(|other| how(&self.first, name, value, other))
        };
        let is_known =
            |(name, value): &(Text, String)| fitting.iter().any(|(end, _)| cell(end, name) == Some(value));
        let excess = observed.iter().find(|own| differs(own, has_more)).map(|(name, _)| name.clone());
        let word = if excess.is_some() {
            "duplicate"
        } else if same.is_some_and(|standings| standings.iter().any(|own| own.is_less_done(standing)))
            || observed.iter().any(|own| differs(own, has_less))
        {
            "lost"
        } else if observed.iter().all(is_known) {
            "torn"
        } else {
            "another end"
        };
        let cells = self.cells(observed, nearest, &fitting);
        // What is wrong with the whole need not be seen in any of its cells.
        let is_said =
            |cell: &String| [" (duplicate)", " (lost)", " (torn)"].iter().any(|said| cell.ends_with(said));
        let in_all = if cells.iter().any(is_said) { String::new() } else { format!(" ({word})") };
        let detail = format!("{}{in_all}; the nearest calm run: {order}", cells.join(", "));
        Some(Verdict::Breach { word, detail, excess })
    }

    /// The calm run whose end is nearest, of such a kind if there are any, and the cells that differ.
    fn nearest(&self, observed: &Observed, is_such: impl Fn(&Standing) -> bool) -> String {
        let all = self.ends.iter().flat_map(|(end, standings)| standings.iter().map(move |own| (end, own)));
        let far = |(end, own): &(&Observed, &Standing)| (!is_such(own), differences(observed, end).count());
        let Some((end, order)) = all.min_by_key(far) else { return String::new() };
        let cells = self.cells(observed, end, &[]);
        let but = if cells.is_empty() { String::new() } else { format!(", and here {}", cells.join(", ")) };
        format!("; the nearest calm run: {order}{but}")
    }

    /// In which cells an end differs from a calm one, each with its word; of these others, each cell may be as in another.
    fn cells(
        &self,
        observed: &Observed,
        nearest: &Observed,
        others: &[(&Observed, &Standing)],
    ) -> Vec<String> {
        let cells = differences(observed, nearest).map(|(name, own, other)| {
            let is_known = others.iter().any(|(end, _)| cell(end, name).is_some_and(|other| other == own));
            let word = if is_known { " (torn)" } else { said(&self.first, name, own, other) };
            let [own, other] = [own, other].map(|value| if value.is_empty() { "empty" } else { value });
            format!("{name} is {own} and not {other}{word}")
        });
        cells.collect()
    }
}

/// How a cell differs, in a word, if there is one for it.
fn said(first: &Observed, name: &str, own: &str, other: &str) -> &'static str {
    if has_more(first, name, own, other) {
        " (duplicate)"
    } else if has_less(first, name, own, other) {
        " (lost)"
    } else {
        ""
    }
}

/// Whether more was done to a cell than should be: it went further in the direction in which it goes from what it showed
/// before anybody acted.
fn has_more(first: &Observed, name: &str, own: &str, other: &str) -> bool {
    let falls = cell(first, name).is_some_and(|first| more(first, other));
    if falls { more(other, own) } else { more(own, other) }
}

fn has_less(first: &Observed, name: &str, own: &str, other: &str) -> bool {
    let falls = cell(first, name).is_some_and(|first| more(first, other));
    if falls { more(own, other) } else { more(other, own) }
}

fn cell<'o>(end: &'o Observed, name: &str) -> Option<&'o String> {
    end.iter().find(|(other, _)| other == name).map(|(_, value)| value)
}

/// The cells that differ: what each is called, and what it shows here and there.
fn differences<'o>(
    here: &'o Observed,
    there: &'o Observed,
) -> impl Iterator<Item = (&'o str, &'o str, &'o str)> {
    const ABSENT: &str = "not there";
    let of = |end: &'o Observed, name: &str| cell(end, name).map_or(ABSENT, String::as_str);
    let only_there = there.iter().filter(|(name, _)| cell(here, name).is_none());
    let names = here.iter().chain(only_there).map(|(name, _)| &**name);
    names.map(move |name| (name, of(here, name), of(there, name))).filter(|(_, own, other)| own != other)
}

/// Whether a value shows more than another: greater numbers in the same places, or all of its words and others besides.
fn more(value: &str, than: &str) -> bool {
    let (mut own, mut other) = (words(value), words(than));
    if own.len() == other.len() {
        let mut pairs = own.iter().zip(&other).filter(|(own, other)| own != other).peekable();
        let greater = |(own, other): (&&str, &&str)| match (own.parse::<i128>(), other.parse::<i128>()) {
            (Ok(own), Ok(other)) => own > other,
            _ => false,
        };
        return pairs.peek().is_some() && pairs.all(greater);
    }
    own.sort_unstable();
    other.sort_unstable();
    let mut own = own.into_iter();
    other.into_iter().all(|word| own.any(|own| own == word))
}

fn words(value: &str) -> Vec<&str> {
    let parts =
        value.split(|other: char| !other.is_alphanumeric() && other != '-' && other != '_' && other != '#');
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_a_greater_number_or_more_of_the_same() {
        for (value, than) in [
            ("2", "1"),
            ("charged 2 times", "charged 1 times"),
            ("[Mail, Mail]", "[Mail]"),
            ("[a, b, c]", "[c, a]"),
            ("failed failed", "failed"),
            ("a", ""),
        ] {
            assert!(more(value, than) && !more(than, value), "{value:?} is more than {than:?}");
        }
        for (value, other) in
            [("1", "1"), ("true", "false"), ("[1, 2]", "[2, 1]"), ("paid", "open"), ("[a, b]", "[c]")]
        {
            assert!(!more(value, other) && !more(other, value), "{value:?} and {other:?}");
        }
    }
}
