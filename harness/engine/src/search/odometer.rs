use super::{
    Collect, Limit, Path, Reduce,
    part::{Done, Part},
    seen::{Met, Seen, Visit},
    sleep::Sleep,
};
use crate::{Pick, Point, Source};

/// Makes one run after the other, depth first, by running the subject again from the start for each, like an odometer
/// whose wheels differ in size:
///
/// ```text
/// took:  3 1 4 4
/// ways:  6 5 5 5     the last two wheels are at their end, so the second turns: 3 2
/// ```
pub(super) struct Odometer<'s> {
    /// The choices with which every run begins.
    prefix: Vec<u32>,
    /// Which share of the search these runs are, and which of it was given away where all else is done.
    share: f64,
    given: f64,
    wheels: Vec<Wheel>,
    position: usize,
    reduce: Reduce,
    pub(super) limit: Limit,
    seen: &'s Seen,
    /// What sleeps at the next point.
    sleep: Sleep,
    /// Whether anything was left out because of the limit.
    pub(super) limited: bool,
    collect: Collect,
    /// How many runs were begun.
    runs: u64,
    /// How the run that is being made differs from the one before, although its choices are the same.
    pub(super) diverged: Option<String>,
}

struct Wheel {
    took: usize,
    ways: usize,
    /// How many of the ways were to be gone when it was met, and how many of those are done.
    open: usize,
    gone: usize,
    /// Which share of the search was given away of them.
    given: f64,
    /// The ways that are not gone, as they sleep or are beyond the limit; and those that are not done, as another thread is at
    /// work on what follows.
    skipped: Vec<u32>,
    /// What slept when the point was met.
    sleep: Sleep,
    /// The state in which it was met, if that can be told.
    visit: Option<Visit>,
    /// Whether all that follows the way that it took is done, or will be before the next is taken; and whether that was so for
    /// every way before.
    way_is_done: bool,
    is_done: bool,
    /// The context switches before it, and with it.
    switches: u32,
    switches_after: u32,
}

/// These are looked at more closely than others, and then one in so many, which costs next to nothing.
const FIRST_RUNS: u64 = 500;
const ONE_IN: u64 = 64;

