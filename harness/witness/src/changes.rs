//! Changes of rows, carried out in their order, and what must never be looked for after each.
use crate::witness::Witness;
use anechoic_rows::{Found, Object, When};
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

impl Witness {
    /// Carries out all changes. Those that follow one another at one and the same time may be one transaction, and are one
    /// step: what is between them may never have been.
    pub(crate) fn change(&mut self, go_on: &mut dyn FnMut() -> bool) -> Vec<OnTheWay> {
        let mut on_the_way = self.orders();
        let mut all = Vec::new();
        for (table, held) in self.tables.values_mut().enumerate() {
            if held.has_rows() && !held.changes.is_empty() {
                held.doubts
                    .misleads
                    .add("the input has both rows and changes of it, and nothing tells which are later");
            }
            all.extend(held.changes.drain(..).map(|change| (table, Some(change))));
        }
        let moments: Vec<Moment> =
            all.iter().flat_map(|(_, change)| change).map(|change| change.moment.clone()).collect();
        let steps = order(&moments);
        let mut changed = BTreeSet::new();
        for (done, at) in steps.iter().enumerate() {
            let (table, Some(change)) = (all[*at].0, all[*at].1.take()) else { continue };
            let Some((name, held)) = self.tables.get_index_mut(table) else { continue };
            let was_there = held.change(&mut self.rows, name, &change);
            if !was_there && !change.is_new {
                let at = &change.at;
                held.doubts.lacks.add(format!(
                    "its changes begin in the middle: {at} changes a row that was there before"
                ));
            }
            changed.insert(table);
            let next = steps.get(done + 1).map(|next| &moments[*next]);
            if change.moment.time.is_some() && next.is_some_and(|next| next.time == change.moment.time) {
                continue;
            }
            self.look(
                &mut on_the_way,
                &std::mem::take(&mut changed),
                &change.at,
                (done + 1, steps.len()),
                go_on,
            );
        }
        on_the_way
    }

    /// Asks what must never be, if it is about a table that changed.
    fn look(
        &mut self,
        on_the_way: &mut [OnTheWay],
        changed: &BTreeSet<usize>,
        at: &Place,
        (done, of): (usize, usize),
        go_on: &mut dyn FnMut() -> bool,
    ) {
        for (promise, on_the_way) in on_the_way.iter_mut().enumerate() {
            let is_about =
                |name: &str| self.tables.get_index_of(name).is_some_and(|table| changed.contains(&table));
            let is_never = self.config.promises[promise].when == When::Never;
            let is_open = on_the_way.broken.is_none() && on_the_way.unseen.is_none();
            let query = self.queries[promise];
            if !is_never || !is_open || !self.rows.tables_of(query).any(is_about) {
                continue;
            }
            if !go_on() {
                on_the_way.unseen =
                    Some(format!("the time ended after {done} of {of} changes; --max-time gives more"));
                continue;
            }
            // An error is told of the end, where it is the same.
            if let Ok(found) = self.rows.ask(query)
                && !found.is_empty()
            {
                on_the_way.broken = Some((found.clone(), at.clone()));
            }
        }
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
