use crate::{WIDTH, harmless};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

/// Longer texts are cut.
const LONGEST: usize = 2_000;

/// A table. A cell that does not fit is broken between words; a word is broken only where it is wider than any column can
/// be.
pub fn table(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    table_within(WIDTH, header, rows)
}

/// The same, of at most this width.
pub fn table_within(width: u16, header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    // What stands in a cell may be from elsewhere; a cell is never more than one line of text.
    let shown = |line: Vec<String>| -> Vec<String> {
        line.iter().map(|cell| harmless(cell, LONGEST).into()).collect()
    };
    let (header, rows) = (shown(header), rows.into_iter().map(shown).collect::<Vec<_>>());
    let widest = widest_words(width, &header, &rows);
    if !header.is_empty() {
        table.set_header(header);
    }
    table.add_rows(rows);
    // If the widest words do not fit beside each other, some have to be broken.
    let fit = widest.iter().map(|width| width + 2).sum::<u16>() <= width;
    for (column, width) in table.column_iter_mut().zip(widest).filter(|_| fit) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width + 2)));
    }
    // What is trimmed needs no room.
    if let Some(last) = table.column_iter_mut().last() {
        last.set_padding((1, 0));
    }
    table.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

/// The width of the widest word of each column.
fn widest_words(within: u16, header: &[String], rows: &[Vec<String>]) -> Vec<u16> {
    let columns = rows.iter().map(Vec::len).chain([header.len()]).max().unwrap_or(0);
    let lines = || rows.iter().map(Vec::as_slice).chain([header]);
    let words = |column| {
        lines().filter_map(move |line| line.get(column)).flat_map(|cell: &String| cell.split_whitespace())
    };
    let width = |word: &str| u16::try_from(word.chars().count()).unwrap_or(u16::MAX);
    (0..columns).map(|column| words(column).map(width).max().unwrap_or(0).min(within)).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn no_name_is_broken_and_no_line_is_too_wide() {
        let long = "every_failure_is_announced, counter_does_not_drift and ".repeat(4);
        let cells =
            ["hydrate-context", "unguarded", "1,234,567", "–", &long, &long].map(String::from).to_vec();
        let text = table(Vec::new(), vec![cells]);
        assert!(text.lines().count() > 3);
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
            for word in line.split_whitespace() {
                let known = [
                    "hydrate-context",
                    "unguarded",
                    "1,234,567",
                    "–",
                    "every_failure_is_announced,",
                    "counter_does_not_drift",
                    "and",
                ];
                assert!(known.contains(&word), "{word} in\n{text}");
            }
        }
    }
}
