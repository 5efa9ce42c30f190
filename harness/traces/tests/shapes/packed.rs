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
        ("manifest.json", b"{\"itemCount\":0,\"dataFileS3Key\":\"a\"}\n"),
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
    assert!(refused(&zip[..zip.len() - 1]).contains("ends in the middle"));
}

/// What is told of a file in which there is more than its archive.
fn said(bytes: &[u8]) -> String {
    let (_, read) = keys(bytes).expect("an archive");
    read.truncated().expect("there is more").what.clone()
}

#[test]
fn what_stands_before_or_behind_an_archive_is_not_read_and_said_to_be_there() {
    let [one, other] = events().map(|event| all_lines([event]));
    let zips = [zip(&[("a", &one)]), zip(&[("b", &other)])];
    let tars = [tar(&[("a", &one)]), tar(&[("b", &other)])];
    let (before, behind) = ("before what the zip archive lists", "behind the end of the zip archive");
    for (bytes, expected) in [
        (zips.concat(), before),
        ([&zips[0][..], &zip(&[])].concat(), before),
        ([&zips[0][..], &other].concat(), behind),
        ([&zips[0][..], b"PK"].concat(), behind),
        (tars.concat(), "behind the end of the tar archive"),
        ([&tars[0][..], &other].concat(), "behind the end of the tar archive"),
    ] {
        let said = said(&bytes);
        assert!(said.contains("there is more in the file") && said.contains(expected), "{said}");
    }
    let mut twice = zip(&[("AAAA", &one), ("BBBB", &other)]);
    while let Some(at) = twice.windows(4).position(|name| name == b"BBBB") {
        twice[at..at + 4].copy_from_slice(b"AAAA");
    }
    assert!(said(&twice).contains("several members of one name"));
    // Archives are filled up with zeros.
    let (_, read) = keys(&[&tars[0][..], &[0; 10_240]].concat()).expect("an archive");
    assert_eq!(read.truncated(), None);
    let mut commented = zip::ZipWriter::new(Cursor::new(Vec::new()));
    commented.set_comment("of the oven").expect("it is short");
    commented.start_file("a", zip::write::SimpleFileOptions::default()).expect("in memory");
    commented.write_all(&one).expect("in memory");
    let commented = commented.finish().expect("in memory").into_inner();
    assert_eq!(keys(&commented).expect("an archive").1.truncated(), None);
}

/// The end of an archive that is stored in another is not that of the other.
#[test]
fn an_archive_within_an_archive_that_is_cut_anywhere_never_seems_whole() {
    let [one, other] = events().map(|event| all_lines([event]));
    let inner = zip(&[("a", &one)]);
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for members in [[("in.zip", &inner), ("b", &other)], [("b", &other), ("in.zip", &inner)]] {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            archive.start_file(name, stored).expect("in memory");
            archive.write_all(bytes).expect("in memory");
        }
        let whole = archive.finish().expect("in memory").into_inner();
        let (keys_of_whole, read) = keys(&whole).expect("an archive");
        assert_eq!((keys_of_whole.len(), read.truncated()), (2, None));
        let mut found = 0;
        for end in 0..whole.len() {
            if let Ok((keys, read)) = keys(&whole[..end]) {
                assert!(read.truncated().is_some(), "cut at {end}: {keys:?}");
                found += keys.len();
            }
        }
        assert!(found > 0, "the inner archive is found");
    }
    let outer = tar(&[("in.tar", &tar(&[("a", &one)])), ("b", &other)]);
    for end in 0..outer.len() - 1024 {
        if let Ok((_, read)) = keys(&outer[..end]) {
            assert!(read.truncated().is_some(), "cut at {end}");
        }
    }
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
fn a_command_in_a_fence_is_passed_over_and_what_it_printed_is_read() {
    let trace = String::from_utf8(trace()).expect("text");
    for (language, prompt) in
        [("", "$"), ("", "%"), ("", "me@host:~$"), ("console", "$"), ("console", ">"), ("sh", "#")]
    {
        let page = format!(
            "# A ticket\n\n```{language}\n{prompt} aws dynamodb scan \\\n    --table-name t\n{trace}```\n"
        );
        let (read_keys, read) = keys(page.as_bytes()).expect("a page");
        assert_eq!(read_keys, ["a:6 n-1", "a:7 n-2"], "{page}");
        assert_eq!((read.skipped, read.truncated()), (0, None), "{:?}", read.first_skipped);
    }
}

#[test]
fn a_prompt_before_the_first_record_is_named_and_the_records_are_read() {
    let trace = String::from_utf8(trace()).expect("text");
    let (keys, read) = keys(format!("me@host:~$ cat trace.json\n{trace}").as_bytes()).expect("a paste");
    assert_eq!((keys, read.skipped), (vec!["a:2 n-1".to_string(), "a:3 n-2".to_string()], 1));
}
