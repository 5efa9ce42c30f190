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
    ActorState, Cost, Deed, Fingerprinter, Footprint, Outcome, Pick, Point, Promise, Record, Source, State,
    Subject, Way,
};
use rustc_hash::FxHashSet;

/// Actors that append to lists and read them, and may crash: then they begin again, which may lead back to where a run has come
/// through. In which order the ways of a point are listed differs from state to state: with one order everywhere, two threads could
/// not wait for each other in a circle.
#[derive(Clone, Debug)]
struct Shuffled {
    actors: Vec<Vec<Ask>>,
    order: u64,
    crashes: u32,
}

#[derive(Clone, Copy, Debug)]
struct Ask {
    list: usize,
    appends: bool,
}

/// What an actor does next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Ask(Ask),
    CrashBefore,
    CrashAfter(Ask),
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
        Shuffled { actors, order: u64::from(chance.any()), crashes: 0 }
    }

    /// Who goes on, and how.
    fn ways(&self, at: &At, crashes: u32) -> Vec<(usize, Next)> {
        let mut ways = Vec::new();
        for (actor, asks) in self.actors.iter().enumerate() {
            let Some(ask) = asks.get(at.actors[actor].0) else { continue };
            ways.push((actor, Next::Ask(*ask)));
            if crashes < self.crashes {
                ways.extend([(actor, Next::CrashBefore), (actor, Next::CrashAfter(*ask))]);
            }
        }
        ways.sort_by_key(|(actor, next)| Fingerprinter::of(&(self.order, at, actor, next.kind())));
        ways
    }
}

impl Next {
    fn kind(self) -> u8 {
        match self {
            Next::Ask(_) => 0,
            Next::CrashBefore => 1,
            Next::CrashAfter(_) => 2,
        }
    }

    fn cost(self) -> Cost {
        Cost { faults: u32::from(self.kind() > 0), switches: 0 }
    }
}

struct Fork<'a> {
    at: &'a At,
    ways: &'a [(usize, Next)],
    crashes: u32,
}

impl Point for Fork<'_> {
    fn ways(&self) -> usize {
        self.ways.len()
    }

    fn label(&self, way: usize) -> String {
        format!("{:?}", self.ways[way])
    }

    fn way(&self, way: usize) -> Way {
        let (actor, next) = self.ways[way];
        Way { deed: Some(Deed { actor, kind: next.kind() }), cost: next.cost() }
    }

    fn footprint(&self, way: usize) -> Footprint {
        match self.ways[way].1 {
            Next::CrashBefore => Footprint::nothing(),
            Next::Ask(ask) | Next::CrashAfter(ask) if ask.appends => Footprint::nothing().writes(&ask.list),
            Next::Ask(ask) | Next::CrashAfter(ask) => Footprint::nothing().reads(&ask.list),
        }
    }

    fn faults(&self) -> u32 {
        self.crashes
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
        let mut crashes = 0;
        loop {
            let ways = self.ways(&at, crashes);
            if ways.is_empty() {
                let end_state = Some(Fingerprinter::of(&at));
                return Outcome { at_rest: true, end_state, ..Outcome::default() };
            }
            let Pick::Take(way) = source.pick(&Fork { at: &at, ways: &ways, crashes }) else {
                return Outcome::default();
            };
            let (actor, next) = ways[way];
            crashes += next.cost().faults;
            let (asked, heard) = &mut at.actors[actor];
            if let Next::Ask(Ask { list, appends }) | Next::CrashAfter(Ask { list, appends }) = next {
                (*asked, *heard) = (*asked + 1, *heard * 10 + if appends { 0 } else { at.lists[list].len() });
                if appends {
                    at.lists[list].push(actor as u8);
                }
            }
            if next.cost().faults > 0 {
                (*asked, *heard) = (0, 0);
            }
        }
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        (self.run(source), Record::default())
    }
}

const ENDS: Collect = Collect { end_states: true, coverage: false };

/// What so many threads find, and in how many runs.
fn together(subject: &Shuffled, threads: usize, chance: &mut Chance) -> (FxHashSet<u128>, u64) {
    let (mut ends, mut made) = (FxHashSet::default(), 0);
    let (seen, limit) = (Seen::new(threads, u64::MAX), Limit { faults: subject.crashes, switches: None });
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
    // Each crash makes them about ten times as large.
    let seeds = [(0, 2000), (1, 400), (2, 20)];
    let seeds = seeds.into_iter().flat_map(|(crashes, some)| (0..some).map(move |seed| (crashes, seed)));
    for (crashes, seed) in seeds {
        let mut chance = Chance::new(seed, 0);
        let subject = Shuffled { crashes, ..Shuffled::draw(&mut chance) };
        let how = Exhaustive::reduce(Reduce { sleep: false, ..Reduce::ALL });
        let all = Exhaustive { collect: ENDS, ..how }.search(&subject, &mut Unlimited);
        awake += all.executions;
        let (ends, made) = together(&subject, 2 + seed as usize % 3, &mut chance);
        assert_eq!(ends, all.end_states, "{subject:?}");
        asleep += made;
    }
    assert!(asleep < awake, "something sleeps: {asleep} runs, and {awake} if nothing does");
}
