//! Lists of records under names that no format has: whoever writes a document calls them what they please, and perhaps puts all of
//! it into a member of another object.
use crate::{
    Format,
    definition::Object,
    document::{Records, is_whole},
    unread::named_object,
};
use serde_json::Value;

/// The list of an object whose members are records, by its name, if no format has it. An object that says something itself is a
/// row with parts, unless these say by themselves what they are about.
pub(crate) fn own_list<'o>(object: &'o Object, records: &dyn Records) -> Option<&'o str> {
    let mut lists = object.iter().filter_map(|(name, value)| Some((name, value.as_array()?)));
    let (Some((name, list)), None) = (lists.next(), lists.next()) else { return None };
    let is_of_a_thing = |value: &Value| value.as_object().is_some_and(|row| records.is_of_a_thing(row));
    let are_records = !list.is_empty() && list.iter().all(Value::is_object);
    let are_all = || object.len() == 1 || list.iter().all(is_of_a_thing);
    (are_records && named_object(object).is_none() && are_all()).then_some(name)
}

/// The document that an object only wraps, by the name of its member.
pub(crate) fn wrapped<'o>(object: &'o Object, records: &dyn Records) -> Option<&'o str> {
    let is_alone = object.len() == 1;
    let is_document = |value: &Value| {
        let Some(inner) = value.as_object().filter(|inner| !is_whole(inner, records)) else { return false };
        inner.iter().any(holds_its_own) || is_alone && own_list(inner, records).is_some()
    };
    let name = object.iter().find(|(_, value)| is_document(value)).map(|(name, _)| name.as_str());
    name.filter(|_| named_object(object).is_none())
}

/// Whether this is a list that a format knows by its name, of records that it knows, too.
fn holds_its_own((name, value): (&String, &Value)) -> bool {
    let first = value.as_array().and_then(|list| list.first());
    Format::of_list(name).zip(first).is_some_and(|(format, first)| format.takes(first))
}
