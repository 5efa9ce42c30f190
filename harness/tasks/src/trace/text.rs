//! What a trace shows, for people.
use super::{Could, Examination, Examined, Explanation, Seen, Stranger, Tally, Unexplained, Verdict};
use anechoic::evidence::harmless;
use anechoic::{
    Exit,
    show::{
        table::{section, table},
        words::{count, plural, word},
    },
};
use anechoic_model::Promise;
use anechoic_traces::{Read, Skipped};
use std::{collections::BTreeSet, fmt::Write, path::PathBuf};

/// All that is known of some traces.
pub struct Report<'r> {
    /// What was read.
    pub examined: &'r Examined,
    /// The verdicts, counted.
    pub tally: &'r Tally,
    /// The promises that are asked for.
    pub asked: &'r [Promise],
    /// Some of the tasks whose promises are broken, explained.
    pub explained: &'r [(Examination, Explanation)],
    /// How the command ends.
    pub exit: Exit,
    /// A file that does not say where it ends, if nobody has said that all is there.
    pub open: Option<&'r str>,
    /// Whether all is told of what happened, and not only what matters most.
    pub all: bool,
}

/// Longer texts from a trace are cut.
const LONGEST: usize = 1_000;

/// So many tasks are listed.
pub const LISTED: usize = 20;

impl Report<'_> {
    /// Its text.
    pub fn to_text(&self, command: &str, files: &[PathBuf]) -> String {
        let mut text = self.first() + &self.inputs();
        match self.tally.tasks() {
            0 => text += &about_no_task(&self.examined.seen),
            1 => {}
            _ => text += &self.broken(),
        }
        for (task, explanation) in self.explained {
            text += &section(&format!("What happened to task {}", task.shown()));
            text += &explain(explanation, self.all);
            let files: Vec<String> = files.iter().map(|file| word(&file.display().to_string())).collect();
            let only =
                if self.tally.tasks() > 1 { format!(" --task {}", word(&task.task)) } else { String::new() };
            let _ = writeln!(text, "\n reproduce   {command} reproduce {}{only}", files.join(" "));
        }
        if !self.all && !self.explained.is_empty() {
            text += " all         --all says why nothing else fits, whose retries wait like this, and what each version could have shown\n";
        }
        text
    }

    /// The verdict, which comes first.
    fn first(&self) -> String {
        if self.tally.tasks() == 0 && self.exit != Exit::Unreadable {
            return String::new();
        }
        let title = match (self.tally.tasks(), self.tally.first()) {
            (0, _) | (_, None) => "Verdict".into(),
            (1, Some(task)) => format!("Verdict on task {}", task.shown()),
            (tasks, _) => format!("Verdict on {}", plural(tasks, "task")),
        };
        section(&title).trim_start().to_string() + &self.verdict() + "\n"
    }

    /// What was read, skipped, and why.
    fn inputs(&self) -> String {
        let mut rows = read_of(&self.examined.files);
        let mut row = |kind: &'static str, what: String| rows.push((kind, what));
        for skipped in &self.examined.meaningless.1 {
            row("skip", skipped.to_string());
        }
        if self.examined.repeated > 0 {
            row(
                "note",
                format!("events that came more than once and count once: {}", count(self.examined.repeated)),
            );
        }
        for stranger in &self.examined.strangers {
            row("note", strange(stranger));
        }
        let others = Promise::ALL.len() - self.asked.len();
        if others > 0 && self.tally.tasks() > 0 {
            row("note", format!("{} not asked for, which is no pass", plural(others as u64, "promise")));
        }
        if self.examined.unattributed > 0 {
            row(
                "note",
                format!("{} about no task and no user", plural(self.examined.unattributed, "record")),
            );
        }
        lines(&rows)
    }

    /// The tasks that break a promise, one by one.
    fn broken(&self) -> String {
        let mut text = String::new();
        for task in self.tally.first_broken().iter().take(LISTED) {
            for promise in self.asked {
                let judged = &task.judged[*promise as usize];
                if judged.verdict == Verdict::Violated {
                    let _ =
                        writeln!(text, " ✗ {}  {promise}: {}", task.shown(), harmless(&judged.why, LONGEST));
                }
            }
        }
        let more = self.tally.broken().saturating_sub(LISTED as u64);
        if more > 0 {
            let _ = writeln!(text, " ✗ and {} more tasks", count(more));
        }
        text
    }

    /// A line for each promise: of one task why, of several how many. What is said once is not said again.
    fn verdict(&self) -> String {
        let (mut text, mut told) = (String::new(), BTreeSet::new());
        for promise in self.asked {
            let Some(worst) = self.tally.worst(*promise) else { continue };
            let one = self.tally.first().filter(|_| self.tally.tasks() == 1);
            let of = match one {
                Some(task) if !told.insert(&*task.judged[*promise as usize].why) => {
                    ": for the same reason".into()
                }
                Some(task) => format!(": {}", harmless(&task.judged[*promise as usize].why, LONGEST)),
                None => format!(" for {}", self.tasks_of(*promise, worst)),
            };
            let verdict = match worst {
                Verdict::CannotTell => "cannot be told, which is no pass",
                worst => worst.name(),
            };
            let _ = writeln!(text, "{} {promise} {verdict}{of}", mark(worst));
        }
        if self.exit == Exit::Unreadable {
            text += "? not all of the input can be read: see below\n";
        }
        let worst = self.asked.iter().filter_map(|promise| self.tally.worst(*promise)).max();
        let is_so_far = self.asked.iter().any(|promise| self.tally.is_so_far(*promise));
        match self.open.filter(|_| self.exit == Exit::Inconclusive) {
            Some(file) => text + &of_open_end(file, worst == Some(Verdict::Holds), is_so_far),
            None => text,
        }
    }

    /// How many tasks have this verdict, and how many have which better one.
    fn tasks_of(&self, promise: Promise, worst: Verdict) -> String {
        let better = [Verdict::CannotTell, Verdict::Holds].into_iter().filter(|verdict| *verdict < worst);
        let better = better.map(|verdict| (verdict.name(), self.tally.of(promise, verdict)));
        let better: Vec<String> = better
            .filter(|(_, tasks)| *tasks > 0)
            .map(|(name, tasks)| format!("{} {name}", count(tasks)))
            .collect();
        let tasks = plural(self.tally.of(promise, worst), "task");
        if better.is_empty() { tasks } else { format!("{tasks} ({})", better.join(", ")) }
    }
}

