//! What a trace shows, for people and for machines.
use super::text::{count, plural, section, table};
use crate::{
    Exit, Settings,
    trace::{Could, Examination, Examined, Explanation, Verdict},
};
use anechoic_model::Promise;
use anechoic_traces::Read;
use serde_json::{Value, json};
use std::{fmt::Write, path::PathBuf};

/// All that is known of some traces.
pub(crate) struct Report<'r> {
    pub(crate) examined: &'r Examined,
    /// The promises that were asked for.
    pub(crate) asked: &'r [Promise],
    /// The tasks whose promises are broken.
    pub(crate) broken: &'r [usize],
    /// Some of them, explained.
    pub(crate) explained: &'r [(usize, Explanation)],
    pub(crate) exit: Exit,
}

/// So many tasks are listed.
const LISTED: usize = 20;

impl Report<'_> {
    /// For people.
    pub(crate) fn to_text(&self, command: &str, files: &[PathBuf]) -> String {
        let mut text = self.inputs();
        match self.examined.tasks.as_slice() {
            [] => text += "\nnothing in this input is about a task\n",
            [task] => {
                text += &section(&format!("Task {}", task.task));
                text += &self.verdicts(task);
            }
            tasks => text += &self.many(tasks),
        }
        for (task, explanation) in self.explained {
            let examination = &self.examined.tasks[*task];
            text += &section(&format!("What happened to task {}", examination.task));
            text += &explain(explanation);
            let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            let only = if self.examined.tasks.len() > 1 {
                format!(" --task {}", examination.task)
            } else {
                String::new()
            };
            let _ = writeln!(text, "\n reproduce   {command} reproduce {}{only}", files.join(" "));
        }
        text += &section("Verdict");
        text + &self.verdict()
    }

    /// What was read, skipped, and why.
    fn inputs(&self) -> String {
        let mut rows = Vec::new();
        let mut row = |kind: &str, what: String| rows.push((kind.to_string(), what));
        for (name, read) in &self.examined.files {
            row("read", inputs_of(name, read));
            for skipped in &read.first_skipped {
                row("skip", skipped.to_string());
            }
            let untold = read.skipped - read.first_skipped.len() as u64;
            if untold > 0 {
                row("skip", format!("{name}: and {} more", plural(untold, "record")));
            }
            if let Some(why) = &read.truncated {
                row("note", format!("{why}; nothing holds in a part"));
            }
            if let Some(apart) = &read.apart {
                let (believed, other) = &apart.clocks;
                row(
                    "note",
                    format!(
                        "{}: clocks disagree, here by {:.0} s, where most: {believed} is believed and {other} is not",
                        apart.place, apart.seconds
                    ),
                );
            }
        }
        for skipped in &self.examined.meaningless.1 {
            row("skip", skipped.to_string());
        }
        if self.examined.repeated > 0 {
            row(
                "note",
                format!("events that came more than once and count once: {}", count(self.examined.repeated)),
            );
        }
        for promise in Promise::ALL.iter().filter(|promise| !self.asked.contains(promise)) {
            row("skip", format!("{promise} is not asked for (not a pass)"));
        }
        if self.examined.unattributed > 0 {
            row(
                "note",
                format!("{} about no task and no user", plural(self.examined.unattributed, "record")),
            );
        }
        rows.iter().map(|(kind, what)| format!("{kind}   {what}\n")).collect()
    }

    fn verdicts(&self, task: &Examination) -> String {
        let row = |promise: &Promise| {
            let judged = &task.judged[*promise as usize];
            let verdict = format!("{} {}", mark(judged.verdict), judged.verdict.name());
            vec![promise.name().to_string(), verdict, judged.why.to_string()]
        };
        table(Vec::new(), self.asked.iter().map(row).collect())
    }

    fn many(&self, tasks: &[Examination]) -> String {
        let header = ["", "holds", "violated", "cannot tell"].map(String::from).to_vec();
        let row = |promise: &Promise| {
            let of = |verdict| {
                let all = tasks.iter().filter(|task| task.judged[*promise as usize].verdict == verdict);
                count(all.count() as u64)
            };
            vec![promise.name().into(), of(Verdict::Holds), of(Verdict::Violated), of(Verdict::CannotTell)]
        };
        let mut text = section(&plural(tasks.len() as u64, "task"));
        text += &table(header, self.asked.iter().map(row).collect());
        for task in self.broken.iter().take(LISTED).map(|task| &tasks[*task]) {
            for promise in self.asked {
                let judged = &task.judged[*promise as usize];
                if judged.verdict == Verdict::Violated {
                    let _ = writeln!(text, " ✗ {}  {promise}: {}", task.task, judged.why);
                }
            }
        }
        if self.broken.len() > LISTED {
            let _ = writeln!(text, " ✗ and {} more tasks", count((self.broken.len() - LISTED) as u64));
        }
        text
    }

    fn verdict(&self) -> String {
        let mut text = String::new();
        for promise in self.asked {
            let verdicts = || self.examined.tasks.iter().map(|task| &task.judged[*promise as usize]);
            if let Some(worst) = verdicts().max_by_key(|judged| judged.verdict) {
                let all = verdicts().filter(|judged| judged.verdict == worst.verdict).count() as u64;
                let of = if self.examined.tasks.len() > 1 {
                    format!(" for {}", plural(all, "task"))
                } else {
                    String::new()
                };
                let verdict = if worst.verdict == Verdict::CannotTell {
                    "cannot be told, which is no pass"
                } else {
                    worst.verdict.name()
                };
                let _ = writeln!(
                    text,
                    "{} {promise} {verdict}{of}",
                    match worst.verdict {
                        Verdict::Holds => "✓",
                        Verdict::Violated => "✗",
                        Verdict::CannotTell => "?",
                    }
                );
            }
        }
        if self.exit == Exit::Unreadable {
            text += "? a record is broken: see above\n";
        }
        text
    }

    /// For machines.
    pub(crate) fn to_json(&self) -> String {
        let files = self.examined.files.iter().map(|(name, read)| {
            let formats: serde_json::Map<String, Value> = read
                .formats
                .iter()
                .map(|(format, records)| (format.name().into(), (*records).into()))
                .collect();
            json!({
                "name": name, "formats": formats, "compressed": read.compressed, "skipped": read.skipped,
                "first_skipped": read.first_skipped.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "truncated": read.truncated.as_ref().map(ToString::to_string),
            })
        });
        let files: Vec<Value> = files.collect();
        let of_task = |task: &Examination| {
            let promises = self.asked.iter().map(|promise| {
                let judged = &task.judged[*promise as usize];
                json!({ "name": promise.name(), "verdict": judged.verdict.name(), "why": judged.why })
            });
            json!({ "task": task.task, "events": task.events, "promises": promises.collect::<Vec<_>>() })
        };
        let tasks: Vec<Value> = self.examined.tasks.iter().map(of_task).collect();
        let explanations: Vec<Value> = self
            .explained
            .iter()
            .map(|(task, explanation)| explanation_json(&self.examined.tasks[*task].task, explanation))
            .collect();
        let report = json!({
            "format": "anechoic.trace/1", "exit": self.exit as u8, "files": files, "tasks": tasks,
            "explanations": explanations,
        });
        serde_json::to_string_pretty(&report).expect("plain data has a JSON form") + "\n"
    }
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "✓",
        Verdict::Violated => "✗",
        Verdict::CannotTell => "?",
    }
}

