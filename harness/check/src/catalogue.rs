//! What can be checked, as data: a catalogue is a list of cases, and a case opens a subject for a situation.
use crate::{
    Situation,
    report::Observed,
    situation::{Asked, OpenError, Opened},
};
use anechoic_engine::{AsIfOnce, Faults, InProcess, Promise, Scenario, Subject, Text};
use std::collections::BTreeSet;

/// Everything that one command or one test can check.
pub struct Catalogue {
    /// Its name. A replay file says of which catalogue its run is.
    pub name: Text,
    /// What it asks, in a question; the title of its report.
    pub question: Text,
    /// The scenarios, in the order of reports.
    pub scenarios: Vec<About>,
    /// The versions of the handlers, in the order of reports, from the worst to the best.
    pub variants: Vec<Variant>,
    /// Each scenario with each version that it shows something of.
    pub cases: Vec<Case>,
    /// The kinds of trouble that are also tried one by one.
    pub troubles: Troubles,
    /// What may be given in a situation besides the bound.
    pub given: Vec<About>,
    /// What lies beyond every bound, in words; a line for what is seen on some machines and not on this one.
    pub beyond: Text,
    /// The bound of a check that asks for no other.
    pub usual: Asked,
    /// A trace that was observed, beside the runs that reproduce it.
    pub observed: Option<fn() -> Observed>,
    /// The Rust expression that yields it, for tests that are made from its runs.
    pub expression: Option<Text>,
    /// What is promised of traces alone, which no case promises.
    pub promised: Vec<About>,
    /// What can be done with the processes of its runs, if those are made by processes.
    pub processes: Option<Processes>,
}

/// What can be done with the processes of a run that is shown.
#[derive(Clone, Copy)]
pub struct Processes {
    /// Those that run now, a line each.
    pub running: fn() -> Vec<String>,
    /// From now on, a debugger may attach to each.
    pub inspect: fn(),
    /// What the tables held at the end of the run that was shown last, by their names: each as `aws dynamodb scan` prints it.
    pub tables: fn() -> Vec<(String, String)>,
}

/// A name, and what it stands for.
pub struct About {
    /// The name.
    pub name: Text,
    /// What it stands for, in a line.
    pub about: Text,
}

/// A version of the handlers.
pub struct Variant {
    /// Its name.
    pub name: Text,
    /// What it is, in a line.
    pub about: Text,
    /// The promises that it is there to break; none for code that is to keep them all.
    pub breaks: Vec<Text>,
    /// Why [`as_if_once`](anechoic_engine::AsIfOnce) does not see what it does wrong, if so.
    pub unseen: Option<Text>,
    /// Whether a line in a table says enough of it.
    pub is_brief: bool,
}

/// One scenario with one version of the handlers.
pub struct Case {
    /// The scenario.
    pub scenario: Text,
    /// The version; the same name as the scenario's if there is only one.
    pub variant: Text,
    /// Whether the number of callers matters in it.
    pub has_callers: bool,
    /// Who acts in it, in words, where that is not so many callers.
    pub actors: Option<Text>,
    /// How many faults there are in a run, unless more or fewer are asked for.
    pub faults: u32,
    /// What does not go wrong in it, and why.
    pub spared: Option<(Faults, Text)>,
    /// The same with less in it, and what is less, in words. Of a broken promise it is told whether that keeps it.
    pub fewer: Option<(Text, Box<Case>)>,
    open: Box<dyn Fn(&Situation) -> Opened + Send + Sync>,
}

/// Kinds of trouble that are tried one by one.
#[derive(Default)]
pub struct Troubles {
    /// What the kinds are, in a paragraph.
    pub about: Text,
    /// The kinds, in the order of reports.
    pub kinds: Vec<Trouble>,
}

/// A kind of trouble by itself: scenarios, each in situations that have this trouble and no other.
pub struct Trouble {
    /// Its name.
    pub name: Text,
    /// Whether it is known that it can come, so that nothing is tried where it never does.
    pub must_come: bool,
    situations: Box<Situations>,
}

/// The scenarios of a kind of trouble, by name, each in a situation.
type Situations = dyn Fn(&Asked) -> Vec<(Text, Situation)> + Send + Sync;

