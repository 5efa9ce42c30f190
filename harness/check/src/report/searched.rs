//! What was found of one version of the handlers in one scenario, or against one kind of trouble.
use super::Found;
use anechoic_engine::AS_IF_ONCE;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One version of the handlers in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// The scenario.
    pub scenario: String,
    /// The version.
    pub variant: String,
    /// How much could happen in one run.
    pub bound: Bound,
    /// The promises that were checked in it, by name.
    pub promises: Vec<String>,
    /// How many runs were made.
    pub executions: u64,
    /// How many of them went on until all was quiet.
    pub finished: u64,
    /// How many different states were met; 0 if they were not told apart.
    pub states: u64,
    /// How often a state was met that could not be remembered for want of memory, so that what follows was searched once more;
    /// not there if all were remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<u64>,
    /// The longest run, in steps; 0 if nobody ever did anything.
    pub longest: u32,
    /// Whether every run was made that was to be made: those of the whole bound, or of the part that was asked for.
    pub complete: bool,
    /// Why the search was given up: the same choices made another run than before; null if they did not.
    pub diverged: Option<String>,
    /// The largest smaller bound that was searched to its end; null if there is none.
    pub covered: Option<Covered>,
    /// How long it took; null in a sample, where the same seed gives the same bytes.
    pub milliseconds: Option<u64>,
    /// What must happen in some run, lest the search be vacuous.
    pub sometimes: Vec<Sometimes>,
    /// The calm runs that all others were compared with; null if they were not.
    pub compared: Option<Compared>,
    /// What the search rests on, looked at again; null if it rests on nothing but the code of its program.
    pub confirmed: Option<String>,
    /// How many runs were made besides, drawn at random and with nothing skipped, all of which showed only what the search had
    /// found; null if there were none.
    pub control: Option<u64>,
    /// The promises that are broken.
    pub broken: Vec<Broken>,
}

/// How much could happen in one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Concurrent callers, at least.
    pub callers_from: usize,
    /// Concurrent callers, at most.
    pub callers: usize,
    /// Who acts, in words, where that is not so many callers; null if it is.
    pub actors: Option<String>,
    /// Faults, at most.
    pub faults: u32,
    /// The kinds of fault.
    pub kinds: Vec<String>,
    /// What does not go wrong here, and why; null if everything can.
    pub spared: Option<Spared>,
    /// How often an invocation that died or got an error is tried again, at most.
    pub retries: u32,
    /// Whether time passes as it is given; if not, a timer may fire whenever it is armed.
    pub is_timed: bool,
    /// How many attempts a durable step has, under the policy and the number of retries; null if its own policy says.
    pub attempts: Option<u32>,
    /// The retry policy of durable steps, by name; null if each workflow has its own.
    pub policy: Option<String>,
    /// What else was given, by name.
    pub given: BTreeMap<String, String>,
    /// What was chosen for a whole run; every way was searched.
    pub premises: Vec<Premise>,
}

/// Something that was chosen for a whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Premise {
    /// What it is.
    pub what: String,
    /// What it can be.
    pub ways: Vec<String>,
}

/// What does not go wrong somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Spared {
    /// The kinds of fault.
    pub kinds: Vec<String>,
    /// Why they cannot happen there.
    pub why: String,
}

/// A bound that was searched to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// All runs with at most so many faults; null if not even that, but for the runs below.
    pub faults: Option<u32>,
    /// All runs with at most so many faults and so many context switches.
    pub few_switches: Option<(u32, u32)>,
}

/// Something that must happen in some run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sometimes {
    /// What must happen.
    pub what: String,
    /// Whether it did.
    pub happened: bool,
}

/// The calm runs that all others were compared with: in the end, all is to be as if each request had been delivered once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// How many calm runs were made.
    pub runs: u64,
    /// In how many ways they end.
    pub ends: u64,
    /// What is not compared, by name.
    pub ignored: Vec<String>,
    /// Why it is not known whether the promise holds.
    pub unclear: Vec<String>,
}

/// A promise that is broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Broken {
    /// The promise.
    pub promise: String,
    /// In which ways it is broken, a word each.
    pub ways: Vec<String>,
    /// The smallest run that was found to break it.
    pub run: Found,
}

/// One version of the handlers against one kind of trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// The version.
    pub variant: String,
    /// The kind of trouble.
    pub trouble: String,
    /// The broken promises, and in which ways.
    pub broken: BTreeMap<String, Vec<String>>,
    /// Whether every run was made.
    pub complete: bool,
    /// Why a search was given up: the same choices made another run than before; null if they did not.
    pub diverged: Option<String>,
    /// Whether the trouble ever came.
    pub reached: bool,
    /// Whether it is known that it can: if it never came, nothing was tried. Else it cannot come, if every run was made.
    pub must_come: bool,
    /// How many runs were made.
    pub executions: u64,
}

/// What is known of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds in all that was to be searched.
    Holds,
    /// It is broken, and there is a run to show for it.
    Violated,
    /// It was not broken in what was searched, and that was not all.
    Inconclusive,
}

impl Searched {
    /// Whether every run was made that was to be made, and there was something in them.
    pub fn is_complete(&self) -> bool {
        self.complete && self.finished > 0 && !self.is_idle() && self.never().next().is_none()
    }

    /// Whether nobody did anything in any run, although all were made: nothing is asked of the service.
    pub fn is_idle(&self) -> bool {
        self.complete && self.longest == 0
    }

    /// What must happen in some run, and did not although all were made.
    pub fn never(&self) -> impl Iterator<Item = &str> {
        // What did not happen in a part may yet happen in the rest.
        let missed = self.sometimes.iter().filter(|sometimes| self.complete && !sometimes.happened);
        missed.map(|sometimes| sometimes.what.as_str())
    }

    /// How a promise is broken.
    pub fn broken(&self, promise: &str) -> Option<&Broken> {
        self.broken.iter().find(|broken| broken.promise == promise)
    }

    /// In which scenario the same choices did not make the same run, and how.
    pub fn diverged(&self) -> Option<(&str, &str)> {
        self.diverged.as_deref().map(|why| (&*self.scenario, why))
    }

    /// Why it is not known whether all is as if once, although all was searched; nothing, if it is, or if it is broken.
    pub fn unclear(&self) -> impl Iterator<Item = &str> {
        let compared = self.compared.as_ref().filter(|_| self.broken(AS_IF_ONCE).is_none());
        compared.into_iter().flat_map(|compared| &compared.unclear).map(String::as_str)
    }

    /// What is known of a promise. A search in which what must happen never did proves nothing.
    pub fn verdict(&self, promise: &str) -> Verdict {
        if self.broken(promise).is_some() {
            Verdict::Violated
        } else if self.is_complete() && (promise != AS_IF_ONCE || self.unclear().next().is_none()) {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        }
    }
}

impl Trouble {
    /// Against which trouble the same choices did not make the same run, and how.
    pub fn diverged(&self) -> Option<(&str, &str)> {
        self.diverged.as_deref().map(|why| (&*self.trouble, why))
    }

    /// Whether nothing is left to be tried.
    pub fn is_tried(&self) -> bool {
        self.complete && (self.reached || !self.must_come)
    }

    /// What is known of all promises together. Trouble that should have come and never did proves nothing.
    pub fn verdict(&self) -> Verdict {
        if !self.broken.is_empty() {
            Verdict::Violated
        } else if self.is_tried() {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        }
    }
}
