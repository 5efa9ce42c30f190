//! Texts that a query compares columns with, and that no row holds: what it says of them it says of nothing.
use crate::{
    AskError, Cell, Query, Rows,
    nearest::is_misspelt,
    schema::quoted,
    sql::{By, Sql},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::atomic::Ordering,
};

/// A text that a query compares a column with and that no row has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheld {
    /// The table of the column; several, if the query does not say of which it is.
    pub tables: Vec<String>,
    /// The column.
    pub column: String,
    /// The text.
    pub text: String,
    /// How the column is compared with it: `=`, `like`, `glob`.
    pub sign: &'static str,
    /// What a row has there and the query does not name, if the text is likely this one misspelt.
    pub meant: Option<Cell>,
    /// The first values that rows have there, sorted, and whether there are more.
    pub held: (Vec<Cell>, bool),
}

impl fmt::Display for Unheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// So many characters of a value are shown.
        const MOST: usize = 40;
        let Unheld { tables, column, text, sign, meant, held: (held, is_more) } = self;
        let text = Cell::Text(text.clone()).shown(MOST);
        let sign = if *sign == By::Equality.sign() { String::new() } else { format!("{sign} ") };
        write!(f, "no row of {} has {column} {sign}'{text}'", tables.join(" or "))?;
        let mut told: Vec<String> = meant.iter().map(|meant| format!("perhaps {meant}")).collect();
        if !held.is_empty() && (meant.is_none() || !is_more) {
            let held: Vec<String> = held.iter().map(|cell| cell.shown(MOST)).collect();
            told.push(format!("it has {}{}", held.join(", "), if *is_more { ", …" } else { "" }));
        }
        if told.is_empty() { Ok(()) } else { write!(f, " ({})", told.join("; ")) }
    }
}

/// What a query compares the same columns with, and how.
type Compared<'q> = BTreeSet<(By, &'q str)>;

/// What rows have in some columns, as far as it is told.
#[derive(Default)]
struct Seen {
    meant: Option<Cell>,
    first: BTreeSet<Cell>,
    is_more: bool,
}

impl Seen {
    /// Takes a value into account; these texts are ones that the query names beside it. A pattern stands for more than one text, so
    /// none is meant.
    fn see(&mut self, cell: Cell, (by, text): (By, &str), named: &Compared<'_>) {
        /// So many values are told.
        const TOLD: usize = 6;
        if self.meant.is_none()
            && by == By::Equality
            && means(text, &cell)
            && !matches!(&cell, Cell::Text(own) if named.contains(&(By::Equality, &**own)))
        {
            self.meant = Some(cell.clone());
        }
        self.first.insert(cell);
        if self.first.len() > TOLD {
            self.first.pop_last();
            self.is_more = true;
        }
    }
}

/// Whether a text that a query spells likely means a value. A text is never equal to a number, nor to what truth is kept as.
fn means(text: &str, cell: &Cell) -> bool {
    match cell {
        Cell::Null => false,
        Cell::Text(own) => is_misspelt(text, own),
        Cell::Integer(truth @ (0 | 1))
            if text.eq_ignore_ascii_case(if *truth == 1 { "true" } else { "false" }) =>
        {
            true
        }
        number => number.to_string() == text,
    }
}

impl Rows {
    /// The texts that a query compares columns with and that no row of their tables has there now, of columns that rows have.
    /// What stands for nothing is left out: an empty text.
    ///
    /// # Errors
    /// [`AskError`], if the tables cannot be read.
    pub fn unheld(&mut self, query: Query) -> Result<Vec<Unheld>, AskError> {
        let reads = self.columns_of(query);
        let text = self.queries[query.0].sql.clone();
        let sql = Sql::new(&text);
        // The columns that are compared, and with which texts.
        let mut compared: BTreeMap<Vec<&(String, String)>, Compared<'_>> = BTreeMap::new();
        for beside in sql.beside_texts().iter().filter(|beside| !beside.text.is_empty()) {
            let of_name = || reads.iter().filter(|(_, column)| column.eq_ignore_ascii_case(beside.name));
            let of_table: Vec<_> =
                of_name().filter(|(table, _)| beside.of.is_none_or(|of| sql.calls(table, of))).collect();
            let columns = if of_table.is_empty() { of_name().collect() } else { of_table };
            compared.entry(columns).or_default().insert((beside.by, beside.text));
        }
        let mut unheld = Vec::new();
        for (columns, texts) in &compared {
            let mut columns = columns.clone();
            columns.retain(|(table, column)| self.has_had(table, column));
            for text in texts.iter().filter(|_| !columns.is_empty()) {
                unheld.extend(self.unheld_in(&columns, *text, texts).map_err(failed)?);
            }
        }
        Ok(unheld)
    }

    /// Whether a row ever had this column.
    fn has_had(&self, table: &str, column: &str) -> bool {
        self.columns_with_rows(table).iter().any(|own| own.eq_ignore_ascii_case(column))
    }

    fn unheld_in(
        &self,
        columns: &[&(String, String)],
        (by, text): (By, &str),
        named: &Compared<'_>,
    ) -> rusqlite::Result<Option<Unheld>> {
        let sign = by.sign();
        self.left.store(u64::MAX, Ordering::Relaxed);
        for (table, column) in columns {
            let (table, column) = (quoted(table), quoted(column));
            let look = format!("select exists (select 1 from main.{table} where {column} {sign} ?)");
            if self.data.query_row(&look, [text], |row| row.get::<_, bool>(0))? {
                return Ok(None);
            }
        }
        let mut seen = Seen::default();
        for (table, column) in columns {
            let (table, column) = (quoted(table), quoted(column));
            let look = format!("select {column} from main.{table} where {column} is not null");
            let mut statement = self.data.prepare(&look)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                seen.see(Cell::of(row.get_ref(0)?), (by, text), named);
            }
        }
        Ok(Some(Unheld {
            tables: columns.iter().map(|(table, _)| table.clone()).collect(),
            column: columns[0].1.clone(),
            text: text.into(),
            sign,
            meant: seen.meant,
            held: (seen.first.into_iter().collect(), seen.is_more),
        }))
    }
}

fn failed(error: rusqlite::Error) -> AskError {
    AskError::Failed(error.to_string())
}
