use crate::{Compared, Fault, Faults, Premise, Record, Source};
use std::{borrow::Cow, collections::BTreeMap, fmt, mem};

/// A name or a sentence: written in the code, or read from a file.
pub type Text = Cow<'static, str>;

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name, in one word.
    pub name: Text,
    /// What it says, in a sentence; empty if its name says it.
    pub sentence: Text,
}

impl Promise {
    /// A promise with its sentence.
    pub fn new(name: impl Into<Text>, sentence: impl Into<Text>) -> Promise {
        Promise { name: name.into(), sentence: sentence.into() }
    }
}

impl From<&'static str> for Promise {
    fn from(name: &'static str) -> Promise {
        Promise::new(name, "")
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Anything that can be searched: given a source of choices it makes a run and yields an outcome, in this process
/// or in another. The same choices must always make the same run.
pub trait Subject: Sync {
    /// What it promises.
    fn promises(&self) -> Vec<Promise>;

    /// What must happen in some run, lest the check be vacuous, by name; at most 64.
    fn sometimes(&self) -> Vec<Text> {
        Vec::new()
    }

    /// Whether time passes in it. If not, a timer may fire whenever it is armed, which covers every timing.
    fn is_timed(&self) -> bool {
        false
    }

    /// What is chosen for a whole run before it begins. A run's first choices are of these.
    fn premises(&self) -> Vec<Premise> {
        Vec::new()
    }

    /// With what its runs are compared, if they are.
    fn compared(&self) -> Option<Compared> {
        None
    }

    /// Starts the programs that it stands for, if any, to see whether that can be done.
    ///
    /// # Errors
    /// Why it cannot.
    fn rehearse(&self) -> Result<(), Text> {
        Ok(())
    }

    /// Looks again at what a search rests on besides the code that is searched, until `go_on` says no: programs that it stands
    /// for do the same when they are asked again. Nothing, if it rests on nothing else.
    fn confirm(&self, go_on: &mut dyn FnMut() -> bool) -> Option<Confirmed> {
        let _ = go_on;
        None
    }

    /// Whether the reason why nothing could be said of a run is mended: opened again, the subject may be searched from the start.
    fn begin_anew(&self) -> bool {
        false
    }

    /// Makes a run.
    fn run(&self, source: &mut dyn Source) -> Outcome;

    /// Whoever makes its runs one after the other and goes back to where each parts from the one before. None, if every run has
    /// to be made from its start.
    fn course(&self) -> Option<Box<dyn Course + '_>> {
        None
    }

    /// Makes a run and keeps the evidence. Searches run bare and record only the run that is shown.
    fn record(&self, source: &mut dyn Source) -> (Outcome, Record);
}

/// Makes runs, each like [`Subject::run`], and keeps of the last one what it takes to go on from where the next one parts from it.
pub trait Course {
    /// Makes a run. Of the choices that it [shares](Source::shared) with the one before, some or all are not asked for again.
    fn run(&mut self, source: &mut dyn Source) -> Outcome;
}

/// What a search rests on, looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// What was looked at, and how it was, in a sentence.
    pub what: Text,
    /// What was otherwise, if anything was. Then nothing can be said of the search.
    pub otherwise: Option<Text>,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Whether the run came to its end: all was quiet, or it could not go on. If not, its source ended it.
    pub at_rest: bool,
    /// How many steps it took.
    pub steps: u32,
    /// The kinds of fault that happened in it.
    pub faults: Faults,
    /// Bit n is set if the run reached the n-th entry of [`Subject::sometimes`].
    pub happened: u64,
    /// What was done to what, if the source wanted to know.
    pub coverage: Coverage,
    /// The promises that it broke, in the order in which it did; none, if nothing can be said of it.
    pub breaches: Vec<Breach>,
    /// Why what happened in it is not what would happen, if so: then nothing can be said of it, or of any other.
    pub cannot_tell: Option<Text>,
    /// What all looked like in the end, if at rest and if the source wanted to know.
    pub end_state: Option<u128>,
}

impl Outcome {
    /// Whether it broke no promise, as far as it went. A run of which nothing can be said did not.
    pub fn is_clean(&self) -> bool {
        self.breaches.is_empty() && self.cannot_tell.is_none()
    }
}

/// How often each operation went well, or wrong in each way.
pub type Coverage = BTreeMap<Operation, BTreeMap<Option<Fault>, u64>>;

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// What it does, whoever does it.
    pub name: String,
    /// In which ways it can go wrong at all.
    pub can: Faults,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which, by its position among the subject's promises.
    pub promise: usize,
    /// How, in a word: "duplicate", "lost".
    pub word: Text,
    /// After how many steps.
    pub step: u32,
    /// Whether it was found when all was quiet; then `step` is the last one, which need not have done it.
    pub at_rest: bool,
    /// How, in a sentence. Empty in a bare run.
    pub detail: String,
    /// What shows more than it should, by the name of its column, where it is known. Nothing in a bare run.
    pub excess: Option<Text>,
}

