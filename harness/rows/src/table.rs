use crate::Key;

/// A table: its name, and the columns that it has even while no row has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
}

impl Table {
    /// A table of which nothing is known but its name.
    pub fn new(name: impl Into<String>) -> Table {
        Table { name: name.into(), columns: Vec::new() }
    }

    /// With a column that it has even if no row does, such as its key.
    #[must_use]
    pub fn with_column(mut self, name: impl Into<String>) -> Table {
        self.columns.push(name.into());
        self
    }

    /// With the columns of its key.
    #[must_use]
    pub fn with_key(mut self, key: &Key) -> Table {
        self.columns.extend_from_slice(key);
        self
    }
}
