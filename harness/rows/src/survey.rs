//! What the texts of a column are together, and so how each of them may be read.
use crate::{
    Cell,
    moment::zone,
    number::Number,
    reading::{Kind, Manner, Meaning, Truths, held, meaning, otherwise},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was seen of a column.
pub(crate) struct Survey {
    /// How its texts are read, as far as one says it.
    manner: Manner,
    has_numbers: bool,
    has_others_than_numbers: bool,
    has_others_than_truths: bool,
    truths: Option<Truths>,
    has_times: bool,
    /// The zones in which times are told.
    zones: BTreeSet<String>,
    /// Whether a day has a month first that can be no day; what has its day first cannot be told from it otherwise.
    month_first: Option<bool>,
    /// The first texts that are read otherwise whatever the others are; the first that is if all are numbers, and if all are truths.
    surely: BTreeMap<Kind, (String, Cell)>,
    number: Option<String>,
    truth: Option<String>,
}

/// How a column is read otherwise.
#[derive(Clone)]
pub(crate) struct Surveyed {
    pub(crate) manner: Manner,
    /// Whether some of its texts are times.
    pub(crate) has_times: bool,
    /// The zones in which these are told.
    pub(crate) zones: BTreeSet<String>,
    /// The first text that means something else, and what, of each kind; there is one.
    pub(crate) examples: BTreeMap<Kind, (String, Cell)>,
}

impl Survey {
    /// Nothing was seen yet.
    pub(crate) fn new(manner: Manner) -> Survey {
        Survey {
            manner,
            has_numbers: false,
            has_others_than_numbers: false,
            has_others_than_truths: false,
            truths: None,
            has_times: false,
            zones: BTreeSet::new(),
            month_first: None,
            surely: BTreeMap::new(),
            number: None,
            truth: None,
        }
    }

    /// Takes a text of the column into account.
    pub(crate) fn see(&mut self, text: &str) {
        let held = held(text, self.manner.may_wrap);
        let meant = held.as_ref().map(|held| meaning(held));
        let is_named = self.manner.named.contains(text);
        let is_number = match &meant {
            Ok(Meaning::Number(_)) => true,
            Err(value) => matches!(value, Cell::Integer(_) | Cell::Real(_)),
            _ => false,
        };
        let is_nothing = matches!(meant, Ok(Meaning::Nothing) | Err(Cell::Null));
        self.has_numbers |= is_number;
        // What the query names stays a text, and only a plain number is the same as a text.
        self.has_others_than_numbers |=
            !(is_number || is_nothing) || is_named && !(is_number && is_plain(text));
        self.has_times |= matches!(meant, Ok(Meaning::Time(_) | Meaning::Day(_)));
        match &meant {
            Ok(Meaning::Time(time)) => self.zones.extend(zone(time).map(String::from)),
            Ok(Meaning::Day(day)) if day.first > 12 => self.month_first = Some(false),
            Ok(Meaning::Day(day)) if day.second > 12 => self.month_first = self.month_first.or(Some(true)),
            _ => {}
        }
        match meant {
            Ok(Meaning::Truth(truths, _)) => {
                self.has_others_than_truths |= *self.truths.get_or_insert(truths) != truths;
                if !is_named {
                    self.truth.get_or_insert_with(|| text.into());
                }
            }
            Ok(Meaning::Nothing) | Err(Cell::Null) => {}
            _ => self.has_others_than_truths |= !text.is_empty(),
        }
        if is_number && self.number.is_none() {
            self.number = Some(text.into());
        }
        if let Some(cell) = otherwise(text, &self.manner, 0) {
            self.surely.entry(Kind::of(&cell)).or_insert_with(|| (text.into(), cell));
        }
    }

    /// How the column is read otherwise; none, if no text of it means anything else.
    pub(crate) fn end(self) -> Option<Surveyed> {
        let mut manner = self.manner;
        manner.are_numbers = self.has_numbers && !self.has_others_than_numbers;
        manner.month_first = self.month_first == Some(true);
        manner.truths = self.truths.filter(|_| !self.has_others_than_truths);
        let number = self.number.filter(|_| manner.are_numbers);
        let truth = self.truth.filter(|_| manner.truths.is_some());
        let mut examples = self.surely;
        if !examples.contains_key(&Kind::Number)
            && let Some(text) = number.or(truth)
            && let Some(cell) = otherwise(&text, &manner, 0).or_else(|| named_number(&text))
        {
            examples.insert(Kind::Number, (text, cell));
        }
        (!examples.is_empty()).then_some(Surveyed {
            manner,
            has_times: self.has_times,
            zones: self.zones,
            examples,
        })
    }
}

/// A number that the query names is one all the same where the whole column is one of numbers.
fn named_number(text: &str) -> Option<Cell> {
    match meaning(text.trim()) {
        Meaning::Number(Number { value, .. }) => Some(value),
        _ => None,
    }
}

/// Whether SQLite reads all of a text as a number.
fn is_plain(text: &str) -> bool {
    text.trim().bytes().all(|letter| letter.is_ascii_digit() || matches!(letter, b'.' | b'-'))
        && text.trim().parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Survey, Surveyed};
    use crate::{
        Cell,
        reading::{Kind, Manner, Truths},
    };

    fn surveyed(texts: &[&str]) -> Option<Surveyed> {
        let named = ["$1", "1", "N"].map(String::from).into();
        let mut survey = Survey::new(Manner { may_wrap: true, named, ..Manner::default() });
        texts.iter().for_each(|text| survey.see(text));
        survey.end()
    }

    #[test]
    fn all_texts_of_a_column_say_whether_they_are_numbers() {
        let are_numbers = |texts: &[&str]| surveyed(texts).map(|surveyed| surveyed.manner.are_numbers);
        assert_eq!(are_numbers(&["007", "null", "-7.5", r#"{"N":"1"}"#]), Some(true));
        assert_eq!(are_numbers(&["1"]), Some(true), "it is named, and a number in SQL");
        assert_eq!(are_numbers(&["$1", "2"]), Some(false), "it is named, and no number in SQL");
        assert_eq!(are_numbers(&["", "2"]), Some(false));
        assert_eq!(are_numbers(&["007", "o-1"]), None);
        assert_eq!(are_numbers(&["x"]), None);
        assert_eq!(are_numbers(&[]), None);
    }

    #[test]
    fn all_texts_of_a_column_say_whether_they_are_truths() {
        let truths = |texts: &[&str]| surveyed(texts).and_then(|surveyed| surveyed.manner.truths);
        assert_eq!(truths(&["", "TRUE", "false", "null"]), Some(Truths::TrueFalse));
        assert_eq!(truths(&["y", "N"]), Some(Truths::YN));
        assert_eq!(truths(&["yes", "n"]), None);
        assert_eq!(truths(&["t", "u"]), None);
        assert_eq!(truths(&["N"]), None, "it is named");
    }

    #[test]
    fn an_example_is_the_first_text_that_means_something_else() {
        let example = |texts: &[&str]| surveyed(texts).and_then(|mut all| all.examples.remove(&Kind::Number));
        let of = |text: &str, cell| Some((text.to_string(), cell));
        assert_eq!(example(&["o-1", "07", "-$7", "8"]), of("-$7", Cell::Integer(-7)));
        assert_eq!(example(&["07"]), of("07", Cell::Integer(7)));
        assert_eq!(example(&["N", "y"]), of("y", Cell::Integer(1)));
        assert_eq!(example(&["1"]), of("1", Cell::Integer(1)));
        let kinds = surveyed(&["x ", "nil", "7", "y "]).expect("other readings").examples;
        assert_eq!(kinds.into_values().map(|(text, _)| text).collect::<Vec<_>>(), ["nil", "x ", "7"]);
    }
}
