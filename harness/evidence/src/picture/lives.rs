//! The lines of life: of an actor that died, broken until it is invoked again.
use super::{
    Name,
    places::{LONGEST_NAME, Places, name_width},
    row::{DIES, dies, lands},
    shapes::{Stroke, cut, line},
};
use crate::Grid;

/// The lines of life, from the names to the lower end.
pub(super) fn lives(grid: &Grid, places: &Places, tops: &[i32], end: i32) -> Vec<Stroke> {
    let begin = 30;
    let mut lives = Vec::new();
    for (actor, x) in places.actors.iter().enumerate() {
        let (mut from, mut is_alive) = (begin, true);
        for (row, top) in grid.rows.iter().zip(tops).filter(|(row, _)| row.actor == Some(actor)) {
            if is_alive && dies(row) {
                lives.push(line("life", &[(*x, from), (*x, top + DIES)]));
                (from, is_alive) = (top + DIES, false);
            } else if !is_alive && !lands(row) && row.is_step {
                lives.push(line("dead", &[(*x, from), (*x, *top)]));
                (from, is_alive) = (*top, true);
            }
        }
        lives.push(line(if is_alive { "life" } else { "dead" }, &[(*x, from), (*x, end)]));
    }
    for x in places.runtime.iter().chain(&places.stores) {
        lives.push(line("life store", &[(*x, begin), (*x, end)]));
    }
    lives
}

/// The names above the lines of life, at this height.
pub(super) fn heads(grid: &Grid, places: &Places, y: i32) -> Vec<Name> {
    let name = |(text, x): (&String, &i32), is_store| Name {
        x: *x,
        y,
        width: name_width(text),
        text: cut(text, LONGEST_NAME),
        full: text.clone(),
        is_store,
    };
    let runtime = "runtime".to_string();
    let actors = grid.actors.iter().zip(&places.actors).map(|each| name(each, false));
    let runtime = places.runtime.iter().map(|x| name((&runtime, x), true)).collect::<Vec<Name>>();
    let stores = grid.stores.iter().zip(&places.stores).map(|each| name(each, true));
    actors.chain(runtime).chain(stores).collect()
}
