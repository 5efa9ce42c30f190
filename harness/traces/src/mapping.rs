use crate::{
    Fields, Pattern, Role, TraceError, Where,
    definition::Object,
    line::Raw,
    mapping_file::{File, Words},
    source::Source,
};
use std::{collections::BTreeMap, path::Path};

/// Which field says what, and what other words there are for the same.
///
/// ```toml
/// [fields]
/// entity = ["order_id"]
/// event = ["kind"]
///
/// [values.event]
/// OrderFailed = "task_failed"
///
/// [lifecycle]
/// terminal = ["FAILED", "COMPLETED"]
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The names of the fields of each role.
    pub(crate) fields: Vec<Vec<String>>,
    pub(crate) events: BTreeMap<String, String>,
    pub(crate) statuses: BTreeMap<String, String>,
    pub(crate) lifecycle: Option<Lifecycle>,
    /// What is said otherwise than in a field, by the hidden name of the field that is made of it.
    pub(crate) made: Vec<(String, Source)>,
    /// What a text says.
    pub(crate) patterns: Vec<Pattern>,
    /// The lists whose members are records of their own.
    pub(crate) lists: Vec<String>,
    /// Which rows are the things themselves.
    pub(crate) things: Where,
}

/// What a mapping declares of the statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// They are those that the tool knows, with all that it knows of them.
    Ours,
    /// These words, as they stand in a record, are ends. Every other is a status from which it goes on.
    Own {
        /// The words.
        terminal: Vec<String>,
    },
    /// They are not those that the tool knows, and nothing more is said.
    Foreign,
}

impl Default for Mapping {
    fn default() -> Mapping {
        let usual = |role: Role| role.usual().iter().map(ToString::to_string).collect();
        Mapping {
            fields: Role::ALL.map(usual).to_vec(),
            events: BTreeMap::new(),
            statuses: BTreeMap::new(),
            lifecycle: None,
            made: Vec::new(),
            patterns: Vec::new(),
            lists: Vec::new(),
            things: Where::default(),
        }
    }
}

impl Mapping {
    /// Reads a mapping, whose words for events and statuses have to be among those that are known.
    ///
    /// # Errors
    /// [`TraceError`], if it cannot be read, is not a mapping, or names what there is not.
    pub fn load(path: &Path, words: &Words<'_>) -> Result<Mapping, TraceError> {
        let unreadable = |error| TraceError::Unreadable { path: path.into(), error };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        File::read(&text).and_then(|file| file.mapping(words)).map_err(|(at, what)| {
            let line = 1 + text.get(..at).unwrap_or_default().matches('\n').count();
            TraceError::Mapping { path: path.into(), line, what }
        })
    }

    /// What the fields say in this role; of several fields, the first that the mapping names.
    pub fn get<'f>(&'f self, role: Role, fields: &'f Fields) -> Option<&'f str> {
        let text = self.as_it_stands(role, fields)?;
        let words = match role {
            Role::Event => &self.events,
            Role::Status | Role::From => &self.statuses,
            _ => return Some(text),
        };
        Some(words.get(text).map_or(text, String::as_str))
    }

