use super::text::table;
use crate::check::{COLUMNS, Cell, Matrix};
use std::collections::BTreeSet;

/// Versions of the handlers against kinds of trouble, with a verdict in each cell.
pub(super) fn verdicts(matrix: &Matrix) -> String {
    let header = ["".to_string()].into_iter().chain(COLUMNS.iter().map(|column| column.name.to_string()));
    let rows = matrix.rows.iter().map(|row| {
        let name = if row.variant.is_specimen() { row.variant.name.into() } else { format!("{} (ships)", row.variant.name) };
        [name].into_iter().chain(row.cells.iter().map(verdict)).collect()
    });
    table(header.collect(), rows.collect(), 118)
        + "\nEach column allows one kind of trouble and no other. retry: a durable step alone, retried by its policy. concurrent\n\
           callers: two and more, nothing goes wrong. Then one caller and faults of one kind; it is invoked again when it dies\n\
           or gets an error. stale read: beside a cancel, which is who reads. Wrong on purpose: all but the one that ships.\n"
}

fn verdict(cell: &Cell) -> String {
    let words: BTreeSet<&str> = cell.broken.iter().map(|(_, word)| *word).collect();
    if !words.is_empty() {
        return format!("✗ {}", words.into_iter().collect::<Vec<&str>>().join(", "));
    }
    match (cell.complete, cell.reached) {
        (true, true) => "✓ holds".into(),
        (true, false) => "? not reached".into(),
        (false, _) => "? unfinished".into(),
    }
}
