//! A million events in one file: what a verdict on them takes, beside a bare parse of the same file.
use crate::measure::peak;
use anechoic_cli::trace::{Reading, Verdict};
use anechoic_traces::{Entry, Format, Mapping, Table, open, write};
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

const EVENTS: u64 = 1_000_000;
/// Each task has so many: its creation, two steps and its end.
const KINDS: [&str; 4] = ["task_created", "hydration_started", "session_started", "task_failed"];
const ROUNDS: usize = 3;
/// What is done with the file.
pub(crate) const WORK: [&str; 2] = ["bare parse", "verdict"];

/// One measurement of one kind of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    work: String,
    seconds: f64,
    bytes: u64,
    peak_kib: u64,
}

/// Measures all work in rounds, each in a process of its own, and prints a table of the medians.
pub(crate) fn compare() -> io::Result<Vec<Measured>> {
    let file = Path::new("target/anechoic/million-events.json");
    fs::create_dir_all("target/anechoic")?;
    make(file)?;
    let mut measured: [Vec<Measured>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (work, measured) in WORK.iter().zip(&mut measured) {
            let output = Command::new(env::current_exe()?).args(["read", work]).arg(file).output()?;
            measured.push(serde_json::from_slice(&output.stdout)?);
        }
    }
    let medians = measured.map(|mut all| {
        all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        all.swap_remove(all.len() / 2)
    });
    print!("{}", table(&medians));
    Ok(medians.to_vec())
}

fn table(medians: &[Measured]) -> String {
    let mut table = Shown::new();
    table.load_style(presets::NOTHING);
    table.set_header(["work", "time", "events/s", "MB/s", "time / bare parse's", "peak MiB"]);
    for one in medians {
        table.add_row([
            one.work.clone(),
            format!("{:.2} s", one.seconds),
            format!("{:.0}", EVENTS as f64 / one.seconds),
            format!("{:.0}", one.bytes as f64 / 1e6 / one.seconds),
            format!("{:.2}", one.seconds / medians[0].seconds),
            format!("{:.0}", one.peak_kib as f64 / 1024.0),
        ]);
    }
    let lines: String = table.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    format!("\na million events in one S3 export of {:.0} MB\n\n{lines}", medians[0].bytes as f64 / 1e6)
}

/// Does one kind of work, once, in this process.
pub(crate) fn measure(work: &str, file: &Path) -> io::Result<Measured> {
    let began = Instant::now();
    let bytes = fs::metadata(file)?.len();
    if work == WORK[0] {
        let (mut lines, mut values) = (BufReader::new(fs::File::open(file)?), 0);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let value: Value = serde_json::from_slice(&line)?;
            values += u64::from(value.is_object());
            line.clear();
        }
        assert_eq!(values, EVENTS, "every line is an object");
    } else {
        let mapping = Mapping::default();
        let mut reading = Reading::new(&mapping, None);
        let mut input = open(file).map_err(io::Error::other)?;
        reading.add("million", &mut input, &mut |_, _| {}).map_err(io::Error::other)?;
        let examined = reading.examine();
        assert_eq!(examined.tasks.len() as u64, EVENTS / KINDS.len() as u64, "every task is there");
        let told = examined.tasks.iter().filter(|task| task.judged[0].verdict == Verdict::CannotTell);
        assert_eq!(told.count(), examined.tasks.len(), "events alone do not show where a task stands");
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Measured { work: work.into(), seconds, bytes, peak_kib: peak() })
}

/// Writes the file, piece by piece.
fn make(file: &Path) -> io::Result<()> {
    const PIECE: u64 = 10_000;
    let start: Timestamp = "2026-05-04T20:00:02Z".parse().map_err(io::Error::other)?;
    let mut out = BufWriter::new(fs::File::create(file)?);
    for piece in 0..EVENTS / PIECE {
        let entries: Vec<Entry> =
            (piece * PIECE..(piece + 1) * PIECE).map(|event| entry(start, event)).collect();
        out.write_all(write(Format::S3Export, &entries).as_bytes())?;
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
