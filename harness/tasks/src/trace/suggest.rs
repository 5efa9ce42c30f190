//! A mapping to start from, made of the fields and the words that were seen.
use anechoic::evidence::harmless;
use anechoic_traces::Line;

/// The fields that were seen, and of each some of what it said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    fields: Vec<Field>,
    lines: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// What it said. If that is too much, it has no words, but ids or numbers.
    said: Vec<String>,
}

/// A role, the names that it has as a rule, and the last words of other names for it.
type Like = (&'static str, &'static [&'static str], &'static [&'static str]);

const LIKE: [Like; 6] = [
    ("entity", &["task_id", "taskId", "entity"], &["id", "no", "nr", "number", "pk", "key", "arn", "uuid"]),
    ("status", &["status"], &["status", "state", "phase", "stage"]),
    ("event", &["event_type", "eventType"], &["event", "kind", "type", "action"]),
    ("key", &["event_id", "eventId"], &["sk", "id", "key"]),
    ("owner", &["user_id", "userId"], &["user", "owner", "customer", "tenant"]),
    ("time", &["timestamp", "updated_at"], &["timestamp", "time", "at"]),
];

/// What these name goes along with a record, and is not what it is about.
const IN_PASSING: [&str; 10] =
    ["request", "trace", "span", "event", "message", "log", "correlation", "session", "account", "_"];

/// Words for ends and others, by the last of which a word of somebody else's is like one of ours.
const EVENTS: [(&str, &[&str]); 6] = [
    ("task_completed", &["completed", "succeeded", "success", "done", "finished"]),
    ("task_failed", &["failed", "failure", "errored"]),
    ("task_cancelled", &["cancelled", "canceled", "aborted"]),
    ("task_timed_out", &["timeout", "expired"]),
    ("task_created", &["created"]),
    ("task_started", &["started"]),
];
const STATUSES: [(&str, &[&str]); 7] = [
    ("COMPLETED", &["completed", "succeeded", "success", "done", "finished"]),
    ("FAILED", &["failed", "failure", "errored"]),
    ("CANCELLED", &["cancelled", "canceled", "aborted"]),
    ("TIMED_OUT", &["timeout", "expired"]),
    ("RUNNING", &["running", "processing"]),
    ("QUEUED", &["queued", "waiting"]),
    ("SUBMITTED", &["submitted", "new"]),
];

impl Seen {
    /// Takes note of a line's fields. The first lines tell enough.
    pub(super) fn look(&mut self, line: &Line) {
        const LINES: u32 = 10_000;
        /// What has more fields has no names, but ids.
        const FIELDS: usize = 40;
        const WORDS: usize = 12;
        const LONGEST: usize = 40;
        if self.lines == LINES {
            return;
        }
        self.lines += 1;
        for (name, said) in line.fields.iter().filter(|(name, _)| is_harmless(name)) {
            let at = self.fields.iter().position(|field| field.name == name);
            let at = match at {
                Some(at) => at,
                None if self.fields.len() == FIELDS => continue,
                None => {
                    self.fields.push(Field { name: name.into(), said: Vec::new() });
                    self.fields.len() - 1
                }
            };
            let words = &mut self.fields[at].said;
            let is_word = said.len() <= LONGEST && is_harmless(said);
            if words.len() < WORDS && is_word && !words.iter().any(|known| known == said) {
                words.push(said.into());
            }
        }
    }

    /// The names, as they were met.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// A mapping to start from: for each role the field whose name is most like it, as far as there is one, and for each
    /// word the one of ours that is most like it.
    pub fn mapping(&self) -> Option<String> {
        let mut taken: Vec<&Field> = Vec::new();
        let mut text = String::from("[fields]\n");
        let (mut events, mut statuses) = (String::new(), String::new());
        for (role, names, endings) in LIKE {
            let first = self.fields.first().filter(|_| role == "entity");
            let Some(field) = self.like(names, endings, &taken).or(first) else { continue };
            taken.push(field);
            let said: Vec<String> = field.said.iter().take(3).map(|said| toml_text(said)).collect();
            text += &format!("{role} = [{}]  # such as {}\n", toml_text(&field.name), said.join(", "));
            match role {
                "event" => events = words(field, &EVENTS),
                "status" => statuses = words(field, &STATUSES),
                _ => {}
            }
        }
        let ours = super::words();
        for (table, words, known) in [("event", events, ours.events), ("status", statuses, ours.statuses)] {
            if !words.is_empty() {
                text +=
                    &format!("\n[values.{table}]  # each of them is one of {}\n{words}", known.join(", "));
            }
        }
        (!taken.is_empty()).then_some(text)
    }

    /// The field that has one of these names; or else one whose name ends like these, if it can be about the thing itself.
    fn like(&self, names: &[&str], endings: &[&str], taken: &[&Field]) -> Option<&Field> {
        let free = || self.fields.iter().filter(|field| !taken.contains(field));
        let is_in_passing = |field: &Field| {
            let name = field.name.to_lowercase();
            IN_PASSING.iter().any(|word| name.starts_with(word))
        };
        let ends = |field: &&Field, ending: &str| ends_with_word(&field.name, ending);
        let is_named = |field: &&Field, name: &str| field.name == name || within(&field.name) == name;
        let named = names.iter().find_map(|name| free().find(|field| is_named(field, name)));
        let of_itself = || {
            endings
                .iter()
                .find_map(|ending| free().find(|field| ends(field, ending) && !is_in_passing(field)))
        };
        let of_any = || endings.iter().find_map(|ending| free().find(|field| ends(field, ending)));
        named.or_else(of_itself).or_else(of_any)
    }
}

/// The words of a field, each beside the one of ours that is like it; one that is like none is left to be told.
fn words(field: &Field, ours: &[(&str, &[&str])]) -> String {
    let of = |said: &String| {
        let is_ours = ours.iter().any(|(own, _)| own == said);
        let like = ours.iter().find(|(_, ends)| ends.iter().any(|end| ends_with_word(said, end)));
        match like {
            _ if is_ours => String::new(),
            Some((own, _)) => format!("{} = {}\n", toml_text(said), toml_text(own)),
            None => format!("# {} = \"…\"\n", toml_text(said)),
        }
    };
    field.said.iter().map(of).collect()
}

/// A name without the names of what it is in: `task_id` of `event.task_id` and of `_task_id`.
fn within(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_start_matches('_')
}

/// Whether a name's last word is this: `orderNo`, `order_no` and `no` end with `no`, and `piano` does not.
fn ends_with_word(name: &str, word: &str) -> bool {
    let Some(at) = name.len().checked_sub(word.len()).filter(|at| name.is_char_boundary(*at)) else {
        return false;
    };
    let (before, last) = name.split_at(at);
    let begins_anew = last.starts_with(char::is_uppercase) || !before.ends_with(char::is_alphanumeric);
    last.eq_ignore_ascii_case(word) && begins_anew
}

fn is_harmless(text: &str) -> bool {
    harmless(text, usize::MAX) == text
}

/// A text as TOML spells it, which is how JSON does.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Field, Seen};

    fn seen(fields: &[(&str, &str)]) -> Seen {
        let field =
            |(name, said): &(&str, &str)| Field { name: name.to_string(), said: vec![said.to_string()] };
        Seen { fields: fields.iter().map(field).collect(), lines: 1 }
    }

    #[test]
    fn a_mapping_to_start_from_is_guessed_by_names_and_words() {
        let guess = |fields| seen(fields).mapping().expect("there are fields");
        let orders = guess(&[("state", "BROKEN"), ("piano", "1"), ("orderNo", "o-1")]);
        let fields = "[fields]\nentity = [\"orderNo\"]  # such as \"o-1\"\nstatus = [\"state\"]  # such as \"BROKEN\"\n\n";
        assert!(
            orders.starts_with(fields) && orders.ends_with("TIMED_OUT\n# \"BROKEN\" = \"…\"\n"),
            "{orders}"
        );
        let single = guess(&[("SK", "E#1"), ("requestId", "r"), ("PK", "O#1"), ("type", "OrderFailed")]);
        for line in
            ["entity = [\"PK\"]", "event = [\"type\"]", "key = [\"SK\"]", "\"OrderFailed\" = \"task_failed\""]
        {
            assert!(single.contains(line), "{single}");
        }
        let wrapped = guess(&[
            ("event.event_id", "e-1"),
            ("event.event_type", "x"),
            ("event.task_id", "t-1"),
            ("_user_id", "u"),
        ]);
        for line in ["entity = [\"event.task_id\"]", "key = [\"event.event_id\"]", "owner = [\"_user_id\"]"] {
            assert!(wrapped.contains(line), "{wrapped}");
        }
        assert!(guess(&[("words", "w")]).starts_with("[fields]\nentity = [\"words\"]"));
        assert_eq!(seen(&[]).mapping(), None);
    }
}
