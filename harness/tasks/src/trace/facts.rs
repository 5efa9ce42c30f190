use super::{
    scope::is_measurement,
    standing::{Standing, named},
};
use anechoic_model::{Answer, Input, Status};
use anechoic_traces::{Line, Mapping, Role};

/// What a line means for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact<'l> {
    /// The task stands there; and before, if it says so, stood elsewhere.
    Stands { status: Standing, before: Option<Standing>, slot: Option<bool> },
    /// There is an event, under this durable key if it has one.
    Event { key: Option<&'l str>, says: Says },
    /// The owner's counter counts so many slots; and before, if it says so, counted others, and may count so many.
    Counts { value: i64, before: Option<i64>, cap: Option<i64> },
    /// Something was asked of the task.
    Asked { call: &'l str, input: Input },
    /// It was answered.
    Answered { call: &'l str, answer: Answer },
    /// Whoever made a call considers the matter settled, whatever was answered.
    Settled { call: &'l str },
    /// The task has an agent session, by its id.
    Session(&'l str),
    /// It says nothing that the model knows of: a remark, a step's attempt.
    Remark,
}

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// It announces this end.
    End(Status),
    /// It is known to announce none.
    Nothing,
    /// Its name is not known. It may announce anything.
    Unknown,
}

/// The names of events that are known: first those that announce an end.
pub(super) const EVENTS: [&str; 7] = [
    "task_completed",
    "task_failed",
    "task_cancelled",
    "task_timed_out",
    "task_created",
    "task_started",
    "session_started",
];

impl Says {
    fn of(event: &str) -> Says {
        const ENDS: [Status; 4] = [Status::Completed, Status::Failed, Status::Cancelled, Status::TimedOut];
        match EVENTS.iter().position(|known| *known == event) {
            Some(at) => ENDS.get(at).map_or(Says::Nothing, |end| Says::End(*end)),
            None => Says::Unknown,
        }
    }
}

/// Whether the name of an event that is not known says that something begins again: what ends after it may end a second time.
pub(super) fn begins_again(event: &str) -> bool {
    const WORDS: [&str; 10] =
        ["retry", "retried", "retries", "restart", "resum", "reopen", "requeue", "rerun", "reset", "again"];
    let event = event.to_lowercase();
    WORDS.iter().any(|word| event.contains(word))
}

/// The event by which a session is known to be started, and the step that starts it.
const SESSION_STARTED: (&str, &str) = ("session_started", "start-session");

/// The session that a line tells of. A log may name any session, such as that of somebody who looks on: only what starts
/// one counts, unless a mapping says where sessions of tasks are named.
pub(crate) fn session<'l>(line: &'l Line, mapping: &'l Mapping) -> Option<&'l str> {
    let of = |role| mapping.get(role, &line.fields);
    let (event, step) = SESSION_STARTED;
    let starts = of(Role::Event) == Some(event) || of(Role::Step) == Some(step) && of(Role::Text).is_none();
    of(Role::Session).filter(|_| starts || mapping.renames(Role::Session))
}

fn status(name: &str) -> Result<Status, String> {
    named(name)
        .ok_or_else(|| format!("the status is `{name}`; expected one of the lifecycle, such as FAILED"))
}

/// What a word may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Event,
    Status,
}

/// Which word of a line is not known, if there is one.
pub(crate) fn unknown<'l>(line: &'l Line, mapping: &'l Mapping, fact: &Fact<'_>) -> Option<(Kind, &'l str)> {
    let word = |role, fields| Some((mapping.as_it_stands(role, fields)?, mapping.get(role, fields)?));
    match fact {
        Fact::Event { says: Says::Unknown, .. } => {
            Some((Kind::Event, mapping.get(Role::Event, &line.fields)?))
        }
        // What announces an end of ours, and says of itself that it is at a place that we do not know, is somebody else's.
        Fact::Event { .. } if !line.format.is_log() => {
            let own = word(Role::Status, &line.fields).filter(|(_, means)| !is_number(means));
            own.filter(|(own, means)| Standing::of(own, means, mapping).1).map(|(own, _)| (Kind::Status, own))
        }
        Fact::Stands { .. } => {
            let before = line.before.as_ref().and_then(|before| word(Role::Status, before));
            let words = [word(Role::Status, &line.fields), before, word(Role::From, &line.fields)];
            let strange = |(own, means): &(&str, &str)| Standing::of(own, means, mapping).1;
            words.into_iter().flatten().find(strange).map(|(own, _)| (Kind::Status, own))
        }
        _ => None,
    }
}

/// What a line means.
///
/// # Errors
/// What is wrong with it, if it says something that nothing can be made of.
pub(crate) fn fact<'l>(line: &'l Line, mapping: &'l Mapping) -> Result<Fact<'l>, String> {
    let of = |role| mapping.get(role, &line.fields);
    let before = |role| line.before.as_ref().and_then(|before| mapping.get(role, before));
    if let Some(event) = of(Role::Event) {
        let (key, says) = (of(Role::Key), Says::of(event));
        // In a table that holds things of several kinds, what is of another kind and stands somewhere is a row.
        let is_row = says == Says::Unknown && stands(line, mapping).is_some();
        // A span has events of all sorts, told by attributes of their own; what is meant to be counted has a key.
        let is_of_a_span = line.fields.get("span_event") == mapping.as_it_stands(Role::Event, &line.fields);
        let is_remark = says == Says::Unknown && key.is_none() && is_of_a_span;
        if !is_row && !is_remark {
            return Ok(Fact::Event { key, says });
        }
    }
    if let Some(counted) = of(Role::Counter)
        && (mapping.renames(Role::Counter) || !is_measurement(line))
    {
        let number = |text: &str| {
            let parsed = text.parse().ok();
            parsed.ok_or_else(|| format!("the counter or its cap is `{text}`; expected a whole number"))
        };
        return Ok(Fact::Counts {
            value: number(counted)?,
            before: before(Role::Counter).map(number).transpose()?,
            cap: of(Role::Cap).map(number).transpose()?,
        });
    }
    if let (Some(call), Some(asked)) = (of(Role::Call), of(Role::Ask)) {
        return Ok(Fact::Asked { call, input: input(asked, of(Role::From), of(Role::Status))? });
    }
    if let (Some(call), Some(answer)) = (of(Role::Call), of(Role::Answer)) {
        return match (answer, of(Role::Status)) {
            ("done", _) => Ok(Fact::Answered { call, answer: Answer::Done }),
            ("refused", Some(at)) => Ok(Fact::Answered { call, answer: Answer::Refused(status(at)?) }),
            ("settled", _) => Ok(Fact::Settled { call }),
            _ => Err(format!("the answer is `{answer}`; expected done, refused with a status, or settled")),
        };
    }
    Ok(stands(line, mapping).unwrap_or_else(|| session(line, mapping).map_or(Fact::Remark, Fact::Session)))
}

/// Where a line says that its task stands. A log may quote a status in passing; where a task stands is told by its row,
/// which has no text. A number is the status of something else, such as an answer of HTTP; so is that of a row which by the
/// mapping is no task.
fn stands<'l>(line: &'l Line, mapping: &'l Mapping) -> Option<Fact<'l>> {
    let of = |role, fields| {
        let (word, means) = (mapping.as_it_stands(role, fields)?, mapping.get(role, fields)?);
        (!is_number(means)).then(|| Standing::of(word, means, mapping).0)
    };
    let has = |role| mapping.get(role, &line.fields).is_some();
    let status = of(Role::Status, &line.fields).filter(|_| has(Role::Entity) && !has(Role::Text))?;
    if !line.format.is_log() && !mapping.is_thing(&line.fields) {
        return Some(Fact::Remark);
    }
    let before = line.before.as_ref().and_then(|before| of(Role::Status, before));
    let before = before.or_else(|| of(Role::From, &line.fields));
    let slot = mapping.get(Role::Slot, &line.fields).map(|slot| slot == "true");
    Some(Fact::Stands { status, before, slot })
}

/// A number is the status of something else, such as an answer of HTTP.
fn is_number(word: &str) -> bool {
    word.parse::<f64>().is_ok()
}

pub(super) fn input(asked: &str, from: Option<&str>, to: Option<&str>) -> Result<Input, String> {
    match (asked, from.map(status).transpose()?, to.map(status).transpose()?) {
        ("fail", Some(from), _) => Ok(Input::Fail { from }),
        ("move", Some(from), Some(to)) => Ok(Input::Move { from, to }),
        ("cancel", ..) => Ok(Input::Cancel),
        ("admit", ..) => Ok(Input::Admit),
        _ => Err(format!("`{asked}` was asked; expected fail or move with their statuses, cancel or admit")),
    }
}
