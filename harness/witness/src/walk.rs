//! Carries changes out, and looks after each for what must never be.
use crate::{
    absent::may_count_what_is_absent,
    changes::{OnTheWay, Step},
    kept::Pending,
    table::{Store, unusable},
    witness::Witness,
};
use anechoic_rows::When;
use anechoic_traces::Place;
use std::collections::{BTreeSet, HashSet};

/// From the first change to the last.
///
/// To ask after each of n changes costs n times what a query looks through. A query that finds no less in more rows is spared
/// that: if it finds nothing among the rows before some changes together with all that these bring, then nothing on the way. Only
/// where it finds something are the changes halved.
pub(crate) struct Walk<'w> {
    witness: &'w mut Witness,
    on_the_way: Vec<OnTheWay>,
    go_on: &'w mut dyn FnMut() -> bool,
    /// The promises that have to be asked after each change.
    each: Vec<usize>,
    /// How many changes are carried out, and how many there are.
    done: usize,
    of: usize,
}

impl<'w> Walk<'w> {
    pub(crate) fn new(
        witness: &'w mut Witness,
        on_the_way: Vec<OnTheWay>,
        go_on: &'w mut dyn FnMut() -> bool,
    ) -> Walk<'w> {
        Walk { witness, on_the_way, go_on, each: Vec::new(), done: 0, of: 0 }
    }

    /// What was seen on the way.
    pub(crate) fn all(mut self, steps: &[Step<'_>]) -> Vec<OnTheWay> {
        self.of = steps.iter().map(|step| step.len()).sum();
        let promises = &self.witness.config.promises;
        let never = (0..promises.len()).filter(|promise| promises[*promise].when == When::Never);
        let (each, spared) = never.partition(|promise| may_count_what_is_absent(promises[*promise].sql()));
        self.each = each;
        self.learn(steps, &spared);
        self.some(steps, spared);
        self.on_the_way
    }

    /// Carries some changes out. These promises, besides those that have to be asked after each, may be broken on the way.
    fn some(&mut self, steps: &[Step<'_>], mut may_be_broken: Vec<usize>) {
        may_be_broken.retain(|promise| self.is_open(*promise));
        if steps.len() > 1 && !may_be_broken.is_empty() {
            self.spare(steps, &mut may_be_broken);
        }
        self.each.retain(|promise| is_open(&self.on_the_way[*promise]));
        if may_be_broken.is_empty() && self.each.is_empty() {
            return steps.iter().for_each(|step| {
                self.carry_out(step);
            });
        }
        match steps {
            [] => {}
            [step] => {
                let Some(changed) = self.carry_out(step) else { return };
                let promises: Vec<usize> = self.each.iter().copied().chain(may_be_broken).collect();
                promises.into_iter().for_each(|promise| self.look(promise, &changed));
            }
            steps => {
                let (first, rest) = steps.split_at(steps.len() / 2);
                self.some(first, may_be_broken.clone());
                self.some(rest, may_be_broken);
            }
        }
    }

    fn is_open(&self, promise: usize) -> bool {
        is_open(&self.on_the_way[promise])
    }

    /// Finds out which columns matter to these promises, and which texts no row has: among what the changes bring, too.
    fn learn(&mut self, steps: &[Step<'_>], promises: &[usize]) {
        let places = self.bring(steps);
        let Witness { rows, tables, queries, .. } = &mut *self.witness;
        for (table, column) in promises.iter().flat_map(|promise| rows.columns_of(queries[*promise])) {
            if let Some(held) = tables.get_mut(&table) {
                held.matters.insert(column.to_ascii_lowercase());
            }
        }
        for (on_the_way, query) in self.on_the_way.iter_mut().zip(queries) {
            on_the_way.unheld = rows.unheld(*query);
        }
        self.take_back(&places);
    }

    /// Leaves only those promises whose queries find something among the rows that are there and all that the changes bring.
    fn spare(&mut self, steps: &[Step<'_>], promises: &mut Vec<usize>) {
        let places = self.bring(steps);
        promises.retain(|promise| {
            let Witness { rows, queries, .. } = &mut *self.witness;
            let is_nothing =
                (self.go_on)() && rows.ask(queries[*promise]).is_ok_and(|found| found.is_empty());
            !is_nothing
        });
        self.take_back(&places);
    }

    /// Puts all that changes bring beside the rows that are there, and tells where. Of a row that is there already, or was
    /// brought, nothing is put if all that matters of it is the same.
    fn bring(&mut self, steps: &[Step<'_>]) -> Vec<(usize, i64)> {
        let (mut brought, mut places) = (HashSet::new(), Vec::new());
        for number in steps.iter().copied().flatten() {
            let Some(change) = self.change(*number).filter(|change| !change.is_removed) else { continue };
            let Witness { rows, tables, kept, .. } = &mut *self.witness;
            let Some((name, held)) = tables.get_index(change.table) else { continue };
            let view = held.view(&change);
            // As long as nobody knows what matters, all does.
            let is_known =
                !held.matters.is_empty() && (held.shows(kept, view) || !brought.insert((change.table, view)));
            // Places below zero are nobody's. What cannot be put is told when it is carried out.
            let place = -1 - places.len() as i64;
            if !is_known && rows.put(name, place, Some(&change.object)).is_ok() {
                places.push((change.table, place));
            }
        }
        places
    }

    /// The change of this number. If it cannot be had, no table is what it was.
    fn change(&mut self, number: usize) -> Option<Pending> {
        match self.witness.kept.change(number) {
            Ok(change) => Some(change),
            Err(error) => {
                let why = unusable(&error);
                self.witness.tables.values_mut().for_each(|held| held.doubts.misleads.add(why.clone()));
                None
            }
        }
    }

    fn take_back(&mut self, places: &[(usize, i64)]) {
        let Witness { rows, tables, .. } = &mut *self.witness;
        for (table, place) in places {
            if let Some((name, held)) = tables.get_index_mut(*table)
                && let Err(error) = rows.put(name, *place, None)
            {
                held.doubts.misleads.add(error.to_string());
            }
        }
    }

    /// Carries a step out, and tells what it changed.
    fn carry_out(&mut self, step: Step<'_>) -> Option<Changed> {
        let mut changed: Option<Changed> = None;
        for number in step {
            let Some(change) = self.change(*number) else { continue };
            let Witness { rows, tables, kept, .. } = &mut *self.witness;
            let Some((name, held)) = tables.get_index_mut(change.table) else { continue };
            let was_there = held.change(&mut Store { rows, kept }, name, &change);
            if !was_there && !change.is_new {
                let at = &change.at;
                let why =
                    format!("its changes begin in the middle: {at} changes a row that was there before");
                held.doubts.lacks.add(why);
            }
            self.done += 1;
            let mut tables = changed.take().map(|changed| changed.tables).unwrap_or_default();
            tables.insert(change.table);
            changed = Some(Changed { tables, last: change.at });
        }
        changed
    }

    /// Asks what must never be, if it is about a table that changed.
    fn look(&mut self, promise: usize, changed: &Changed) {
        let Witness { rows, tables, queries, .. } = &mut *self.witness;
        let query = queries[promise];
        let is_about =
            |name: &str| tables.get_index_of(name).is_some_and(|table| changed.tables.contains(&table));
        if !rows.tables_of(query).any(is_about) {
            return;
        }
        let on_the_way = &mut self.on_the_way[promise];
        if !(self.go_on)() {
            let (done, of) = (self.done, self.of);
            on_the_way.unseen =
                Some(format!("the time ended after {done} of {of} changes; --max-time gives more"));
            return;
        }
        // An error is told of the end, where it is the same.
        if let Some(found) = rows.ask(query).ok().filter(|found| !found.is_empty()) {
            on_the_way.broken = Some((found.clone(), changed.last.clone()));
        }
    }
}

/// What a step changed.
struct Changed {
    tables: BTreeSet<usize>,
    /// Where its last change is.
    last: Place,
}

/// Whether a promise is still to be looked at.
fn is_open(on_the_way: &OnTheWay) -> bool {
    on_the_way.broken.is_none() && on_the_way.unseen.is_none()
}
