//! Several threads, one run of one of them at a time, in an order that is drawn: together they find what one finds alone.
use super::{
    Collect, Exhaustive, Limit, Path, Reduce, Unlimited,
    odometer::Odometer,
    part::{Done, Part},
    random::Chance,
    runs::Runs,
    seen::Seen,
};
use crate::{
    ActorState, Deed, Fingerprinter, Footprint, Outcome, Pick, Point, Promise, Record, Source, State,
    Subject, Way,
};
use rustc_hash::FxHashSet;

/// Actors that append to lists and read them. In which order the ways of a point are listed differs from state to state: with one
/// order everywhere, two threads could not wait for each other in a circle.
#[derive(Clone, Debug)]
struct Shuffled {
    actors: Vec<Vec<Ask>>,
    order: u64,
}

#[derive(Clone, Copy, Debug)]
struct Ask {
    list: usize,
    appends: bool,
}

#[derive(Clone, Debug, Default, Hash)]
struct At {
    lists: [Vec<u8>; 4],
    /// By actor: how many times it has asked, and how much it has heard.
    actors: Vec<(usize, usize)>,
}

impl Shuffled {
    fn draw(chance: &mut Chance) -> Shuffled {
        let actors = 3 + chance.below(2);
        let mut ask = |_| Ask { list: chance.below(4), appends: chance.below(3) > 0 };
        let actors = (0..actors).map(|actor| (0..1 + (actor + 1) % 3).map(&mut ask).collect()).collect();
        Shuffled { actors, order: u64::from(chance.any()) }
    }

    /// Who asks next, and what.
    fn ways(&self, at: &At) -> Vec<(usize, Ask)> {
        let next = |(actor, asks): (usize, &Vec<Ask>)| Some((actor, *asks.get(at.actors[actor].0)?));
        let mut ways: Vec<(usize, Ask)> = self.actors.iter().enumerate().filter_map(next).collect();
        ways.sort_by_key(|(actor, _)| Fingerprinter::of(&(self.order, at, actor)));
        ways
    }
}

struct Fork<'a> {
    at: &'a At,
    ways: &'a [(usize, Ask)],
}

impl Point for Fork<'_> {
    fn ways(&self) -> usize {
        self.ways.len()
    }

    fn label(&self, way: usize) -> String {
        format!("{:?}", self.ways[way])
    }

    fn way(&self, way: usize) -> Way {
        Way { deed: Some(Deed { actor: self.ways[way].0, kind: 0 }), ..Way::default() }
    }

    fn footprint(&self, way: usize) -> Footprint {
        match self.ways[way].1 {
            Ask { list, appends: true } => Footprint::nothing().writes(&list),
            Ask { list, appends: false } => Footprint::nothing().reads(&list),
        }
    }

    fn faults(&self) -> u32 {
        0
    }

    fn state(&self) -> Option<State> {
        let own =
            |(class, actor): (usize, &(usize, usize))| ActorState { class, own: Fingerprinter::of(actor) };
        let actors = self.at.actors.iter().enumerate().map(own).collect();
        Some(State { shared: Fingerprinter::of(&self.at.lists), actors, last: None })
    }
}

impl Subject for Shuffled {
    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        let mut at = At { actors: vec![(0, 0); self.actors.len()], ..At::default() };
        loop {
            let ways = self.ways(&at);
            if ways.is_empty() {
                let end_state = Some(Fingerprinter::of(&at));
                return Outcome { at_rest: true, end_state, ..Outcome::default() };
            }
            let Pick::Take(way) = source.pick(&Fork { at: &at, ways: &ways }) else {
                return Outcome::default();
            };
            let (actor, Ask { list, appends }) = ways[way];
            let (asked, heard) = &mut at.actors[actor];
            (*asked, *heard) = (*asked + 1, *heard * 10 + if appends { 0 } else { at.lists[list].len() });
            if appends {
                at.lists[list].push(actor as u8);
            }
        }
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        (self.run(source), Record::default())
    }
}

const ENDS: Collect = Collect { end_states: true, coverage: false };

/// What so many threads find, and in how many runs.
fn together(subject: &dyn Subject, threads: usize, chance: &mut Chance) -> (FxHashSet<u128>, u64) {
    let (mut ends, mut made) = (FxHashSet::default(), 0);
    let (seen, limit) = (Seen::new(threads, u64::MAX), Limit { faults: 0, switches: None });
    let mut parts = Part::equal(vec![Path::default()]);
    let mut done = Done::default();
    let mut at_work: Vec<Option<Odometer<'_>>> = (0..threads).map(|_| None).collect();
    let mut runs = Runs::of(subject, false);
    while !parts.is_empty() || at_work.iter().any(Option::is_some) {
        let (thread, other) = (chance.below(threads), chance.below(threads));
        let Some(odometer) = &mut at_work[thread] else {
            let part = parts.pop().or_else(|| at_work[other].as_mut()?.split());
            at_work[thread] = part.map(|part| Odometer::new(part, Reduce::ALL, limit, &seen, ENDS));
            continue;
        };
        ends.extend(runs.make(odometer).end_state);
        assert!(odometer.diverged.is_none(), "{:?}", odometer.diverged);
        made += 1;
        if !odometer.turn() {
            done = done.and(odometer.done());
            at_work[thread] = None;
        }
    }
    assert_eq!(done.runs, made);
    assert!((done.share - 1.0).abs() < 1e-9, "the parts are all of it: {done:?}");
    (ends, made)
}

#[test]
fn several_threads_in_which_something_sleeps_find_what_one_finds_in_which_nothing_does() {
    let (mut awake, mut asleep) = (0, 0);
    for seed in 0..2000 {
        let mut chance = Chance::new(seed, 0);
        let subject = Shuffled::draw(&mut chance);
        let how = Exhaustive::reduce(Reduce { sleep: false, ..Reduce::ALL });
        let all = Exhaustive { collect: ENDS, ..how }.search(&subject, &mut Unlimited);
        awake += all.executions;
        let (ends, made) = together(&subject, 2 + seed as usize % 3, &mut chance);
        assert_eq!(ends, all.end_states, "{subject:?}");
        asleep += made;
    }
    assert!(asleep < awake, "something sleeps: {asleep} runs, and {awake} if nothing does");
}
