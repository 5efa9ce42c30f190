//! One row of a run, drawn: each thing that can go wrong has a look of its own.
use super::{
    Drawn,
    places::Places,
    shapes::{At, Label, Stroke, Tip, arrow, cross, cut, dot, line, ring},
};
use crate::{Grid, Row};
use anechoic_engine::{Fault, StepKind};
use std::collections::BTreeSet;

/// Below the upper edge of a row: where its request goes, where its answer comes back, and where its sender dies.
pub(super) const REQUEST: i32 = 20;
const ANSWER: i32 = 42;
const NOD: i32 = 28;
/// The same of a remark.
const REMARK: i32 = 11;
pub(super) const DIES: i32 = 36;

/// Where a write lands that is late.
pub(super) struct Landing {
    /// How far down.
    pub(super) y: i32,
    /// Whether it is never carried out.
    pub(super) is_lost: bool,
}

/// Whether a request is under way for some time.
pub(super) fn is_late(row: &Row) -> bool {
    matches!(row.fault, Some(Fault::LateWrite | Fault::LateAnswer))
}

/// Whether its sender dies.
pub(super) fn dies(row: &Row) -> bool {
    matches!(row.fault, Some(Fault::CrashBefore | Fault::CrashAfter | Fault::LateWrite))
}

/// Whether it is a late write that comes to its end, of which its sender knows nothing.
pub(super) fn lands(row: &Row) -> bool {
    is_request(row) && (row.what.starts_with("late: ") || row.what.starts_with("never carried out: "))
}

fn is_request(row: &Row) -> bool {
    matches!(row.kind, StepKind::Operation | StepKind::Checkpoint)
}

/// The height of a row.
pub(super) fn height(row: &Row) -> i32 {
    match row.answer.is_some() || row.fault.is_some() || row.breaks {
        true => 54,
        false if is_request(row) => 38,
        false => 30,
    }
}

/// Draws a row, by position, given where its write lands, and whether it is where one lands that was seen before.
pub(super) fn drawn(
    grid: &Grid,
    at: usize,
    places: &Places,
    y: i32,
    late: (Option<Landing>, bool),
    causes: &BTreeSet<u32>,
) -> Drawn {
    let row = &grid.rows[at];
    let who = row.actor.map_or("", |actor| &grid.actors[actor]);
    let state = grid.changes(at);
    let full = [format!("{} {who}: {}", row.number, row.said), state.clone()];
    let full = full.into_iter().filter(|part| !part.is_empty()).collect::<Vec<String>>().join("; ");
    let pen = Pen { places, row, y };
    let strokes = if is_request(row) { pen.request(late) } else { pen.other() };
    let mut labels = pen.labels();
    if !state.is_empty() {
        labels.push(Label::new("became", places.state, y + REQUEST - 5, &state, places.most_state));
    }
    if row.breaks {
        labels.push(Label::new("breaks", places.state, y + ANSWER - 4, "◀ breaks the promise", usize::MAX));
    }
    Drawn {
        number: row.number,
        is_step: row.is_step,
        full,
        breaks: row.breaks,
        is_cause: row.is_step && causes.contains(&row.number),
        y,
        height: height(row),
        strokes,
        labels,
    }
}

struct Pen<'p> {
    places: &'p Places,
    row: &'p Row,
    y: i32,
}