/// What is said of promises in a file that does not say where it ends: whether all of them hold in what is there, or one is broken
/// by what is missing in it.
pub fn of_open_end(file: &str, holds: bool, is_so_far: bool) -> String {
    let what = match (holds, is_so_far) {
        (true, _) => "what holds, held so far",
        (false, true) => "what is missing may follow",
        (false, false) => return String::new(),
    };
    format!("? {file} does not say where it ends, so {what}; if it is all there was, --whole\n")
}

/// What was read of each file, what was left out, and what is to be said of it.
pub fn read_of(files: &[(String, Read)]) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    for (name, read) in files {
        rows.push(("read", inputs_of(name, read)));
        rows.extend(read.first_skipped.iter().map(|skipped| ("skip", skipped.to_string())));
        let untold = read.skipped - read.first_skipped.len() as u64;
        if untold > 0 {
            rows.push(("skip", format!("{name}: and {} more", plural(untold, "record"))));
        }
        match read.truncated() {
            // What was left out has been told.
            Some(why) if read.first_skipped.iter().any(|skipped| tells(why, skipped)) => {
                rows.push(("note", format!("{name} is not all there is; nothing holds in a part")));
            }
            Some(why) => rows.push(("note", format!("{why}; nothing holds in a part"))),
            None => {}
        }
        if let Some((times, first)) = &read.zoneless {
            let times = plural(*times, "time");
            rows.push((
                "note",
                format!("{first}: no zone ({times}); before or after others of this file alone"),
            ));
        }
        if let Some((times, first)) = &read.unread_times {
            rows.push(("note", format!("{first} ({})", plural(*times, "time"))));
        }
        if let Some(apart) = &read.apart {
            let (believed, other) = &apart.clocks;
            let what = format!(
                "{}: clocks disagree, here by {:.0} s, where most: {believed} is believed and {other} is not",
                apart.place, apart.seconds
            );
            rows.push(("note", what));
        }
    }
    rows
}

