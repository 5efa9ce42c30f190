//! How far the requests of a run have come.
use crate::{Text, requests::Requests};
use std::{collections::BTreeMap, fmt};

/// The requests of a run, by kind: how many are done, refused and open. Those of a kind are interchangeable, so which they are
/// does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Standing(pub(super) Vec<Kind>);

/// The requests of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind {
    pub(super) name: Text,
    /// How many there could be.
    pub(super) count: usize,
    pub(super) done: usize,
    pub(super) refused: usize,
    /// Begun, and neither.
    pub(super) open: usize,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stand {
    Open,
    Refused,
    Done,
}

impl Standing {
    /// Nobody has asked for anything.
    pub(super) fn none(requests: &[Requests]) -> Standing {
        let kind = |requests: &Requests| Kind::none(requests.name.clone(), requests.count);
        Standing(requests.iter().map(kind).collect())
    }

    /// Whether there is a request of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|kind| kind.name == name)
    }

    /// Takes the service's word for whether these requests are done.
    pub(super) fn tell(&mut self, done: &BTreeMap<Text, bool>) {
        for (name, is_done) in done {
            let at = self.0.iter().position(|kind| kind.name == *name).unwrap_or_else(|| {
                // Whoever carries it, it was asked for.
                self.0.push(Kind { open: 1, ..Kind::none(name.clone(), 1) });
                self.0.len() - 1
            });
            let kind = &mut self.0[at];
            (kind.done, kind.refused, kind.open) =
                if *is_done { (kind.count, 0, 0) } else { (0, 0, kind.begun()) };
        }
    }

    /// Whether what is done in a run is done here, too, and what was refused in it is refused here or was never asked.
    pub(super) fn allows(&self, run: &Standing) -> bool {
        let fits = |(own, other): (&Kind, &Kind)| {
            own.done >= other.done && own.refused + own.count - own.begun() >= other.refused
        };
        self.0.len() == run.0.len() && self.0.iter().zip(&run.0).all(fits)
    }

    /// Whether anything was asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.0.iter().any(|kind| kind.begun() > 0)
    }

    /// How many requests were asked for.
    pub(super) fn begun(&self) -> usize {
        self.0.iter().map(Kind::begun).sum()
    }

    /// Whether some request of this name is done.
    pub(super) fn is_done(&self, name: &str) -> bool {
        self.0.iter().any(|kind| kind.name == name && kind.done > 0)
    }

    /// Whether anything that was asked for is done or refused.
    pub(super) fn is_answered(&self) -> bool {
        self.0.iter().any(|kind| kind.done + kind.refused > 0)
    }

    /// Whether fewer requests are done here than in a run.
    pub(super) fn is_less_done(&self, run: &Standing) -> bool {
        let done = |standing: &Standing| standing.0.iter().map(|kind| kind.done).sum::<usize>();
        done(self) < done(run)
    }

    /// Whether more requests are done here than in a run, which refuses more.
    pub(super) fn is_done_where_refused(&self, run: &Standing) -> bool {
        let all = |standing: &Standing, of: fn(&Kind) -> usize| standing.0.iter().map(of).sum::<usize>();
        all(self, |kind| kind.done) > all(run, |kind| kind.done)
            && all(self, |kind| kind.refused) < all(run, |kind| kind.refused)
    }

    /// Whether as many requests as were begun in a run are done or refused here.
    pub(super) fn closes_as_many(&self, run: &Standing) -> bool {
        self.0.iter().zip(&run.0).all(|(own, other)| own.done + own.refused >= other.begun())
    }

    /// Whether as many requests as are done in a run were at least begun here.
    pub(super) fn begins_as_many(&self, run: &Standing) -> bool {
        self.0.len() == run.0.len() && self.0.iter().zip(&run.0).all(|(own, other)| own.begun() >= other.done)
    }
}

impl Kind {
    fn none(name: Text, count: usize) -> Kind {
        Kind { name, count, done: 0, refused: 0, open: 0 }
    }

    fn begun(&self) -> usize {
        self.done + self.refused + self.open
    }

    pub(super) fn add(&mut self, stand: Stand) {
        match stand {
            Stand::Done => self.done += 1,
            Stand::Refused => self.refused += 1,
            Stand::Open => self.open += 1,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for Kind { name, count, done, refused, open } in &self.0 {
            for (number, word) in [(done, "done"), (refused, "refused"), (open, "open")] {
                match (*number, *count) {
                    (0, _) => {}
                    (_, 1) => parts.push(format!("{name} {word}")),
                    (number, _) => parts.push(format!("{number} {name} {word}")),
                }
            }
        }
        if parts.is_empty() { f.write_str("nothing asked") } else { f.write_str(&parts.join(", ")) }
    }
}
