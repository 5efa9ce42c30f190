use anechoic::{Faults, Policy, Preset};
use jiff::Timestamp;
use std::time::Duration;

/// The bound of a check, and the weather in it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Concurrent callers, where a scene has them, at least.
    pub callers_from: usize,
    /// Concurrent callers, at most.
    pub callers: usize,
    /// Faults in one run, at most.
    pub faults: u32,
    /// Whether that is so in every scene; if not, a scene may have fewer.
    pub faults_everywhere: bool,
    /// Which kinds of them.
    pub kinds: Faults,
    /// Retries of a durable step, as far as its policy goes, and of a plain caller that died or got an error.
    pub retries: u32,
    /// How often the store's client sends a request; 1 and 3 are both checked if `None`.
    pub client_attempts: Option<u32>,
    /// When a durable step is tried again.
    pub policy: Preset,
    /// Whether time passes.
    pub timed: bool,
    /// When the run begins.
    pub start: Timestamp,
    /// In a timed run: how long the handler takes from the guardrail's word to its first write.
    pub lead: Duration,
}

impl Default for Settings {
    /// The default bound of `anechoic check`.
    fn default() -> Settings {
        Settings {
            callers_from: 1,
            callers: 3,
            faults: 2,
            faults_everywhere: false,
            kinds: Faults::ALL,
            retries: 5,
            client_attempts: None,
            policy: Policy::presets().swap_remove(0),
            timed: false,
            start: Timestamp::UNIX_EPOCH,
            lead: Duration::ZERO,
        }
    }
}

/// The client attempts that a run chooses from if none are prescribed: none beyond the first, and the default of
/// the AWS SDKs.
const CLIENT_ATTEMPTS: [u32; 2] = [1, 3];

impl Settings {
    /// How often the store's client may send a request: one of these in each run. Without faults every request is answered,
    /// and a client has nothing to try again.
    pub(crate) fn client_attempts(&self) -> Vec<u32> {
        match self.client_attempts {
            Some(attempts) => vec![attempts],
            None if self.faults == 0 => vec![1],
            None => CLIENT_ATTEMPTS.to_vec(),
        }
    }

    /// The policy of durable steps, as far as the number of retries lets it go.
    pub(crate) fn step_policy(&self) -> Policy {
        self.policy.policy.clone().at_most(self.retries.saturating_add(1))
    }

    /// How many attempts a durable step has.
    pub(crate) fn attempts(&self) -> u32 {
        self.step_policy().attempts.unwrap_or(u32::MAX)
    }
}

/// The retry policy of this name.
pub(crate) fn policy(name: &str) -> Option<Preset> {
    Policy::presets().into_iter().find(|preset| preset.name == name)
}

/// What a bound may be, on the command line and in files.
pub(crate) mod limits {
    use std::ops::RangeInclusive;

    pub(crate) const CALLERS: RangeInclusive<u64> = 1..=12;
    pub(crate) const FAULTS: RangeInclusive<u64> = 0..=20;
    pub(crate) const RETRIES: RangeInclusive<u64> = 0..=100;
    pub(crate) const CLIENT_ATTEMPTS: RangeInclusive<u64> = 1..=20;
}
