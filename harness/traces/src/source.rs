//! Where a record says something: in a field, in a part of one, in several together, or in the name of its file.
use crate::{Fields, Pattern};
use serde::Deserialize;

/// One entry of a list in `[fields]` of a mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum Source {
    /// A field.
    Field(String),
    /// What a pattern finds in a field.
    Part(String, Pattern),
    /// Fields that say it only together.
    Joined(Vec<String>),
    /// What a pattern finds in the name of the file.
    File(Pattern),
}

/// The same as it is written.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected the name of a field, or a table such as { field = \"pk\", text = 'ORDER#(.+)' }"
)]
enum Written {
    Name(String),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    field: Option<String>,
    text: Option<String>,
    fields: Option<Vec<String>>,
    file: Option<String>,
}

impl TryFrom<Written> for Source {
    type Error = String;

    fn try_from(written: Written) -> Result<Source, String> {
        let table = match written {
            Written::Name(name) => return Ok(Source::Field(name)),
            Written::Table(table) => table,
        };
        match table {
            Table { field: Some(field), text: Some(text), fields: None, file: None } => {
                Ok(Source::Part(field, text.try_into()?))
            }
            Table { field: None, text: None, fields: Some(fields), file: None } if fields.len() > 1 => {
                Ok(Source::Joined(fields))
            }
            Table { field: None, text: None, fields: None, file: Some(file) } => {
                Ok(Source::File(file.try_into()?))
            }
            _ => Err("expected one of { field = \"pk\", text = 'ORDER#(.+)' }, { fields = [\"tenant\", \"id\"] } and \
                      { file = '([^/]+)[.]log' }"
                .into()),
        }
    }
}

impl Source {
    /// What a record says there, unless it is simply a field.
    pub(crate) fn said(&self, fields: &Fields, file: &str) -> Option<String> {
        /// What stands between the parts of what several fields tell.
        const BETWEEN: &str = "/";
        match self {
            Source::Field(_) => None,
            Source::Part(field, text) => text.part(fields.get(field)?).map(String::from),
            Source::Joined(names) => {
                // A part may have one in it, too, and no two things may get one id.
                let part = |text: &str| text.replace('\\', "\\\\").replace(BETWEEN, "\\/");
                let parts: Option<Vec<String>> =
                    names.iter().map(|name| fields.get(name).map(part)).collect();
                Some(parts?.join(BETWEEN))
            }
            Source::File(pattern) => pattern.part(file).map(String::from),
        }
    }

    /// The fields in which it is said.
    pub(crate) fn fields(&self) -> &[String] {
        match self {
            Source::Field(name) | Source::Part(name, _) => std::slice::from_ref(name),
            Source::Joined(names) => names,
            Source::File(_) => &[],
        }
    }
}
