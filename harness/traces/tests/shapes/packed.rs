//! What a trace is packed in is taken off, in however many layers; what is cut is not taken for the whole.
use super::shape::{all_lines, events, gzip};
use anechoic_traces::{Mapping, Options, Read, Role, TraceError, read};
use std::io::{Cursor, Write as _};

/// The keys of the events, with their files, and what was read.
fn keys(mut bytes: &[u8]) -> Result<(Vec<String>, Read), TraceError> {
    let (mapping, mut keys) = (Mapping::default(), Vec::new());
    let options = Options { format: None, mapping: &mapping, rows: None, after: None };
    let read = read("a", &mut bytes, &options, &mut |line| {
        let key = mapping.get(Role::Key, &line.fields).unwrap_or_default();
        keys.push(format!("{} {key}", line.place));
    })?;
    Ok((keys, read))
}

fn trace() -> Vec<u8> {
    all_lines(events())
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, *bytes).expect("in memory");
    }
    archive.into_inner().expect("in memory")
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("in memory");
        archive.write_all(bytes).expect("in memory");
    }
    archive.finish().expect("in memory").into_inner()
}

fn wide(text: &[u8], has_mark: bool) -> Vec<u8> {
    let text = std::str::from_utf8(text).expect("text");
    let mark = if has_mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_trace_is_read_in_every_packing() {
    let trace = trace();
    let zstd = zstd::encode_all(&*trace, 0).expect("in memory");
    for (bytes, packed) in [
        (gzip(&trace), &["gzip"][..]),
        ([gzip(&trace[..trace.len() / 2]), gzip(&trace[trace.len() / 2..])].concat(), &["gzip"]),
        (zstd, &["zstd"]),
        (wide(&trace, true), &["UTF-16LE"]),
        (wide(&trace, false), &["UTF-16LE"]),
        (gzip(&wide(&trace, true)), &["gzip", "UTF-16LE"]),
        ([b"\xef\xbb\xbf", &*trace].concat(), &[]),
    ] {
        let (keys, read) = keys(&bytes).unwrap_or_else(|error| panic!("{packed:?}: {error}"));
        assert_eq!(keys, ["a:1 n-1", "a:2 n-2"], "{packed:?}");
        assert_eq!((&read.packed[..], read.skipped, read.truncated()), (packed, 0, None));
    }
}

#[test]
fn an_archive_is_read_member_by_member_and_what_is_aside_is_passed_over() {
    let [one, other] = events().map(|event| all_lines([event]));
    let zipped = gzip(&other);
    let members: &[(&str, &[u8])] = &[
        ("data/a.json", &one),
        ("data/empty.json.gz", &gzip(b"")),
        ("data/b.json.gz", &zipped),
        ("data/a.md5", b"x"),
        ("_started", b""),
        ("manifest.json", b"{\"itemCount\":1,\"dataFileS3Key\":\"a\"}\n"),
        ("__MACOSX/._a", b"\0\0"),
    ];
    for archive in [tar(members), zip(members), gzip(&tar(members))] {
        let (keys, read) = keys(&archive).expect("an archive");
        assert_eq!(keys, ["a/data/a.json:1 n-1", "a/data/b.json.gz:1 n-2"]);
        assert_eq!((read.skipped, read.truncated()), (0, None), "{:?}", read.first_skipped);
    }
}

#[test]
fn a_member_that_is_no_trace_is_named_and_the_others_are_read() {
    let trace = trace();
    for archive in
        [tar(&[("notes.txt", b"bread"), ("a", &trace)]), zip(&[("notes.txt", b"bread"), ("a", &trace)])]
    {
        let (keys, read) = keys(&archive).expect("an archive");
        assert_eq!(keys.len(), 2);
        assert_eq!((read.skipped, read.truncated().is_some()), (1, true));
        assert_eq!(read.first_skipped[0].to_string(), "a/notes.txt:1: it begins with `bread`");
    }
}

#[test]
fn an_archive_without_its_end_is_not_all_there_was() {
    let whole = tar(&[("a", &trace())]);
    let (keys, read) = keys(&whole[..1024]).expect("its member is there");
    assert_eq!(keys.len(), 2);
    let said = read.truncated().expect("it is cut").to_string();
    assert!(said.contains("the tar archive has no end"), "{said}");
    let zip = zip(&[("a", &trace())]);
    assert!(refused(&zip[..zip.len() - 1]).contains("expected zip data"));
}

fn refused(bytes: &[u8]) -> String {
    keys(bytes).map(|(_, read)| panic!("it was read: {read:?}")).unwrap_err().to_string()
}

#[test]
fn what_is_packed_for_ever_is_not_unpacked_for_ever() {
    let mut bytes = trace();
    for _ in 0..7 {
        bytes = gzip(&bytes);
    }
    assert!(refused(&bytes).contains("it is packed in more than 5 layers"));
}

#[test]
fn what_is_in_the_fences_of_a_page_is_read() {
    let trace = String::from_utf8(trace()).expect("text");
    let page = format!(
        "# A ticket\n\nIt says:\n\n```console\n$ aws dynamodb scan\n```\n\n```json\n{trace}```\nTwo?\n"
    );
    let (read_keys, read) = keys(page.as_bytes()).expect("a page");
    assert_eq!(read_keys, ["a:10 n-1", "a:11 n-2"]);
    assert_eq!((read.skipped, read.truncated()), (0, None), "{:?}", read.first_skipped);
    let (read_keys, read) = keys(format!("So:\n{{noformat}}\n{trace}").as_bytes()).expect("a page");
    assert_eq!(read_keys.len(), 2);
    assert!(read.truncated().expect("it has no end").to_string().contains("a fence has no end"));
}

#[test]
fn a_prompt_before_the_first_record_is_named_and_the_records_are_read() {
    let trace = String::from_utf8(trace()).expect("text");
    let (keys, read) = keys(format!("me@host:~$ cat trace.json\n{trace}").as_bytes()).expect("a paste");
    assert_eq!((keys, read.skipped), (vec!["a:2 n-1".to_string(), "a:3 n-2".to_string()], 1));
}
