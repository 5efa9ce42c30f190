//! Changes of rows, and their order.
use crate::{walk::Walk, witness::Witness};
use anechoic_rows::{AskError, Found, Unheld};
use anechoic_traces::{Place, order};
use std::collections::BTreeSet;

/// What was seen of a promise on the way.
#[derive(Clone, Debug)]
pub(crate) struct OnTheWay {
    /// What broke it first, and the last change before that.
    pub(crate) broken: Option<(Found, Place)>,
    /// Why states on the way were not looked at.
    pub(crate) unseen: Option<String>,
    /// The texts that its query compares columns with and that no row had there at any time.
    pub(crate) unheld: Result<Vec<Unheld>, AskError>,
}

impl Default for OnTheWay {
    fn default() -> OnTheWay {
        OnTheWay { broken: None, unseen: None, unheld: Ok(Vec::new()) }
    }
}

/// Changes that are carried out at once, by their numbers.
pub(crate) type Step<'o> = &'o [usize];

impl Witness {
    /// Carries out all changes. Those that follow one another at one and the same time may be one transaction, and are one
    /// step: what is between them may never have been.
    pub(crate) fn change(&mut self, go_on: &mut dyn FnMut() -> bool) -> Vec<OnTheWay> {
        let on_the_way = self.orders();
        for held in self.tables.values_mut() {
            if held.has_rows() && !held.ordered_by.is_empty() {
                let why = "the input has both rows and changes of it, and nothing tells which are later";
                held.doubts.misleads.add(why);
            }
        }
        let moments = std::mem::take(&mut self.moments);
        let order = order(&moments);
        let is_one = |one: &usize, next: &usize| {
            let time = moments[*one].time;
            time.is_some() && time == moments[*next].time
        };
        let steps: Vec<Step<'_>> = order.chunk_by(is_one).collect();
        Walk::new(self, on_the_way, go_on).all(&steps)
    }

    /// Whether an order is known among the changes that each promise is about.
    fn orders(&self) -> Vec<OnTheWay> {
        let of_promise = |query| {
            let mut sources: BTreeSet<Option<u32>> = BTreeSet::new();
            let mut names = Vec::new();
            for (name, held) in self.rows.tables_of(query).filter_map(|name| self.tables.get_key_value(name))
            {
                if !held.ordered_by.is_empty() {
                    names.push(name.as_str());
                    sources.extend(&held.ordered_by);
                }
            }
            let names = names.join(" and ");
            let unseen = match sources.len() {
                0 => None,
                _ if sources.contains(&None) => Some(format!("nothing numbers the changes of {names}")),
                1 => None,
                _ => Some(format!(
                    "no order is known between the changes of {names}, which several streams number"
                )),
            };
            let unseen = unseen.map(|why| format!("{why}, so only what they lead to was looked at"));
            OnTheWay { unseen, ..OnTheWay::default() }
        };
        self.queries.iter().map(|query| of_promise(*query)).collect()
    }
}
