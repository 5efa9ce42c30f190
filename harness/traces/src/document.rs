//! Reads JSON documents record by record: of a list of a million records, one is in memory.
use crate::{
    Format,
    definition::Object,
    listed::{own_lists, wrapped},
    once::{Once, said_twice},
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt};

/// What gets the records of a document.
pub(crate) trait Records {
    /// One of a list; a value that stands for itself has no list.
    fn record(&mut self, format: Option<Format>, value: Value);
    /// One of which nobody knows what it says.
    fn broken(&mut self, what: String);
    /// Whether an object itself tells what it is about, so that a list in it is only a part of it.
    fn is_of_a_thing(&self, object: &Object) -> bool;
    /// Whether a member of this name is a list within a record.
    fn is_inner(&self, name: &str) -> bool;
    /// What follows are rows of this table, or of none that is named.
    fn of_table(&mut self, table: Option<String>);
    /// A document is over; this is what stood beside its list.
    fn over(&mut self, beside: Object);
}

/// Takes a value apart that is in memory.
pub(crate) fn take_apart(value: Value, records: &mut dyn Records) {
    match value {
        Value::Array(_) if Format::of_record(&value).is_some() => records.record(None, value),
        Value::Array(list) => list.into_iter().for_each(|value| element(value, records)),
        Value::Object(mut object) if may_hold_a_list(&object) => {
            let is_whole = is_whole(&object, records);
            if !is_whole && holds_a_list(&object, records) {
                return lists_of(object, records);
            }
            let inner = if is_whole { BTreeSet::new() } else { wrapped(&object, records) };
            let inner: Vec<Value> = inner.iter().filter_map(|name| object.remove(name)).collect();
            match inner.is_empty() {
                true => records.record(None, object.into()),
                false => {
                    inner.into_iter().for_each(|inner| take_apart(inner, records));
                    records.over(object);
                }
            }
        }
        value => records.record(None, value),
    }
}

/// Whether a document is all there is of an answer: a list, or an object that holds one. What stands for itself may be followed by
/// others like it, and so may what is sent as it comes.
pub(crate) fn is_answer(value: &Value, records: &dyn Records) -> bool {
    match value {
        Value::Array(_) => Format::of_record(value).is_none(),
        Value::Object(object) => {
            let is_sent = || object.keys().any(|name| Format::is_sent(name));
            let holds = || holds_a_list(object, records) && !is_sent();
            let is_answer = |name: &String| is_answer(&object[name], records);
            let wraps = || wrapped(object, records).iter().any(is_answer);
            (holds() || wraps()) && !is_whole(object, records)
        }
        _ => false,
    }
}

/// Whether an object is a record with whatever lists are in it. Of a row, only the name of its thing tells that; a line of a
/// log has other names of its own.
pub(crate) fn is_whole(object: &Object, records: &dyn Records) -> bool {
    let is_record = || Format::of_object(object).is_some_and(|format| !format.is_any() || format.is_log());
    records.is_of_a_thing(object) || is_record()
}

/// One of a list. A list within a list is a record of which only the values were asked for, if they are no records.
fn element(value: Value, records: &mut dyn Records) {
    let is_of_scalars =
        |list: &Vec<Value>| list.len() > 1 && !list.iter().any(|value| value.is_object() || value.is_array());
    match value {
        Value::Array(list) if is_of_scalars(&list) => records.record(None, list.into()),
        value => take_apart(value, records),
    }
}

/// Whether there is a list in an object, or in an object in it; to look closer takes long.
fn may_hold_a_list(object: &Object) -> bool {
    let is_list_in =
        |value: &Value| value.as_object().is_some_and(|inner| inner.values().any(Value::is_array));
    object.values().any(|value| value.is_array() || is_list_in(value)) || has_tables(object)
}

fn holds_a_list(object: &Object, records: &dyn Records) -> bool {
    let is_list = |(name, value): (&String, &Value)| {
        Format::of_list(name).is_some() && value.is_array() || holds_records(value)
    };
    object.iter().any(is_list) || has_tables(object) || !own_lists(object, records).is_empty()
}

