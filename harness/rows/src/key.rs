use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{fmt, ops::Deref};

/// What `key` of `[tables.NAME]` says: by which attributes a row is one and no other. A text, or a list of texts. It is the
/// names of the attributes; that one is a text, a number or binary (`"n:N"`) matters to who [makes](Key::typed) the table.
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
/// assert_eq!(table.key.typed()?.collect::<Vec<_>>(), [("pk", "S"), ("sk", "N")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The default has no attribute, which is what is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    names: Vec<String>,
    /// Of each, the type that stands behind its name, if there is one.
    types: Vec<Option<&'static str>>,
}

/// What may stand behind the name of an attribute, which is a text if nothing does.
const TYPES: [&str; 3] = ["S", "N", "B"];

impl Key {
    /// The key of these attributes, each with its type behind it, or without.
    pub fn of(parts: impl IntoIterator<Item = impl AsRef<str>>) -> Key {
        let split = |part: &str| {
            let (name, kind) = split(part);
            (name.to_string(), kind)
        };
        let (names, types) = parts.into_iter().map(|part| split(part.as_ref())).unzip();
        Key { names, types }
    }

    /// The attributes as a configuration writes them: a type stands behind a name, unless it is a text.
    pub fn spelt(&self) -> impl Iterator<Item = String> {
        self.names.iter().zip(&self.types).map(|(name, kind)| match kind.filter(|kind| *kind != TYPES[0]) {
            Some(kind) => format!("{name}:{kind}"),
            None => name.clone(),
        })
    }

    /// The attributes, one or two, each with its type.
    ///
    /// # Errors
    /// A sentence, if there are more, or one seems to name a type that there is not.
    pub fn typed(&self) -> Result<impl Iterator<Item = (&str, &'static str)>, String> {
        const MOST: usize = 2;
        if self.names.len() > MOST {
            return Err(format!("a key has one attribute or two, not {}", self.names.len()));
        }
        let parts = || self.names.iter().zip(&self.types);
        let untyped = parts().filter(|(_, kind)| kind.is_none());
        if let Some((_, other)) = untyped.filter_map(|(name, _)| name.rsplit_once(':')).next() {
            return Err(format!("`{other}` is no type of a key: S (text), N (number) or B (binary)"));
        }
        Ok(parts().map(|(name, kind)| (name.as_str(), kind.unwrap_or(TYPES[0]))))
    }
}

impl Deref for Key {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
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
            name => Ok(Key::of([name])),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Key, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element::<String>()? {
            names.push(name);
        }
        match names.is_empty() || names.iter().any(String::is_empty) {
            true => Err(A::Error::invalid_value(serde::de::Unexpected::Seq, &self)),
            false => Ok(Key::of(names)),
        }
    }
}

/// The name of an attribute, and the type that stands behind it.
fn split(part: &str) -> (&str, Option<&'static str>) {
    let typed = part.rsplit_once(':').filter(|(name, _)| !name.is_empty());
    let known = |(name, kind): (_, &str)| Some((name, TYPES.into_iter().find(|known| *known == kind)?));
    typed.and_then(known).map_or((part, None), |(name, kind)| (name, Some(kind)))
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn typed(parts: &[&str]) -> Result<Vec<(String, &'static str)>, String> {
        let key = Key::of(parts);
        Ok(key.typed()?.map(|(name, kind)| (name.to_string(), kind)).collect())
    }

    #[test]
    fn a_type_stands_behind_the_last_colon_and_a_name_may_have_one_where_nobody_asks_for_types() {
        let named = |name: &str, kind| (name.to_string(), kind);
        assert_eq!(typed(&["id"]), Ok(vec![named("id", "S")]));
        assert_eq!(typed(&["pk:S", "sk:N"]), Ok(vec![named("pk", "S"), named("sk", "N")]));
        assert_eq!(typed(&["ns:id:B"]), Ok(vec![named("ns:id", "B")]));
        assert!(typed(&["id:X"]).is_err_and(|what| what.starts_with("`X` is no type of a key")));
        assert!(typed(&["a", "b", "c"]).is_err_and(|what| what.contains("not 3")));
        assert_eq!(*Key::of(["id:X"]), ["id:X"]);
    }
}