impl About {
    /// A name, and what it stands for.
    pub fn new(name: impl Into<Text>, about: impl Into<Text>) -> About {
        About { name: name.into(), about: about.into() }
    }
}

impl Variant {
    /// Code that is to keep every promise.
    pub fn new(name: impl Into<Text>) -> Variant {
        Variant {
            name: name.into(),
            about: Text::default(),
            breaks: Vec::new(),
            unseen: None,
            is_brief: false,
        }
    }

    /// Whether it is there to break promises.
    pub fn is_specimen(&self) -> bool {
        !self.breaks.is_empty()
    }
}

impl Case {
    /// A scenario of one's own. Its bound is that of the situation.
    pub fn new<S: Scenario + 'static>(
        name: impl Into<Text>,
        open: impl Fn(&Situation) -> S + Send + Sync + 'static,
    ) -> Case {
        Case::opened(name, move |at| match at.given.keys().next() {
            Some(given) => Err(format!("nothing of the name `{given}` can be given here").into()),
            None => Ok(Box::new(AsIfOnce::new(InProcess { scenario: open(at), bound: at.bound() }))),
        })
    }

    /// Anything that can be searched. To open it may fail, since a situation may come from a file.
    pub fn opened(
        name: impl Into<Text>,
        open: impl Fn(&Situation) -> Opened + Send + Sync + 'static,
    ) -> Case {
        let scenario = name.into();
        Case {
            variant: scenario.clone(),
            scenario,
            has_callers: false,
            actors: None,
            faults: 2,
            spared: None,
            fewer: None,
            open: Box::new(open),
        }
    }

    /// The same for this version of the handlers.
    #[must_use]
    pub fn variant(self, variant: impl Into<Text>) -> Case {
        Case { variant: variant.into(), ..self }
    }

    /// The same, where the number of callers matters.
    #[must_use]
    pub fn with_callers(self) -> Case {
        Case { has_callers: true, ..self }
    }

    /// The same, in which these act, in words.
    #[must_use]
    pub fn with_actors(self, actors: impl Into<Text>) -> Case {
        Case { actors: Some(actors.into()), ..self }
    }

    /// The same with so many faults in a run, unless more or fewer are asked for.
    #[must_use]
    pub fn with_faults(self, faults: u32) -> Case {
        Case { faults, ..self }
    }

    /// The same, in which these kinds of fault do not come, and why.
    #[must_use]
    pub fn spares(self, kinds: Faults, why: impl Into<Text>) -> Case {
        Case { spared: Some((kinds, why.into())), ..self }
    }

    /// The same, and this is what it is with less in it, in words.
    #[must_use]
    pub fn with_fewer(self, what: impl Into<Text>, case: Case) -> Case {
        Case { fewer: Some((what.into(), Box::new(case))), ..self }
    }

    /// How many faults there are in a run of it, at most.
    pub fn most_faults(&self, asked: &Asked) -> u32 {
        asked.faults.unwrap_or(self.faults)
    }

    /// The situations that make up a bound: one for each number of callers, where that matters.
    pub fn situations(&self, asked: &Asked) -> impl Iterator<Item = Situation> + use<> {
        let callers = if self.has_callers { asked.callers.clone() } else { 1..=1 };
        let most = asked.within(self.most_faults(asked));
        callers.map(move |callers| Situation { callers, ..most.clone() })
    }

    /// What is searched in a situation.
    ///
    /// # Errors
    /// What in the situation has no meaning here, or what cannot be started.
    pub fn open(&self, at: &Situation) -> Opened {
        let subject = self.unstarted(at)?;
        subject.rehearse().map_err(|why| OpenError::Unstartable(why.into()))?;
        Ok(subject)
    }

    /// Opens a situation and does this; anew, where nothing can be said of what came of it and the reason is mended by then
    /// ([`Subject::begin_anew`]).
    ///
    /// # Errors
    /// What in the situation has no meaning here, or what cannot be started.
    pub(crate) fn settled<T>(
        &self,
        at: &Situation,
        mut does: impl FnMut(&dyn Subject) -> T,
        cannot_tell: impl Fn(&T) -> bool,
    ) -> Result<(Box<dyn Subject>, T), OpenError> {
        loop {
            let subject = self.open(at)?;
            let done = does(&*subject);
            if !(cannot_tell(&done) && subject.begin_anew()) {
                return Ok((subject, done));
            }
        }
    }

    /// What is promised in a situation.
    ///
    /// # Errors
    /// What in the situation has no meaning here.
    pub fn promises(&self, at: &Situation) -> Result<Vec<Promise>, OpenError> {
        self.unstarted(at).map(|subject| subject.promises())
    }

    fn unstarted(&self, at: &Situation) -> Opened {
        let spared = self.spared.as_ref().map_or(Faults::NONE, |(kinds, _)| *kinds);
        (self.open)(&Situation { kinds: at.kinds.without(spared), ..at.clone() })
    }
}

