use crate::{
    args::{self, Input},
    promises,
};
use anechoic::{
    Asked, Exit,
    check::{Budget, Clockwork, Silent},
    cli::{CommandError, Context, interrupted},
    evidence::harmless,
};
use anechoic_model::Promise;
use anechoic_task_cases::{
    catalogue,
    trace::{
        Examination, Examined, Explanation, Reading, Story, Tally, Verdict, explain, json::TraceJson,
        text as report, words,
    },
};
use anechoic_traces::{Format, Growing, Line, Mapping, Options, Role, open};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io, path::Path, sync::atomic::Ordering};

pub(crate) fn trace(
    context: &Context<'_>,
    args: &args::Trace,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    if args.follow && args.input.files.len() > 1 {
        return Err(CommandError::Usage("--follow is for one file".into()));
    }
    let source = Source::new(&args.input)?;
    let mut tally = Tally::new(promises(&args.promise), report::LISTED.max(args.explain as usize));
    let mut listed = Vec::new();
    let mut sink = |task: Examination| {
        tally.count(&task);
        if args.json {
            listed.push(task);
        }
    };
    let examined = if args.follow { source.follow(out, &mut sink)? } else { source.examine(&mut sink)? };
    let asked = tally.asked();
    let exit = exit(&examined, &tally, &asked);
    let broken = tally.first_broken();
    let broken = &broken[..broken.len().min(args.explain as usize)];
    let explained = source.explain(broken, tally.tasks() == 1)?;
    if args.json {
        TraceJson::new(&examined, &asked, &explained, &listed, exit).write(out)?;
    } else {
        let report =
            report::Report { examined: &examined, tally: &tally, asked: &asked, explained: &explained, exit };
        out.write_all(report.to_text(&context.command, &args.input.files).as_bytes())?;
    }
    Ok(exit)
}

/// A broken promise weighs more than a broken record, and that more than an unanswered question.
fn exit(examined: &Examined, tally: &Tally, asked: &[Promise]) -> Exit {
    let broken_records =
        examined.files.iter().map(|(_, read)| read.skipped).sum::<u64>() + examined.meaningless.0;
    match asked.iter().filter_map(|promise| tally.worst(*promise)).max() {
        Some(Verdict::Violated) => Exit::Violated,
        _ if broken_records > 0 => Exit::Unreadable,
        Some(Verdict::Holds) => Exit::Holds,
        Some(Verdict::CannotTell) | None => Exit::Inconclusive,
    }
}

/// What gets every task.
type Sink<'s> = &'s mut dyn FnMut(Examination);

/// The files of the command line.
pub(crate) struct Source<'i> {
    input: &'i Input,
    mapping: Mapping,
    format: Option<Format>,
}

impl<'i> Source<'i> {
    pub(crate) fn new(input: &'i Input) -> Result<Source<'i>, CommandError> {
        let mapping = input
            .mapping
            .as_deref()
            .map_or(Ok(Mapping::default()), |path| Mapping::load(path, &words()))
            .map_err(CommandError::unreadable)?;
        let format = input.format.as_deref().and_then(|name| name.parse().ok());
        Ok(Source { input, mapping, format })
    }

    fn reading(&self) -> Reading<'_> {
        Reading::new(&self.mapping, self.format)
    }

    /// Reads all files and judges what they show of each task.
    pub(crate) fn examine(&self, sink: Sink<'_>) -> Result<Examined, CommandError> {
        let mut reading = self.reading();
        let bar = self.bar();
        for path in &self.input.files {
            let file = open(path).map_err(CommandError::unreadable)?;
            reading
                .add(&name(path), &mut bar.wrap_read(file), &mut |_, _| {})
                .map_err(CommandError::unreadable)?;
        }
        bar.finish_and_clear();
        self.judge(reading, sink)
    }

    /// The same for a file that grows; a second event of a task is told of at once.
    fn follow(&self, out: &mut dyn io::Write, sink: Sink<'_>) -> Result<Examined, CommandError> {
        let mut reading = self.reading();
        let path = &self.input.files[0];
        let interrupted = interrupted();
        let mut file = Growing {
            input: open(path).map_err(CommandError::unreadable)?,
            waits: || !interrupted.load(Ordering::Relaxed),
        };
        let mut printed = Ok(());
        reading
            .add(&name(path), &mut file, &mut |line: &Line, events| {
                let task = harmless(self.mapping.get(Role::Entity, &line.fields).unwrap_or_default(), 200);
                let told = format!("✗ {}: {events} terminal events for task {task}, expected 1", line.place);
                if printed.is_ok() {
                    printed = writeln!(out, "{told}").and_then(|()| out.flush());
                }
            })
            .map_err(CommandError::unreadable)?;
        printed?;
        self.judge(reading, sink)
    }

    /// Gives the sink every task, or only the one that was asked for.
    fn judge(&self, reading: Reading<'_>, sink: Sink<'_>) -> Result<Examined, CommandError> {
        let Some(task) = &self.input.task else {
            return Ok(reading.examine(sink));
        };
        let mut found = false;
        let examined = reading.examine(&mut |examination| {
            if examination.task == *task {
                found = true;
                sink(examination);
            }
        });
        if !found {
            return Err(CommandError::Usage(format!(
                "nothing in the input is about task {}",
                harmless(task, 200)
            )));
        }
        Ok(examined)
    }

    /// Reads the files again and explains some of the tasks. Whether there is no other is told by `only`.
    pub(crate) fn explain(
        &self,
        tasks: &[Examination],
        only: bool,
    ) -> Result<Vec<(Examination, Explanation)>, CommandError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let mut stories = vec![Story::default(); tasks.len()];
        let options = Options { format: self.format, mapping: &self.mapping };
        let bar = self.bar();
        for path in &self.input.files {
            let file = open(path).map_err(CommandError::unreadable)?;
            anechoic_traces::read(&name(path), &mut bar.wrap_read(file), &options, &mut |line| {
                for (task, story) in tasks.iter().zip(&mut stories) {
                    story.offer(task, only, &line, &self.mapping);
                }
            })
            .map_err(CommandError::unreadable)?;
        }
        bar.finish_and_clear();
        let budget = Budget { time: self.input.max_time, executions: u64::MAX, interrupted: interrupted() };
        let clockwork = Clockwork::new(budget, &Silent);
        // A third caller takes long and has yet to explain what two do not.
        let asked =
            Asked { faults: Some(self.input.faults as u32), callers: 1..=2, ..catalogue().usual.clone() };
        let explain = |(task, story): (&Examination, Story)| {
            (task.clone(), explain(task, &story.told(), &self.mapping, &asked, &clockwork))
        };
        Ok(tasks.iter().zip(stories).map(explain).collect())
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

/// A file's name, in a line.
fn name(path: &Path) -> String {
    harmless(&path.display().to_string(), 4_096).into()
}