/// Whether this is a list of records. Whoever asks with a query of their own calls it what they please.
fn holds_records(value: &Value) -> bool {
    let first = value.as_array().and_then(|list| list.first());
    first.and_then(Format::of_record).is_some_and(|format| !format.is_any())
}

/// What is asked for in a batch comes as a list for each table.
const TABLES: &str = "Responses";

fn has_tables(object: &Object) -> bool {
    object.get(TABLES).and_then(Value::as_object).is_some_and(|tables| tables.values().all(Value::is_array))
}

fn lists_of(object: Object, records: &mut dyn Records) {
    let has_tables = has_tables(&object);
    let own = own_lists(&object, records);
    let mut beside = Map::new();
    for (name, value) in object {
        match (Format::of_list(&name), value) {
            (Some(format), Value::Array(list)) => {
                list.into_iter().for_each(|value| records.record(Some(format), value));
            }
            (None, value) if holds_records(&value) || own.contains(&name) => take_apart(value, records),
            (_, Value::Object(tables)) if has_tables && name == TABLES => {
                for (table, list) in tables {
                    records.of_table(Some(table));
                    take_apart(list, records);
                }
                records.of_table(None);
            }
            (_, value) => {
                beside.insert(name, value);
            }
        }
    }
    records.over(beside);
}

/// Takes a document apart while it is being read, and tells whether it [is an answer](is_answer).
pub(crate) struct Document<'r>(pub(crate) &'r mut dyn Records);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while let Some(Once { value, twice }) = list.next_element()? {
            match (twice, value) {
                (Some(what), _) => self.0.broken(what),
                (None, value @ Value::Array(_)) => element(value, self.0),
                (None, value) => self.0.record(None, value),
            }
        }
        self.0.over(Map::new());
        Ok(true)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        self.0.record(None, text.into());
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.0.record(None, Value::Null);
        Ok(false)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<bool, E> {
        self.0.record(None, truth.into());
        Ok(false)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<bool, E> {
        self.0.record(None, number.into());
        Ok(false)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
        self.0.record(None, number.into());
        Ok(false)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<bool, E> {
        self.0.record(None, number.into());
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let (mut beside, mut is_list, mut is_sent) = (Map::<String, Value>::new(), false, false);
        let mut broken = None;
        while let Some(name) = map.next_key::<String>()? {
            match Format::of_list(&name) {
                Some(format) if !self.0.is_inner(&name) && !is_whole(&beside, self.0) => {
                    let rest = map.next_value_seed(List { format, records: &mut *self.0 })?;
                    is_list |= rest.is_none();
                    is_sent |= Format::is_sent(&name);
                    if let Some(value) = rest {
                        beside.insert(name, value);
                    }
                }
                _ => {
                    let Once { value, twice } = map.next_value()?;
                    let again = beside.get(&name).and_then(|before| said_twice(&name, before, &value));
                    broken = broken.or(twice).or(again);
                    beside.insert(name, value);
                }
            }
        }
        if let Some(what) = broken {
            self.0.broken(what);
            return Ok(is_list && !is_sent);
        }
        if is_list {
            // What it is about may come last.
            if self.0.is_of_a_thing(&beside) {
                self.0.record(None, Value::Object(beside.clone()));
            }
            self.0.over(beside);
            return Ok(!is_sent);
        }
        let value = Value::Object(beside);
        let is_answer = is_answer(&value, self.0);
        self.0.record(None, value);
        Ok(is_answer)
    }
}

/// A member that should be a list of records; if it is something else, what it is.
struct List<'r> {
    format: Format,
    records: &'r mut dyn Records,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Value>, A::Error> {
        while let Some(Once { value, twice }) = list.next_element()? {
            match twice {
                Some(what) => self.records.broken(what),
                None => self.records.record(Some(self.format), value),
            }
        }
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = map.next_entry()? {
            object.insert(name, value);
        }
        Ok(Some(Value::Object(object)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(Some(text.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Value>, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Option<Value>, E> {
        Ok(Some(truth.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<Value>, E> {
        Ok(Some(number.into()))
    }
}
