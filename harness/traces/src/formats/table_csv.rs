//! The rows of any table as CSV with a header.
use crate::{
    Fields, Row,
    definition::{Definition, Form},
    line::Raw,
};

pub(super) const FORMAT: Definition = Definition {
    name: "csv",
    about: "CSV of a table",
    in_order: false,
    is_log: false,
    form: Form::Csv { begins, read: row, row: |columns| Row::of_fields(&row(columns).fields).object },
};

/// Names of columns have no blanks in them, which tells them from a sentence.
fn begins(columns: &[&str]) -> bool {
    let is_name = |column: &&str| {
        column.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && column.chars().all(|letter| letter.is_alphanumeric() || "_-.:#()".contains(letter))
    };
    columns.len() > 1 && columns.iter().all(is_name)
}

fn row(columns: &mut dyn Iterator<Item = (&str, &str)>) -> Raw {
    // `NULL` and `\N` are how databases spell nothing.
    let is_there = |(_, text): &(&str, &str)| !["", "NULL", "\\N"].contains(text);
    // The console of DynamoDB writes a column's type beside its name.
    let name = |name: &str| name.split(" (").next().unwrap_or_default().to_string();
    let fields: Fields = columns.filter(is_there).map(|(column, text)| (name(column), text)).collect();
    Raw::of(fields)
}
