//! Nothing that a file may hold makes a reader fail without a clear word.
use anechoic_traces::{Format, Line, Mapping, Options, Read, TraceError, open, read};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::{fs, io::Write as _, path::Path};

fn lines(mut bytes: &[u8], format: Option<Format>) -> Result<(Read, Vec<Line>), TraceError> {
    let (mapping, mut lines) = (Mapping::default(), Vec::new());
    let read = read(
        "a.json",
        &mut bytes,
        &Options { format, mapping: &mapping, rows: None, after: None },
        &mut |line| lines.push(line),
    )?;
    Ok((read, lines))
}

fn refused(bytes: &[u8]) -> String {
    lines(bytes, None).map(|(read, _)| panic!("it was read: {read:?}")).unwrap_err().to_string()
}

const ITEM: &str = r#"{"task_id":{"S":"t"},"event_id":{"S":"e"}}"#;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("in memory");
    encoder.finish().expect("in memory")
}

#[test]
fn a_truncated_gzip_is_named_with_the_line_up_to_which_it_could_be_read() {
    let text: String =
        (0..20_000).map(|n| format!("{{\"task_id\":{{\"S\":\"{}\"}}}}\n", n * 7919 % 104_729)).collect();
    let whole = gzip(&text);
    assert_eq!(lines(&whole, None).expect("whole").1.len(), 20_000);
    // What was read before the end counts, and is said not to be all.
    let (read, half) = lines(&whole[..whole.len() / 2], None).expect("the first half can be read");
    assert!(half.len() > 1_000 && read.truncated().is_some());
    let cut = &read.first_skipped[0];
    assert!(cut.place.line > 1_000, "{cut}");
    assert!(cut.what.ends_with("the gzip data ends in the middle; expected a whole file"), "{cut}");
    assert!(refused(&whole[..15]).contains("a.json:1: the gzip data ends in the middle"));
    let mut changed = whole.clone();
    changed[2000..2100].fill(0xff);
    let said = lines(&changed, None).map(|(read, _)| read.truncated().expect("it is cut").to_string());
    assert!(said.unwrap_or_else(|error| error.to_string()).contains("expected gzip data"));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_left_out_and_named() {
    let long = format!("{ITEM}\n{{\"task_id\":{{\"S\":\"{}\"}}}}\n{ITEM}\n", "x".repeat(100 << 20));
    let (read, lines) = lines(long.as_bytes(), None).expect("the rest can be read");
    assert_eq!((lines.len(), read.skipped), (2, 1));
    assert_eq!(read.first_skipped[0].place.to_string(), "a.json:2");
    assert!(read.first_skipped[0].what.contains("longer than 16 MiB"), "{}", read.first_skipped[0]);
    // As the first line, it might as well be a document.
    let first = format!("{{\"task_id\":{{\"S\":\"{}\"}}}}\n", "x".repeat(100 << 20));
    assert!(refused(first.as_bytes()).contains("a.json:1: a record is longer than 16 MiB"));
}

#[test]
fn a_broken_line_is_named_and_the_others_are_read() {
    let cases: [(&[u8], &str); 9] = [
        (b"{\"task_id\":NaN}", "`NaN` is a word of another language"),
        ("{“task_id”:{\"S\":\"t\"}}".as_bytes(), "its quotes are those of a word processor"),
        (b"{\"task_id\":{\"S\":\"t\"},\"task_id\":{\"S\":\"u\"}}", "`task_id` stands in one object twice"),
        (b"{\"task_id\":", "EOF while parsing a value; expected a JSON value"),
        (b"{\"task_id\":{\"S\":\"\xff\"}}", "iconv -f latin1 -t utf-8` rewrites; expected a JSON value"),
        (b"{\"task_id\":{\"S\":7},\"a\":{\"N\":7}}", "`a` is no typed value"),
        (b"{\"hello\":\"world\"}", "of no format that is known"),
        (b"17", "of no format that is known"),
        (b"{\"op\":\"emit\",\"ts\":\"soon\"}", "`ts` is `soon`"),
    ];
    for (line, said) in cases {
        let text = [ITEM.as_bytes(), line, ITEM.as_bytes()].join(&b"\n"[..]);
        let (read, lines) = lines(&text, None).expect("the rest can be read");
        assert_eq!((lines.len(), read.skipped), (2, 1), "{said}");
        assert_eq!(read.first_skipped[0].place.line, 2);
        assert!(read.first_skipped[0].what.contains(said), "{}", read.first_skipped[0]);
    }
}

#[test]
fn of_several_values_on_a_line_a_broken_one_is_named_and_the_others_are_read() {
    let row = |key: &str| format!(r#"{{"task_id":{{"S":"t"}},"event_id":{{"S":"{key}"}}}}"#);
    let line = format!("{}{}{}\n", row("a"), r#"{"task_id": {"S": tru}}"#, row("b"));
    let (read, lines) = lines(line.as_bytes(), None).expect("the others can be read");
    assert_eq!((lines.len(), read.skipped), (2, 1), "{:?}", read.first_skipped);
}

#[test]
fn what_is_no_trace_is_refused_with_what_was_expected() {
    assert!(refused(b"").starts_with("a.json: it is empty; expected a trace: rows,"));
    assert!(refused(b" \n\n ").starts_with("a.json: it is empty"));
    assert!(refused(b"# A title\n").starts_with("a.json:1: it begins with `# A title`; expected a trace"));
    assert!(
        refused(b"\x7fELF\x00\x01").contains("it is binary data of no kind that is known, which is not read")
    );
    assert!(refused(b"\xff\xfe\0\0{\0\0\0\"\0\0\0").contains("it is UTF-32"));
    let access = b"127.0.0.1 - - [04/May/2026:20:00:01 +0000] \"GET / HTTP/1.1\" 200 12\n";
    assert!(refused(access).contains("an access log of a web server, which is not read; tell by patterns"));
    assert!(refused(b"Gr\xfc\xdfe aus dem Ofen\n").contains("iconv -f latin1 -t utf-8"));
    let cut = "{\n  \"Items\": [\n    {\"task_id\": {\"S\": \"t\"}},\n    {\"task_id\"";
    let (read, before) = lines(cut.as_bytes(), None).expect("the first record can be read");
    assert_eq!((before.len(), read.skipped, read.truncated().is_some()), (1, 1, true));
    assert!(read.first_skipped[0].to_string().starts_with("a.json:4: EOF while parsing"));
    let cut = "{\n  \"Items\": [\n    {\"task_id\": {\"S\"";
    assert!(refused(cut.as_bytes()).starts_with("a.json:3: EOF while parsing"));
    assert!(matches!(open(Path::new(".")), Err(TraceError::Directory { .. })));
    assert!(matches!(open(Path::new("absent")), Err(TraceError::Unreadable { .. })));
}

#[test]
fn an_export_as_a_table_names_rows_that_do_not_fit_and_bytes_that_are_no_text() {
    let text = b"@timestamp,@message\n2026-07-13 18:10:27,a\nonly one\n2026-07-13 18:10:28,\xff\n2026-07-13 18:10:29,b\n";
    let (read, lines) = lines(text, None).expect("the rest can be read");
    assert_eq!((lines.len(), read.skipped), (2, 2));
    assert_eq!(read.first_skipped[0].to_string(), "a.json:3: 1 columns; expected 2");
    assert_eq!(read.first_skipped[1].place.line, 4);
}

/// Bytes that are almost a trace: pieces of the fixtures, cut, repeated and mixed with noise.
fn almost() -> impl Strategy<Value = Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats");
    let files = fs::read_dir(folder).expect("the fixtures").flatten();
    let files: Vec<Vec<u8>> = files.map(|file| fs::read(file.path()).expect("a fixture")).collect();
    assert!(files.len() >= Format::all().len(), "there is one of each format");
    let piece = (
        prop::sample::select(files),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<bool>(),
    );
    let piece = piece.prop_map(|(file, from, to, whole)| {
        let (from, to) = (from.index(file.len()), to.index(file.len()));
        if whole { file } else { file[from.min(to)..from.max(to)].to_vec() }
    });
    let noise = prop::collection::vec(any::<u8>(), 0..20);
    prop::collection::vec(prop_oneof![3 => piece, 1 => noise], 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("ANECHOIC_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
    ))]

    /// The fuzz target: whatever a file holds, a reader comes to an end, and says what it read or why it did not.
    /// `ANECHOIC_FUZZ_CASES=1000000 cargo test --release -p anechoic-traces --test bad_input any_bytes` runs it longer;
    /// `fuzz/` is the same guided by coverage.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in almost(), format in prop::option::of(prop::sample::select(Format::all().collect::<Vec<_>>()))) {
        match lines(&bytes, format) {
            Ok((read, lines)) => prop_assert_eq!(read.records(), lines.len() as u64),
            Err(error) => prop_assert!(error.to_string().starts_with("a.json")),
        }
    }
}

