//! A trace, judged by the promises of an `anechoic.toml`.
use crate::{
    are_known, args,
    trace::{Source, exit, name},
};
use anechoic::{
    Exit,
    cli::{CommandError, interrupted},
    evidence::{harmless, harmless_lines, read_text, read_whole, unreadable},
    show::words::plural,
};
use anechoic_model::Promise as PromiseOfTasks;
use anechoic_rows::{ConfigError, When, nearest};
use anechoic_task_cases::trace::{json::TraceJson, text};
use anechoic_traces::open_end;
use anechoic_witness::{Config, Judged, Testimony, Verdict, Witness};
use std::{
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::Instant,
};

/// The configuration that is looked for where none is named.
const USUAL: &str = "anechoic.toml";

/// No configuration is longer, nor a manifest.
const MOST: u64 = 1 << 20;

/// Longer texts from a trace are cut.
const LONGEST: usize = 1_000;

/// Promises, and where they are written.
pub(crate) struct Promised {
    path: PathBuf,
    witness: Witness,
}

impl Promised {
    /// Those of the file that is named; or of the usual one, if it has any and nothing is asked that only tasks can answer.
    pub(crate) fn of(args: &args::Trace) -> Result<Option<Promised>, CommandError> {
        let is_of_tasks =
            args.follow || args.suggest_mapping || args.input.task.is_some() || args.input.mapping.is_some();
        let path = match &args.config {
            Some(path) => path.as_path(),
            None if is_of_tasks || !Path::new(USUAL).is_file() => return Ok(None),
            None => Path::new(USUAL),
        };
        let shown = name(path);
        let text = read_text(path, MOST).map_err(|error| CommandError::Foreign(unreadable(path, &error)))?;
        let wrong = |error: ConfigError| {
            CommandError::unreadable(format!("{shown}:{}", harmless(&error.to_string(), LONGEST)))
        };
        let mut config = Config::read(&text).map_err(wrong)?;
        let is_asked = |name: &str| args.promise.is_empty() || args.promise.iter().any(|asked| asked == name);
        let of_tasks = PromiseOfTasks::ALL.map(PromiseOfTasks::name);
        let mut known: Vec<&str> = config.promises.iter().map(|promise| promise.name.as_str()).collect();
        // Whoever asks for the promises of tasks does not ask for these.
        if args.config.is_none() && !known.iter().any(|name| is_asked(name)) {
            known.extend(of_tasks);
            are_known(&args.promise, &known)?;
            return Ok(None);
        }
        // What is misspelt would be passed over.
        anechoic_project::understand(path, &text).map_err(CommandError::unreadable)?;
        if config.promises.is_empty() {
            return Err(CommandError::unreadable(format!(
                "{shown}: it promises nothing; expected [promises.NAME] with never or at_rest = \"select …\""
            )));
        }
        are_known(&args.promise, &known)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        anechoic_project::read_constants(&mut config.constants, folder)
            .map_err(|error| wrong(ConfigError::at(&text, error.at.start, error.what)))?;
        let witness = Witness::new(config, &text).map_err(wrong)?.only(is_asked);
        Ok(Some(Promised { path: path.into(), witness }))
    }

    /// Reads the files and judges them.
    pub(crate) fn judge(self, args: &args::Trace, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
        let Promised { path, witness } = self;
        let mut witness = witness.whole(args.whole);
        for (table, what) in &args.table {
            let file = args.input.files.iter().find(|file| is_same(file, Path::new(what)));
            let what = file.map_or_else(|| what.clone(), |file| name(file));
            witness.call(table, &what).map_err(CommandError::Usage)?;
        }
        exports(&mut witness, &args.input.files);
        Source::new(&args.input, args.whole)?.tell(&mut witness)?;
        if let Some(said) = args.table.iter().find(|(_, what)| witness.unmet().any(|unmet| unmet == what)) {
            return Err(CommandError::Usage(unmet(said, &args.input.files)));
        }
        let (begun, interrupted) = (Instant::now(), interrupted());
        let testimony = witness
            .judge(&mut || begun.elapsed() < args.input.max_time && !interrupted.load(Ordering::Relaxed));
        let open = open_end(&testimony.files).filter(|_| !args.whole);
        let (exit, config) = (exit_of(&testimony, open), name(&path));
        match args.json {
            true => TraceJson::of_promises(&config, &testimony, exit).write(out)?,
            false => out.write_all(to_text(&config, &testimony, exit, open).as_bytes())?,
        }
        Ok(exit)
    }
}

