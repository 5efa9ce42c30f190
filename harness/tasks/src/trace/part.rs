//! A part of what is kept of a task, as it is written down: what was shown of it since it was kept last.
use super::{
    case::{Call, Case, Once},
    facts,
    note::{Sighting, Stood},
    scope::Scopes,
    standing::{Standing, named},
};
use anechoic_model::{Answer, Input, Status};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The same as [`Case`] before it is settled, without what the task's id tells. The model is `no_std` and knows no serde, so its
/// words stand for it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Part {
    met: u64,
    owner: Option<usize>,
    stands: Vec<Sighting<Stood>>,
    events: Vec<Sighting<String>>,
    known: Vec<(Once, Box<str>, Option<usize>)>,
    without_key: usize,
    unknown_events: usize,
    begins_again: bool,
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    scopes: Scopes,
    shows_events: bool,
    calls: Vec<Spelt>,
}

/// A call in the words of a trace.
#[derive(Debug, Serialize, Deserialize)]
struct Spelt {
    name: Box<str>,
    input: Option<(String, Option<String>, Option<String>)>,
    /// The status at which it was refused, if it was.
    answer: Option<String>,
    settled: bool,
}

/// What stands for the answer that is no status.
const DONE: &str = "done";

impl Spelt {
    fn of(call: &Call) -> Spelt {
        let name = |status: Status| Some(status.name().to_string());
        let input = |input| match input {
            Input::Fail { from } => ("fail".into(), name(from), None),
            Input::Move { from, to } => ("move".into(), name(from), name(to)),
            Input::Cancel => ("cancel".into(), None, None),
            Input::Admit => ("admit".into(), None, None),
        };
        let answer = |answer| match answer {
            Answer::Done => DONE,
            Answer::Refused(at) => at.name(),
        };
        let (name, settled) = (call.name.clone(), call.settled);
        Spelt {
            name,
            input: call.input.map(input),
            answer: call.answer.map(answer).map(String::from),
            settled,
        }
    }

    fn call(self) -> Call {
        let input = |(asked, from, to): (String, Option<String>, Option<String>)| {
            facts::input(&asked, from.as_deref(), to.as_deref()).ok()
        };
        let answer = |at: String| named(&at).map_or(Answer::Done, Answer::Refused);
        let (name, settled) = (self.name, self.settled);
        Call { name, input: self.input.and_then(input), answer: self.answer.map(answer), settled }
    }
}

impl Case {
    /// To be written down.
    pub(super) fn to_part(&self) -> Part {
        let known = self.known.iter().map(|((once, id), event)| (*once, id.clone(), *event));
        let spelt = |event: &Sighting<Status>| event.clone().of(event.what.name().to_string());
        Part {
            met: self.met,
            owner: self.owner,
            stands: self.stands.clone(),
            events: self.events.iter().map(spelt).collect(),
            known: known.collect(),
            without_key: self.without_key,
            unknown_events: self.unknown_events,
            begins_again: self.begins_again,
            scopes: self.scopes.clone(),
            shows_events: self.shows_events,
            calls: self.calls.iter().map(Spelt::of).collect(),
        }
    }

    /// As it was written down.
    pub(super) fn of_part(task: &str, part: Part) -> Case {
        let status = |event: Sighting<String>| {
            let end = named(&event.what)?;
            Some(event.of(end))
        };
        let count = |once| part.known.iter().filter(|(own, ..)| *own == once).count();
        Case {
            owner: part.owner,
            sessions: count(Once::Session),
            edits: count(Once::Edit),
            stands: part.stands,
            events: part.events.into_iter().filter_map(status).collect(),
            known: part.known.into_iter().map(|(once, id, event)| ((once, id), event)).collect(),
            without_key: part.without_key,
            unknown_events: part.unknown_events,
            begins_again: part.begins_again,
            scopes: part.scopes,
            shows_events: part.shows_events,
            calls: part.calls.into_iter().map(Spelt::call).collect(),
            ..Case::new(task, part.met)
        }
    }
}

/// What stands for a status that is not the model's; its names are in capitals.
const OPEN: &str = "open";
const UNKNOWN: &str = "unknown";

impl Serialize for Standing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Standing::At(status) => status.name(),
            Standing::Open => OPEN,
            Standing::Unknown => UNKNOWN,
        })
    }
}

impl<'de> Deserialize<'de> for Standing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Standing, D::Error> {
        let word = <&str>::deserialize(deserializer)?;
        match word {
            OPEN => Ok(Standing::Open),
            UNKNOWN => Ok(Standing::Unknown),
            word => named(word).map(Standing::At).ok_or_else(|| D::Error::custom("no status")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{
        facts::{Fact, Says},
        note::Sighting,
    };
    use anechoic_traces::{Moment, Sequence};

    fn seen(read: u64) -> Sighting<()> {
        let time = format!("2026-05-04T20:00:0{read}.000000001Z").parse().expect("a time");
        let number = Sequence::parse("4421584500000000017450439091123456789012").expect("a number");
        let moment = Moment { file: 3, time: Some(time), order: Some(Box::new((2, number))) };
        Sighting { moment, read, in_order: true, has_zone: false, in_seconds: true, in_log: true, what: () }
    }

    /// All that a task can be told to be, so that nothing is lost on the way.
    #[test]
    fn what_is_written_down_is_read_as_it_was() {
        let mut case = Case::new("01KQT96W0B8J48HDWGF4YA9V7D", 7);
        case.owner = Some(5);
        for (at, status) in
            [Standing::At(Status::Running), Standing::Open, Standing::Unknown].into_iter().enumerate()
        {
            let fact = Fact::Stands { status, before: Some(Standing::At(Status::Queued)), slot: Some(true) };
            case.add(fact, seen(at as u64));
        }
        for key in [Some("e-1"), Some("e-2"), None] {
            case.add(Fact::Event { key, says: Says::End(Status::Failed) }, seen(4));
            case.add(Fact::Event { key: None, says: Says::Unknown }, seen(5));
        }
        case.add(Fact::Event { key: Some("e-3"), says: Says::Unknown }, seen(5));
        case.begins_again = true;
        case.scopes.of_owners("u", "v");
        case.meet(Once::Session, "s");
        case.meet(Once::Edit, "d");
        let [from, to] = [Status::Running, Status::Finalizing];
        for (call, input) in [Input::Fail { from }, Input::Move { from, to }, Input::Cancel, Input::Admit]
            .into_iter()
            .enumerate()
        {
            let call = call.to_string();
            case.add(Fact::Asked { call: &call, input }, seen(6));
            case.add(Fact::Answered { call: &call, answer: Answer::Refused(to) }, seen(7));
        }
        case.add(Fact::Answered { call: "0", answer: Answer::Done }, seen(8));
        case.add(Fact::Settled { call: "1" }, seen(9));
        let text = serde_json::to_string(&case.to_part()).expect("JSON");
        let again = Case::of_part("01KQT96W0B8J48HDWGF4YA9V7D", serde_json::from_str(&text).expect("JSON"));
        assert_eq!(format!("{again:?}"), format!("{case:?}"));
    }
}
