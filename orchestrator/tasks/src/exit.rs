/// How the command ends. The numbers are part of its interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done as asked.
    Done = 0,
    /// The task has ended, or stands, otherwise than was asked; or a service refused.
    Otherwise = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// No answer came, the disk is full, or another process goes on instead. Nothing is lost: ask again.
    NoAnswer = 3,
    /// A file cannot be used, or is not what it should be.
    Unreadable = 4,
    /// There is no such task.
    UnknownTask = 5,
    /// The clock and the file disagree on the time, or the clock shows none.
    WrongClock = 6,
    /// The fault is ours.
    OurBug = 70,
    /// Stopped by SIGHUP.
    HungUp = 129,
    /// Stopped by SIGINT.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}
