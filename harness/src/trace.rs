use crate::{
    args::{self, Input},
    input::{Given, Opened, is_configuration, unread},
    promised::Promised,
    promises,
};
use anechoic::{
    Asked, Exit,
    check::{Budget, Clockwork, Silent},
    cli::{CommandError, Context, interrupted},
    evidence::harmless,
};
use anechoic_task_cases::{
    catalogue,
    trace::{
        Again, Examination, Examined, Explanation, Reading, Story, Tally, Verdict, explain, json::TraceJson,
        text as report, words,
    },
};
use anechoic_traces::{Format, Growing, Line, Mapping, Role, TraceError, open_end};
use anechoic_witness::Witness;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

pub(crate) fn trace(
    context: &Context<'_>,
    args: &args::Trace,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    if args.follow && args.input.files.len() > 1 {
        return Err(CommandError::Usage("--follow is for one file".into()));
    }
    if let Some(promised) = Promised::of(args)? {
        return promised.judge(args, out);
    }
    if let Some((table, _)) = args.table.first() {
        return Err(CommandError::Usage(format!(
            "--table {table}=… says whose rows a file has, and nothing asks for tables; expected promises in --config FILE"
        )));
    }
    let mut source = Source::new(&args.input, args.whole)?;
    if args.suggest_mapping {
        return suggest(&mut source, out);
    }
    let mut tally = Tally::new(promises(&args.promise)?, report::LISTED.max(args.explain as usize));
    let mut listed = Vec::new();
    let mut sink = |task: Examination| {
        tally.count(&task);
        if args.json {
            listed.push(task);
        }
    };
    let examined = if args.follow { source.follow(out, &mut sink)? } else { source.examine(&mut sink)? };
    listed.sort_by_key(|task: &Examination| task.met);
    let asked = tally.asked();
    let broken_records =
        examined.files.iter().map(|(_, read)| read.skipped).sum::<u64>() + examined.meaningless.0;
    let worst = asked.iter().filter_map(|promise| tally.worst(*promise)).max().map(|verdict| match verdict {
        Verdict::Holds => Exit::Holds,
        Verdict::CannotTell => Exit::Inconclusive,
        Verdict::Violated => Exit::Violated,
    });
    let open = open_end(&examined.files).filter(|_| !args.whole);
    let exit = exit(worst, broken_records, open);
    let broken = tally.first_broken();
    let broken = &broken[..broken.len().min(args.explain as usize)];
    let mut explained = source.explain(broken, tally.tasks() == 1)?;
    // Of a lifecycle that is somebody else's, no handler of ours could have left a line.
    explained.retain(|(task, explanation)| task.is_ours || explanation.lines > 0);
    if args.json {
        TraceJson::new(&examined, &asked, &explained, &listed, exit).write(out)?;
    } else {
        let (examined, tally, asked, explained) = (&examined, &tally, &asked[..], &explained[..]);
        let report = report::Report { examined, tally, asked, explained, exit, open, all: args.all };
        out.write_all(report.to_text(&context.command, &args.input.files).as_bytes())?;
    }
    Ok(exit)
}

/// Prints a mapping to start from.
fn suggest(source: &mut Source<'_>, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let examined = source.examine(&mut |_| {})?;
    match examined.seen.mapping() {
        Some(mapping) => {
            out.write_all(mapping.as_bytes())?;
            Ok(Exit::Holds)
        }
        None => {
            writeln!(out, "# no field was seen")?;
            Ok(Exit::Inconclusive)
        }
    }
}

/// A broken promise weighs more than a broken record, and that more than an unanswered question. What holds in a file that may
/// go on held so far.
pub(crate) fn exit(worst: Option<Exit>, broken_records: u64, open: Option<&str>) -> Exit {
    match worst.unwrap_or(Exit::Inconclusive) {
        Exit::Violated => Exit::Violated,
        _ if broken_records > 0 => Exit::Unreadable,
        Exit::Holds if open.is_some() => Exit::Inconclusive,
        exit => exit,
    }
}

/// What gets every task.
type Sink<'s> = &'s mut dyn FnMut(Examination);

/// The files of the command line.
pub(crate) struct Source<'i> {
    input: &'i Input,
    given: Vec<Given>,
    mapping: Mapping,
    format: Option<Format>,
    /// Whether the files are all there was.
    is_whole: bool,
}

