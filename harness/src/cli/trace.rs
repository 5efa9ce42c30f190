use super::{
    CommandError,
    args::{self, Input},
    check::interrupted,
    invocation,
};
use crate::{
    Exit, Settings,
    check::{Budget, Clockwork, Silent},
    report::trace as report,
    trace::{Examined, Explanation, Reading, Story, Verdict, explain},
};
use anechoic_model::Promise;
use anechoic_traces::{Format, Growing, Line, Mapping, Options, TraceError, open};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io, path::Path, sync::atomic::Ordering};

pub(super) fn trace(args: &args::Trace, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    if args.follow && args.input.files.len() > 1 {
        return Err(CommandError::Usage("--follow is for one file".into()));
    }
    let source = Source::new(&args.input)?;
    let examined = if args.follow { source.follow(out)? } else { source.examine()? };
    let asked: Vec<Promise> =
        Promise::ALL.into_iter().filter(|promise| is_asked(*promise, args, &examined)).collect();
    let exit = exit(&examined, &asked);
    let broken = |task: &usize| {
        let judged = &examined.tasks[*task].judged;
        asked.iter().any(|promise| judged[*promise as usize].verdict == Verdict::Violated)
    };
    let broken: Vec<usize> = (0..examined.tasks.len()).filter(broken).collect();
    let explained = source.explain(&examined, &broken[..broken.len().min(args.explain as usize)])?;
    let report =
        report::Report { examined: &examined, asked: &asked, broken: &broken, explained: &explained, exit };
    let text = if args.json { report.to_json() } else { report.to_text(invocation(), &args.input.files) };
    out.write_all(text.as_bytes())?;
    Ok(exit)
}

/// Without a word, those promises are asked for that a trace can show to be kept: agreement with the model only if it shows
/// what was asked of the tasks. And any that is broken.
fn is_asked(promise: Promise, args: &args::Trace, examined: &Examined) -> bool {
    let verdicts = || examined.tasks.iter().map(|task| task.judged[promise as usize].verdict);
    if !args.promise.is_empty() {
        return args.promise.iter().any(|name| name == promise.name());
    }
    match promise {
        Promise::CapIsKept
        | Promise::OneSessionPerTask
        | Promise::OneEditPerFailure
        | Promise::HealthyIsNotFailed => verdicts().any(|verdict| verdict == Verdict::Violated),
        Promise::AgreesWithModel => examined.tasks.iter().any(|task| task.shows_calls),
        _ => true,
    }
}

/// A broken promise weighs more than a broken record, and that more than an unanswered question.
fn exit(examined: &Examined, asked: &[Promise]) -> Exit {
    let verdicts = || {
        let all = examined
            .tasks
            .iter()
            .flat_map(|task| asked.iter().map(|promise| &task.judged[*promise as usize]));
        all.map(|judged| judged.verdict)
    };
    let broken_records =
        examined.files.iter().map(|(_, read)| read.skipped).sum::<u64>() + examined.meaningless.0;
    match verdicts().max() {
        Some(Verdict::Violated) => Exit::Violated,
        _ if broken_records > 0 => Exit::Unreadable,
        Some(Verdict::Holds) => Exit::Holds,
        Some(Verdict::CannotTell) | None => Exit::Inconclusive,
    }
}

/// The files of the command line.
pub(super) struct Source<'i> {
    input: &'i Input,
    mapping: Mapping,
    format: Option<Format>,
}

impl<'i> Source<'i> {
    pub(super) fn new(input: &'i Input) -> Result<Source<'i>, CommandError> {
        let mapping = input.mapping.as_deref().map_or(Ok(Mapping::default()), Mapping::load)?;
        let format = input.format.as_deref().and_then(|name| name.parse().ok());
        Ok(Source { input, mapping, format })
    }

    /// Reads all files and judges what they show.
    pub(super) fn examine(&self) -> Result<Examined, CommandError> {
        let mut reading = Reading::new(&self.mapping, self.format);
        let bar = self.bar()?;
        for path in &self.input.files {
            let file = open(path)?;
            reading.add(&name(path), &mut bar.wrap_read(file), &mut |_, _| {})?;
        }
        bar.finish_and_clear();
        self.chosen(reading.examine())
    }

    /// The same for a file that grows; a second event of a task is told of at once.
    fn follow(&self, out: &mut dyn io::Write) -> Result<Examined, CommandError> {
        let mut reading = Reading::new(&self.mapping, self.format);
        let path = &self.input.files[0];
        let interrupted = interrupted();
        let mut file = Growing { input: open(path)?, waits: || !interrupted.load(Ordering::Relaxed) };
        let mut told = Vec::new();
        let mut printed = Ok(());
        reading.add(&name(path), &mut file, &mut |line: &Line, events| {
            let task = self.mapping.get(anechoic_traces::Role::Entity, &line.fields).unwrap_or_default();
            let before = told.iter().rposition(|(other, _): &(String, usize)| other == task);
            if events > 1 && before.is_none_or(|at| told[at].1 < events) {
                let at = before.unwrap_or_else(|| {
                    told.push((task.to_string(), 0));
                    told.len() - 1
                });
                told[at].1 = events;
                let line = format!("✗ {}: {events} terminal events for task {task}, expected 1", line.place);
                if printed.is_ok() {
                    printed = writeln!(out, "{line}").and_then(|()| out.flush());
                }
            }
        })?;
        printed?;
        self.chosen(reading.examine())
    }

    /// Only the task that was asked for.
    fn chosen(&self, examined: Examined) -> Result<Examined, CommandError> {
        let Some(task) = &self.input.task else { return Ok(examined) };
        let tasks: Vec<_> =
            examined.tasks.into_iter().filter(|examination| examination.task == *task).collect();
        if tasks.is_empty() {
            return Err(CommandError::Usage(format!("nothing in the input is about task {task}")));
        }
        Ok(Examined { tasks, ..examined })
    }

    /// Reads the files again and explains some of the tasks.
    pub(super) fn explain(
        &self,
        examined: &Examined,
        tasks: &[usize],
    ) -> Result<Vec<(usize, Explanation)>, CommandError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let only = examined.tasks.len() == 1;
        let mut stories = vec![Story::default(); tasks.len()];
        let options = Options { format: self.format, mapping: &self.mapping };
        let bar = self.bar()?;
        for path in &self.input.files {
            let file = open(path)?;
            anechoic_traces::read(&name(path), &mut bar.wrap_read(file), &options, &mut |line| {
                for (task, story) in tasks.iter().zip(&mut stories) {
                    story.offer(&examined.tasks[*task], only, &line, &self.mapping);
                }
            })?;
        }
        bar.finish_and_clear();
        let budget = Budget { time: self.input.max_time, executions: u64::MAX, interrupted: interrupted() };
        let clockwork = Clockwork::new(budget, &Silent);
        // A third caller takes long and has yet to explain what two do not.
        let settings = Settings { faults: self.input.faults as u32, callers: 2, ..Settings::default() };
        let explain = |(task, story): (&usize, Story)| {
            let examination = &examined.tasks[*task];
            (*task, explain(examination, &story.told(), &self.mapping, &settings, &clockwork))
        };
        Ok(tasks.iter().zip(stories).map(explain).collect())
    }

    /// How far reading has got, on a terminal.
    fn bar(&self) -> Result<ProgressBar, TraceError> {
        let mut length = 0;
        for path in &self.input.files {
            length += open(path)?.metadata().map_or(0, |metadata| metadata.len());
        }
        let bar = ProgressBar::new(length);
        let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        Ok(bar)
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
