/// How the command ends. The numbers are part of its interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every promise holds in the whole bound, and every specimen does what it is there for.
    Holds = 0,
    /// A promise is broken.
    Violated = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// Nothing ran, or the budget ended before the search.
    Inconclusive = 3,
    /// A file cannot be read, or is not what it should be.
    Unreadable = 4,
    /// The fault is ours.
    OurBug = 70,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}