impl Pen<'_> {
    /// What is written beside the arrows.
    fn labels(&self) -> Vec<Label> {
        let Pen { places, row, y } = self;
        let class = if matches!(row.kind, StepKind::Note | StepKind::Choice) { "note" } else { "said" };
        let mut labels = vec![Label::new(class, places.said, y + REQUEST - 5, &row.what, places.most_said)];
        let fault = row.fault.map(|fault| format!("⚡ {fault}"));
        let answer = row.answer.as_ref().map(|answer| format!("⇒ {answer}"));
        let most = places.most_said;
        match (answer, fault) {
            (Some(answer), Some(fault)) => {
                let left = most.saturating_sub(fault.chars().count() + 2);
                labels.push(Label::new(
                    "wrong",
                    places.said,
                    y + ANSWER - 5,
                    &format!("{fault}  {}", cut(&answer, left)),
                    most,
                ));
            }
            (Some(answer), None) => {
                labels.push(Label::new("answer", places.said, y + ANSWER - 5, &answer, most))
            }
            (None, Some(fault)) => {
                labels.push(Label::new("wrong", places.said, y + ANSWER - 5, &fault, most))
            }
            (None, None) => {}
        }
        labels
    }

    /// Where the actor stands, if one has to do with it.
    fn actor(&self) -> Option<i32> {
        self.row.actor.map(|actor| self.places.actors[actor])
    }

    /// Whom a request reaches: the farthest last.
    fn reaches(&self) -> Vec<i32> {
        let mut reaches: Vec<i32> = self.row.reaches.iter().map(|store| self.places.stores[*store]).collect();
        if reaches.is_empty() {
            reaches.extend(self.places.runtime.or(self.places.stores.first().copied()));
        }
        reaches.sort_unstable();
        reaches
    }

    /// Just before the first store: what is late waits here.
    fn shore(&self) -> i32 {
        self.places.shore
    }

    /// A request, and what became of it.
    fn request(&self, (landing, is_landing): (Option<Landing>, bool)) -> Vec<Stroke> {
        let (Some(from), reaches) = (self.actor(), self.reaches()) else { return Vec::new() };
        let Some(to) = reaches.last().copied() else { return Vec::new() };
        let go = self.y + REQUEST;
        if lands(self.row) {
            return if is_landing { Vec::new() } else { self.unseen(to) };
        }
        let sent = |tip| {
            let mut strokes = arrow("request", &[(from, go), (to, go)], tip);
            strokes.extend(reaches.iter().filter(|x| **x != to).map(|x| dot((*x, go))));
            strokes
        };
        let dies = || cross((from, self.y + DIES));
        let mut strokes = match self.row.fault {
            Some(Fault::Rejected) => arrow("request", &[(from, go), (self.shore(), go)], Tip::Cross),
            Some(Fault::CrashBefore) => return vec![dies()],
            Some(Fault::LateWrite | Fault::LateAnswer) => self.late(from, to, landing),
            Some(Fault::TornBatch) => sent(Tip::Hollow),
            _ => sent(Tip::Filled),
        };
        match self.row.fault {
            Some(Fault::CrashAfter | Fault::LateWrite) => strokes.push(dies()),
            Some(Fault::Rejected | Fault::LateAnswer | Fault::CrashBefore) => {}
            Some(Fault::LostAcknowledgement | Fault::TornBatch) => {
                let back = self.y + ANSWER;
                strokes.extend(arrow("answer", &[(to, back), (self.places.said - 12, back)], Tip::Cross));
            }
            Some(Fault::StaleRead) => strokes.extend(self.out_of_date(from, to)),
            Some(Fault::Refused | Fault::DuplicateInvocation) | None => {
                let is_nod = self.row.answer.is_none() && self.row.fault.is_none();
                let back = self.y + if is_nod { NOD } else { ANSWER };
                strokes.extend(arrow("answer", &[(to, back), (from, back)], Tip::Filled));
            }
        }
        strokes
    }

    /// A write that is under way until it lands, if it does.
    fn late(&self, from: i32, to: i32, landing: Option<Landing>) -> Vec<Stroke> {
        let (go, shore) = (self.y + REQUEST, self.shore() - 14);
        let begins: [At; 2] = [(from, go), (shore, go)];
        match landing {
            Some(Landing { y, is_lost: false }) => {
                arrow("request late", &[begins[0], begins[1], (to, y)], Tip::Filled)
            }
            Some(Landing { y, is_lost: true }) => {
                arrow("request late", &[begins[0], begins[1], (self.shore() + 16, y)], Tip::Cross)
            }
            None => arrow("request late", &[begins[0], begins[1], (self.shore() + 10, go + 26)], Tip::Open),
        }
    }

    /// A write that comes to its end, and of which no fault said that it was under way: nobody waited for it any more.
    fn unseen(&self, to: i32) -> Vec<Stroke> {
        let go = self.y + REQUEST;
        let begins = (self.shore() - 14, go - 14);
        match self.row.what.starts_with("late: ") {
            true => arrow("request late", &[begins, (to, go)], Tip::Filled),
            false => arrow("request late", &[begins, (self.shore() + 16, go)], Tip::Cross),
        }
    }

    /// An answer of an older version: it comes from further up.
    fn out_of_date(&self, from: i32, to: i32) -> Vec<Stroke> {
        let (back, past) = (self.y + ANSWER, (to, self.y + 4));
        let mut strokes =
            arrow("answer stale", &[past, (self.shore() - 14, back), (from, back)], Tip::Filled);
        strokes.push(ring(past));
        strokes
    }

    /// What is no request: the runtime's doing, a remark, a wait, an end.
    fn other(&self) -> Vec<Stroke> {
        let (go, beside) = (self.y + REQUEST, self.y + REMARK);
        let Some(actor) = self.actor() else { return Vec::new() };
        let leads = || line("leader", &[(actor, beside), (self.places.said - 6, beside)]);
        match (self.row.kind, self.places.runtime) {
            (StepKind::End, _) => vec![line("bar", &[(actor - 8, beside), (actor + 8, beside)]), leads()],
            (StepKind::Note | StepKind::Wait | StepKind::Choice, _) => vec![dot((actor, beside)), leads()],
            (_, Some(runtime)) => arrow("runtime", &[(runtime, go), (actor, go)], Tip::Filled),
            (_, None) => vec![dot((actor, beside)), leads()],
        }
    }
}
