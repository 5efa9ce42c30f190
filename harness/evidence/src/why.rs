//! The backward slice of a run: how a broken promise follows, step by step, from what went wrong.
use crate::{
    blame::{blamed, changed},
    grid::said,
};
use anechoic_engine::{Breach, Record, Step, StepKind};
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    iter,
};

/// A step that had to happen, and which others it came from.
pub struct Clause {
    /// The step, by number.
    pub number: u32,
    /// Who did what.
    pub what: String,
    /// Which other steps it came from, and how, in words that cite their numbers.
    pub because: String,
}

/// How one step comes from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// It changed what the other had changed last.
    OnTopOf,
    /// It met what the other had changed.
    Met,
    /// It was made after what its actor had been told in the other.
    After,
    /// It rests on what its actor had asked in the other, before what it meets was done.
    Before,
    /// It belongs to an invocation that began with the other.
    Again,
    /// It is an invocation that the other led to.
    Since,
}

/// Why a promise was broken, from the step that broke it backwards. Nothing, if no step did.
pub fn why(record: &Record, breach: &Breach) -> Vec<Clause> {
    let blamed = blamed(record, breach);
    let Some(root) = record.steps.iter().position(|step| is_shown(step) && step.number == blamed) else {
        return Vec::new();
    };
    let slice = Slice::new(record, root);
    let mut links: BTreeMap<usize, Vec<(Link, usize)>> = BTreeMap::new();
    // What else went wrong is told, too; in a smallest run nothing does so in vain.
    let faults = (0..root).filter(|at| record.steps[*at].fault.is_some());
    let mut open: Vec<usize> = [root].into_iter().chain(faults).collect();
    while let Some(at) = open.pop() {
        if let Entry::Vacant(unasked) = links.entry(at) {
            let from = slice.from(at);
            open.extend(from.iter().map(|(_, from)| *from));
            unasked.insert(from);
        }
    }
    let clause = |(at, links): (usize, Vec<(Link, usize)>)| {
        let step = &record.steps[at];
        let who = step.actor.map(|actor| format!("{}: ", record.actors[actor])).unwrap_or_default();
        let what = format!("{who}{}", said(step));
        Clause { number: step.number, what, because: slice.because(&links) }
    };
    links.into_iter().rev().map(clause).collect()
}

struct Slice<'r> {
    record: &'r Record,
    root: usize,
    /// Of each step, the one before it of the same actor.
    before: Vec<Option<usize>>,
    /// Of each step, that with which its invocation began; the first invocation needs no word.
    began: Vec<Option<usize>>,
}

impl<'r> Slice<'r> {
    fn new(record: &'r Record, root: usize) -> Slice<'r> {
        let (mut before, mut began) = (Vec::new(), Vec::new());
        let (mut last, mut invocations) = (BTreeMap::new(), BTreeMap::new());
        for (at, step) in record.steps.iter().enumerate() {
            before.push(last.insert(step.actor, at));
            began.push(invocations.get(&step.actor).copied());
            if matches!(step.kind, StepKind::Invocation { .. }) {
                invocations.insert(step.actor, at);
            }
        }
        Slice { record, root, before, began }
    }

    /// What a step came from. A step that met another actor's write is explained by that. Only the last step, which broke the
    /// promise, gets every kind of link.
    fn from(&self, at: usize) -> Vec<(Link, usize)> {
        let step = &self.record.steps[at];
        let mut from: Vec<(Link, usize)> = step.met.iter().map(|met| (Link::Met, *met)).collect();
        let is_explained = step.met.iter().any(|met| self.is_foreign(at, *met));
        if at == self.root {
            let below: BTreeSet<usize> = changed(self.record, at)
                .into_iter()
                .filter_map(|column| self.last_change(at, column))
                .collect();
            from.retain(|(_, met)| !below.contains(met));
            from.extend(below.into_iter().map(|below| (Link::OnTopOf, below)));
            from.extend(self.began[at].map(|invocation| (Link::Again, invocation)));
            from.extend(self.decided(at, &from).map(|decided| (Link::Before, decided)));
        }
        if matches!(step.kind, StepKind::Invocation { .. }) {
            from.extend(self.led_to(at).map(|led| (Link::Since, led)));
        } else if at == self.root || !is_explained {
            from.extend(self.heard(at).map(|heard| (Link::After, heard)));
        }
        from.sort_unstable_by_key(|(link, from)| (*from, *link));
        from.dedup_by_key(|(_, from)| *from);
        from
    }

    fn last_change(&self, before: usize, column: usize) -> Option<usize> {
        (0..before).rev().find(|at| changed(self.record, *at).contains(&column))
    }

    /// What this actor had last asked when another changed what it now meets: what it knows is older than that.
    fn decided(&self, at: usize, from: &[(Link, usize)]) -> Option<usize> {
        let met = from.iter().map(|(_, met)| *met).filter(|met| self.is_foreign(at, *met)).max()?;
        let began = self.began[at];
        let asked = |before: &usize| {
            let step = &self.record.steps[*before];
            step.kind == StepKind::Operation && !nods(step)
        };
        self.own(at).take_while(|before| Some(*before) > began).find(asked).filter(|asked| *asked < met)
    }

    /// What this actor last heard, in the same invocation, that told it something.
    fn heard(&self, at: usize) -> Option<usize> {
        let began = self.began[at];
        self.own(at).take_while(|before| Some(*before) > began).find(|before| self.is_telling(*before))
    }

    /// Whether a step told its actor something: no answer, or one that is more than a nod and that others had a part in.
    fn is_telling(&self, at: usize) -> bool {
        let step = &self.record.steps[at];
        step.fault.is_some() || !nods(step) && step.met.iter().any(|met| self.is_foreign(at, *met))
    }

    /// Whether a step is by another actor, or by an earlier invocation.
    fn is_foreign(&self, at: usize, met: usize) -> bool {
        self.record.steps[met].actor != self.record.steps[at].actor || Some(met) < self.began[at]
    }

    /// What ended the invocation before: it went wrong, or said that it cannot go on.
    fn led_to(&self, at: usize) -> Option<usize> {
        let ends = |before: &usize| {
            let step = &self.record.steps[*before];
            step.fault.is_some() || step.kind == StepKind::Note
        };
        self.own(at).find(ends)
    }

    /// The earlier steps of the same actor, the latest first.
    fn own(&self, at: usize) -> impl Iterator<Item = usize> {
        iter::successors(self.before[at], |before| self.before[*before])
    }

    fn because(&self, links: &[(Link, usize)]) -> String {
        let cite = |kind: Link| {
            let of_kind = links.iter().filter(move |(link, _)| *link == kind);
            let numbers: BTreeSet<u32> = of_kind.map(|(_, at)| self.record.steps[*at].number).collect();
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            let word = match kind {
                Link::OnTopOf => "on top of",
                Link::Met => "meets what was done in",
                Link::After => "goes on after",
                Link::Before => "knows only what was so in",
                Link::Again => "runs again since",
                Link::Since => "because of",
            };
            (!numbers.is_empty()).then(|| format!("{word} {}", numbers.join(" and ")))
        };
        let all = [Link::OnTopOf, Link::Met, Link::After, Link::Before, Link::Again, Link::Since];
        all.into_iter().filter_map(cite).collect::<Vec<String>>().join("; ")
    }
}

/// Whether the answer is no more than a nod.
fn nods(step: &Step) -> bool {
    matches!(step.answer.as_str(), "" | "done")
}

fn is_shown(step: &Step) -> bool {
    !matches!(step.kind, StepKind::Choice | StepKind::Note | StepKind::Wait)
}
