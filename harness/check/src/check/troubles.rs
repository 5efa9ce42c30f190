//! The versions that have a report of their own, against every kind of trouble by itself.
use super::{Clockwork, Request, jobs};
use crate::{
    Case, OpenError, Situation, catalogue,
    report::{Asked, Trouble as Cell},
};
use anechoic_engine::search::{Exhaustive, Findings};
use std::collections::BTreeSet;

/// One kind of trouble for one version: the situations that have it.
struct Row<'c> {
    variant: &'c str,
    kind: &'c catalogue::Trouble,
    tried: Vec<(&'c Case, Situation)>,
}

/// Every version that is not brief, against every kind of trouble that can come in the bound.
pub(super) fn troubles(
    request: &Request<'_>,
    asked: &Asked,
    clockwork: &Clockwork<'_>,
) -> Result<Vec<Cell>, OpenError> {
    let catalogue = request.catalogue;
    let mut rows: Vec<(usize, Row<'_>)> = Vec::new();
    for variant in asked.variants.iter().filter(|variant| !variant.is_brief) {
        for kind in &catalogue.troubles.kinds {
            let situations = kind.situations(&request.asked);
            // A row of scenarios that are not asked for would be another's.
            if !situations.iter().all(|(scenario, _)| asked.scenarios.iter().any(|name| **name == **scenario))
            {
                continue;
            }
            let tried: Vec<_> = situations
                .into_iter()
                .filter_map(|(scenario, at)| Some((catalogue.case(&scenario, &variant.name)?, at)))
                .collect();
            if !tried.is_empty() {
                rows.push((rows.len(), Row { variant: &variant.name, kind, tried }));
            }
        }
    }
    // Code first: it is what is asked about.
    let is_specimen = |name: &str| asked.variant(name).is_some_and(|variant| variant.is_specimen());
    rows.sort_by_key(|(_, row)| is_specimen(row.variant));
    clockwork.expects(rows.len());
    let mut cells = Vec::new();
    for (at, cell) in
        jobs::in_parallel(&rows, request.at_once, |(at, row)| (*at, row.try_out(request, clockwork)))
    {
        cells.push((at, cell?));
    }
    cells.sort_by_key(|(at, _)| *at);
    let mut cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
    // What no version can meet is no row. Of a part nobody knows that.
    if request.search.shard().is_none() {
        let is_met = |cell: &Cell| cell.reached || !cell.is_tried();
        let met: BTreeSet<String> =
            cells.iter().filter(|cell| is_met(cell)).map(|cell| cell.trouble.clone()).collect();
        cells.retain(|cell| met.contains(&cell.trouble));
    }
    Ok(cells)
}

impl Row<'_> {
    fn try_out(&self, request: &Request<'_>, clockwork: &Clockwork<'_>) -> Result<Cell, OpenError> {
        let mut cell = Cell {
            variant: self.variant.into(),
            trouble: self.kind.name.clone().into(),
            broken: Default::default(),
            complete: true,
            diverged: None,
            reached: false,
            must_come: self.kind.must_come,
            executions: 0,
        };
        let (shard, most_states) = (request.search.shard(), request.search.most_states());
        let how = Exhaustive { shard, most_states, ..Exhaustive::default() };
        for (case, at) in &self.tried {
            let mut watch = clockwork.watch(format!("{} {}", self.kind.name, self.variant));
            let subject = case.open(at)?;
            let found = match watch.is_over() {
                true => Findings::default(),
                false => how.controlled(&*subject, &mut watch).0,
            };
            cell.complete &= found.complete;
            cell.diverged = cell.diverged.take().or(found.diverged.map(String::from));
            cell.executions += found.executions;
            cell.reached |=
                found.finished > 0 && found.longest > 0 && (at.faults == 0 || !found.faults.is_empty());
            let promises = subject.promises();
            for (promise, way) in found.broken.into_keys() {
                let name = promises[promise].name.clone().into();
                let ways: &mut Vec<String> = cell.broken.entry(name).or_default();
                if !ways.iter().any(|known| *known == way) {
                    ways.push(way.into());
                }
                ways.sort();
            }
        }
        clockwork.has_done_one();
        Ok(cell)
    }
}