fn inputs_of(name: &str, read: &Read) -> String {
    let formats = read
        .formats
        .iter()
        .map(|(format, records)| format!("{}, {}", format.about(), plural(*records, "record")));
    let formats: Vec<String> = formats.collect();
    let formats = if formats.is_empty() { "no record".into() } else { formats.join("; ") };
    let compressed = if read.compressed { " (gzip)" } else { "" };
    format!("{name}{compressed}   {formats}")
}

fn explain(explanation: &Explanation) -> String {
    let mut text = String::new();
    let (explained, place) = &explanation.explained;
    let place = place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let _ = writeln!(
        text,
        " a correct run explains {explained} of {} that tell of the task's state{place}",
        plural(explanation.lines as u64, "line")
    );
    if let Some(unexplained) = &explanation.unexplained {
        let _ = writeln!(
            text,
            " the first line that none explains:\n   {}   {}",
            unexplained.place, unexplained.what
        );
        text += " why nothing fits, for each state that the lines before it allow:\n";
        for (hypothesis, guards) in unexplained.guards.iter().take(LISTED) {
            let _ = writeln!(text, "   {hypothesis}");
            for (step, guard) in guards {
                let _ = writeln!(text, "     {step:<18} {guard}");
            }
        }
    }
    if let Some(lacking) = &explanation.lacking {
        let _ = writeln!(text, " every line is explained, but not the end: {lacking}");
    }
    let best = explanation.could.iter().filter_map(|could| Some((could, could.alike.as_ref()?)));
    if let Some((could, alike)) = best.min_by_key(|(_, alike)| alike.likelihood(&explanation.sought)) {
        let fits = match explanation.times.events.len() {
            0 => "fits".into(),
            1 => "fits the event".into(),
            events => format!("fits all {events} events"),
        };
        let _ = writeln!(
            text,
            "\n best explanation: {} ({}) in {}; {fits}",
            alike.cause(),
            could.variant.name,
            alike.scene.name
        );
    } else {
        text += "\n no run that was searched shows this\n";
    }
    if !explanation.gaps.is_empty() {
        let gaps: Vec<String> = explanation.gaps.iter().map(|gap| format!("{gap:.1}")).collect();
        let _ = writeln!(
            text,
            "\n gaps between the events: {} s; whose retries wait like this:",
            gaps.join(" / ")
        );
        let fits = explanation.policies.iter().map(|fit| {
            vec![format!("{} {}", if fit.fits { "✓" } else { "✗" }, fit.preset.name), fit.why.clone()]
        });
        text += &table(Vec::new(), fits.collect());
    }
    let Settings { faults, callers, retries, .. } = explanation.bound;
    let _ = writeln!(
        text,
        "\n what each version of the handlers could have shown, with at most {}, {} and {retries} retries:",
        plural(u64::from(faults), "fault"),
        plural(callers as u64, "caller"),
    );
    // Of the other specimens, only those count that might be the culprit.
    let told = explanation.could.iter().filter(|could| could.variant.is_compared() || could.alike.is_some());
    text + &table(Vec::new(), told.map(|could| could_row(could, explanation)).collect())
}

