//! Changes of rows, and their order.
use crate::{walk::Walk, witness::Witness};
use anechoic_rows::{Found, Object};
use anechoic_traces::{Moment, Place, order};
use std::collections::BTreeSet;

/// A change that waits for those that came before it.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) moment: Moment,
    pub(crate) at: Place,
    pub(crate) object: Object,
    pub(crate) keys: Vec<String>,
    pub(crate) is_new: bool,
    pub(crate) is_removed: bool,
}

/// What was seen of a promise on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnTheWay {
    /// What broke it first, and the last change before that.
    pub(crate) broken: Option<(Found, Place)>,
    /// Why states on the way were not looked at.
    pub(crate) unseen: Option<String>,
}

/// Changes that are carried out at once, each with its table.
pub(crate) type Step = Vec<(usize, Pending)>;

impl Witness {
    /// Carries out all changes. Those that follow one another at one and the same time may be one transaction, and are one
    /// step: what is between them may never have been.
    pub(crate) fn change(&mut self, go_on: &mut dyn FnMut() -> bool) -> Vec<OnTheWay> {
        let on_the_way = self.orders();
        let mut all = Vec::new();
        for (table, held) in self.tables.values_mut().enumerate() {
            if held.has_rows() && !held.changes.is_empty() {
                let why = "the input has both rows and changes of it, and nothing tells which are later";
                held.doubts.misleads.add(why);
            }
            all.extend(held.changes.drain(..).map(|change| Some((table, change))));
        }
        let moments: Vec<Moment> = all.iter().flatten().map(|(_, change)| change.moment.clone()).collect();
        let mut steps: Vec<Step> = Vec::new();
        let mut time = None;
        for at in order(&moments) {
            let Some(change) = all[at].take() else { continue };
            match steps.last_mut() {
                Some(step) if time.is_some() && time == moments[at].time => step.push(change),
                _ => steps.push(vec![change]),
            }
            time = moments[at].time;
        }
        Walk::new(self, on_the_way, go_on).all(steps)
    }

    /// Whether an order is known among the changes that each promise is about.
    fn orders(&self) -> Vec<OnTheWay> {
        let of_promise = |query| {
            let mut sources = BTreeSet::new();
            let mut names = Vec::new();
            for (name, held) in self.rows.tables_of(query).filter_map(|name| self.tables.get_key_value(name))
            {
                if !held.changes.is_empty() {
                    names.push(name.as_str());
                    sources.extend(
                        held.changes.iter().map(|change| change.moment.order.as_ref().map(|order| order.0)),
                    );
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
            OnTheWay { broken: None, unseen }
        };
        self.queries.iter().map(|query| of_promise(*query)).collect()
    }
}
