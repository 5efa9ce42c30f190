//! The one door for chance: whatever is not determined is asked here, and a run is the list of the answers.

/// A point at which a run could go on in more than one way, or in one.
pub trait Point {
    /// How many ways there are; never zero.
    fn ways(&self) -> usize;

    /// What a way is called. Within one point, no two ways are called the same.
    fn label(&self, way: usize) -> String;

    /// What a way costs.
    fn cost(&self, way: usize) -> Cost;

    /// How many faults the run has had so far.
    fn faults(&self) -> u32;

    /// What the run's future depends on, besides the faults it has had. Runs that meet in one state go on alike.
    /// With `symmetry`, states that differ only in which of several interchangeable actors did what count as one.
    /// None if the subject cannot tell: then every run is a world of its own.
    fn state(&self, symmetry: bool) -> Option<u128>;

    /// Who stepped last; what a context switch would be is a matter of this and the state.
    fn last(&self) -> Option<usize>;
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

    /// Whether [`Outcome::end_state`](crate::Outcome::end_state) is wanted; it costs some time.
    fn wants_end_state(&self) -> bool {
        false
    }
}
