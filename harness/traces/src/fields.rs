use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value;

/// What a record holds: texts by name. What is nested has a name with dots; a list is not looked into.
///
/// A record may have as many fields as whoever wrote it pleased, so they are found by their hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(IndexMap<String, String, RandomState>);

impl Fields {
    /// The text of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of the first of these names that is there.
    pub fn first(&self, names: &[String]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Adds a field. If one of this name is there, that one stays.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.entry(name.into()).or_insert_with(|| text.into());
    }

    /// Adds the fields that are not there yet.
    pub fn extend(&mut self, other: Fields) {
        for (name, text) in other.0 {
            self.add(name, text);
        }
    }

    /// All fields, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members of a plain JSON object.
    pub(crate) fn of_object(object: serde_json::Map<String, Value>) -> Fields {
        let mut fields = Fields(IndexMap::with_capacity_and_hasher(object.len(), RandomState::default()));
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
