use std::time::Duration;

/// When a durable runtime tries a failed step again.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// How many attempts there are in all; without end if `None`.
    pub attempts: Option<u32>,
    /// How long it waits between them.
    pub delays: Delays,
}

impl Default for Policy {
    /// The default of AWS durable execution.
    fn default() -> Policy {
        let jitter = Jitter::FullInWholeSeconds;
        Policy { attempts: Some(6), delays: exponential(5.0, 2.0, 60.0, jitter) }
    }
}

/// How the waiting times grow.
#[derive(Clone, Debug, PartialEq)]
pub enum Delays {
    /// `first * factor^(n-1)` before retry n, at most `cap`.
    Exponential {
        /// Before the first retry.
        first: Duration,
        /// From one retry to the next.
        factor: f64,
        /// Never longer than this.
        cap: Duration,
        /// What chance adds or takes.
        jitter: Jitter,
    },
    /// `step * n` before retry n.
    Linear {
        /// Before the first retry, and more before each further one.
        step: Duration,
    },
    /// Exactly these; past the end the last one again.
    Listed(Vec<Duration>),
}

/// What chance does to a waiting time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Jitter {
    /// Nothing.
    None,
    /// Anything from nothing to the whole, in whole seconds, at least one.
    FullInWholeSeconds,
    /// As much as this share of the whole, more or less.
    Proportional(f64),
}

/// A retry policy that a real runtime comes with.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whose it is.
    pub about: &'static str,
    /// The policy.
    pub policy: Policy,
}

impl Policy {
    /// No retry at all.
    pub const fn never() -> Policy {
        Policy { attempts: Some(1), delays: Delays::Listed(Vec::new()) }
    }

    /// These waiting times, then no more.
    pub fn listed(delays: Vec<Duration>) -> Policy {
        let attempts = u32::try_from(delays.len()).unwrap_or(u32::MAX).saturating_add(1);
        Policy { attempts: Some(attempts), delays: Delays::Listed(delays) }
    }

    /// The same policy, with no more than this many attempts.
    #[must_use]
    pub fn at_most(self, attempts: u32) -> Policy {
        Policy { attempts: Some(self.attempts.map_or(attempts, |own| own.min(attempts))), ..self }
    }

    /// Whether another attempt follows when this one (counted from 1) has failed.
    pub fn retries_after(&self, attempt: u32) -> bool {
        self.attempts.is_none_or(|attempts| attempt < attempts)
    }

    /// How long it waits before retry `n` (counted from 1), if chance says `luck`, from 0 up to but without 1.
    pub fn delay(&self, n: u32, luck: f64) -> Duration {
        match &self.delays {
            Delays::Listed(delays) => {
                let index = (n as usize).saturating_sub(1).min(delays.len().saturating_sub(1));
                delays.get(index).copied().unwrap_or(Duration::ZERO)
            }
            Delays::Linear { step } => *step * n,
            Delays::Exponential { first, factor, cap, jitter } => {
                let grown = first.as_secs_f64() * factor.powi(n.saturating_sub(1).min(1000) as i32);
                jitter.of(grown.min(cap.as_secs_f64()), luck)
            }
        }
    }

    /// Whether chance has a say.
    pub fn is_random(&self) -> bool {
        matches!(&self.delays, Delays::Exponential { jitter, .. } if *jitter != Jitter::None)
    }

    /// The policies of real runtimes. Where the default depends on the version, the version is named.
    pub fn presets() -> Vec<Preset> {
        let aws = |attempts, factor, cap| Policy {
            attempts: Some(attempts),
            delays: exponential(5.0, factor, cap, Jitter::FullInWholeSeconds),
        };
        let plain = |attempts, cap| Policy { attempts, delays: exponential(1.0, 2.0, cap, Jitter::None) };
        let linear = Delays::Linear { step: Duration::from_secs(1) };
        let restate = exponential(0.5, 2.0, 20.0, Jitter::Proportional(0.3));
        let azure = exponential(1.0, 1.0, f64::from(u32::MAX), Jitter::None);
        let forever = f64::from(u32::MAX);
        let preset = |name, about, policy| Preset { name, about, policy };
        vec![
            preset(
                "aws-default",
                "AWS durable execution, its default: 6 attempts, full jitter",
                Policy::default(),
            ),
            preset(
                "aws-linear",
                "AWS durable execution, linear: 6 attempts after 1, 2, 3, 4, 5 s",
                Policy { attempts: Some(6), delays: linear },
            ),
            preset("aws-none", "AWS durable execution, noRetry: 1 attempt", Policy::never()),
            preset(
                "aws-create",
                "AWS durable execution, createRetryStrategy({}): 3 attempts, unlike the default",
                aws(3, 2.0, 300.0),
            ),
            preset(
                "aws-wait",
                "AWS durable execution, wait for a condition: 60 attempts",
                aws(60, 1.5, 300.0),
            ),
            preset("temporal", "Temporal activity: no limit, 1 s doubling to 100 s", plain(None, 100.0)),
            preset(
                "restate",
                "Restate where its default pauses after 200 attempts (version-dependent): 0.5 s doubling to 20 s",
                Policy { attempts: Some(200), delays: restate },
            ),
            preset(
                "dbos",
                "DBOS step with retries asked for: 3 attempts, 1 s doubling",
                plain(Some(3), 3600.0),
            ),
            preset(
                "step-functions",
                "AWS Step Functions with a Retry block: 4 executions, 1 s doubling, no cap",
                plain(Some(4), forever),
            ),
            preset(
                "azure",
                "Azure Durable, which has no default: here 3 attempts, 1 s apart",
                Policy { attempts: Some(3), delays: azure },
            ),
        ]
    }
}

