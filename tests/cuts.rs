//! A trace that is cut anywhere, in any packing, neither passes nor breaks what the whole of it does not break.
use anechoic_task_cases::trace::{Judged, Reading, Tally, Verdict};
use anechoic_traces::Mapping;
use std::{
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

/// What a trace is, read to its end, of which every promise holds that is asked for, for every task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passed {
    /// It says where it ends.
    Whole,
    /// It does not, so this is no pass yet.
    SoFar,
}

/// The fixtures with this in their names, and what is in them.
fn fixtures(of: &str) -> impl Iterator<Item = (String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/traces");
    let files = fs::read_dir(folder).expect("the fixtures").flatten();
    let files = files.map(|file| (file.file_name().to_string_lossy().into_owned(), file.path()));
    files
        .filter(move |(name, _)| name.contains(of))
        .map(|(name, path)| (name, fs::read(path).expect("a fixture")))
}

/// What is told of all promises in a file of which nobody has said that it is all there was.
fn told(trace: &[u8]) -> Option<Vec<Judged>> {
    let (mapping, mut told) = (Mapping::default(), Vec::new());
    let mut reading = Reading::new(&mapping, None);
    reading.add("trace", &mut &*trace, &mut |_, _| {}).ok()?;
    reading.examine(&mut |task| told.extend(task.judged)).expect("it fits into memory");
    Some(told)
}

/// What is missing may follow, in a file that does not say where it ends.
#[test]
fn a_good_trace_that_is_cut_anywhere_is_not_said_to_break_a_promise() {
    let (mut cuts, mut so_far) = (0, 0);
    for (name, trace) in fixtures(".ok.") {
        for end in 0..trace.len() {
            for judged in told(&trace[..end]).into_iter().flatten() {
                assert_ne!(judged.verdict, Verdict::Violated, "{name}, cut at {end}: {}", judged.why);
                so_far += u32::from(judged.is_so_far);
            }
            cuts += 1;
        }
    }
    assert!(cuts > 10_000 && so_far > 0, "there is something to cut: {cuts}, {so_far}");
}

fn passed(trace: &[u8]) -> Option<Passed> {
    let (mapping, mut tally) = (Mapping::default(), Tally::new(Vec::new(), 0));
    let mut reading = Reading::new(&mapping, None);
    if reading.add("trace", &mut &*trace, &mut |_, _| {}).is_err() {
        return None;
    }
    let examined = reading.examine(&mut |task| tally.count(&task)).expect("it fits into memory");
    let broken = examined.files[0].1.skipped + examined.meaningless.0;
    let worst = tally.asked().into_iter().filter_map(|promise| tally.worst(promise)).max();
    let passed = if examined.files[0].1.may_go_on { Passed::SoFar } else { Passed::Whole };
    (broken == 0 && worst == Some(Verdict::Holds)).then_some(passed)
}

/// Whatever a cut leaves, it does not mend the trace. Who is told that it is all there was is deceived only by what is cut between
/// two lines that are records of their own.
#[test]
fn a_bad_trace_that_is_cut_anywhere_never_passes() {
    let mut cuts = 0;
    for (name, trace) in fixtures(".bad.") {
        let is_between =
            |end: usize| end < trace.len() && trace[end.saturating_sub(1)..=end].contains(&b'\n');
        for end in 0..=trace.len() {
            let passed = passed(&trace[..end]);
            assert_ne!(passed, Some(Passed::Whole), "{name}, cut at {end}");
            assert!(passed.is_none() || is_between(end), "{name}, cut at {end}");
            cuts += 1;
        }
    }
    assert!(cuts > 10_000, "there is something to cut: {cuts}");
}

/// The same in every packing: of what is compressed or archived, a part is never taken for the whole.
#[test]
fn a_bad_trace_that_is_packed_and_cut_anywhere_never_passes() {
    let mut cuts = 0;
    for (name, trace) in fixtures("six-events.bad.") {
        for (packing, packed, step) in packed(&trace) {
            // What is not made smaller has many bytes, of which some are as good as all.
            for end in (0..packed.len()).step_by(step) {
                let passed = passed(&packed[..end]);
                assert_ne!(passed, Some(Passed::Whole), "{name} in {packing}, cut at {end}");
                let is_between = match packing {
                    "utf-16" => packed[end.saturating_sub(3)..end].contains(&b'\n'),
                    _ => packing.ends_with("parts"),
                };
                assert!(passed.is_none() || is_between, "{name} in {packing}, cut at {end}");
                cuts += 1;
            }
        }
    }
    assert!(cuts > 20_000, "there is something to cut: {cuts}");
}

fn gzip(trace: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(trace).expect("in memory");
    gzip.finish().expect("in memory")
}

fn zstd(trace: &[u8]) -> Vec<u8> {
    zstd::encode_all(trace, 0).expect("in memory")
}

/// Each line compressed by itself, one after another.
fn in_parts(trace: &[u8], pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    trace.split_inclusive(|byte| *byte == b'\n').flat_map(pack).collect()
}

/// A trace in every packing.
fn packed(trace: &[u8]) -> Vec<(&'static str, Vec<u8>, usize)> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(trace.len() as u64);
    tar.append_data(&mut header, "trace", trace).expect("in memory");
    let tar = tar.into_inner().expect("in memory");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("trace", zip::write::SimpleFileOptions::default()).expect("in memory");
    zip.write_all(trace).expect("in memory");
    let zip = zip.finish().expect("in memory").into_inner();
    let wide = std::str::from_utf8(trace).expect("text").encode_utf16().flat_map(u16::to_le_bytes);
    let wide = [0xff, 0xfe].into_iter().chain(wide).collect();
    vec![
        ("gzip", gzip(trace), 1),
        ("gzip in parts", in_parts(trace, gzip), 1),
        ("zstd", zstd(trace), 1),
        ("zstd in parts", in_parts(trace, zstd), 1),
        ("zip", zip, 1),
        ("tar", tar, 13),
        ("utf-16", wide, 7),
    ]
}
