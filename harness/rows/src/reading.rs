//! What a text may mean, other than itself.
use crate::{
    Cell,
    moment::padded,
    number::{Number, number},
    wrapped::{Within, within},
};
use rusqlite::{
    Connection, Error,
    functions::{Context, FunctionFlags},
    types::{ToSqlOutput, Value, ValueRef},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet};

/// The function of SQL that reads a value otherwise: `FUNCTION(value, manner)`.
pub(crate) const FUNCTION: &str = "anechoic_otherwise";

/// How the texts of a column are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manner {
    /// Whether all of them are numbers, so that `007` is one, too.
    pub(crate) are_numbers: bool,
    /// The words of truth that all of them are.
    pub(crate) truths: Option<Truths>,
    /// Whether they may be JSON that wraps a value. A query that looks into JSON knows what is there.
    pub(crate) may_wrap: bool,
    /// What alone is read otherwise, if it is not all.
    pub(crate) only: Option<Kind>,
    /// The texts that the query spells. Whoever names one knows that it is a text.
    pub(crate) named: BTreeSet<String>,
}

/// What a text is by the other reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A time, with all of its digits.
    Time(String),
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
    let time = || padded(text).map(Meaning::Time);
    number(text).map(Meaning::Number).or_else(time).unwrap_or(Meaning::Same)
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
pub(crate) fn otherwise(text: &str, manner: &Manner) -> Option<Cell> {
    let is_asked = |cell: &Cell| manner.only.is_none_or(|only| only == Kind::of(cell));
    read(text, manner).filter(is_asked)
}

fn read(text: &str, manner: &Manner) -> Option<Cell> {
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
        Meaning::Time(padded) => Some(Cell::Text(padded)),
        Meaning::Number(_) | Meaning::Truth(..) | Meaning::Same => itself(),
    }
}

/// Lets queries of a connection read otherwise.
pub(crate) fn register(data: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    data.create_scalar_function(FUNCTION, 2, flags, call)
}

fn call(context: &Context<'_>) -> rusqlite::Result<ToSqlOutput<'static>> {
    let manner = context.get_or_create_aux(1, |manner| -> Result<Manner, Error> {
        let wrong = |error: serde_json::Error| Error::UserFunctionError(error.into());
        serde_json::from_str(manner.as_str()?).map_err(wrong)
    })?;
    let text = match context.get_raw(0) {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    };
    Ok(match text.and_then(|text| otherwise(text, &manner)) {
        None => ToSqlOutput::Arg(0),
        Some(Cell::Null) => ToSqlOutput::Owned(Value::Null),
        Some(Cell::Integer(number)) => ToSqlOutput::Owned(Value::Integer(number)),
        Some(Cell::Real(number)) => ToSqlOutput::Owned(Value::Real(number)),
        Some(Cell::Text(text)) => ToSqlOutput::Owned(Value::Text(text)),
    })
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
        let is = |text: &str, value: Cell| assert_eq!(otherwise(text, &manner()), Some(value), "{text}");
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
        is("007 ", Cell::Text("007".into()));
        for text in ["", "PAID", "Y", "true", "007", "none", "n/a", r#"{"city":"x"}"#] {
            assert_eq!(otherwise(text, &manner()), None, "{text}");
        }
    }

    #[test]
    fn what_the_whole_column_is_says_what_one_text_is() {
        let truths = Manner { truths: Some(Truths::YN), ..manner() };
        assert_eq!(otherwise("n", &truths), Some(Cell::Integer(0)));
        assert_eq!(otherwise("Y", &truths), None, "the query spells it");
        assert_eq!(otherwise("no", &truths), None);
        let numbers = Manner { are_numbers: true, ..manner() };
        assert_eq!(otherwise("007", &numbers), Some(Cell::Integer(7)));
        let nothing = Manner { only: Some(Kind::Nothing), ..numbers };
        assert_eq!((otherwise("7", &nothing), otherwise("nil", &nothing)), (None, Some(Cell::Null)));
        let plain = Manner { may_wrap: false, ..manner() };
        assert_eq!(otherwise(r#"{"N":"1"}"#, &plain), None);
    }
}
