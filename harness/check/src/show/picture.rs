//! A run as a picture, in SVG: on a page, where each step leads to its row of the table, or as a file by itself.
use super::{View, standing};
use crate::{ReplayFile, replay::Replayed};
use anechoic_evidence::{Clause, Drawn, Grid, Picture, harmless, why, wrapped_within};
use askama::Template;

/// How a picture looks, wherever it is.
pub(super) const STYLE: &str = include_str!("../../templates/picture.css");

/// A run with more rows is drawn in part.
const MOST_ROWS: usize = 200;
/// Of these, so many rows from the beginning.
const FIRST_ROWS: usize = 50;
/// The height of a line of the heading.
const LINE: i32 = 20;

#[derive(Template)]
#[template(path = "picture.svg")]
struct Svg<'p> {
    picture: Picture,
    title: &'p str,
    /// What the names of its parts begin with: no two on a page are called the same.
    id: String,
    style: Option<&'static str>,
    /// What stands above it, where nothing else says it.
    heading: Vec<String>,
    /// How high that is.
    above: i32,
    /// The anchor of each step in the table beside it, if there is one.
    anchors: Option<&'p dyn Fn(u32) -> String>,
}

impl Svg<'_> {
    fn anchor(&self, row: &Drawn) -> Option<String> {
        self.anchors.filter(|_| row.is_step).map(|anchor| anchor(row.number))
    }

    fn heading_at(&self, line: &usize) -> i32 {
        LINE * (*line as i32 + 1) - self.above
    }
}

/// A run on a page.
pub(super) fn on_page(
    (id, title): (String, &str),
    grid: Grid,
    why: &[Clause],
    anchors: &dyn Fn(u32) -> String,
) -> String {
    let picture = laid_out(grid, why);
    written(&Svg { picture, title, id, style: None, heading: Vec::new(), above: 0, anchors: Some(anchors) })
}

/// The run of a report that shows the worst of it; nothing, if none does or it cannot be made again.
pub(super) fn worst(view: View<'_>) -> Option<String> {
    let runs = view.report.shown();
    let (Some(shown), true) = standing::worst(&runs, view.judgement) else { return None };
    let file = &shown.broken.run.replay;
    Some(alone(file, &view.catalogue.again(file).ok()?))
}

/// A run that was made again, as a file.
pub fn alone(file: &ReplayFile, found: &Replayed) -> String {
    let breach = found.breach(&file.promise).or(found.outcome.breaches.first());
    let case = crate::replay::case_name(&file.variant, &file.scenario, " in ");
    let title = match breach {
        Some(breach) => format!("{case} breaks {}", found.name(breach)),
        None => format!("{case} breaks no promise"),
    };
    let grid = Grid::whole(&found.record, breach);
    let given = grid.given.iter().map(|given| format!("given: {given}"));
    let details = breach.map(|breach| breach.detail.clone());
    let heading: Vec<String> = [title.clone()].into_iter().chain(details).chain(given).collect();
    let why = breach.map(|breach| why(&found.record, breach)).unwrap_or_default();
    let mut picture = laid_out(grid, &why);
    let heading = heading.iter().flat_map(|line| broken(line, picture.width)).collect::<Vec<String>>();
    picture.width = picture.width.max(400);
    let above = LINE * (heading.len() as i32) + 14;
    let id = "run".to_string();
    written(&Svg { picture, title: &title, id, style: Some(STYLE), heading, above, anchors: None })
}

fn laid_out(grid: Grid, why: &[Clause]) -> Picture {
    Picture::new(&grid.capped(FIRST_ROWS, MOST_ROWS), &why.iter().map(|clause| clause.number).collect())
}

/// A line of the heading in lines that fit.
fn broken(line: &str, width: i32) -> Vec<String> {
    let most = u16::try_from(width / 8).unwrap_or(0).max(40);
    wrapped_within(most, "", 0, &harmless(line, 600)).lines().map(String::from).collect()
}

fn written(svg: &Svg<'_>) -> String {
    svg.render().expect("a picture in memory can be written")
}
