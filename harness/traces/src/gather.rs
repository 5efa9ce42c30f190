//! What is said in a line of a log, gathered as fields or as a row.
use crate::{Fields, definition::Object, row::by_look};
use serde_json::Value;

/// Members by name. Of two with one name the first stays.
pub(crate) trait Gather: Default {
    /// The members of an object.
    fn of_members(object: Object) -> Self;
    /// Adds a member that is a text, which may spell a number.
    fn text(&mut self, name: &str, text: &str);
    /// Keeps a member whose text is taken apart; fields are what is in it, and need no more.
    fn said(&mut self, _name: &str, _said: &Value) {}
    /// Adds what is not there yet.
    fn join(&mut self, other: Self);
}

impl Gather for Fields {
    fn of_members(object: Object) -> Fields {
        Fields::of_object(object)
    }

    fn text(&mut self, name: &str, text: &str) {
        self.add(name, text);
    }

    fn join(&mut self, other: Fields) {
        self.extend(other);
    }
}

impl Gather for Object {
    fn of_members(object: Object) -> Object {
        object
    }

    fn text(&mut self, name: &str, text: &str) {
        // What was said is a text, whatever it spells.
        let value = if name == "text" { Value::from(text) } else { by_look(text) };
        self.entry(name).or_insert(value);
    }

    fn said(&mut self, name: &str, said: &Value) {
        self.entry(name).or_insert_with(|| said.clone());
    }

    fn join(&mut self, other: Object) {
        for (name, value) in other {
            self.entry(name).or_insert(value);
        }
    }
}
