use std::time::Duration;

/// When a failed step is tried again: as AWS durable execution does by default, from a first delay that can be chosen.
///
/// Before retry n it waits for a random part of `first * 2^(n-1)`, of at most `12 * first`, and at least for a fifth of
/// `first`: with five seconds, from one second to five, ten, twenty, forty and sixty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The longest delay before the first retry.
    pub first: Duration,
    /// How many attempts a step has in all.
    pub attempts: u32,
}

impl Default for Retries {
    /// Six attempts, and up to five seconds before the first retry.
    fn default() -> Retries {
        Retries { first: Duration::from_secs(5), attempts: 6 }
    }
}

impl Retries {
    /// How long to wait when this attempt, counted from 1, has failed, if chance says `luck`, from 0 up to 1. None if it
    /// was the last.
    pub(crate) fn delay_after(&self, attempt: u32, luck: f64) -> Option<Duration> {
        let grown = self.first.saturating_mul(1 << attempt.saturating_sub(1).min(10));
        let most = grown.min(self.first.saturating_mul(12));
        let delay = Duration::try_from_secs_f64(most.as_secs_f64() * luck).unwrap_or(most);
        (attempt < self.attempts).then_some(delay.max(self.first / 5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_has_the_bounds_of_aws() {
        let bounds = |attempt| {
            let of = |luck| Retries::default().delay_after(attempt, luck).expect("a retry").as_secs();
            (of(0.0), of(1.0))
        };
        assert_eq!([1, 2, 3, 4, 5].map(bounds), [(1, 5), (1, 10), (1, 20), (1, 40), (1, 60)]);
        assert_eq!(Retries::default().delay_after(6, 0.5), None);
    }

    #[test]
    fn a_delay_without_end_is_no_panic() {
        let retries = Retries { first: Duration::MAX, attempts: u32::MAX };
        assert!(retries.delay_after(u32::MAX - 1, 1.0).is_some());
    }
}
