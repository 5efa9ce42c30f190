use rusqlite::types::{ToSql, ToSqlOutput, Value as Sql, ValueRef};
use serde::Serialize;
use serde_json::Value;
use std::{borrow::Cow, cmp::Ordering, fmt};

/// A value in a row: what SQLite knows.
///
/// Of JSON, a boolean is 0 or 1, and a list or a map is its JSON text, for `json_extract` and `json_each`. Integers are exact:
/// those that do not fit into 64 bits with a sign are the text of their digits, which compares and groups exactly and is
/// rounded by arithmetic.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Any other number; never NaN or infinite.
    Real(f64),
    /// A text.
    Text(String),
}

impl Cell {
    /// What SQLite gave. A `BLOB`, which no row holds, is the text that spells it.
    pub(crate) fn of(value: ValueRef<'_>) -> Cell {
        match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Integer(number),
            ValueRef::Real(number) if number.is_finite() => Cell::Real(number),
            ValueRef::Real(number) => Cell::Text(number.to_string()),
            ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Cell::Text(format!(
                "x'{}'",
                bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
            )),
        }
    }

    /// Its text, as a table shows it: no more than so many characters, on one line.
    pub fn shown(&self, most: usize) -> String {
        match self {
            Cell::Text(text) => one_line(text, most).into_owned(),
            other => other.to_string(),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Cell::Null => 0,
            Cell::Integer(_) | Cell::Real(_) => 1,
            Cell::Text(_) => 2,
        }
    }
}

/// What acts on a terminal is spelt out, and what is too long is cut.
fn one_line(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most && !text.chars().any(char::is_control) {
        return text.into();
    }
    let mut letters = text.chars();
    let mut shown = String::new();
    for letter in letters.by_ref().take(most) {
        match letter.is_control() {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    if letters.next().is_some() {
        shown.push('…');
    }
    shown.into()
}

/// As SQL spells it.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// So many characters of a text are shown.
        const MOST: usize = 80;
        match self {
            Cell::Null => f.write_str("NULL"),
            Cell::Integer(number) => write!(f, "{number}"),
            Cell::Real(number) => write!(f, "{number:?}"),
            Cell::Text(text) => write!(f, "'{}'", one_line(text, MOST).replace('\'', "''")),
        }
    }
}

/// NULL first, then numbers, then texts by their bytes.
impl Ord for Cell {
    fn cmp(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
            (Cell::Real(one), Cell::Real(other)) => one.total_cmp(other),
            // Where rounding makes them equal, the integer comes first: two cells that differ are never equal.
            (Cell::Integer(one), Cell::Real(other)) => (*one as f64).total_cmp(other).then(Ordering::Less),
            (Cell::Real(one), Cell::Integer(other)) => {
                one.total_cmp(&(*other as f64)).then(Ordering::Greater)
            }
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            (one, other) => one.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Cell) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Cell) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

/// What a member of a row becomes in SQLite.
pub(crate) struct Member<'v>(pub(crate) &'v Value);

impl ToSql for Member<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Sql::Null),
            Value::Bool(truth) => ToSqlOutput::Owned(Sql::Integer((*truth).into())),
            Value::String(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Number(number) => ToSqlOutput::Owned(match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Sql::Integer(number),
                (None, Some(real)) if !number.is_u64() => Sql::Real(real),
                _ => Sql::Text(number.to_string()),
            }),
            list @ (Value::Array(_) | Value::Object(_)) => ToSqlOutput::Owned(Sql::Text(list.to_string())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Cell;

    #[test]
    fn cells_have_one_order_and_no_two_different_ones_are_equal() {
        let sorted = [
            Cell::Null,
            Cell::Real(-1.5),
            Cell::Integer(1),
            Cell::Real(1.0),
            Cell::Integer(2),
            Cell::Text("".into()),
            Cell::Text("1".into()),
        ];
        for (at, one) in sorted.iter().enumerate() {
            for (also, other) in sorted.iter().enumerate() {
                assert_eq!(one.cmp(other), at.cmp(&also), "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn what_acts_is_spelt_out_and_what_is_long_is_cut() {
        assert_eq!(Cell::Text("it's\n\u{1b}[31m".into()).to_string(), r"'it''s\n\u{1b}[31m'");
        assert_eq!(Cell::Text("abcdef".into()).shown(3), "abc…");
        assert_eq!(Cell::Real(1.0).to_string(), "1.0");
    }
}