/// Collects the breaches of a run; each promise and word counts once.
#[derive(Clone, Debug, Default)]
pub struct Breaches {
    pub(crate) found: Vec<Breach>,
    pub(crate) happened: u64,
    pub(crate) step: u32,
    pub(crate) explain: bool,
    /// Whether all is quiet.
    pub(crate) at_rest: bool,
    /// Whether nothing was reported since all is quiet.
    pub(crate) clean: bool,
}

/// The promises that no scenario makes, where the position is not known yet that they will have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ours {
    EveryRunEnds = 0,
    AsIfOnce = 1,
}

impl Ours {
    const COUNT: usize = 2;

    const fn position(self) -> usize {
        usize::MAX - self as usize
    }
}

/// From here on stand those promises that are about what holds at last.
const AT_LAST: usize = usize::MAX / 2;

impl Breaches {
    /// Reports that a promise is broken: in a word, and in a sentence if one is wanted. The promise is given by its position in the
    /// list of the method that declares it, [`promises`](crate::Scenario::promises) or, of what must hold at last,
    /// [`eventually`](crate::Scenario::eventually).
    pub fn report(&mut self, promise: usize, word: impl Into<Text>, detail: impl FnOnce() -> String) {
        self.add(promise.min(AT_LAST - 1), word.into(), None, detail);
    }

    /// For what is reported when all has come to its end: nothing yet.
    pub(crate) fn at_last(&self) -> Breaches {
        Breaches { step: self.step, explain: self.explain, at_rest: true, clean: true, ..Breaches::default() }
    }

    /// Takes over what was reported then.
    pub(crate) fn take_over(&mut self, at_last: &Breaches) {
        self.happened |= at_last.happened;
        for Breach { promise, word, detail, .. } in &at_last.found {
            self.add(AT_LAST + promise, word.clone(), None, || detail.clone());
        }
    }

    /// Reports that a promise is broken that no scenario makes, and what shows more than it should.
    pub(crate) fn report_ours(
        &mut self,
        promise: Ours,
        word: Text,
        excess: Option<&Text>,
        detail: impl FnOnce() -> String,
    ) {
        self.add(promise.position(), word, excess, detail);
    }

    /// What was found, where the scenario makes so many promises, and so many of what holds at last; ours follow. A position
    /// beyond those of the scenario comes to lie beyond all there are.
    pub(crate) fn found(&mut self, counts: impl FnOnce() -> (usize, usize)) -> Vec<Breach> {
        let mut found = mem::take(&mut self.found);
        if !found.is_empty() {
            let (own, at_last) = counts();
            let all = own + at_last;
            for breach in &mut found {
                let is = |ours: Ours| breach.promise == ours.position();
                breach.promise = match breach.promise {
                    _ if is(Ours::EveryRunEnds) => all + Ours::EveryRunEnds as usize,
                    _ if is(Ours::AsIfOnce) => all + Ours::AsIfOnce as usize,
                    position if position >= AT_LAST && position - AT_LAST < at_last => {
                        own + position - AT_LAST
                    }
                    position if position >= own => position.saturating_add(all + Ours::COUNT),
                    position => position,
                };
            }
        }
        found
    }

    fn add(&mut self, promise: usize, word: Text, excess: Option<&Text>, detail: impl FnOnce() -> String) {
        self.clean = false;
        if !self.found.iter().any(|breach| breach.promise == promise && breach.word == word) {
            let detail = if self.explain { detail() } else { String::new() };
            let (step, at_rest) = (self.step, self.at_rest);
            let excess = excess.filter(|_| self.explain).cloned();
            self.found.push(Breach { promise, word, step, at_rest, detail, excess });
        }
    }

    /// Says that something happened which must happen sometimes, given by its position.
    ///
    /// # Panics
    /// If the position is beyond the 64 that there can be.
    pub fn happens(&mut self, sometimes: usize) {
        assert!(sometimes < 64, "there is no {sometimes}-th of at most 64 things that must happen sometimes");
        self.happened |= 1 << sometimes;
    }

    /// Whether [`at_rest`](crate::Scenario::at_rest), or [`at_last`](crate::Scenario::at_last), has reported nothing so far.
    /// What was broken on the way does not count: runs that meet in one state must be judged alike from there on.
    pub fn is_clean(&self) -> bool {
        self.clean
    }
}
