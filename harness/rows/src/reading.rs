//! What a text may mean, other than itself.
use crate::{
    Cell,
    moment::{Either, Moment, Unit, in_utc, moment},
    number::{Number, number},
    wrapped::{Within, within},
};
use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::{ToSqlOutput, Value, ValueRef},
};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The function of SQL that reads a value otherwise, in the manner of this number: `FUNCTION(value, manner, number of its row)`.
pub(crate) const FUNCTION: &str = "anechoic_otherwise";

/// How the texts of a column are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Whether all of them are numbers, so that `007` is one, too.
    pub(crate) are_numbers: bool,
    /// The words of truth that all of them are.
    pub(crate) truths: Option<Truths>,
    /// Whether they may be JSON that wraps a value. A query that looks into JSON knows what is there.
    pub(crate) may_wrap: bool,
    /// Whether days that are spelt with a slash begin with the month.
    pub(crate) month_first: bool,
    /// Whether times are told in several zones, so that only one zone has the order of time.
    pub(crate) to_utc: bool,
    /// If times are compared with numbers, the unit in which these count since 1970.
    pub(crate) counted: Option<Unit>,
    /// What alone is read otherwise, if it is not all.
    pub(crate) only: Option<Kind>,
    /// The texts that the query spells. Whoever names one knows that it is a text.
    pub(crate) named: BTreeSet<String>,
}

/// What a text is by the other reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Nothing,
    Text,
    Number,
}

impl Kind {
    pub(crate) fn of(cell: &Cell) -> Kind {
        match cell {
            Cell::Null => Kind::Nothing,
            Cell::Text(_) => Kind::Text,
            Cell::Integer(_) | Cell::Real(_) => Kind::Number,
        }
    }
}

/// Words that mean truth and its opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truths {
    TrueFalse,
    TF,
    YesNo,
    YN,
}

/// What a text means, if it is not itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// A word for nothing.
    Nothing,
    Number(Number),
    /// Truth, if all the others are such words, too.
    Truth(Truths, bool),
    /// A time, as it is spelt where the order of texts is that of time.
    Time(String),
    /// A day, but which of two depends on what the others are.
    Day(Either),
    /// What a spreadsheet has left of a number with more digits.
    Rounded,
    /// Itself.
    Same,
}

/// The words for nothing. Others, such as `N/A`, are rather seen where they are.
const NOTHING: [&str; 8] = ["null", "NULL", "(null)", "<null>", "None", "nil", "NaN", "NaT"];

/// What a text without blanks around it means.
pub(crate) fn meaning(text: &str) -> Meaning {
    if NOTHING.contains(&text) {
        return Meaning::Nothing;
    }
    let truths = [
        ("true", "false", Truths::TrueFalse),
        ("t", "f", Truths::TF),
        ("yes", "no", Truths::YesNo),
        ("y", "n", Truths::YN),
    ];
    for (truth, opposite, words) in truths {
        if text.eq_ignore_ascii_case(truth) || text.eq_ignore_ascii_case(opposite) {
            return Meaning::Truth(words, text.eq_ignore_ascii_case(truth));
        }
    }
    let time = || match moment(text)? {
        Moment::Known(time) => Some(Meaning::Time(time)),
        Moment::Either(day) => Some(Meaning::Day(day)),
    };
    let rounded = || is_rounded(text).then_some(Meaning::Rounded);
    number(text).map(Meaning::Number).or_else(time).or_else(rounded).unwrap_or(Meaning::Same)
}

/// Whether this is how spreadsheets show a number of many digits: `1.23E+12`.
fn is_rounded(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+") else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(power) && digits.split(['.', ',']).all(is_number) && digits.len() <= "1.23456789012345".len()
}

/// What a text holds: without blanks around it, and without JSON that says of which kind it is.
pub(crate) fn held(text: &str, may_wrap: bool) -> Result<Cow<'_, str>, Cell> {
    let bare = text.trim();
    match may_wrap.then(|| within(bare)).flatten() {
        Some(Within::Value(value)) => Err(value),
        Some(Within::Text(text)) => Ok(text.trim().to_string().into()),
        None => Ok(bare.into()),
    }
}

/// What a text is by the other reading; none, if it is the same.
///
/// Of numbers that were rounded, each may have been another, so that it is one of its row alone.
pub(crate) fn otherwise(text: &str, manner: &Manner, row: i64) -> Option<Cell> {
    let is_asked = |cell: &Cell| manner.only.is_none_or(|only| only == Kind::of(cell));
    read(text, manner, row).filter(is_asked)
}

