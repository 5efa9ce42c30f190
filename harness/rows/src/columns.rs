//! The columns of a table: which there are, and why.
use std::collections::HashMap;

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name in SQL.
    pub(crate) name: String,
    pub(crate) why: Why,
    /// The names under which rows had it; SQL does not tell apart what differs only by letter case.
    pub(crate) spelt: Vec<String>,
}

/// Why there is a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It was declared, or a row had it.
    Own,
    /// A query says that its table has it.
    Named,
    /// A query names it, and it may be of any of these tables; as long as no row of any has it, this one does.
    Guessed(Vec<usize>),
}

/// The columns of a table.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    all: Vec<Column>,
    /// Where each is, by every name under which rows have it.
    by_spelling: HashMap<String, usize>,
}

/// How a member of a row finds its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// There it is.
    At(usize),
    /// Another member has its name, but for the letter case: it is kept nowhere.
    Twin,
    /// There is none yet.
    New,
}

impl Columns {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Column> {
        self.all.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Column> {
        self.all.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Adds a column.
    pub(crate) fn add(&mut self, name: &str, why: Why) {
        self.all.push(Column { name: name.into(), why, spelt: Vec::new() });
    }

    /// A column is there for a better reason than before.
    pub(crate) fn because(&mut self, name: &str, why: Why) {
        if let Some(column) = self.all.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name)) {
            column.why = why;
        }
    }

    /// Takes a column away.
    pub(crate) fn drop(&mut self, name: &str) {
        self.all.retain(|column| !column.name.eq_ignore_ascii_case(name));
        self.by_spelling.clear();
        for (at, column) in self.all.iter().enumerate() {
            self.by_spelling.extend(column.spelt.first().map(|spelt| (spelt.clone(), at)));
        }
    }

    /// Where a member of a row goes. `is_first` gets to know if no row had it before.
    pub(crate) fn meet(&mut self, member: &str, is_first: &mut bool) -> Met {
        if let Some(at) = self.by_spelling.get(member) {
            return Met::At(*at);
        }
        let Some(at) = self.all.iter().position(|column| column.name.eq_ignore_ascii_case(member)) else {
            return Met::New;
        };
        let column = &mut self.all[at];
        if column.spelt.is_empty() {
            *is_first = true;
            column.spelt.push(member.into());
            self.by_spelling.insert(member.into(), at);
            return Met::At(at);
        }
        if !column.spelt.iter().any(|spelt| spelt == member) {
            column.spelt.push(member.into());
        }
        Met::Twin
    }
}
