//! Millions of events in one file: what a verdict on them takes, beside a bare parse of the same file.
use crate::measure::peak;
use anechoic_task_cases::trace::{Reading, Verdict};
use anechoic_tests::support::{Entry, Table, write};
use anechoic_traces::{Mapping, open};
use comfy_table::{Table as Shown, presets};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    env, fs,
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
    process::Command,
    time::Instant,
};
use ulid::Ulid;

/// So many events a file has. Time and memory should grow with them, and no faster.
const SIZES: [u64; 2] = [1_000_000, 4_000_000];
/// Each task has so many: its creation, two steps and its end.
const KINDS: [&str; 4] = ["task_created", "hydration_started", "session_started", "task_failed"];
const ROUNDS: usize = 3;
/// What is done with the file.
pub(crate) const WORK: [&str; 2] = ["bare parse", "verdict"];

/// One measurement of one kind of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    work: String,
    events: u64,
    seconds: f64,
    bytes: u64,
    peak_kib: u64,
}

/// Measures all work on files of each size in rounds, each in a process of its own, and prints tables of the medians.
pub(crate) fn compare() -> io::Result<Vec<Measured>> {
    let mut all = Vec::new();
    for events in SIZES {
        let medians = compare_one(events)?;
        print!("{}", table(&medians));
        all.extend(medians);
    }
    Ok(all)
}

fn compare_one(events: u64) -> io::Result<[Measured; 2]> {
    let file = Path::new("target/anechoic/events.json");
    fs::create_dir_all("target/anechoic")?;
    make(file, events)?;
    let mut measured: [Vec<Measured>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (work, measured) in WORK.iter().zip(&mut measured) {
            let output = Command::new(env::current_exe()?).args(["read", work]).arg(file).output()?;
            let one: Measured = serde_json::from_slice(&output.stdout)?;
            assert_eq!(one.events, events, "every line is an event");
            measured.push(one);
        }
    }
    fs::remove_file(file)?;
    Ok(measured.map(|mut all| {
        all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        all.swap_remove(all.len() / 2)
    }))
}

fn table(medians: &[Measured]) -> String {
    let mut table = Shown::new();
    table.load_style(presets::NOTHING);
    table.set_header(["work", "time", "events/s", "MB/s", "time / bare parse's", "peak MiB"]);
    for one in medians {
        table.add_row([
            one.work.clone(),
            format!("{:.2} s", one.seconds),
            format!("{:.0}", one.events as f64 / one.seconds),
            format!("{:.0}", one.bytes as f64 / 1e6 / one.seconds),
            format!("{:.2}", one.seconds / medians[0].seconds),
            format!("{:.0}", one.peak_kib as f64 / 1024.0),
        ]);
    }
    let lines: String = table.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    let Measured { events, bytes, .. } = &medians[0];
    format!("\n{events} events in one S3 export of {:.0} MB\n\n{lines}", *bytes as f64 / 1e6)
}

/// Does one kind of work, once, in this process.
pub(crate) fn measure(work: &str, file: &Path) -> io::Result<Measured> {
    let began = Instant::now();
    let bytes = fs::metadata(file)?.len();
    let events = if work == WORK[0] {
        let (mut lines, mut values) = (BufReader::new(fs::File::open(file)?), 0);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let value: Value = serde_json::from_slice(&line)?;
            values += u64::from(value.is_object());
            line.clear();
        }
        values
    } else {
        let mapping = Mapping::default();
        let mut reading = Reading::new(&mapping, None);
        let mut input = open(file).map_err(io::Error::other)?;
        reading.add("events", &mut input, &mut |_, _| {}).map_err(io::Error::other)?;
        let (mut tasks, mut told) = (0, 0);
        let examined = reading.examine(&mut |task| {
            tasks += 1;
            told += u64::from(task.judged[0].verdict != Verdict::CannotTell);
        });
        let examined = examined.map_err(io::Error::other)?;
        let events = examined.files[0].1.records();
        assert_eq!(tasks, events / KINDS.len() as u64, "every task is there");
        assert_eq!(told, 0, "events alone do not show where a task stands");
        events
    };
    let seconds = began.elapsed().as_secs_f64();
    Ok(Measured { work: work.into(), events, seconds, bytes, peak_kib: peak() })
}

/// Writes the file, piece by piece.
fn make(file: &Path, events: u64) -> io::Result<()> {
    const PIECE: u64 = 10_000;
    let start: Timestamp = "2026-05-04T20:00:02Z".parse().map_err(io::Error::other)?;
    let mut out = BufWriter::new(fs::File::create(file)?);
    for piece in 0..events / PIECE {
        let entries: Vec<Entry> =
            (piece * PIECE..(piece + 1) * PIECE).map(|event| entry(start, event)).collect();
        out.write_all(write("s3-export", &entries).as_bytes())?;
    }
    out.flush()
}

fn entry(start: Timestamp, event: u64) -> Entry {
    let task = event / KINDS.len() as u64;
    let at = start + SignedDuration::from_millis(event as i64);
    let ulid = |at: Timestamp, random: u64| {
        Ulid::from_parts(at.as_millisecond().unsigned_abs(), u128::from(random)).to_string()
    };
    let created = start - SignedDuration::from_hours(1) + SignedDuration::from_millis(task as i64);
    let fields = [
        ("task_id", ulid(created, task)),
        ("event_id", ulid(at, event)),
        ("event_type", KINDS[event as usize % KINDS.len()].into()),
        ("user_id", format!("user-{}", task % 1000)),
        ("error_message", "blocked: PROMPT_ATTACK LOW".into()),
    ];
    Entry { at, table: Table::Events, fields: fields.into_iter().collect(), before: None }
}
