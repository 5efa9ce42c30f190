//! Every shape in which a format comes, as the table of `docs/formats/trace.md` lists them, is told by its content and read.
mod logs;
mod packed;
mod shape;
mod spans;
mod tables;

use anechoic_traces::{Line, Mapping, Options, Read, Role, TraceError, read};
use serde_json::Value;
use shape::{SHAPES, Shape, THING};
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read as _},
    path::Path,
};

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
    // What was asked for by its keys is a part of what there is.
    let is_part = shape.shape.contains("batch-get-item");
    if formats != [shape.format] || read.skipped > 0 || read.truncated().is_some() != is_part {
        return Some(format!("read as {read:?}"));
    }
    (!are_both(&mapping, &lines)).then(|| format!("read as {lines:?}"))
}

/// Whether these are all lines of a shape.
fn are_both(mapping: &Mapping, lines: &[Line]) -> bool {
    let is_about = |line: &Line| mapping.get(Role::Entity, &line.fields) == Some(THING);
    let about = || lines.iter().filter(|line| is_about(line));
    let keys: BTreeSet<&str> = about().filter_map(|line| mapping.get(Role::Key, &line.fields)).collect();
    match lines.iter().any(|line| mapping.get(Role::History, &line.fields).is_some()) {
        // A history tells of steps, all of which are of one thing.
        true => about().count() == 2,
        false => keys == BTreeSet::from(["n-1", "n-2"]),
    }
}

/// Each line compressed by itself, one after another.
fn in_parts(text: &[u8], pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    text.split_inclusive(|byte| *byte == b'\n').flat_map(pack).collect()
}

/// As much as there is of what was compressed.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // What is cut ends with an error, behind what is there.
    let _ = match bytes {
        [0x1f, ..] => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text),
        [0x28, ..] => {
            zstd::Decoder::with_buffer(bytes).and_then(|mut decoder| decoder.read_to_end(&mut text))
        }
        _ => io::copy(&mut &*bytes, &mut text).map(|read| read as usize),
    };
    text
}

/// Where one of the two events is missing, it is said that more may follow, or that something is broken. Only where several answers
/// to several questions stand in one file, the first is what an answer alone is, byte for byte.
#[test]
fn no_shape_that_is_cut_anywhere_seems_whole() {
    let mapping = Mapping::default();
    let (mut cuts, mut wrong) = (0, Vec::new());
    for shape in SHAPES.iter() {
        let text = (shape.write)();
        let packed = [shape::gzip(&text), in_parts(&text, shape::gzip), in_parts(&text, shape::zstd), text];
        for part in packed.iter().flat_map(|bytes| (0..bytes.len()).map(|end| &bytes[..end])) {
            cuts += 1;
            let Ok((read, lines)) = lines(part) else { continue };
            let is_answer = || serde_json::from_slice::<Value>(&unpacked(part)).is_ok();
            if shape.shape == "answers, one after another" && is_answer() {
                continue;
            }
            let seems_whole = read.skipped == 0 && read.truncated().is_none() && !read.may_go_on;
            if seems_whole && !are_both(&mapping, &lines) {
                wrong.push((
                    shape.format,
                    shape.shape,
                    String::from_utf8_lossy(&unpacked(part)).into_owned(),
                ));
            }
        }
    }
    assert_eq!(wrong, []);
    assert!(cuts > 100_000, "there is something to cut: {cuts}");
}

/// Whoever asks a service is answered in one document, and that is all there is. Other things come as they come.
#[test]
fn answers_say_where_they_end() {
    let (mut ends, mut goes_on) = (BTreeSet::new(), BTreeSet::new());
    for shape in SHAPES.iter() {
        let (read, _) = lines(&(shape.write)()).expect("it is read");
        let into = if read.may_go_on { &mut goes_on } else { &mut ends };
        into.insert(shape.format);
    }
    let only = |these: &BTreeSet<&'static str>, others: &BTreeSet<&'static str>| {
        these.difference(others).copied().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(only(&ends, &goes_on), "insights-json jaeger temporal-history zipkin");
    let expected = "csv insights-csv jsonl log-csv log-lines log-text otlp otlp-logs";
    assert_eq!(only(&goes_on, &ends), expected);
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
