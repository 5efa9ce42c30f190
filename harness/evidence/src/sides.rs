//! Two runs side by side.
use crate::{grid::said, harmless};
use anechoic_engine::{Record, Step, StepKind};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What two runs did, or one of them.
pub struct Side {
    /// The step of the first run, and what it was.
    pub left: Option<(u32, String)>,
    /// The same of the second run.
    pub right: Option<(u32, String)>,
    /// Whether the runs part here.
    pub parts: bool,
}

impl Side {
    /// Whether both did the same.
    pub fn is_same(&self) -> bool {
        matches!((&self.left, &self.right), (Some((_, left)), Some((_, right))) if left == right)
    }
}

/// Lays two runs side by side, as far as possible with what they have in common in one line.
pub fn sides(left: &Record, right: &Record) -> Vec<Side> {
    let (left, right) = (lines(left), lines(right));
    let texts = |lines: &[(u32, String)]| lines.iter().map(|(_, text)| text.clone()).collect::<Vec<String>>();
    let mut sides = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &texts(&left), &texts(&right)) {
        let (olds, news) = (op.old_range(), op.new_range());
        for at in 0..olds.len().max(news.len()) {
            let side = |lines: &[(u32, String)], range: &std::ops::Range<usize>| {
                range.clone().nth(at).map(|index| lines[index].clone())
            };
            let parts =
                at == 0 && !matches!(op, DiffOp::Equal { .. }) && !sides.iter().any(|side: &Side| side.parts);
            sides.push(Side { left: side(&left, &olds), right: side(&right, &news), parts });
        }
    }
    sides
}

fn lines(record: &Record) -> Vec<(u32, String)> {
    record.steps.iter().map(|step| (step.number, line(record, step))).collect()
}

fn line(record: &Record, step: &Step) -> String {
    let said = said(step);
    match step.actor {
        None if step.kind == StepKind::Choice => format!("given {said}"),
        None => said,
        Some(actor) => format!("{}: {said}", harmless(&record.actors[actor], 100)),
    }
}
