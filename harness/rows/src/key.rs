use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{fmt, ops::Deref};

/// What `key` of `[tables.NAME]` says: by which attributes a row is one and no other. A text, or a list of texts. That an
/// attribute is a text, a number or binary (`"n:N"`) is said to who makes the table; here it is its name alone.
///
/// ```
/// use anechoic_rows::Key;
///
/// #[derive(serde::Deserialize)]
/// struct Table {
///     key: Key,
/// }
/// let table: Table = toml::from_str(r#"key = ["pk", "sk:N"]"#)?;
/// assert_eq!(*table.key, ["pk", "sk"]);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<String>);

impl Deref for Key {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_any(TextOrList)
    }
}

struct TextOrList;

impl<'de> Visitor<'de> for TextOrList {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an attribute, or a list of them, such as key = \"order_id\" or key = [\"pk\", \"sk\"]")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        match name {
            "" => Err(E::invalid_value(serde::de::Unexpected::Str(name), &self)),
            name => Ok(Key(vec![without_type(name)])),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Key, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element::<String>()? {
            names.push(without_type(&name));
        }
        match names.is_empty() || names.iter().any(String::is_empty) {
            true => Err(A::Error::invalid_value(serde::de::Unexpected::Seq, &self)),
            false => Ok(Key(names)),
        }
    }
}

fn without_type(name: &str) -> String {
    let name_of = |of| name.strip_suffix(of).filter(|name| !name.is_empty());
    [":S", ":N", ":B"].into_iter().find_map(name_of).unwrap_or(name).into()
}
