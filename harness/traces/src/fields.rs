use foldhash::fast::RandomState;
use serde_json::Value;
use std::collections::HashMap;

/// What a record holds: texts by name. What is nested has a name with dots; a list is not looked into.
///
/// Most records have a dozen fields, which are found fastest by looking at each. But a record may have as many as whoever
/// wrote it pleased, so from some number on they are found by their hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    all: Vec<(String, String)>,
    /// Where each stands, if there are many.
    places: HashMap<String, usize, RandomState>,
}

/// With this begin the names of fields that no record has, and that are made of others.
pub(crate) const HIDDEN: char = '\0';

/// More fields than these are found by their hash.
const FEW: usize = 32;

impl Fields {
    /// The text of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = match self.all.len() > FEW {
            true => self.places.get(name).copied(),
            false => self.all.iter().position(|(own, _)| own == name),
        };
        place.map(|place| self.all[place].1.as_str())
    }

    /// The text of the first of these names that is there.
    pub fn first(&self, names: &[String]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Adds a field. If one of this name is there, that one stays.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let name = name.into();
        if self.get(&name).is_some() {
            return;
        }
        self.all.push((name, text.into()));
        let new = match self.all.len() {
            few if few <= FEW => return,
            // All of them, when they begin to be many; then each that is added.
            many if many == FEW + 1 => 0,
            many => many - 1,
        };
        let named = self.all.iter().enumerate().skip(new).map(|(place, (name, _))| (name.clone(), place));
        self.places.extend(named);
    }

    /// Adds the fields that are not there yet.
    pub fn extend(&mut self, other: Fields) {
        for (name, text) in other.all {
            self.add(name, text);
        }
    }

    /// All fields, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.all.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        all.filter(|(name, _)| !name.starts_with(HIDDEN))
    }

    /// All but those of some names.
    pub(crate) fn without(self, is_left_out: impl Fn(&str) -> bool) -> Fields {
        self.all.into_iter().filter(|(name, _)| !is_left_out(name)).collect()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The members of a plain JSON object.
    pub(crate) fn of_object(object: serde_json::Map<String, Value>) -> Fields {
        let mut fields = Fields { all: Vec::with_capacity(object.len()), ..Fields::default() };
        for (name, value) in object {
            fields.nest(name, value);
        }
        fields
    }

    /// Adds a JSON value; its members get names that begin with this one.
    pub(crate) fn nest(&mut self, name: String, value: Value) {
        match value {
            Value::String(text) => self.add(name, text),
            Value::Number(number) => self.add(name, number.to_string()),
            Value::Bool(truth) => self.add(name, truth.to_string()),
            Value::Null | Value::Array(_) => {}
            Value::Object(members) => {
                for (member, value) in members {
                    self.nest(format!("{name}.{member}"), value);
                }
            }
        }
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(fields: I) -> Fields {
        let mut all = Fields::default();
        for (name, text) in fields {
            all.add(name, text);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Fields};

    #[test]
    fn few_and_many_fields_are_found_and_the_first_of_a_name_stays() {
        let mut fields = Fields::default();
        for number in 0..3 * FEW {
            fields.add(format!("n{number}"), number.to_string());
            fields.add(format!("n{number}"), "later");
            for known in 0..=number {
                assert_eq!(fields.get(&format!("n{known}")), Some(known.to_string().as_str()));
            }
            assert_eq!(fields.get("n"), None);
        }
        assert_eq!(fields.iter().count(), 3 * FEW);
    }
}
