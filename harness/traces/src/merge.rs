use crate::{Line, Sequence};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// When something was, as far as its source tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// In which file it was read, by number.
    pub file: u32,
    /// The time.
    pub time: Option<Timestamp>,
    /// Whose numbers it is ordered by, by number, and its own; most records have none.
    pub order: Option<Box<(u32, Sequence)>>,
}

/// Puts moments, given as they were read, into one order: by time, and where a source numbers its records, by its
/// numbers. Tells their positions.
///
/// A record never comes before one with a smaller number of the same source, whatever their times say. What is of one
/// time stays as it was read, and what tells no time stays where it was read.
pub fn order(moments: &[Moment]) -> Vec<usize> {
    let mut keys: Vec<(Timestamp, usize)> = Vec::with_capacity(moments.len());
    let mut by_source: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, moment) in moments.iter().enumerate() {
        let before = at.checked_sub(1).filter(|before| moments[*before].file == moment.file);
        let inherited = before.map_or(Timestamp::MIN, |before| keys[before].0);
        keys.push((moment.time.unwrap_or(inherited), at));
        if let Some(order) = &moment.order {
            by_source.entry(order.0).or_default().push(at);
        }
    }
    for positions in by_source.into_values() {
        let mut numbered = positions.clone();
        numbered.sort_by_key(|at| moments[*at].order.as_ref().map(|order| order.1));
        let mut latest = Timestamp::MIN;
        // They share their places among themselves by their numbers.
        for (at, position) in numbered.into_iter().zip(positions) {
            latest = latest.max(keys[at].0);
            keys[at] = (latest, position);
        }
    }
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by_key(|at| keys[*at]);
    order
}

/// Puts the lines of several files into one order.
pub fn merge(lines: Vec<Line>) -> Vec<Line> {
    let (mut files, mut sources) = (HashMap::new(), HashMap::new());
    let moment = |line: &Line| {
        let next = files.len() as u32;
        let file = *files.entry(line.place.file.clone()).or_insert(next);
        let order = line.order.as_ref().map(|(whose, number)| {
            let next = sources.len() as u32;
            Box::new((*sources.entry(whose.clone()).or_insert(next), *number))
        });
        Moment { file, time: line.time.map(|(time, _)| time), order }
    };
    let moments: Vec<Moment> = lines.iter().map(moment).collect();
    let mut lines: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    order(&moments).into_iter().filter_map(|at| lines[at].take()).collect()
}
