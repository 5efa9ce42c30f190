//! How much may happen, and what is given.
use anechoic_engine::{Bound, Faults, Policy, Preset, Subject};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// What a case opens.
pub type Opened = Result<Box<dyn Subject>, OpenError>;

/// Why a case opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What is asked for has no meaning for it.
    #[error("{0}")]
    Meaningless(String),
    /// What it is made of cannot be started.
    #[error("{0}")]
    Unstartable(String),
}

impl From<String> for OpenError {
    fn from(what: String) -> OpenError {
        OpenError::Meaningless(what)
    }
}

impl From<OpenError> for String {
    fn from(error: OpenError) -> String {
        error.to_string()
    }
}

/// What is asked for: a bound, for every number of callers in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Concurrent callers, where a case has them.
    pub callers: RangeInclusive<usize>,
    /// Faults in one run, at most; as many as each case has by itself if none.
    pub faults: Option<u32>,
    /// Which kinds of them.
    pub kinds: Faults,
    /// Retries of a caller that died or got an error, and of a failed durable step as far as its policy goes; as many as there
    /// are faults, and two at least, if none: with fewer, faults could end a caller for good that would go on in earnest.
    pub retries: Option<u32>,
    /// The retry policy of durable steps, by its preset's name; each workflow's own if none.
    pub policy: Option<String>,
    /// What else is given, by name.
    pub given: BTreeMap<String, String>,
}

/// The bound of one search, and what is given in it: a saved run is a run in a situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// Concurrent callers.
    pub callers: usize,
    /// Faults in one run, at most.
    pub faults: u32,
    /// Which kinds of them, by name; every kind if not given.
    #[serde(with = "kinds", default = "kinds::all", skip_serializing_if = "kinds::is_all")]
    #[cfg_attr(feature = "ci", schemars(with = "Vec<String>"))]
    pub kinds: Faults,
    /// Retries, at most.
    pub retries: u32,
    /// The retry policy of durable steps, by its preset's name; each workflow's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What else is given, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<String, String>,
}

impl Default for Asked {
    /// One caller, two faults, and as many retries.
    fn default() -> Asked {
        Asked {
            callers: 1..=1,
            faults: None,
            kinds: Faults::ALL,
            retries: None,
            policy: None,
            given: BTreeMap::new(),
        }
    }
}

impl Asked {
    /// The situation with the most callers, and two faults unless another number is asked for.
    pub fn situation(&self) -> Situation {
        self.within(self.faults.unwrap_or(2))
    }

    /// The situation with the most callers and so many faults.
    pub fn within(&self, faults: u32) -> Situation {
        Situation {
            callers: *self.callers.end(),
            faults,
            kinds: self.kinds,
            retries: self.retries.unwrap_or(faults.max(2)),
            policy: self.policy.clone(),
            given: self.given.clone(),
        }
    }
}

impl Default for Situation {
    /// That of the default of [`Asked`].
    fn default() -> Situation {
        Asked::default().situation()
    }
}

impl Situation {
    /// How much may happen in a run, as the engine takes it.
    pub fn bound(&self) -> Bound {
        Bound { faults: self.faults, kinds: self.kinds, retries: self.retries }
    }

    /// The retry policy of durable steps: the one that is asked for, or else this one.
    pub fn policy(&self, own: Policy) -> Policy {
        self.policy.as_deref().and_then(preset).map_or(own, |preset| preset.policy)
    }

    /// How many attempts a durable step has at most; none if its own policy says.
    pub fn attempts(&self) -> Option<u32> {
        let preset = self.policy.as_deref().and_then(preset)?;
        preset.policy.at_most(self.retries.saturating_add(1)).attempts
    }

    /// Whether its numbers are in the ranges of the command line, and its names are known.
    ///
    /// # Errors
    /// What is not, and what was expected.
    pub fn check(&self) -> Result<(), String> {
        let within = |what, value: u64, range: RangeInclusive<u64>| match range.contains(&value) {
            true => Ok(()),
            false => Err(format!("{what} is {value}, expected {} to {}", range.start(), range.end())),
        };
        within("callers", self.callers as u64, limits::CALLERS)?;
        within("faults", u64::from(self.faults), limits::FAULTS)?;
        within("retries", u64::from(self.retries), limits::RETRIES)?;
        match &self.policy {
            Some(name) if preset(name).is_none() => Err(format!("no policy `{name}`")),
            _ => Ok(()),
        }
    }
}

/// The retry policy of this name.
pub(crate) fn preset(name: &str) -> Option<Preset> {
    Policy::presets().into_iter().find(|preset| preset.name == name)
}

/// What a bound may be, on the command line, in the environment and in files.
pub(crate) mod limits {
    use std::ops::RangeInclusive;

    pub(crate) const CALLERS: RangeInclusive<u64> = 1..=12;
    pub(crate) const FAULTS: RangeInclusive<u64> = 0..=20;
    pub(crate) const RETRIES: RangeInclusive<u64> = 0..=100;
}

/// Kinds of fault in a file, by name.
mod kinds {
    use anechoic_engine::{Fault, Faults};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn all() -> Faults {
        Faults::ALL
    }

    pub(super) fn is_all(kinds: &Faults) -> bool {
        *kinds == Faults::ALL
    }

    pub(super) fn serialize<S: Serializer>(kinds: &Faults, serializer: S) -> Result<S::Ok, S::Error> {
        kinds.iter().map(Fault::name).collect::<Vec<&str>>().serialize(serializer)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Faults, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let kinds = names.iter().map(|name| name.parse::<Fault>().map_err(D::Error::custom));
        Ok(Faults::of(&kinds.collect::<Result<Vec<Fault>, D::Error>>()?))
    }
}