impl<'s> Odometer<'s> {
    /// Will make every run of a part.
    pub(super) fn new(
        part: Part,
        reduce: Reduce,
        limit: Limit,
        seen: &'s Seen,
        collect: Collect,
    ) -> Odometer<'s> {
        Odometer {
            prefix: part.path.0,
            share: part.share,
            given: 0.0,
            wheels: Vec::new(),
            position: 0,
            reduce,
            limit,
            seen,
            sleep: Sleep::default(),
            limited: false,
            collect,
            runs: 0,
            diverged: None,
        }
    }

    /// The run that is being made.
    pub(super) fn path(&self) -> Path {
        let turned = self.position.saturating_sub(self.prefix.len());
        let took = self.wheels[..turned].iter().map(|wheel| wheel.took as u32);
        Path(self.prefix.iter().copied().chain(took).collect())
    }

    /// How many runs it has made.
    pub(super) fn runs(&self) -> u64 {
        self.runs
    }

    /// Whether it is looked at how far it has got: often in the beginning, and then so rarely that it costs nothing.
    pub(super) fn is_looked_at(&self) -> bool {
        const LOOK_EVERY: u64 = 4096;
        self.runs.is_power_of_two() || self.runs.is_multiple_of(LOOK_EVERY)
    }

    /// What it has done of the search.
    pub(super) fn done(&self) -> Done {
        let runs = self.runs;
        if self.wheels.is_empty() {
            return Done { runs, share: self.share - self.given };
        }
        let (mut share, mut done) = (self.share, -self.given);
        for wheel in &self.wheels {
            share /= wheel.open as f64;
            done += share * wheel.gone as f64;
        }
        Done { runs, share: done }
    }

    /// Gives away a part of what is still to be done, as big a one as there is.
    pub(super) fn split(&mut self) -> Option<Part> {
        let at = self.wheels.iter().position(|wheel| wheel.next().is_some())?;
        let next = self.wheels[at].next()? as u32;
        // This odometer will not go that way: another does.
        self.wheels[at].skipped.push(next);
        self.wheels[at].is_done = false;
        let share = self.wheels[..=at].iter().fold(self.share, |share, wheel| share / wheel.open as f64);
        self.wheels[at].given += share;
        let took = self.wheels[..at].iter().map(|wheel| wheel.took as u32);
        let path = Path(self.prefix.iter().copied().chain(took).chain([next]).collect());
        Some(Part { path, share })
    }

    /// Turns to the next run; false when all have been made.
    pub(super) fn turn(&mut self) -> bool {
        self.position = 0;
        self.runs += 1;
        while let Some(wheel) = self.wheels.last_mut() {
            if !wheel.way_is_done {
                // What another thread is at work on may rest on what this one does: so nothing sleeps for its sake.
                (wheel.is_done, wheel.way_is_done) = (false, true);
                wheel.skipped.push(wheel.took as u32);
            }
            wheel.gone += 1;
            if let Some(next) = wheel.next() {
                wheel.took = next;
                return true;
            }
            let (visit, is_done) = (wheel.visit, wheel.is_done);
            self.given += wheel.given;
            self.wheels.pop();
            match self.wheels.last_mut() {
                _ if is_done => visit.into_iter().for_each(|visit| self.seen.finish(visit)),
                Some(before) => before.way_is_done = false,
                None => {}
            }
        }
        false
    }

    /// Whether this run is made from its start, even if it need not be: the first runs by turns, and then one in so many, so that
    /// what is left to chance is seen.
    fn is_made_anew(&self) -> bool {
        self.runs.is_multiple_of(if self.runs < FIRST_RUNS { 2 } else { ONE_IN })
    }

    /// A point that this search has not come to before along these choices.
    fn meet(&mut self, point: &dyn Point) -> Option<Wheel> {
        let sleep = std::mem::take(&mut self.sleep);
        let switches = self.wheels.last().map_or(0, |wheel| wheel.switches_after);
        let mut visit = None;
        if self.reduce.states {
            visit = match self.seen.meet(point, switches, self.reduce, self.limit) {
                Met::New(visit) => visit,
                Met::Known { is_done } => {
                    if let Some(wheel) = self.wheels.last_mut() {
                        wheel.way_is_done &= is_done;
                    }
                    return None;
                }
            };
        }
        let mut wheel = Wheel {
            took: 0,
            ways: point.ways(),
            open: point.ways(),
            gone: 0,
            given: 0.0,
            skipped: Vec::new(),
            sleep,
            visit,
            way_is_done: true,
            is_done: true,
            switches,
            switches_after: switches,
        };
        // The naive search: skip nothing.
        if self.limit == Limit::NONE {
            return Some(wheel);
        }
        for way in 0..wheel.ways {
            let is = point.way(way);
            // It is not asleep but out of reach in this pass; a later pass, with a higher limit, goes there.
            let beyond = point.faults() + is.cost.faults > self.limit.faults
                || self.limit.switches.is_some_and(|limit| switches + is.cost.switches > limit);
            self.limited |= beyond;
            if beyond || sleep.contains(is.deed) {
                wheel.skipped.push(way as u32);
            }
        }
        wheel.open -= wheel.skipped.len();
        match wheel.first() {
            Some(first) => wheel.took = first,
            None => {
                // All of it sleeps, or is beyond the limit.
                visit.into_iter().for_each(|visit| self.seen.finish(visit));
                return None;
            }
        }
        Some(wheel)
    }

    /// How a point differs from the one that was met in its place by the same choices. Its ways are always counted; its state
    /// is compared in the first runs and in some of the others, where a run leaves the one before it.
    fn differs(&self, wheel: &Wheel, point: &dyn Point, is_last: bool) -> Option<String> {
        let ways = point.ways();
        let labels = || (0..ways.min(4)).map(|way| point.label(way)).collect::<Vec<String>>().join(", ");
        let choice = || format!("the same {} choices led elsewhere", self.position - 1);
        if wheel.ways != ways {
            return Some(format!(
                "{}: {} ways to go on, and then {ways} ({})",
                choice(),
                wheel.ways,
                labels()
            ));
        }
        let is_compared = is_last && (self.runs < FIRST_RUNS || self.runs.is_multiple_of(ONE_IN));
        let was = wheel.visit.filter(|_| is_compared)?.state;
        let is = point.state()?.fingerprint(self.reduce.symmetry, self.limit.switches.is_some());
        (was != is).then(|| format!("{}: to another state, before {}", choice(), labels()))
    }

    /// Goes the way of the last wheel.
    fn go(&mut self, point: &dyn Point) {
        let Some(wheel) = self.wheels.last_mut() else { return };
        if self.limit.switches.is_some() {
            wheel.switches_after = wheel.switches + point.way(wheel.took).cost.switches;
        }
        if self.reduce.sleep {
            let done = |way: usize| way < wheel.took && !wheel.skipped.contains(&(way as u32));
            self.sleep = wheel.sleep.after(point, wheel.took, done);
        }
    }
}

