use super::text::table;
use crate::check::{COLUMNS, Cell, Matrix, Verdict};

/// Versions of the handlers against kinds of trouble, with a verdict in each cell.
pub(super) fn verdicts(matrix: &Matrix) -> String {
    let names = matrix.rows.iter().map(|row| {
        let kind = if row.variant.is_specimen() { "wrong on purpose" } else { "ships" };
        format!("{} ({kind})", row.variant.name)
    });
    let rows = COLUMNS.iter().enumerate().map(|(index, column)| {
        let cells = matrix.rows.iter().map(|row| verdict(&row.cells[index]));
        [column.name.to_string()].into_iter().chain(cells).collect()
    });
    table([String::new()].into_iter().chain(names).collect(), rows.collect()) + "\n" + EXPLANATION
}

const EXPLANATION: &str = "\
Each row allows one kind of trouble and no other. retry: a durable step alone, retried by its
policy. concurrent callers: two and more, nothing goes wrong. Then one caller and faults of one
kind; it is invoked again when it dies or gets an error. stale read: beside a cancel, which is who
reads.
";

fn verdict(cell: &Cell) -> String {
    match cell.verdict() {
        Verdict::Violated => format!("✗ {}", cell.words().into_iter().collect::<Vec<&str>>().join(", ")),
        Verdict::Holds => "✓ holds".into(),
        Verdict::Inconclusive if cell.complete => "? never came".into(),
        Verdict::Inconclusive => "? unfinished".into(),
    }
}
