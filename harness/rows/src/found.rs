use crate::Cell;
use comfy_table::{ContentArrangement, Table, presets};
use serde::{Serialize, Serializer};
use std::{fmt, sync::Arc};

/// So many rows of an answer are kept and shown.
pub const SHOWN: usize = 20;

/// What a query found. Of many rows the first ones are kept, in the order of their cells, and the others counted; so the same
/// tables give the same value, in whatever order SQLite met them.
///
/// Its text is one line: the first row, and how many more there are. [`Found::table`] shows them all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    #[serde(serialize_with = "as_list")]
    columns: Arc<[String]>,
    rows: Vec<Vec<Cell>>,
    more: u64,
}

fn as_list<S: Serializer>(columns: &Arc<[String]>, serializer: S) -> Result<S::Ok, S::Error> {
    columns[..].serialize(serializer)
}

impl Found {
    pub(crate) fn new(columns: Arc<[String]>) -> Found {
        Found { columns, rows: Vec::new(), more: 0 }
    }

    pub(crate) fn add(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
        // Sorted now and then, so that an answer of millions is not held.
        if self.rows.len() > 10 * SHOWN {
            self.settle();
        }
    }

    pub(crate) fn settle(&mut self) {
        self.rows.sort_unstable();
        self.more += self.rows.len().saturating_sub(SHOWN) as u64;
        self.rows.truncate(SHOWN);
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The names of its columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The first rows, at most [`SHOWN`], sorted.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// How many more rows there are.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.rows.len() as u64 + self.more
    }

    /// The rows as a table: a line for its header, one for each row, and one that says how many more there are.
    pub fn table(&self) -> String {
        /// Longer texts are cut.
        const MOST: usize = 200;
        /// Wider tables are broken within their cells.
        const WIDTH: u16 = 100;
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(WIDTH);
        table.set_header(self.columns.iter().map(|name| Cell::Text(name.clone()).shown(MOST)));
        table.add_rows(self.rows.iter().map(|row| row.iter().map(|cell| cell.shown(MOST))));
        let mut text: String = table.lines().map(|line| line.trim_end().to_string() + "\n").collect();
        if self.more > 0 {
            text += &format!(" … and {} more\n", self.more);
        }
        text
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.rows.first() else { return f.write_str("no row") };
        for (at, (name, cell)) in self.columns.iter().zip(first).enumerate() {
            let and = if at > 0 { ", " } else { "" };
            write!(f, "{and}{} = {cell}", Cell::Text(name.clone()).shown(40))?;
        }
        match self.count() - 1 {
            0 => Ok(()),
            1 => f.write_str(" (and 1 row more)"),
            more => write!(f, " (and {more} rows more)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, SHOWN};
    use crate::Cell;

    fn found(rows: impl Iterator<Item = i64>) -> Found {
        let mut found = Found::new(["n".to_string(), "what".to_string()].into());
        rows.for_each(|row| found.add(vec![Cell::Integer(row), Cell::Text("x".into())]));
        found.settle();
        found
    }

    #[test]
    fn the_order_in_which_rows_come_shows_in_nothing() {
        assert_eq!(found(0..5_000), found((0..5_000).rev()));
        assert_eq!(found(0..5_000).rows().len(), SHOWN);
        assert_eq!(found(0..5_000).count(), 5_000);
    }

    #[test]
    fn the_line_shows_the_first_row_and_the_table_all_that_are_kept() {
        assert_eq!(found(0..0).to_string(), "no row");
        assert_eq!(found(7..8).to_string(), "n = 7, what = 'x'");
        assert_eq!(found(7..9).to_string(), "n = 7, what = 'x' (and 1 row more)");
        let table = found(0..100).table();
        assert_eq!(table.lines().count(), SHOWN + 2, "{table}");
        assert!(table.ends_with(" … and 80 more\n"), "{table}");
    }
}
