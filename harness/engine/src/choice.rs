//! The one door for chance: whatever is not determined is asked here, and a run is the list of the answers.
use crate::{Fingerprinter, Footprint};
use std::hash::Hash;

/// A point at which a run could go on in more than one way, or in one.
pub trait Point {
    /// How many ways there are; never zero.
    fn ways(&self) -> usize;

    /// What a way is called. Within one point, no two ways are called the same.
    fn label(&self, way: usize) -> String;

    /// What a way is.
    fn way(&self, way: usize) -> Way;

    /// What a way touches. The default, everything, is always right.
    fn footprint(&self, way: usize) -> Footprint {
        let _ = way;
        Footprint::everything()
    }

    /// How many faults the run has had so far.
    fn faults(&self) -> u32;

    /// Whether it lies within a step: what is done there is not settled yet.
    fn is_within(&self) -> bool {
        false
    }

    /// What the run's future depends on, besides the faults it has had. Runs that meet in one state go on alike.
    /// None if the subject cannot tell: then every run is a world of its own.
    fn state(&self) -> Option<State>;
}

/// One way in which a run can go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Who goes, and which of the things it can do this is. As long as nobody else does anything that conflicts with
    /// it, the same actor can do the same thing later, to the same effect. None if that cannot be said.
    pub deed: Option<Deed>,
    /// What it costs.
    pub cost: Cost,
}

/// What an actor can do at some point, by its number among all that it could ever do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The actor, by position.
    pub actor: usize,
    /// Which of its deeds, below [`Deed::KINDS`].
    pub kind: u8,
}

impl Deed {
    /// So many deeds of one actor are told apart.
    pub const KINDS: usize = 64;
}

/// What a way costs. The smallest run is the one with the fewest faults, then the fewest context switches, then
/// the fewest steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// 1 for a fault, 0 for what happens anyway.
    pub faults: u32,
    /// 1 if another actor steps in although the last one could go on.
    pub switches: u32,
}

/// What a run's future depends on, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The fingerprint of all that belongs to everybody.
    pub shared: u128,
    /// The actors, by position.
    pub actors: Vec<ActorState>,
    /// Who stepped last, if it could go on: to go on with another is a context switch.
    pub last: Option<usize>,
}

/// An actor's part of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActorState {
    /// Actors of one class are interchangeable.
    pub class: usize,
    /// The fingerprint of what it knows and owns.
    pub own: u128,
}

impl State {
    /// The fingerprint of the whole. With symmetry, which of several interchangeable actors it was that got somewhere
    /// does not count; who stepped last counts only if that is asked for.
    pub(crate) fn fingerprint(mut self, symmetry: bool, with_last: bool) -> u128 {
        if let Some(last) = self.last.filter(|_| with_last) {
            let own = &mut self.actors[last].own;
            *own = Fingerprinter::of(&(*own, "last"));
        }
        if symmetry {
            self.actors.sort_unstable();
        }
        let mut fingerprinter = Fingerprinter::new();
        self.shared.hash(&mut fingerprinter);
        for actor in &self.actors {
            actor.own.hash(&mut fingerprinter);
        }
        fingerprinter.fingerprint()
    }
}

/// The answer of a [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Go this way.
    Take(usize),
    /// End the run here; there is nothing to be learnt by going on.
    Stop,
}

/// Where choices come from: an exhaustive search, a seed, a file.
pub trait Source {
    /// Chooses how the run goes on.
    fn pick(&mut self, point: &dyn Point) -> Pick;

    /// How many of its first choices are those of the run that the same [`Course`](crate::Course) made before; 0, if the run is
    /// to be made from its start.
    fn shared(&self) -> usize {
        0
    }

    /// The run goes on after this many of the choices that it shares with the one before.
    fn skip(&mut self, choices: usize) {
        let _ = choices;
    }

    /// Whether a later run will part from this one at the point that was asked about last.
    fn comes_back(&self) -> bool {
        false
    }

    /// Whether [`Point::state`] will be asked for, or the run gone on from; if not, what that takes need not be kept.
    fn wants_states(&self) -> bool {
        true
    }

    /// Whether what was found of a run may be taken for another that comes to the same [`Point::state`].
    fn trusts_states(&self) -> bool {
        true
    }

    /// Whether [`Outcome::end_state`](crate::Outcome::end_state) is wanted; it costs some time.
    fn wants_end_state(&self) -> bool {
        false
    }

    /// Whether [`Outcome::coverage`](crate::Outcome::coverage) is wanted; it costs much time.
    fn wants_coverage(&self) -> bool {
        false
    }
}
