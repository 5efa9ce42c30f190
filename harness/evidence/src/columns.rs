use crate::{Gap, Grid, grid::Row, table, table_within, wrapped_within};
use anechoic_engine::{Breach, Record};

/// The width of what is shown, in characters: the same everywhere, so that it can be compared.
pub const WIDTH: u16 = 100;
/// The width of a small terminal: that of what is shown first.
pub const SCREEN: u16 = 80;

/// Longer runs are shown in part.
const MOST_ROWS: usize = 200;
/// Of these, so many rows from the beginning.
const FIRST_ROWS: usize = 50;

/// Shows a run, up to the step that broke a promise or to its end, as columns of text.
pub fn columns(record: &Record, breach: Option<&Breach>) -> String {
    laid_out(&Grid::new(record, breach).capped(FIRST_ROWS, MOST_ROWS))
}

/// Shows a run up to the step that broke a promise; of one with more rows than `most`, only these steps.
pub fn columns_of(record: &Record, breach: &Breach, steps: &[u32], most: usize) -> String {
    laid_out(&Grid::new(record, Some(breach)).cited(steps, most))
}

/// The same for a small terminal: who acts has no column, nor has each part of the state.
pub fn lines_of(record: &Record, breach: &Breach, steps: &[u32], most: usize) -> String {
    let grid = Grid::new(record, Some(breach)).cited(steps, most);
    let state = grid.state.iter().zip(&grid.initial).map(|(name, cell)| format!("{name} {cell}"));
    let begins = state.filter(|part| !part.ends_with(' ')).collect::<Vec<String>>().join("; ");
    let mut rows = vec![vec!["0".into(), String::new(), begins, String::new()]];
    for at in 0..=grid.rows.len() {
        if let Some(gap) = grid.gap(at) {
            rows.push(vec!["…".into(), left_out(gap), grid.changes_left_out(at)]);
        }
        let Some(row) = grid.rows.get(at) else { break };
        let whose = row.actor.filter(|_| grid.actors.len() > 1);
        let whose = whose.map(|actor| format!("{}: ", grid.actors[actor])).unwrap_or_default();
        rows.push(vec![
            if row.is_step { row.number.to_string() } else { String::new() },
            whose + &row.said,
            grid.changes(at),
            if row.breaks { "◀".into() } else { String::new() },
        ]);
    }
    let given: String = grid.given.iter().map(|given| format!(" given  {given}\n")).collect();
    given + &table_within(SCREEN, Vec::new(), rows) + &rest(&grid, SCREEN)
}

fn laid_out(grid: &Grid) -> String {
    let runtime = grid.has_runtime.then(|| "runtime".to_string());
    let header = ["#".to_string()].into_iter().chain(runtime.clone()).chain(grid.actors.iter().cloned());
    let header = header.chain(grid.state.iter().cloned()).chain([String::new()]);
    let nobody = runtime.iter().chain(&grid.actors).map(|_| String::new());
    let first = ["0".to_string()].into_iter().chain(nobody).chain(grid.initial.iter().cloned());
    let mut rows = vec![first.collect()];
    for at in 0..=grid.rows.len() {
        if let Some(gap) = grid.gap(at) {
            let mut line = vec!["…".to_string(), left_out(gap)];
            line.resize(1 + usize::from(grid.has_runtime) + grid.actors.len(), String::new());
            line.extend(became(&gap.cells, &gap.changed));
            rows.push(line);
        }
        rows.extend(grid.rows.get(at).map(|row| line(grid, row)));
    }
    let mut text: String = grid.given.iter().map(|given| format!(" given  {given}\n")).collect();
    text += &table(header.collect(), rows);
    text + &rest(grid, WIDTH)
}

fn line(grid: &Grid, row: &Row) -> Vec<String> {
    let only_if = |is: bool, text: String| if is { text } else { String::new() };
    let mut line = vec![only_if(row.is_step, row.number.to_string())];
    if grid.has_runtime {
        let whose =
            row.actor.filter(|_| grid.actors.len() > 1).map(|actor| format!("{}: ", grid.actors[actor]));
        line.push(only_if(row.is_runtime, whose.unwrap_or_default() + &row.said));
    }
    let said = |actor| only_if(row.stands_with(&actor), row.said.clone());
    line.extend((0..grid.actors.len()).map(said));
    line.extend(became(&row.cells, &row.changed));
    line.push(only_if(row.breaks, "◀".into()));
    line
}

fn left_out(gap: &Gap) -> String {
    format!("{} rows left out", gap.rows)
}

/// What the state holds now, where that is new.
fn became<'g>(cells: &'g [String], changed: &'g [bool]) -> impl Iterator<Item = String> + 'g {
    cells.iter().zip(changed).map(|(cell, new)| if *new { format!("→ {cell}") } else { String::new() })
}

/// What happened after the promise was broken.
fn rest(grid: &Grid, width: u16) -> String {
    let how = if grid.is_broken_off { "the run cannot go on" } else { "all is quiet" };
    let Some((steps, cells)) = &grid.rest else { return format!(" … and {how}\n") };
    let state = grid.state.iter().zip(cells).map(|(name, cell)| format!("{name} {cell}"));
    let steps = format!("{steps} more step{}", if *steps == 1 { "" } else { "s" });
    let state = state.collect::<Vec<String>>().join(", ");
    wrapped_within(width, " … ", 3, &format!("{steps} until {how}: {state}"))
}