fn could_row(could: &Could, explanation: &Explanation) -> Vec<String> {
    let scenes = explanation.sought.scenes(could.variant);
    let scenes: Vec<&str> = scenes.iter().map(|scene| scene.name).collect();
    let runs = count(could.executions);
    let (word, how) = match &could.alike {
        Some(alike) => {
            let faults = plural(alike.faults().count() as u64, "fault");
            let steps = plural(u64::from(alike.outcome.steps), "step");
            ("could", format!("{}: {} with {faults} and {steps}", alike.scene.name, alike.cause()))
        }
        None if could.complete => {
            ("could not", format!("in no run of {} ({runs} looked at)", scenes.join(", ")))
        }
        None => ("unknown", format!("in none of {runs} runs, which are not all")),
    };
    vec![could.variant.name.into(), word.into(), how]
}

fn explanation_json(task: &str, explanation: &Explanation) -> Value {
    let unexplained = explanation.unexplained.as_ref().map(|line| {
        let guards = line.guards.iter().map(|(hypothesis, guards)| {
            let guards: Vec<Value> =
                guards.iter().map(|(step, guard)| json!({ "step": step, "guard": guard })).collect();
            json!({ "state": hypothesis, "guards": guards })
        });
        json!({
            "file": &*line.place.file, "line": line.place.line, "what": line.what,
            "hypotheses": guards.collect::<Vec<_>>(),
        })
    });
    let policies = explanation
        .policies
        .iter()
        .map(|fit| json!({ "policy": fit.preset.name, "fits": fit.fits, "why": fit.why }));
    let could = explanation.could.iter().map(|could| {
        let alike = could.alike.as_ref().map(|alike| json!({ "scenario": alike.scene.name, "cause": alike.cause(), "steps": alike.outcome.steps }));
        json!({ "variant": could.variant.name, "run": alike, "complete": could.complete, "executions": could.executions })
    });
    json!({
        "task": task, "lines": explanation.lines, "explained": explanation.explained.0, "unexplained": unexplained,
        "lacking": explanation.lacking, "gaps": explanation.gaps, "policies": policies.collect::<Vec<_>>(),
        "could": could.collect::<Vec<_>>(),
    })
}