/// Whether runs go on from where they part from the one before. Where operations are counted, each is counted in every run.
pub(super) fn goes_back(reduce: Reduce, collect: Collect) -> bool {
    reduce.beginnings && !collect.coverage
}

impl Wheel {
    /// The first way that is to be gone.
    fn first(&self) -> Option<usize> {
        self.from(0)
    }

    /// The next one after that which was taken.
    fn next(&self) -> Option<usize> {
        self.from(self.took + 1)
    }

    fn from(&self, way: usize) -> Option<usize> {
        (way..self.ways).find(|way| !self.skipped.contains(&(*way as u32)))
    }
}

impl Source for Odometer<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let position = self.position;
        if let Some(way) = self.prefix.get(position) {
            self.position += 1;
            return Pick::Take(*way as usize);
        }
        let turned = position - self.prefix.len();
        if turned == self.wheels.len() {
            match self.meet(point) {
                Some(wheel) => self.wheels.push(wheel),
                None => return Pick::Stop,
            }
        }
        self.position += 1;
        let wheel = &self.wheels[turned];
        let took = wheel.took;
        if let Some(how) = self.differs(wheel, point, turned + 1 == self.wheels.len()) {
            self.diverged = Some(format!(
                "{how}; something in it is left to chance, to time or to what an earlier run has left behind"
            ));
            return Pick::Stop;
        }
        // At the wheels before the last, this run repeats the one before it, and all was noted then.
        if turned + 1 == self.wheels.len() {
            self.go(point);
        }
        Pick::Take(took)
    }

    fn shared(&self) -> usize {
        let turned = self.wheels.len().saturating_sub(1);
        if self.is_made_anew() || !goes_back(self.reduce, self.collect) {
            0
        } else {
            self.prefix.len() + turned
        }
    }

    fn skip(&mut self, choices: usize) {
        self.position = choices;
    }

    fn comes_back(&self) -> bool {
        let turned = self.position.checked_sub(self.prefix.len() + 1);
        goes_back(self.reduce, self.collect)
            && turned.and_then(|turned| self.wheels.get(turned)).is_some_and(|wheel| wheel.next().is_some())
    }

    /// What actors have learnt tells what they do, too, where runs go back.
    fn wants_states(&self) -> bool {
        self.reduce.states || self.reduce.beginnings
    }

    /// Who makes every run is the judge of all that is clever.
    fn trusts_states(&self) -> bool {
        !self.reduce.skips_no_run()
    }

    fn wants_end_state(&self) -> bool {
        self.collect.end_states
    }

    fn wants_coverage(&self) -> bool {
        self.collect.coverage
    }
}
