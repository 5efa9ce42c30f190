use crate::Faults;

/// How much may happen in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// How many faults at most.
    pub faults: u32,
    /// Of which kinds.
    pub kinds: Faults,
    /// How often a caller that died or got an error is invoked again, and a failed step of a durable execution is tried
    /// again at most. An invocation of a durable execution that dies is always followed by another.
    pub retries: u32,
}

impl Bound {
    /// Every kind of fault, this many at most, and as many retries, one at least: with fewer, a caller that meets every fault would
    /// end without having been well.
    pub const fn faults(faults: u32) -> Bound {
        Bound { faults, kinds: Faults::ALL, retries: if faults > 1 { faults } else { 1 } }
    }
}
