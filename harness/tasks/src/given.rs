//! What can be given in a situation of the tasks, besides the bound.
use anechoic::{About, Policy, Situation};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

/// What is given, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// How often the store's client sends a request; chosen in each run if none.
    pub client_attempts: Option<u32>,
    /// When a run begins.
    pub start: Timestamp,
    /// How long the handler takes from the guardrail's word to its first write; then time passes, and otherwise it does not.
    pub lead: Option<Duration>,
    /// How long the runtime waits before each retry, instead of what its policy says. Only where time passes.
    pub delays: Option<Vec<Duration>>,
}

const CLIENT_ATTEMPTS: &str = "client-attempts";
const START: &str = "start";
const LEAD: &str = "lead";
const DELAYS: &str = "delays";

/// How often the store's client may be told to send a request.
const MOST_ATTEMPTS: RangeInclusive<u32> = 1..=20;

/// The names, and what they stand for.
pub(crate) fn abouts() -> Vec<About> {
    vec![
        About::new(CLIENT_ATTEMPTS, "how often the store's client sends a request, such as 3"),
        About::new(START, "when a run begins, such as 2026-05-04T20:00:09Z"),
        About::new(LEAD, "that time passes, and how long until the first write, such as 1000ms"),
        About::new(DELAYS, "how long the runtime waits before each retry, such as \"1000ms 7000ms\""),
    ]
}

impl Given {
    /// What is given in a situation.
    ///
    /// # Errors
    /// What of it has no meaning, and what was expected.
    pub fn read(given: &BTreeMap<String, String>) -> Result<Given, String> {
        let known = [CLIENT_ATTEMPTS, START, LEAD, DELAYS];
        if let Some(other) = given.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(format!(
                "nothing of the name `{other}` can be given here; expected {}",
                known.join(", ")
            ));
        }
        let client_attempts = given.get(CLIENT_ATTEMPTS).map(|text| attempts(text)).transpose()?;
        let start = given.get(START).map_or(Ok(Timestamp::UNIX_EPOCH), |text| start(text))?;
        let lead = given.get(LEAD).map(|text| time(text)).transpose()?;
        let delays = given.get(DELAYS).map(|text| text.split_whitespace().map(time).collect()).transpose()?;
        if lead.is_none() && delays.is_some() {
            return Err(format!("{DELAYS} is given without {LEAD}: no time passes in which to wait"));
        }
        let given = Given { client_attempts, start, lead, delays };
        given.check_range().map(|()| given)
    }

    /// The same as names and values.
    pub fn write(&self) -> BTreeMap<String, String> {
        let mut given = BTreeMap::new();
        if let Some(attempts) = self.client_attempts {
            given.insert(CLIENT_ATTEMPTS.into(), attempts.to_string());
        }
        if self.start != Timestamp::UNIX_EPOCH {
            given.insert(START.into(), self.start.to_string());
        }
        if let Some(lead) = &self.lead {
            given.insert(LEAD.into(), format!("{}ms", lead.as_millis()));
        }
        if let Some(delays) = &self.delays {
            let delays: Vec<String> = delays.iter().map(|delay| format!("{}ms", delay.as_millis())).collect();
            given.insert(DELAYS.into(), delays.join(" "));
        }
        given
    }

    /// How often the store's client may send a request: one of these in each run. Without faults every request is answered,
    /// and a client has nothing to try again.
    pub(crate) fn client_attempts(&self, faults: u32) -> Vec<u32> {
        /// None beyond the first, and the default of the AWS SDKs.
        const USUAL: [u32; 2] = [1, 3];
        match self.client_attempts {
            Some(attempts) => vec![attempts],
            None if faults == 0 => vec![1],
            None => USUAL.to_vec(),
        }
    }

    /// The policy of durable steps, as far as the number of retries lets it go.
    pub(crate) fn step_policy(&self, at: &Situation) -> Policy {
        let policy = match &self.delays {
            Some(delays) => Policy::listed(delays.clone()),
            None => at.policy(Policy::default()),
        };
        policy.at_most(at.retries.saturating_add(1))
    }

    /// A run ends within a century, and before time does.
    fn check_range(&self) -> Result<(), String> {
        const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
        let delays = self.delays.iter().flatten();
        let all = delays.fold(self.lead.unwrap_or_default(), |sum, delay| sum.saturating_add(*delay));
        let century = SignedDuration::try_from(CENTURY).unwrap_or(SignedDuration::MAX);
        match all <= CENTURY && self.start.checked_add(century + century).is_ok() {
            true => Ok(()),
            false => {
                Err("its timing ends beyond time; expected at most a century, and before the year 9800"
                    .into())
            }
        }
    }
}

fn attempts(text: &str) -> Result<u32, String> {
    let (least, most) = (MOST_ATTEMPTS.start(), MOST_ATTEMPTS.end());
    let attempts = text.parse().ok().filter(|attempts| MOST_ATTEMPTS.contains(attempts));
    attempts.ok_or_else(|| format!("{CLIENT_ATTEMPTS} is `{text}`, expected {least} to {most}"))
}

fn start(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("{START} is `{text}`, expected such as 2026-05-04T20:00:09Z"))
}

fn time(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    parsed.ok_or_else(|| format!("`{text}` is no time; expected one with its unit, such as 1000ms"))
}