fn exponential(first: f64, factor: f64, cap: f64, jitter: Jitter) -> Delays {
    let (first, cap) = (Duration::from_secs_f64(first), Duration::from_secs_f64(cap));
    Delays::Exponential { first, factor, cap, jitter }
}

impl Jitter {
    fn of(self, seconds: f64, luck: f64) -> Duration {
        Duration::from_secs_f64(match self {
            Jitter::None => seconds,
            Jitter::FullInWholeSeconds => (luck * seconds).round().max(1.0),
            Jitter::Proportional(share) => seconds * (1.0 + share * (2.0 * luck - 1.0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str) -> Policy {
        Policy::presets().into_iter().find(|preset| preset.name == name).expect("a preset").policy
    }

    fn bounds(name: &str, n: u32) -> (f64, f64) {
        let policy = policy(name);
        (policy.delay(n, 0.0).as_secs_f64(), policy.delay(n, 1.0 - f64::EPSILON).as_secs_f64())
    }

    #[test]
    fn the_observed_gaps_fit_the_default_of_aws_and_so_do_its_bounds() {
        let observed = [1.0, 7.0, 17.0, 8.0, 23.0];
        for (n, (longest, gap)) in (1..).zip([5.0, 10.0, 20.0, 40.0, 60.0].into_iter().zip(observed)) {
            assert_eq!(bounds("aws-default", n), (1.0, longest), "retry {n}");
            assert!((1.0..=longest).contains(&gap));
        }
        assert!(policy("aws-default").retries_after(5) && !policy("aws-default").retries_after(6));
    }

    #[test]
    fn every_preset_grows_as_its_runtime_says() {
        let whole = |name| (1..=5).map(|n| bounds(name, n).1).collect::<Vec<f64>>();
        assert_eq!(whole("aws-linear"), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(whole("aws-create"), [5.0, 10.0, 20.0, 40.0, 80.0]);
        assert_eq!(whole("aws-wait"), [5.0, 7.0, 11.0, 17.0, 25.0]);
        assert_eq!(whole("temporal"), [1.0, 2.0, 4.0, 8.0, 16.0]);
        assert_eq!(bounds("temporal", 50), (100.0, 100.0));
        assert_eq!(whole("dbos"), whole("step-functions"));
        assert_eq!(bounds("dbos", 20), (3600.0, 3600.0));
        assert_eq!(whole("azure"), [1.0; 5]);
        let (least, most) = bounds("restate", 1);
        assert!((least - 0.35).abs() < 1e-6 && (most - 0.65).abs() < 1e-6, "{least} {most}");
        assert_eq!(policy("restate").delay(1, 0.75), Duration::from_millis(575), "halfway up");
    }

    #[test]
    fn an_unlimited_policy_retries_for_ever_and_a_limited_one_does_not() {
        assert!(policy("temporal").retries_after(u32::MAX - 1));
        assert!(!policy("aws-none").retries_after(1));
        assert_eq!(policy("temporal").at_most(3).attempts, Some(3));
        assert_eq!(policy("aws-default").at_most(9).attempts, Some(6));
    }

    #[test]
    fn chance_has_a_say_where_there_is_jitter() {
        let random = Policy::presets().into_iter().filter(|preset| preset.policy.is_random());
        let names: Vec<&str> = random.map(|preset| preset.name).collect();
        assert_eq!(names, ["aws-default", "aws-create", "aws-wait", "restate"]);
    }

    #[test]
    fn a_far_retry_of_an_uncapped_policy_still_has_a_delay() {
        assert!(policy("step-functions").delay(u32::MAX, 0.5) > Duration::from_secs(1_000_000));
    }
}
