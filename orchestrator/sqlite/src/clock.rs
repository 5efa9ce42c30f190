//! Time that does not run backwards, and how far a clock and a file may disagree.
use crate::Problem;
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

/// So far the clocks of two processes may differ, or one be set right.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
/// No file rests for longer without anybody having to say that the clock is right.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The system's time, but never earlier than it was: if the system's clock jumps back, this one stands still until it
/// has caught up.
#[derive(Debug)]
pub(crate) struct SteadyClock {
    latest: Mutex<Timestamp>,
}

impl SteadyClock {
    /// A clock, if the system's shows a time.
    pub(crate) fn new() -> Result<SteadyClock, Problem> {
        let now = system_time().ok_or(Problem::NoTime)?;
        Ok(SteadyClock { latest: Mutex::new(now) })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at(system_time())
    }

    /// The time, if the system's clock shows this. One that shows nothing stands still.
    fn at(&self, now: Option<Timestamp>) -> Timestamp {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = now.unwrap_or(*latest).max(*latest);
        *latest
    }
}

/// What the system's clock shows, if it is a time from 1970 to 9999.
fn system_time() -> Option<Timestamp> {
    #[cfg(feature = "faults")]
    let now = crate::faults::system_time();
    #[cfg(not(feature = "faults"))]
    let now = SystemTime::now();
    (now >= SystemTime::UNIX_EPOCH).then(|| Timestamp::try_from(now).ok())?
}

/// Whether a file that was last changed then may be changed now. From an earlier time, what is written would be out of
/// order, and an agent would seem to have been heard in the future; and a time that is much later is more likely a wrong
/// clock, which would keep all others out until then.
pub(crate) fn agree(now: Timestamp, last: Option<Timestamp>) -> Result<(), Problem> {
    let Some(last) = last else { return Ok(()) };
    let rest = now.duration_since(last);
    match () {
        () if rest < -TOLERANCE => Err(Problem::ClockBehind { now, last }),
        () if rest > LONGEST_REST => Err(Problem::ClockAhead { now, last }),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_while_the_system_catches_up_or_shows_none() {
        let clock = SteadyClock::new().expect("a time");
        let hour = SignedDuration::from_hours(1);
        let later = clock.now() + hour;
        assert_eq!(clock.at(Some(later)), later);
        assert_eq!(clock.at(Some(later - hour)), later);
        assert_eq!(clock.at(None), later);
        assert_eq!(clock.at(Some(later + hour)), later + hour);
    }

    #[test]
    fn a_clock_may_be_a_minute_behind_a_file_and_a_year_ahead_of_it() {
        let now: Timestamp = "2026-05-04T20:00:00Z".parse().expect("a time");
        let last = |seconds| Some(now + SignedDuration::from_secs(seconds));
        let day = 24 * 3600;
        assert_eq!(agree(now, None), Ok(()));
        for seconds in [60, 0, -366 * day] {
            assert_eq!(agree(now, last(seconds)), Ok(()), "{seconds}");
        }
        assert!(matches!(agree(now, last(61)), Err(Problem::ClockBehind { .. })));
        assert!(matches!(agree(now, last(-366 * day - 1)), Err(Problem::ClockAhead { .. })));
    }
}
