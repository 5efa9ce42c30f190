//! A check as a test: what `#[anechoic::test]` is sugar for.
mod environment;
mod forms;
mod place;
mod told;

pub use environment::{How, Update};
pub use place::Place;

use crate::{
    Asked, Case, Catalogue, Exit, Situation,
    check::{Budget, Request, Search, Silent, check, memory},
    judge::judge,
    kept::{Kept, keep},
    report::{Again, Document, Found, Report, Saved, Specimens},
    show::View,
};
use anechoic_engine::{
    Faults, InProcess, Scenario, Service,
    search::{Exhaustive, Reduce, Sample},
};
use environment::Environment;
use std::{ops::RangeInclusive, path::PathBuf, sync::Arc, time::Duration};

/// Checks a scenario in a test: searches every run of a bound, and panics unless every promise holds in all of them.
///
/// What is set here is what the code asks for; the environment beats it (`ANECHOIC_FAULTS` and its like, see
/// [`#[anechoic::test]`](crate::test)). Begin one with [`checker!`](crate::checker).
#[derive(Clone, Debug)]
pub struct Checker {
    place: Place,
    asked: Asked,
    has_callers: bool,
    how: How,
    seed: Option<u64>,
    runs: u64,
    max_time: Duration,
}

/// A number of callers, or a range of such numbers.
pub trait Callers {
    /// The range.
    fn range(self) -> RangeInclusive<usize>;
}

impl Callers for usize {
    fn range(self) -> RangeInclusive<usize> {
        self..=self
    }
}

impl Callers for RangeInclusive<usize> {
    fn range(self) -> RangeInclusive<usize> {
        self
    }
}

/// Who is let in for a situation: each name with how many have it.
type Actors<'a> = dyn Fn(&Situation) -> Vec<(String, usize)> + 'a;

impl Checker {
    /// A check of the test that is in this place: one caller, two faults of any kind, two retries, at most a minute.
    pub fn new(place: Place) -> Checker {
        Checker {
            place,
            asked: Asked::default(),
            has_callers: false,
            how: How::Exhaustive,
            seed: None,
            runs: 10_000,
            max_time: Duration::from_secs(60),
        }
    }

    /// Faults in one run, at most.
    #[must_use]
    pub fn faults(mut self, faults: u32) -> Checker {
        self.asked.faults = Some(faults);
        self
    }

    /// Concurrent callers: a number, or a range of which every number is searched. The scenario is told by
    /// [`Situation::callers`].
    #[must_use]
    pub fn callers(mut self, callers: impl Callers) -> Checker {
        self.asked.callers = callers.range();
        self.with_callers()
    }

    /// The number of callers matters: the scenario asks its situation for it.
    #[must_use]
    pub fn with_callers(mut self) -> Checker {
        self.has_callers = true;
        self
    }

