//! What is not known in a trace, by its names: words for events and statuses, and the fields of what is about no task.
use super::{
    facts::{Fact, Kind, unknown},
    standing::Strange,
};
use anechoic_traces::{Line, Mapping, Place, Role};
use std::collections::BTreeMap;

/// A word that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// What it is a word for: `event` or `status`.
    pub role: &'static str,
    /// The word.
    pub word: String,
    /// How many records have it.
    pub records: u64,
    /// Where it was read first.
    pub first: Place,
}

/// The names of the fields of what is about no task and no owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    fields: Vec<String>,
}

/// All that is not known.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    words: BTreeMap<(Kind, String), (u64, Place)>,
    pub(super) strange: Strange,
    seen: Seen,
}

/// So many words, and so many fields, are remembered by name. What has more of them has no names, but ids.
const REMEMBERED: usize = 40;

impl Strangers {
    /// Takes note of what is not known in a line.
    pub(super) fn look(&mut self, line: &Line, mapping: &Mapping, fact: &Fact<'_>) {
        let has = |role| mapping.get(role, &line.fields).is_some();
        if !has(Role::Entity) {
            if !has(Role::Owner) {
                self.seen.look(line);
            }
            return;
        }
        let Some((kind, word)) = unknown(line, mapping, fact) else { return };
        if kind == Kind::Status {
            match line.format.is_log() {
                true => self.strange.in_logs = true,
                false => self.strange.in_rows = true,
            }
        }
        let is_full = self.words.len() >= REMEMBERED;
        match self.words.get_mut(&(kind, word.to_string())) {
            Some((records, _)) => *records += 1,
            None if is_full => {}
            None => {
                self.words.insert((kind, word.into()), (1, line.place.clone()));
            }
        }
    }

    /// All is read: what was not known.
    pub(super) fn told(self) -> (Vec<Stranger>, Seen) {
        let stranger = |((kind, word), (records, first))| {
            let role = match kind {
                Kind::Event => "event",
                Kind::Status => "status",
            };
            Stranger { role, word, records, first }
        };
        (self.words.into_iter().map(stranger).collect(), self.seen)
    }
}

impl Seen {
    fn look(&mut self, line: &Line) {
        for (name, _) in line.fields.iter() {
            if self.fields.len() < REMEMBERED && !self.fields.iter().any(|known| known == name) {
                self.fields.push(name.into());
            }
        }
    }

    /// The names, as they were met.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// A mapping to start from: for each role the field whose name is most like it, as far as there is one.
    pub fn mapping(&self) -> Option<String> {
        const LIKE: [(&str, &[&str]); 4] = [
            ("entity", &["id", "no", "nr", "number", "pk", "key", "arn", "uuid"]),
            ("status", &["status", "state", "phase", "stage"]),
            ("event", &["event", "kind", "type", "action"]),
            ("key", &["sk", "id", "key"]),
        ];
        let mut taken: Vec<&str> = Vec::new();
        let mut text = String::from("[fields]\n");
        for (role, endings) in LIKE {
            let like = |ending: &&str| {
                self.names().find(|name| !taken.contains(name) && ends_with_word(name, ending))
            };
            let first = self.names().next().filter(|_| role == "entity");
            if let Some(name) = endings.iter().find_map(like).or(first) {
                taken.push(name);
                text += &format!("{role} = [{}]\n", toml_text(name));
            }
        }
        (!taken.is_empty()).then_some(text)
    }
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

/// A text as TOML spells it, which is how JSON does.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::Seen;

    fn seen(names: &[&str]) -> Seen {
        Seen { fields: names.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn a_mapping_to_start_from_is_guessed_by_names() {
        let guess = |names| seen(names).mapping().expect("there are fields");
        let orders = "[fields]\nentity = [\"orderNo\"]\nstatus = [\"state\"]\n";
        assert_eq!(guess(&["state", "piano", "orderNo"]), orders);
        let single = "[fields]\nentity = [\"PK\"]\nevent = [\"type\"]\nkey = [\"SK\"]\n";
        assert_eq!(guess(&["SK", "PK", "type"]), single);
        assert_eq!(guess(&["words"]), "[fields]\nentity = [\"words\"]\n");
        assert_eq!(seen(&[]).mapping(), None);
    }
}
