//! Members of records that say where an id counts, or of which part of a thing they tell: of two records with one id, they may
//! tell of two things.
use anechoic_traces::Line;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

/// What these members of a task's records said first; most have none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Scopes(Option<Box<Seen>>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Seen {
    first: Vec<(Box<str>, Box<str>)>,
    apart: Option<Apart>,
}

/// Two records of one id that say different things of where it counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Apart {
    name: Box<str>,
    said: [Box<str>; 2],
}

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Apart { name, said: [one, other] } = self;
        write!(
            f,
            "but its records say of {name} both `{one}` and `{other}`, and may be of several tasks with one id ([lifecycle] ours: \
             they are of one)"
        )
    }
}

impl Scopes {
    /// Takes note of what a line says of where its ids count.
    pub(super) fn see(&mut self, line: &Line) {
        of(line).for_each(|(name, said)| self.meet(name, said));
    }

    /// The task has two owners.
    pub(super) fn of_owners(&mut self, one: &str, other: &str) {
        self.meet("the owner", one);
        self.meet("the owner", other);
    }

    fn meet(&mut self, name: &str, said: &str) {
        let Seen { first, apart } = &mut **self.0.get_or_insert_default();
        match first.iter().find(|(known, _)| **known == *name) {
            None => first.push((name.into(), said.into())),
            Some((_, first)) if **first != *said && apart.is_none() => {
                *apart = Some(Apart { name: name.into(), said: [first.clone(), said.into()] });
            }
            Some(_) => {}
        }
    }

    /// Adds what was seen later.
    pub(super) fn join(&mut self, later: Scopes) {
        let Some(later) = later.0 else { return };
        later.first.iter().for_each(|(name, said)| self.meet(name, said));
        if let Some(seen) = &mut self.0 {
            seen.apart = seen.apart.take().or(later.apart);
        }
    }

    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Two records that may be of two things.
    pub(crate) fn apart(&self) -> Option<&Apart> {
        self.0.as_ref()?.apart.as_ref()
    }
}

/// What a line says of where its ids count, as one number; nothing, if it says nothing.
pub(super) fn within(line: &Line) -> Option<u64> {
    let mut all: Vec<(&str, &str)> = of(line).collect();
    all.sort_unstable();
    let mut hasher = DefaultHasher::new();
    all.hash(&mut hasher);
    (!all.is_empty()).then(|| hasher.finish())
}

/// Whether a line is a measurement by a name: what it counts is that, and no slots.
pub(super) fn is_measurement(line: &Line) -> bool {
    line.fields.iter().any(|(name, _)| {
        with_plain(name, |plain| matches!(plain, b"metric" | b"gauge" | b"measurement" | b"meter"))
    })
}

fn of(line: &Line) -> impl Iterator<Item = (&str, &str)> {
    line.fields.iter().filter(|(name, _)| with_plain(name, is_scope))
}

/// Ids are told apart by these, and by nothing else across them; what has parts or goes on again and again has one of the last.
fn is_scope(plain: &[u8]) -> bool {
    matches!(
        plain,
        b"tenant"
            | b"account"
            | b"org"
            | b"organization"
            | b"organisation"
            | b"workspace"
            | b"project"
            | b"customer"
            | b"company"
            | b"env"
            | b"environment"
            | b"region"
            | b"cluster"
            | b"namespace"
            | b"realm"
            | b"shard"
            | b"run"
            | b"subtask"
            | b"childtask"
            | b"assignment"
    )
}

/// Looks at a name as it is compared: its last part, in small letters, without signs and without what says that it is an id or a name.
fn with_plain(name: &str, look: impl Fn(&[u8]) -> bool) -> bool {
    const LONGEST: usize = 20;
    let last = name.rsplit('.').next().unwrap_or(name);
    let (mut plain, mut length) = ([0; LONGEST], 0);
    for letter in last.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = plain.get_mut(length) else { return false };
        *place = letter.to_ascii_lowercase();
        length += 1;
    }
    let plain = &plain[..length];
    look(plain) || [&b"id"[..], b"name", b"key"].iter().any(|end| plain.strip_suffix(*end).is_some_and(&look))
}

#[cfg(test)]
mod tests {
    use super::{is_scope, with_plain};

    #[test]
    fn a_name_is_known_however_it_is_spelt() {
        for name in [
            "tenant",
            "tenant_id",
            "tenantId",
            "TenantID",
            "labels.tenant",
            "env_name",
            "run-id",
            "sub_task_id",
        ] {
            assert!(with_plain(name, is_scope), "{name}");
        }
        for name in
            ["", "id", "task_id", "attempt", "requestId", "running", "a_name_that_is_as_long_as_no_scope_id"]
        {
            assert!(!with_plain(name, is_scope), "{name}");
        }
    }
}