/// Whether why a file is not all there is says no more than what was left out.
fn tells(why: &Skipped, skipped: &Skipped) -> bool {
    why.place == skipped.place && why.what.ends_with(&skipped.what)
}

/// What is said before any verdict, a line each.
pub fn lines(rows: &[(&'static str, String)]) -> String {
    rows.iter().map(|(kind, what)| format!("{kind}   {}\n", harmless(what, LONGEST))).collect()
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "✓",
        Verdict::Violated => "✗",
        Verdict::CannotTell => "?",
    }
}

/// What is said of a word that is not known.
fn strange(stranger: &Stranger) -> String {
    let Stranger { role, word, records, first } = stranger;
    let records = plural(*records, "record");
    let (may_be, or) = match *role {
        "event" => ("it may announce an end", ""),
        _ => ("it may be an end", ", [lifecycle] which are ends"),
    };
    format!(
        "{first}: the {role} `{word}` ({records}) is not known, and {may_be}; in a --mapping, [values.{role}] says what it is{or}"
    )
}

/// What is said where no task is found: what is there instead, and how to say which of it is a task.
fn about_no_task(seen: &Seen) -> String {
    let mut text = String::from("\nnothing in this input is about a task\n");
    if let Some(mapping) = seen.mapping() {
        let names: Vec<&str> = seen.names().collect();
        let _ = writeln!(text, "\n fields that were seen: {}", harmless(&names.join(", "), LONGEST));
        text += " a --mapping says which of them is the entity, the task's id; to start from (--suggest-mapping prints it):\n\n";
        for line in mapping.lines() {
            let indent = if line.is_empty() { "" } else { "   " };
            let _ = writeln!(text, "{indent}{}", harmless(line, LONGEST));
        }
    }
    text + "\n next   say what must hold of it, in [promises] of an anechoic.toml; or what is what, in a --mapping FILE\n"
}

fn inputs_of(name: &str, read: &Read) -> String {
    let formats = read
        .formats
        .iter()
        .map(|(format, records)| format!("{}, {}", format.about(), plural(*records, "record")));
    let formats: Vec<String> = formats.collect();
    let formats = if formats.is_empty() { "no record".into() } else { formats.join("; ") };
    let packed =
        if read.packed.is_empty() { String::new() } else { format!(" ({})", read.packed.join(", ")) };
    format!("{name}{packed}   {formats}")
}

fn explain(explanation: &Explanation, all: bool) -> String {
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
        if all {
            text += &why_nothing_fits(unexplained);
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
        let _ = write!(text, "\n gaps between the events: {} s", gaps.join(" / "));
        text += if all { "; whose retries wait like this:\n" } else { "\n" };
    }
    if !all {
        return text;
    }
    text + &policies_and_versions(explanation)
}

fn why_nothing_fits(unexplained: &Unexplained) -> String {
    let mut text = String::from(" why nothing fits, for each state that the lines before it allow:\n");
    for (hypothesis, guards) in unexplained.guards.iter().take(LISTED) {
        let _ = writeln!(text, "   {hypothesis}");
        for (step, guard) in guards {
            let _ = writeln!(text, "     {step:<18} {guard}");
        }
    }
    text
}

/// Whose retries wait as long as is between the events, and what each version of the handlers could have shown.
fn policies_and_versions(explanation: &Explanation) -> String {
    let mut text = String::new();
    if !explanation.gaps.is_empty() {
        let fits = explanation.policies.iter().map(|fit| {
            vec![format!("{} {}", if fit.fits { "✓" } else { "✗" }, fit.preset.name), fit.why.clone()]
        });
        text += &table(Vec::new(), fits.collect());
    }
    let bound = &explanation.bound;
    let (faults, callers, retries) =
        (bound.faults.unwrap_or(0), *bound.callers.end(), bound.situation().retries);
    let _ = writeln!(
        text,
        "\n what each version of the handlers could have shown, with at most {}, {} and {retries} retries:",
        plural(u64::from(faults), "fault"),
        plural(callers as u64, "caller"),
    );
    // Of the other specimens, only those count that might be the culprit.
    let told = explanation.could.iter().filter(|could| !could.variant.is_brief || could.alike.is_some());
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