impl Trouble {
    /// A kind of trouble, and where it is tried in the bound that is asked for; nowhere, if it cannot come in it.
    pub fn new(
        name: impl Into<Text>,
        situations: impl Fn(&Asked) -> Vec<(Text, Situation)> + Send + Sync + 'static,
    ) -> Trouble {
        Trouble { name: name.into(), must_come: true, situations: Box::new(situations) }
    }

    /// The same, where nobody knows beforehand whether it can come: it is no open question that it never did, if every run was made.
    #[must_use]
    pub fn if_it_can_come(self) -> Trouble {
        Trouble { must_come: false, ..self }
    }

    pub(crate) fn situations(&self, asked: &Asked) -> Vec<(Text, Situation)> {
        (self.situations)(asked)
    }
}

impl Catalogue {
    /// A catalogue of these cases. Its scenarios and versions are those that they name.
    pub fn new(name: impl Into<Text>, cases: Vec<Case>) -> Catalogue {
        let name = name.into();
        let mut seen = BTreeSet::new();
        let scenarios = cases.iter().filter(|case| seen.insert(&case.scenario));
        let scenarios = scenarios.map(|case| About::new(case.scenario.clone(), "")).collect();
        let mut seen = BTreeSet::new();
        let variants = cases.iter().filter(|case| seen.insert(&case.variant));
        let variants = variants.map(|case| Variant::new(case.variant.clone())).collect();
        Catalogue {
            question: format!("Does {name} have each effect once?").into(),
            name,
            scenarios,
            variants,
            cases,
            troubles: Troubles::default(),
            given: Vec::new(),
            beyond: BEYOND.into(),
            usual: Asked::default(),
            observed: None,
            expression: None,
            promised: Vec::new(),
            processes: None,
        }
    }

    /// Whether its names are told apart: a run is made again by them.
    ///
    /// # Errors
    /// The first that is there twice, or that is in no list.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for Case { scenario, variant, .. } in &self.cases {
            if !seen.insert((scenario, variant)) {
                return Err(format!(
                    "`{variant}` in `{scenario}` is there twice; give each case a name of its own"
                ));
            }
            if !self.has_scenario(scenario) || self.variant(variant).is_none() {
                return Err(format!("`{variant}` in `{scenario}` is not in the catalogue's lists of these"));
            }
        }
        Ok(())
    }

    /// The case of these names.
    pub fn case(&self, scenario: &str, variant: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.scenario == scenario && case.variant == variant)
    }

    /// The version of this name.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// Whether there is a scenario of this name.
    pub fn has_scenario(&self, name: &str) -> bool {
        self.scenarios.iter().any(|scenario| scenario.name == name)
    }

    /// Every promise of every case, in the order in which they are first made.
    pub fn promises(&self) -> Vec<Promise> {
        let mut all: Vec<Promise> = Vec::new();
        for case in &self.cases {
            let at = case.situations(&self.usual).next();
            for promise in at.and_then(|at| case.promises(&at).ok()).into_iter().flatten() {
                if !all.iter().any(|known| known.name == promise.name) {
                    all.push(promise);
                }
            }
        }
        all
    }
}

/// What no bound contains, whatever is checked.
const BEYOND: &str = "other numbers of callers and retries, more faults; the clock (where no time passes, a timer may fire \
                      whenever it is armed, which covers every timing)";