fn read(text: &str, manner: &Manner, row: i64) -> Option<Cell> {
    if manner.named.contains(text) {
        return None;
    }
    let held = match held(text, manner.may_wrap) {
        Ok(held) => held,
        Err(value) => return Some(value),
    };
    let itself = || (held != text).then(|| Cell::Text(held.to_string()));
    if manner.named.contains(&*held) {
        return itself();
    }
    match meaning(&held) {
        Meaning::Nothing => Some(Cell::Null),
        Meaning::Number(Number { value, is_padded }) if !is_padded || manner.are_numbers => Some(value),
        Meaning::Truth(truths, is_true) if manner.truths == Some(truths) => {
            Some(Cell::Integer(is_true.into()))
        }
        Meaning::Time(time) => Some(match manner.counted.and_then(|unit| unit.count(&time)) {
            Some(number) => Cell::Integer(number),
            None => Cell::Text(in_utc(&time).filter(|_| manner.to_utc).unwrap_or(time)),
        }),
        Meaning::Day(day) => Some(Cell::Text(day.spelt(manner.month_first))),
        Meaning::Rounded => Some(Cell::Text(format!("{held} and lost digits, in row {row}"))),
        Meaning::Number(_) | Meaning::Truth(..) | Meaning::Same => itself(),
    }
}

/// The manners that a query asks for by their numbers.
#[derive(Clone, Default)]
pub(crate) struct Manners(Arc<Mutex<Vec<Manner>>>);

impl Manners {
    /// Lets queries of a connection read otherwise.
    pub(crate) fn register(&self, data: &Connection) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_INNOCUOUS;
        let manners = self.clone();
        data.create_scalar_function(FUNCTION, 3, flags, move |context| manners.call(context))
    }

    /// The number of a manner, until there are others.
    pub(crate) fn add(&self, manner: Manner) -> usize {
        let mut manners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        manners.push(manner);
        manners.len() - 1
    }

    /// Nobody asks for those that there are.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn call(&self, context: &Context<'_>) -> rusqlite::Result<ToSqlOutput<'static>> {
        let ValueRef::Text(text) = context.get_raw(0) else { return Ok(ToSqlOutput::Arg(0)) };
        let Ok(text) = std::str::from_utf8(text) else { return Ok(ToSqlOutput::Arg(0)) };
        let (number, row): (usize, i64) = (context.get(1)?, context.get(2)?);
        let manners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = manners.get(number).and_then(|manner| otherwise(text, manner, row));
        Ok(match read {
            None => ToSqlOutput::Arg(0),
            Some(Cell::Null) => ToSqlOutput::Owned(Value::Null),
            Some(Cell::Integer(number)) => ToSqlOutput::Owned(Value::Integer(number)),
            Some(Cell::Real(number)) => ToSqlOutput::Owned(Value::Real(number)),
            Some(Cell::Text(text)) => ToSqlOutput::Owned(Value::Text(text)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Manner, Truths, otherwise};
    use crate::Cell;

    fn manner() -> Manner {
        Manner { may_wrap: true, named: ["Y".to_string()].into(), ..Manner::default() }
    }

    #[test]
    fn a_text_is_what_it_may_mean() {
        let is = |text: &str, value: Cell| assert_eq!(otherwise(text, &manner(), 7), Some(value), "{text}");
        is(r#"{"$numberDecimal":"-7"}"#, Cell::Integer(-7));
        is(r#"{"S":" 7.5"}"#, Cell::Real(7.5));
        is(r#"{"$date":"2026-05-04T10:00:00Z"}"#, Cell::Text("2026-05-04T10:00:00.000000000Z".into()));
        for nothing in ["null", "NULL", "(null)", "<null>", "None", "nil", "NaN", "NaT", " null "] {
            is(nothing, Cell::Null);
        }
        is("-$7.50", Cell::Real(-7.5));
        is("PAID   ", Cell::Text("PAID".into()));
        is("  ", Cell::Text(String::new()));
        is(" Y", Cell::Text("Y".into()));
        is("4.5.2026", Cell::Text("2026-05-04".into()));
        is("04/05/2026", Cell::Text("2026-05-04".into()));
        is("1,23E+12", Cell::Text("1,23E+12 and lost digits, in row 7".into()));
        is("007 ", Cell::Text("007".into()));
        for text in ["", "PAID", "Y", "true", "007", "none", "n/a", r#"{"city":"x"}"#] {
            assert_eq!(otherwise(text, &manner(), 7), None, "{text}");
        }
    }

    #[test]
    fn what_the_whole_column_is_says_what_one_text_is() {
        let truths = Manner { truths: Some(Truths::YN), ..manner() };
        assert_eq!(otherwise("n", &truths, 7), Some(Cell::Integer(0)));
        assert_eq!(otherwise("Y", &truths, 7), None, "the query spells it");
        assert_eq!(otherwise("no", &truths, 7), None);
        let numbers = Manner { are_numbers: true, ..manner() };
        assert_eq!(otherwise("007", &numbers, 7), Some(Cell::Integer(7)));
        let nothing = Manner { only: Some(Kind::Nothing), ..numbers };
        assert_eq!((otherwise("7", &nothing, 7), otherwise("nil", &nothing, 7)), (None, Some(Cell::Null)));
        let plain = Manner { may_wrap: false, ..manner() };
        assert_eq!(otherwise(r#"{"N":"1"}"#, &plain, 7), None);
    }
}
