//! JSON in which no name stands twice. Of two members with one name, most readers take the last, and nobody knows which was meant.
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, map::Entry};
use std::fmt;

/// A value, and what is wrong with it if an object in it says two things under one name.
pub(crate) struct Once {
    pub(crate) value: Value,
    pub(crate) twice: Option<String>,
}

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Once, D::Error> {
        let mut twice = None;
        let value = Seed(&mut twice).deserialize(deserializer)?;
        Ok(Once { value, twice })
    }
}

/// What is said of a member that comes again, if it says something else then.
pub(crate) fn said_twice(name: &str, before: &Value, value: &Value) -> Option<String> {
    (before != value)
        .then(|| format!("`{name}` stands in one object twice and says two things; expected it once"))
}

struct Seed<'t>(&'t mut Option<String>);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(Seed(&mut *self.0))?;
            match object.entry(name) {
                Entry::Vacant(new) => {
                    new.insert(value);
                }
                Entry::Occupied(before) if self.0.is_none() => {
                    *self.0 = said_twice(before.key(), before.get(), &value);
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(object.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Seed(&mut *self.0))? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::Once;

    #[test]
    fn what_stands_twice_and_says_two_things_is_told() {
        let twice = |text: &str| serde_json::from_str::<Once>(text).expect("JSON").twice;
        for text in [r#"{"a":1,"a":2}"#, r#"[{"b":[{"a":1,"c":{},"a":null}]}]"#] {
            assert!(twice(text).is_some_and(|what| what.starts_with("`a` stands")), "{text}");
        }
        for text in [r#"{"a":1,"a":1}"#, r#"[{"a":1},{"a":2}]"#, "1.5", "null", "[-1,true]"] {
            assert_eq!(twice(text), None, "{text}");
        }
        let all = r#"{"a":[1,-2,0.5,true,null,"x"],"b":{}}"#;
        let once: Once = serde_json::from_str(all).expect("JSON");
        assert_eq!(once.value.to_string(), all);
    }
}
