use anechoic_model::Promise;
use std::borrow::Cow;

/// What a trace tells of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The trace shows that it was kept.
    Holds,
    /// The trace does not show enough.
    CannotTell,
    /// The trace shows that it was broken.
    Violated,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::CannotTell => "cannot tell",
            Verdict::Violated => "violated",
        }
    }
}

/// A verdict, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub why: Cow<'static, str>,
    /// Whether it would be violated if a file that does not say where it ends was all there was.
    pub is_so_far: bool,
}

impl Judged {
    pub(crate) fn holds(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::Holds, why: why.into(), is_so_far: false }
    }

    pub(crate) fn unknown(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::CannotTell, why: why.into(), is_so_far: false }
    }

    pub(crate) fn violated(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::Violated, why: why.into(), is_so_far: false }
    }
}

/// The verdict on each promise, in the order of [`Promise::ALL`].
pub type Verdicts = [Judged; Promise::ALL.len()];
