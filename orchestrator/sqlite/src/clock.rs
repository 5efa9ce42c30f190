use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// The system's time, but never earlier than it was: if the system's clock jumps back, this one stands still until it
/// has caught up.
#[derive(Debug)]
pub(crate) struct SteadyClock {
    latest: Mutex<Timestamp>,
}

impl SteadyClock {
    pub(crate) fn new() -> SteadyClock {
        SteadyClock { latest: Mutex::new(Timestamp::now()) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at(Timestamp::now())
    }

    /// The time, if the system's clock shows this.
    fn at(&self, now: Timestamp) -> Timestamp {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = now.max(*latest);
        *latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn time_stands_still_while_the_system_catches_up() {
        let clock = SteadyClock::new();
        let hour = SignedDuration::from_hours(1);
        let later = clock.now() + hour;
        assert_eq!(clock.at(later), later);
        assert_eq!(clock.at(later - hour), later);
        assert_eq!(clock.at(later + hour), later + hour);
    }
}