impl<'i> Source<'i> {
    pub(crate) fn new(input: &'i Input, is_whole: bool) -> Result<Source<'i>, CommandError> {
        let mapping = input
            .mapping
            .as_deref()
            .map_or(Ok(Mapping::default()), |path| Mapping::load(path, &words()))
            .map_err(unread)?;
        let format = input.format.as_deref().and_then(|name| name.parse().ok());
        only_once(&input.files)?;
        if let Some(file) = input.files.iter().find(|file| is_configuration(file)) {
            let file = name(file);
            return Err(CommandError::Foreign(format!(
                "{file}: it is a configuration, and no trace\n  next: name files with records; --config {file} says what they are judged by"
            )));
        }
        let given = input.files.iter().map(|path| Given::new(path)).collect();
        Ok(Source { input, given, mapping, format, is_whole })
    }

    /// Reads all files and judges what they show of each task. Of several, one that is no trace is lost and the others are
    /// not.
    pub(crate) fn examine(&mut self, sink: Sink<'_>) -> Result<Examined, CommandError> {
        let bar = self.bar();
        let Source { input, given, mapping, format, is_whole } = self;
        let mut reading = Reading::new(mapping, *format).whole(*is_whole);
        for (path, given) in input.files.iter().zip(given.iter_mut()) {
            let file = given.open()?;
            match reading.add(&name(path), &mut bar.wrap_read(file), &mut |_, _| {}) {
                Err(error) if is_only_lost(&error, input.files.len()) => reading.lose(&name(path), &error),
                read => read.map_err(unread)?,
            }
        }
        bar.finish_and_clear();
        judge(input, reading, sink)
    }

    /// Reads all files into tables.
    pub(crate) fn tell(&mut self, witness: &mut Witness) -> Result<(), CommandError> {
        let bar = self.bar();
        let Source { input, given, mapping, format, .. } = self;
        for (path, given) in input.files.iter().zip(given.iter_mut()) {
            let file = given.open()?;
            let name = name(path);
            let trace = anechoic_witness::Source { name: &name, format: *format, mapping };
            match witness.read(&trace, &mut bar.wrap_read(file)) {
                Err(error) if is_only_lost(&error, input.files.len()) => witness.lose(&name, &error),
                read => read.map_err(unread)?,
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// The same for a file that grows; a second event of a task is told of at once.
    fn follow(&mut self, out: &mut dyn io::Write, sink: Sink<'_>) -> Result<Examined, CommandError> {
        let Source { input, given, mapping, format, is_whole } = self;
        // A second event is told of at once only if the first is in memory.
        let mut reading = Reading::new(mapping, *format).within(usize::MAX).whole(*is_whole);
        let path = &input.files[0];
        let interrupted = interrupted();
        let mut file = Growing { input: given[0].open()?, waits: || !interrupted.load(Ordering::Relaxed) };
        let mut printed = Ok(());
        reading
            .add(&name(path), &mut file, &mut |line: &Line, events| {
                let task = harmless(mapping.get(Role::Entity, &line.fields).unwrap_or_default(), 200);
                let told = format!("✗ {}: {events} terminal events for task {task}, expected 1", line.place);
                if printed.is_ok() {
                    printed = writeln!(out, "{told}").and_then(|()| out.flush());
                }
            })
            .map_err(unread)?;
        printed?;
        judge(input, reading, sink)
    }

    /// Reads the files again and explains some of the tasks. Whether there is no other is told by `only`.
    pub(crate) fn explain(
        &mut self,
        tasks: &[Examination],
        only: bool,
    ) -> Result<Vec<(Examination, Explanation)>, CommandError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let bar = self.bar();
        let Source { input, given, mapping, format, .. } = self;
        let mut again = Again::new(tasks, only, mapping, *format);
        for (path, given) in input.files.iter().zip(given) {
            let file: Opened = given.open()?;
            match again.add(&name(path), &mut bar.wrap_read(file)) {
                Err(error) if is_only_lost(&error, input.files.len()) => {}
                read => read.map_err(unread)?,
            }
        }
        bar.finish_and_clear();
        let budget = Budget { time: input.max_time, executions: u64::MAX, interrupted: interrupted() };
        let clockwork = Clockwork::new(budget, &Silent);
        // A third caller takes long and has yet to explain what two do not.
        let asked = Asked { faults: Some(input.faults as u32), callers: 1..=2, ..catalogue().usual.clone() };
        let explain = |(task, story): (&Examination, Story)| {
            (task.clone(), explain(task, &story, mapping, &asked, &clockwork))
        };
        Ok(tasks.iter().zip(again.stories()).map(explain).collect())
    }

    /// How far reading has got, on a terminal.
    fn bar(&self) -> ProgressBar {
        let mut length = 0;
        for path in &self.input.files {
            // To open a pipe twice would be to read it twice.
            length += path.metadata().map_or(0, |metadata| metadata.len());
        }
        let bar = ProgressBar::new(length);
        let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        bar
    }
}

/// Gives the sink every task, or only the one that was asked for.
fn judge(input: &Input, reading: Reading<'_>, sink: Sink<'_>) -> Result<Examined, CommandError> {
    let Some(task) = &input.task else {
        return reading.examine(sink).map_err(CommandError::unreadable);
    };
    let mut found = false;
    let examined = reading.examine(&mut |examination| {
        if examination.task == *task {
            found = true;
            sink(examination);
        }
    });
    let examined = examined.map_err(CommandError::unreadable)?;
    if !found {
        return Err(CommandError::Usage(format!(
            "nothing in the input is about task {}",
            harmless(task, 200)
        )));
    }
    Ok(examined)
}

/// A file that is named twice would be counted twice.
fn only_once(files: &[PathBuf]) -> Result<(), CommandError> {
    let mut known = BTreeSet::new();
    let mut is_again =
        |path: &&PathBuf| path.canonicalize().is_ok_and(|own| own.is_file() && !known.insert(own));
    match files.iter().find(|path| is_again(path)) {
        Some(path) => {
            Err(CommandError::Usage(format!("{} is named twice; expected each file once", name(path))))
        }
        None => Ok(()),
    }
}

/// Whether a file is lost by this error, of so many, and nothing else is. A file that is not there was not meant.
fn is_only_lost(error: &TraceError, files: usize) -> bool {
    let is_of_content =
        matches!(error, TraceError::Broken { .. } | TraceError::Unknown { .. } | TraceError::Empty { .. });
    files > 1 && is_of_content
}

/// A file's name, in a line.
pub(crate) fn name(path: &Path) -> String {
    harmless(&path.display().to_string(), 4_096).into()
}