    /// The same in the record's own words.
    pub fn as_it_stands<'f>(&self, role: Role, fields: &'f Fields) -> Option<&'f str> {
        // What a program writes in the place of an id that it has not is nobody's.
        let is_none =
            |said: &str| ["", "null", "undefined", "None", "nil"].contains(&said) || is_rounded(said);
        fields.first(&self.fields[role as usize]).filter(|said| !role.is_id() || !is_none(said))
    }

    /// An id of which a spreadsheet has left no more than its first digits, so that it is anybody's.
    pub(crate) fn rounded_id<'f>(&self, fields: &'f Fields) -> Option<&'f str> {
        let ids = Role::ALL.into_iter().filter(|role| role.is_id());
        ids.filter_map(|role| fields.first(&self.fields[role as usize])).find(|said| is_rounded(said))
    }

    /// With more patterns for what a text says.
    #[must_use]
    pub fn with_patterns<'p>(mut self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Mapping {
        self.patterns.extend(patterns.into_iter().cloned());
        self
    }

    /// Whether a row, by its fields, is a thing itself. Of others, the status is not a thing's.
    pub fn is_thing(&self, row: &Fields) -> bool {
        self.things.fits_fields(row)
    }

    /// Whether a line of plain text is like one of the patterns.
    pub(crate) fn is_like(&self, line: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_in(line))
    }

    /// Adds what a record of this file says otherwise than in its fields.
    pub(crate) fn make(&self, mut raw: Raw, file: &str) -> Raw {
        if self.patterns.is_empty() && self.made.is_empty() {
            return raw;
        }
        raw.fields = self.read_text(raw.fields);
        for (name, source) in &self.made {
            for fields in [Some(&mut raw.fields), raw.before.as_mut()].into_iter().flatten() {
                if let Some(said) = source.said(fields, file) {
                    fields.add(name.clone(), said);
                }
            }
        }
        raw
    }

    /// What the patterns find in a text. One that finds where a thing stands tells more than to quote it in passing, as a
    /// text does, which then is not kept.
    fn read_text(&self, mut fields: Fields) -> Fields {
        let Some(text) = self.get(Role::Text, &fields).map(String::from) else { return fields };
        let mut is_told = false;
        for pattern in &self.patterns {
            let Some(found) = pattern.named(&text) else { continue };
            is_told |= found.iter().any(|(name, _)| self.is_for(Role::Status, name));
            found.into_iter().for_each(|(name, said)| fields.add(name, said));
        }
        match is_told {
            true => fields.without(|name| self.is_for(Role::Text, name)),
            false => fields,
        }
    }

    fn is_for(&self, role: Role, name: &str) -> bool {
        self.fields[role as usize].iter().any(|own| own == name)
    }

    /// The members of the lists in a row: records of their own, about the same thing as the row, and of the same owner.
    pub(crate) fn members(&self, row: &Object, of: &Raw, file: &str) -> Vec<Raw> {
        let at = |path: &String| {
            let mut steps = path.split('.');
            let first = row.get(steps.next()?)?;
            steps.try_fold(first, |value, step| value.get(step))?.as_array()
        };
        let objects = self.lists.iter().filter_map(at).flatten().filter_map(|member| member.as_object());
        let outer = self.make(Raw::of(of.fields.clone()), file).fields;
        let member = |object: &Object| {
            let mut fields = Fields::of_object(object.clone());
            for role in [Role::Entity, Role::Owner] {
                let own = self.as_it_stands(role, &fields).is_some();
                if let (false, Some(said), [name, ..]) =
                    (own, self.as_it_stands(role, &outer), &self.fields[role as usize][..])
                {
                    fields.add(name.clone(), said);
                }
            }
            Raw::of(fields)
        };
        objects.map(member).collect()
    }

    /// What is declared of the statuses; nothing, if the mapping does not speak of them.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_ref()
    }

    /// Whether this role is looked for under other names than the usual ones.
    pub fn renames(&self, role: Role) -> bool {
        self.fields[role as usize].iter().any(|name| !role.usual().contains(&name.as_str()))
    }

    /// Whether a member of a record of this name tells, perhaps with another inside it, which thing or whose it is about.
    pub(crate) fn names(&self, member: &str) -> bool {
        let roles = [Role::Entity, Role::Owner].into_iter().flat_map(|role| &self.fields[role as usize]);
        let made = self.made.iter().flat_map(|(_, source)| source.fields());
        roles.chain(made).chain(&self.lists).any(|name| name.split('.').next() == Some(member))
    }

    /// Whether a member of this name tells which thing a record is about.
    pub(crate) fn names_entity(&self, member: &str) -> bool {
        self.is_for(Role::Entity, member)
    }

    /// Whether there are words of one's own for events.
    pub fn has_words_for_events(&self) -> bool {
        !self.events.is_empty()
    }
}

/// Whether this is how spreadsheets show numbers of many digits: `1.23E+12`.
fn is_rounded(said: &str) -> bool {
    let Some((digits, power)) = said.split_once("E+") else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(power) && digits.split(['.', ',']).all(is_number) && digits.len() <= "1.23456789012345".len()
}