#[test]
fn a_text_whose_last_line_has_no_end_may_have_been_cut() {
    for (whole, of) in [
        ("2026-07-13T18:10:27Z a\n  goes on\n2026-07-13T18:10:28Z b", 2),
        ("@timestamp,@message\n2026-07-13 18:10:27,a\n2026-07-13 18:10:28,b", 2),
    ] {
        let (read, records) = lines(whole.as_bytes(), None).expect("it can be read");
        assert_eq!((records.len(), read.skipped), (of, 0));
        let said = read.truncated().expect("nothing says that it is whole").to_string();
        assert!(said.starts_with("a.json:3: the last line has no end"), "{said}");
        let (read, _) = lines(format!("{whole}\n").as_bytes(), None).expect("it can be read");
        assert_eq!(read.truncated(), None);
    }
}

#[test]
fn a_table_says_what_it_has_and_what_it_lacks() {
    let header = "task_id,event_type,event_id";
    for (rest, records, lacks) in [
        ("\nt,task_failed,1\ntask_id,event_type,event_id\nt,task_failed,2\n", 2, None),
        ("\nt,task_failed,1\n,,\n,,\n", 1, None),
        (",event_id\nt,task_failed,1,2\n", 1, Some("two columns are called `event_id`")),
    ] {
        let (read, lines) = lines(format!("{header}{rest}").as_bytes(), None).expect("it can be read");
        assert_eq!((lines.len(), read.skipped), (records, 0), "{rest}");
        let said = read.truncated().map(ToString::to_string);
        assert_eq!(said.is_some(), lacks.is_some(), "{said:?}");
        assert!(lacks.is_none_or(|lacks| said.is_some_and(|said| said.contains(lacks))), "{rest}");
    }
    let printed = |count| format!(" task_id | event_type\n---------+------\n t | task_failed\n({count})\n");
    assert_eq!(lines(printed("1 row").as_bytes(), None).expect("read").0.truncated(), None);
    let (read, _) = lines(printed("5000 rows").as_bytes(), None).expect("it can be read");
    assert!(read.truncated().is_some_and(|said| said.to_string().contains("`(5000 rows)`, and 1 of them")));
}

