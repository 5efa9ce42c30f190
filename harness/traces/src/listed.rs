//! Lists of records under names that no format has: whoever writes a document calls them what they please, and perhaps puts all of
//! it into a member of another object.
use crate::{
    Format,
    answer::is_beside,
    definition::Object,
    document::{Records, is_whole},
    unread::named_object,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The lists of an object whose members are records, by their names, if no format has them. An object that says something itself
/// is a row with parts, unless these say by themselves what they are about.
pub(crate) fn own_lists(object: &Object, records: &dyn Records) -> BTreeSet<String> {
    lists(object, records, holds_one_list(object))
}

fn lists(object: &Object, records: &dyn Records, is_alone: bool) -> BTreeSet<String> {
    let is_of_a_thing = |value: &Value| value.as_object().is_some_and(|row| records.is_of_a_thing(row));
    let is_own = |value: &Value| {
        let list = value.as_array().filter(|list| !list.is_empty() && list.iter().all(Value::is_object));
        list.is_some_and(|list| is_alone || list.iter().all(is_of_a_thing))
    };
    members(object, is_own)
}

/// Whether an object is no more than a list of objects and what an answer says of itself.
fn holds_one_list(object: &Object) -> bool {
    let is_list =
        |value: &Value| value.as_array().is_some_and(|list| list.first().is_some_and(Value::is_object));
    let (lists, others): (Vec<_>, Vec<_>) = object.iter().partition(|(_, value)| is_list(value));
    lists.len() == 1 && others.iter().all(|(name, value)| is_beside(name, value))
}

/// The documents that an object only wraps, by the names of its members.
pub(crate) fn wrapped(object: &Object, records: &dyn Records) -> BTreeSet<String> {
    let is_document = |value: &Value| {
        let Some(inner) = value.as_object().filter(|inner| !is_whole(inner, records)) else { return false };
        let is_alone = holds_one_list(inner)
            && object.iter().all(|(name, other)| std::ptr::eq(other, value) || is_beside(name, other));
        inner.iter().any(holds_its_own) || !lists(inner, records, is_alone).is_empty()
    };
    // `get-item` wraps a row, whatever is in it.
    let mut names = members(object, is_document);
    names.remove("Item");
    names
}

/// The names of the members of which this is so, if the object is nothing that is known by name.
fn members(object: &Object, is_so: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let found = object.iter().filter(|(_, value)| is_so(value)).map(|(name, _)| name.clone()).collect();
    if named_object(object).is_some() { BTreeSet::new() } else { found }
}

/// Whether this is a list that a format knows by its name, of records that it knows, too.
fn holds_its_own((name, value): (&String, &Value)) -> bool {
    let first = value.as_array().and_then(|list| list.first());
    Format::of_list(name).zip(first).is_some_and(|(format, first)| format.takes(first))
}
