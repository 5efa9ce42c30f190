//! Every shape in which a format comes, as the table of `docs/formats/trace.md` lists them, is told by its content and read.
mod logs;
mod packed;
mod shape;
mod spans;
mod tables;

use anechoic_traces::{Line, Mapping, Options, Read, Role, TraceError, read};
use shape::{SHAPES, Shape, THING};
use std::{collections::BTreeSet, fs, path::Path};

fn lines(mut bytes: &[u8]) -> Result<(Read, Vec<Line>), TraceError> {
    let (mapping, mut lines) = (Mapping::default(), Vec::new());
    let options = Options { format: None, mapping: &mapping, rows: None, after: None };
    let read = read("a", &mut bytes, &options, &mut |line| lines.push(line))?;
    Ok((read, lines))
}

/// What is wrong with what is read of a shape.
fn wrong(shape: &Shape) -> Option<String> {
    let mapping = Mapping::default();
    let (read, lines) = match lines(&(shape.write)()) {
        Ok(read) => read,
        Err(error) => return Some(error.to_string()),
    };
    let formats: Vec<&str> = read.formats.keys().map(|format| format.name()).collect();
    if formats != [shape.format] || read.skipped > 0 || read.truncated().is_some() {
        return Some(format!("read as {read:?}"));
    }
    let is_about = |line: &Line| mapping.get(Role::Entity, &line.fields) == Some(THING);
    let about = || lines.iter().filter(|line| is_about(line));
    let keys: BTreeSet<&str> = about().filter_map(|line| mapping.get(Role::Key, &line.fields)).collect();
    let is_read = match lines.iter().any(|line| mapping.get(Role::History, &line.fields).is_some()) {
        // A history tells of steps, all of which are of one thing.
        true => about().count() == 2,
        false => keys == BTreeSet::from(["n-1", "n-2"]),
    };
    (!is_read).then(|| format!("read as {lines:?}"))
}

#[test]
fn every_shape_is_read_as_what_it_is() {
    let wrong = SHAPES.iter().filter_map(|shape| Some((shape.format, shape.shape, wrong(shape)?)));
    assert_eq!(wrong.collect::<Vec<_>>(), []);
}

/// The rows of the table: a format and one of its shapes each.
fn listed() -> BTreeSet<(String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/trace.md");
    let page = fs::read_to_string(page).expect("the page");
    let table = page.split("| format | shape |").nth(1).expect("the table of what is read");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let row = |row: &str| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let format = cells.next().unwrap_or_default().trim_matches('`').to_string();
        (format, cells.next().unwrap_or_default().to_string())
    };
    rows.map(row).collect()
}

#[test]
fn the_table_of_the_docs_lists_the_shapes_that_are_read() {
    let read: BTreeSet<(String, String)> =
        SHAPES.iter().map(|shape| (shape.format.to_string(), shape.shape.to_string())).collect();
    let rows: String =
        SHAPES.iter().map(|shape| format!("| `{}` | {} |\n", shape.format, shape.shape)).collect();
    assert_eq!(listed(), read, "the table should be:\n{rows}");
    for format in anechoic_traces::Format::all() {
        assert!(SHAPES.iter().any(|shape| shape.format == format.name()), "{format} has no shape");
    }
}