/// Whether two paths lead to one file, however they are spelt.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// What is said of a file or a name that --table names and the input has not, with the file that may be meant.
fn unmet((table, what): &(String, String), files: &[PathBuf]) -> String {
    let last = |path: &Path| path.file_name().map(|last| last.to_string_lossy().into_owned());
    let names: Vec<String> = files.iter().filter_map(|file| last(file)).collect();
    let wanted = last(Path::new(what)).unwrap_or_default();
    let meant = nearest(&wanted, names.iter().map(String::as_str));
    let meant = files.iter().find(|file| meant.is_some() && last(file).as_deref() == meant);
    let meant = meant.map(|file| format!(" (perhaps {})", name(file))).unwrap_or_default();
    let (table, what) = (harmless(table, LONGEST), harmless(what, LONGEST));
    format!(
        "--table {table}={what}: no input has this name{meant}, and nothing in it calls a table so; expected one of the files that are given"
    )
}

/// The manifest of an export names the table whose rows the files below its folder have.
fn exports(witness: &mut Witness, files: &[PathBuf]) {
    for manifest in files.iter().filter(|path| path.ends_with("manifest-summary.json")) {
        // What is wrong with it is told when it is read with the others.
        let text = read_whole(manifest, MOST).unwrap_or_default();
        let summary: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let table = summary["tableArn"].as_str().and_then(|arn| arn.rsplit_once(":table/"));
        let (Some((_, table)), Some(folder)) = (table, manifest.parent()) else { continue };
        for file in files.iter().filter(|file| file.starts_with(folder)) {
            witness.is_of(&name(file), table);
        }
    }
}

fn exit_of(testimony: &Testimony, open: Option<&str>) -> Exit {
    let worst = testimony.worst().map(|verdict| match verdict {
        Verdict::Holds => Exit::Holds,
        Verdict::CannotTell => Exit::Inconclusive,
        Verdict::Violated => Exit::Violated,
    });
    exit(worst, testimony.files.iter().map(|(_, read)| read.skipped).sum(), open)
}

/// The report for people.
fn to_text(config: &str, testimony: &Testimony, exit: Exit, open: Option<&str>) -> String {
    let mut rows =
        vec![("with", format!("{config}   {}", plural(testimony.promises.len() as u64, "promise")))];
    rows.extend(text::read_of(&testimony.files));
    for table in testimony.tables.iter().filter(|table| table.is_there) {
        let repeated = match table.repeated {
            0 => String::new(),
            more => format!("; {} came more than once and count once", plural(more, "record")),
        };
        let from =
            if table.files.is_empty() { String::new() } else { format!(" of {}", table.files.join(", ")) };
        let records = plural(table.records, "record");
        rows.push(("rows", format!("{}   {records}{from}{repeated}", table.name)));
    }
    for stray in &testimony.strays {
        let records = plural(stray.records, "record");
        rows.push(("note", format!("{records}, the first at {}, {}", stray.first, stray.what)));
    }
    rows.extend(testimony.notes.iter().map(|note| ("note", note.clone())));
    for promise in &testimony.not_judged {
        rows.push((
            "note",
            format!("{promise} is not judged: what happens sometimes, or holds at last, need not do so in one trace"),
        ));
    }
    if testimony
        .promises
        .iter()
        .any(|judged| judged.when == When::AtRest && judged.verdict != Verdict::CannotTell)
    {
        rows.push((
            "note",
            "at_rest is judged as if nothing was under way when the input was written".into(),
        ));
    }
    let mut report = text::lines(&rows) + "\n";
    testimony.promises.iter().for_each(|judged| report += &told(judged));
    match exit {
        Exit::Unreadable => report += "? not all of the input can be read: see above\n",
        Exit::Inconclusive if testimony.promises.is_empty() => {
            report += "? no promise is one that a trace can break\n"
        }
        Exit::Inconclusive => {
            let holds = testimony.worst() == Some(Verdict::Holds);
            let of_file = |file| text::of_open_end(file, holds, testimony.is_so_far());
            report.extend(open.map(of_file));
        }
        _ => {}
    }
    report
}

/// A line for a promise, and the rows that its query found.
fn told(judged: &Judged) -> String {
    let (mark, verdict) = match judged.verdict {
        Verdict::Holds => ("✓", "holds"),
        Verdict::Violated => ("✗", "violated"),
        Verdict::CannotTell => ("?", "cannot be told, which is no pass"),
    };
    let mut text = format!("{mark} {} {verdict}: {}\n", judged.name, harmless(&judged.why, 2 * LONGEST));
    if let Some(about) = judged.about.as_deref().filter(|_| judged.verdict != Verdict::Holds) {
        let _ = writeln!(text, "    {}", harmless(about, LONGEST));
    }
    if let Some(found) = &judged.found {
        for line in harmless_lines(&found.table()).lines() {
            let _ = writeln!(text, "   {line}");
        }
    }
    text
}
