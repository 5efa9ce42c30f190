use crate::Text;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What is compared of a run that is over.
#[derive(Debug, Default)]
pub struct Seen {
    cells: Observed,
    /// The requests of which the service says whether they are done.
    pub(super) done: BTreeMap<Text, bool>,
    ignored: BTreeSet<Text>,
}

/// What a run is known by in the end: cells with a name and a value each.
pub(super) type Observed = Vec<(Text, String)>;

impl Seen {
    /// Shows a value. Of names that were [drawn](crate::Client::fresh), only which are the same counts.
    pub fn cell(&mut self, name: impl Into<Text>, value: impl fmt::Debug) {
        self.cells.push((name.into(), format!("{value:?}")));
    }

    /// Shows these cells.
    pub fn cells(&mut self, cells: Vec<(Text, String)>) {
        self.cells.extend(cells);
    }

    /// The service tells whether a request is done, since no answer does: its message is gone, its mail is sent. If nobody
    /// [carries](crate::Room::carriers) anything, a name that no request has is a mistake, and the check is inconclusive.
    pub fn done(&mut self, request: impl Into<Text>, is_done: bool) {
        self.done.insert(request.into(), is_done);
    }

    /// Does not compare the cell of this name: a lease, a counter of turns. The report says so.
    pub fn ignore(&mut self, name: impl Into<Text>) {
        self.ignored.insert(name.into());
    }

    /// What is compared, what is not, and what was to be ignored and is not there.
    pub(super) fn sorted(mut self) -> (Observed, BTreeSet<Text>, BTreeSet<Text>) {
        let ignored = std::mem::take(&mut self.ignored);
        let mut names = Vec::new();
        let mut unknown = ignored.clone();
        self.cells.retain(|(name, _)| {
            unknown.remove(name);
            !ignored.contains(name)
        });
        for (_, cell) in &mut self.cells {
            *cell = by_sameness(cell, &mut names);
        }
        (self.cells, ignored, unknown)
    }
}

/// The same text, in which drawn names are numbered in the order in which they come.
fn by_sameness(cell: &str, names: &mut Vec<String>) -> String {
    const DRAWN: [&str; 2] = ["Fresh { ", "Session { "];
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = DRAWN.iter().filter_map(|drawn| rest.find(drawn)).min() {
        let Some(length) = rest[at..].find('}') else { break };
        let name = &rest[at..=at + length];
        let number = names.iter().position(|known| known == name).unwrap_or_else(|| {
            names.push(name.into());
            names.len() - 1
        });
        text += &rest[..at];
        text += &format!("#{}", number + 1);
        rest = &rest[at + length + 1..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fresh;

    #[test]
    fn drawn_names_count_by_sameness() {
        let shown = |names: [(u32, u32); 3]| {
            let mut seen = Seen::default();
            let [one, two, three] = names.map(|(owner, number)| Fresh { owner, number });
            seen.cell("rows", vec![one, two]);
            seen.cell("last", three);
            seen.sorted().0
        };
        assert_eq!(shown([(0, 1), (1, 1), (0, 1)]), shown([(5, 2), (0, 1), (5, 2)]));
        assert_ne!(shown([(0, 1), (1, 1), (0, 1)]), shown([(0, 1), (1, 1), (1, 1)]));
        assert_eq!(shown([(0, 1), (1, 1), (1, 1)])[1].1, "#2");
    }

    #[test]
    fn what_is_ignored_is_not_compared_and_what_is_not_there_is_told() {
        let mut seen = Seen::default();
        seen.cells(vec![("lock".into(), "a".into()), ("mails".into(), "1".into())]);
        seen.ignore("lock");
        seen.ignore("lease");
        let (cells, ignored, unknown) = seen.sorted();
        assert_eq!(cells, [("mails".into(), "1".to_string())]);
        assert_eq!((ignored.len(), unknown), (2, BTreeSet::from(["lease".into()])));
    }
}