    /// Retries of a caller that died or got an error, and of a failed durable step as far as its policy goes; as many as there
    /// are faults, and two at least, if nothing is said.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Checker {
        self.asked.retries = Some(retries);
        self
    }

    /// The kinds of fault that may come; every kind, if nothing is said.
    #[must_use]
    pub fn kinds(mut self, kinds: Faults) -> Checker {
        self.asked.kinds = kinds;
        self
    }

    /// How long it may take. A check that is not done by then does not pass.
    #[must_use]
    pub fn max_time(mut self, time: Duration) -> Checker {
        self.max_time = time;
        self
    }

    /// How runs are found. A sample can break a promise and not prove one, so it never passes.
    #[must_use]
    pub fn search(mut self, how: How) -> Checker {
        self.how = how;
        self
    }

    /// Which runs a sample has: the same seed, the same runs.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Checker {
        self.seed = Some(seed);
        self
    }

    /// How many runs a sample has.
    #[must_use]
    pub fn runs(mut self, runs: u64) -> Checker {
        self.runs = runs;
        self
    }

    /// Checks a scenario, which is opened for each situation.
    ///
    /// # Panics
    /// Unless every promise holds in the whole bound; with the smallest run that breaks one, why, what would have to be
    /// otherwise, and the command that makes the run again. And if a variable of the environment has a value that means
    /// nothing.
    #[track_caller]
    pub fn assert<S: Scenario + 'static>(self, open: impl Fn(&Situation) -> S + Send + Sync + 'static) {
        let open = Arc::new(open);
        let opens = open.clone();
        let mut case = Case::new(self.place.test(), move |at| opens(at));
        case.has_callers = self.has_callers;
        let actors = |at: &Situation| InProcess { scenario: open(at), bound: at.bound() }.actors();
        // Whether a search of it goes back, if it is one that can.
        let goes_back = |at: &Situation| {
            let scenario = open(at);
            scenario.is_timed() || scenario.service().snapshot().is_some()
        };
        let told = self.carry_out(case, &actors, &goes_back);
        match told {
            Ok(well) => println!("{well}"),
            Err(text) => panic!("\n{text}"),
        }
    }

    /// What is to be said of it: as a pass, or as a failure.
    fn carry_out(
        mut self,
        case: Case,
        actors: &Actors<'_>,
        goes_back: &dyn Fn(&Situation) -> bool,
    ) -> Result<String, String> {
        let environment = Environment::read(|name| std::env::var_os(name))?;
        environment.beat(&mut self)?;
        let case = self.told_who_acts(case, actors)?;
        let catalogue = Catalogue::new(self.place.catalogue(), vec![case]);
        if let Some(file) = &environment.replay {
            return told::replayed(&catalogue, &self.place, file);
        }
        let mut kept = self.kept(&catalogue)?;
        let saved = kept.made(&catalogue);
        let broken: Vec<&Saved> = saved.iter().filter(|saved| breaks(saved)).collect();
        if !broken.is_empty() && environment.report.is_none() {
            return Err(told::again(&catalogue, &self.place, &broken)?);
        }
        let mut report = check(&self.request(&catalogue)?, &Silent)?;
        report.saved = saved;
        kept.recognise(&mut report);
        let new = if environment.keeps() { kept.not_kept(&report) } else { Vec::new() };
        let mut unwritten = keep(&new);
        let is_written = |path: &PathBuf| unwritten.iter().all(|(other, _)| other != path);
        let written: Vec<PathBuf> = new.into_iter().map(|(path, _)| path).filter(is_written).collect();
        self.place_runs(&mut report, &kept, &written, &environment);
        let judgement = judge(&report);
        if judgement.exit == Exit::Holds && environment.keeps() {
            unwritten.extend(kept.drop_stale());
        }
        let document = Document::new(report.clone()).to_text();
        let replay = |found: &Found| told::command(&found.replay, &found.file);
        let view = View {
            catalogue: &catalogue,
            report: &report,
            judgement: &judgement,
            document: &document,
            replay: &replay,
        };
        let mut failed: Vec<String> =
            unwritten.into_iter().map(|(path, error)| format!("{}: {error}", path.display())).collect();
        if let Some(folder) = &environment.report {
            failed.extend(forms::write(view, &self.place, folder));
        }
        forms::annotate(view);
        let mut remarks = environment.remarks(self.has_callers);
        if told::is_cut(&report) && !goes_back(&self.asked.situation()) {
            remarks += told::SLOW;
        }
        match (judgement.exit, failed.is_empty()) {
            (Exit::Holds, true) => Ok(told::well(view) + &remarks),
            (Exit::Holds, false) => Err(format!("cannot write {}\n", failed.join(", "))),
            _ => Err(told::failed(view) + &remarks + &told::next(&self.place, &written, &failed)),
        }
    }

    /// Says who acts, where that is not so many callers.
    ///
    /// # Errors
    /// If as many act however many callers there are to be.
    fn told_who_acts(&self, case: Case, actors: &Actors<'_>) -> Result<Case, String> {
        let most = self.asked.situation();
        let all = actors(&most);
        if !self.has_callers {
            let is_one = all.iter().map(|(_, count)| count).sum::<usize>() == 1;
            let words: Vec<String> = all.iter().map(|(name, count)| format!("{count} {name}")).collect();
            return Ok(if is_one { case } else { case.with_actors(words.join(", ")) });
        }
        let least = Situation { callers: *self.asked.callers.start(), ..most.clone() };
        if least.callers < most.callers && actors(&least) == all {
            return Err(format!(
                "there are to be {} to {} callers, and the scenario lets in the same actors for each number; expected one that asks \
                 its situation, `at.callers`\n",
                least.callers, most.callers
            ));
        }
        Ok(case)
    }

    /// The runs of this test that are kept beside it.
    fn kept(&self, catalogue: &Catalogue) -> Result<Kept, String> {
        let folder = self.place.folder();
        let kept = match folder.is_dir() {
            true => Kept::read(&folder).map_err(|error| error.to_string())?,
            false => Kept::empty(&folder),
        };
        kept.of(&catalogue.name, &self.place.test()).map_err(|error| error.to_string())
    }

    fn request<'c>(&self, catalogue: &'c Catalogue) -> Result<Request<'c>, String> {
        let (seed, runs) = (self.seed.unwrap_or(0), self.runs);
        let search = match self.how {
            How::Exhaustive => {
                // Other tests may search beside it.
                let most_states = memory::states(memory::searches(1));
                Search::Exhaustive(Exhaustive {
                    ends_when_broken: true,
                    most_states,
                    ..Exhaustive::default()
                })
            }
            How::Naive => Search::Exhaustive(Exhaustive::reduce(Reduce::NOTHING)),
            How::Random => Search::Sample(Sample { runs, seed, changes: None }),
            How::Pct => Search::Sample(Sample { runs, seed, changes: Some(3) }),
        };
        if self.seed.is_some() && matches!(search, Search::Exhaustive(_)) {
            return Err(
                "a seed is for samples (ANECHOIC_SEARCH=random or pct); this search makes every run".into()
            );
        }
        Ok(Request {
            catalogue,
            cases: catalogue.cases.iter().collect(),
            asked: self.asked.clone(),
            search,
            specimens: Specimens::LikeAnyOther,
            troubles: false,
            observed: false,
            budget: Budget::time(self.max_time),
            // Other tests run beside it.
            at_once: 1,
        })
    }

    /// Says where each run is; nowhere, if it is not written.
    fn place_runs(&self, report: &mut Report, kept: &Kept, written: &[PathBuf], environment: &Environment) {
        for broken in report.results.iter_mut().flat_map(|searched| &mut searched.broken) {
            let run = &mut broken.run;
            let pending = kept.pending_path(&run.replay);
            let name = run.replay.usual_name();
            let file = match (&run.kept_as, &environment.report) {
                (Some(file), _) => PathBuf::from(file),
                (None, _) if written.contains(&pending) => pending,
                (None, Some(folder)) => forms::folder(&self.place, folder).join(name),
                (None, None) => continue,
            };
            run.file = self.place.relative(&file);
        }
    }
}

fn breaks(saved: &Saved) -> bool {
    matches!(saved.again, Again::Breaks { .. } | Again::BreaksAnother { .. })
}
