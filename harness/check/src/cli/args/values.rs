//! Values of options, by name.
use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Annotations {
    /// GitHub's workflow commands
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Search {
    /// Every run, but for what would show nothing new
    Exhaustive,
    /// Every run
    Naive,
    /// A sample, every way with the same probability
    Random,
    /// A sample in which priorities change a few times: good at orders that are rare
    Pct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Reduce {
    /// Nothing
    None,
    /// What a run has in common with the one before; every run is made all the same
    Beginning,
    /// What follows a state that was met before
    State,
    /// What differs in the order of operations that do not conflict
    Sleep,
    /// States, and which of several interchangeable callers it is
    Symmetry,
    /// All of these
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    Text,
    /// For machines: anechoic.check/2
    Json,
}