#[test]
fn a_message_that_ends_in_the_middle_of_its_json_is_not_all_there_was() {
    let text = "2026-07-13T18:10:27Z it failed {\"task_id\": \"t\n2026-07-13T18:10:28Z END\n";
    let (read, _) = lines(text.as_bytes(), None).expect("it can be read");
    assert_eq!(read.truncated().expect("it is cut").to_string(), "a.json:1: what it says ends in the middle");
}

#[test]
fn a_table_that_cannot_be_told_from_a_text_is_read_if_it_is_said_to_be_one() {
    let csv = "csv".parse().ok();
    for (table, is_told) in [
        ("Order ID,Status\no-1,PAID\no-2,PAID\n", true),
        ("event_id,order_id,Event Kind\ne-1,o-1,paid\ne-2,o-2,\"paid, twice\"\n", true),
        ("count(*),total\n3,7\n4,8\n", true),
        ("sep=;\nOrder ID;Status\no-1;PAID\no-2;PAID\n", true),
        (" Order ID | Status \n----------+--------\n o-1      | PAID\n o-2      | PAID\n(2 rows)\n", true),
        ("task_id\nt-1\nt-2\n", true),
        ("order_id\no-1\no-2\n", false),
        ("Order ID,Status\no-1,PAID,late\no-2,PAID\n", false),
        ("Order ID,Status\n", false),
    ] {
        match is_told {
            true => assert_eq!(lines(table.as_bytes(), None).expect(table).1.len(), 2, "{table}"),
            false => assert!(refused(table.as_bytes()).contains("say --format csv"), "{table}"),
        }
        assert!(lines(table.as_bytes(), csv).is_ok(), "{table}");
    }
    for text in
        ["Dear baker,\nthe loaf is burnt.\n", "The loaf is burnt\nand so is the other\n", "1,2\n3,4\n"]
    {
        refused(text.as_bytes());
    }
}
