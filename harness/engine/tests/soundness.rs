//! What is skipped would have shown nothing new: on hundreds of generated subjects, every combination of reductions
//! finds the same end states and the same broken promises as the naive search.
use anechoic::{
    Bound, Breaches, Client, Digest, Failed, Fault, Faults, Fingerprinter, Footprint, Fresh, InProcess,
    NoAnswer, Policy, Rest, Room, Runtime, Scenario, Semantics, Service, Start, Subject,
    search::{Collect, Exhaustive, Findings, Reduce, Shard, Unlimited, Watch, shortest},
};
use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_oneof},
    sample::subsequence,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rustc_hash::FxHashSet;
use std::{
    cell::Cell,
    collections::BTreeSet,
    hash::Hash,
    ops::{Range, RangeInclusive},
    sync::atomic::{AtomicU64, Ordering},
};

const KEYS: usize = 3;
const ENDS: Collect = Collect { end_states: true, coverage: false };

/// Some cells with their older versions, and a list of rows under drawn names.
#[derive(Clone, Debug, Default)]
struct Cells {
    values: [u8; KEYS],
    older: [Vec<u8>; KEYS],
    rows: Vec<(Fresh, u8)>,
}

/// A put is answered with whether it replaced a row.
#[derive(Clone, Copy, Debug, Hash)]
enum Ask {
    Add(usize),
    Set { key: usize, from: u8, to: u8 },
    Read(usize),
    Put(Option<Fresh>, u8),
}

impl Service for Cells {
    type Request = Ask;
    type Response = (bool, u8);
    type Answer = u8;

    fn apply(&mut self, request: &Ask) -> (bool, u8) {
        match *request {
            Ask::Add(key) => {
                self.write(key, self.values[key] + 1);
                (true, self.values[key])
            }
            Ask::Set { key, from, to } => {
                let done = self.values[key] == from;
                if done {
                    self.write(key, to);
                }
                (done, 0)
            }
            Ask::Read(key) => (true, self.values[key]),
            Ask::Put(name, row) => {
                let name = name.expect("a name is drawn before it is sent");
                let before = self.rows.len();
                self.rows.retain(|(known, _)| *known != name);
                let replaced = self.rows.len() < before;
                self.rows.push((name, row));
                (true, u8::from(replaced))
            }
        }
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(&(self.values, &self.older));
        for (name, row) in &self.rows {
            digest.named(*name, row);
        }
    }

    fn digest_request(&self, request: &Ask, fingerprinter: &mut Fingerprinter) {
        request.hash(fingerprinter);
    }

    fn footprint(&self, request: &Ask) -> Footprint {
        match request {
            Ask::Add(key) | Ask::Set { key, .. } => Footprint::nothing().writes(key),
            Ask::Read(key) => Footprint::nothing().reads(key),
            Ask::Put(name, _) => Footprint::nothing().writes(name),
        }
    }

    fn older_versions(&self, request: &Ask) -> usize {
        if let Ask::Read(key) = request { self.older[*key].len() } else { 0 }
    }

    fn apply_stale(&self, request: &Ask, age: usize) -> (bool, u8) {
        let Ask::Read(key) = request else { unreachable!("only reads are stale") };
        (true, self.older[*key][self.older[*key].len() - age])
    }
}

impl Cells {
    fn write(&mut self, key: usize, value: u8) {
        self.older[key].push(self.values[key]);
        self.values[key] = value;
    }
}

/// What one handler does: its requests in order, each sent twice if there is no answer, and whether it gives up on a
/// refusal or carries on what it learnt. The rows it puts tell what it has learnt.
#[derive(Clone, Debug)]
struct Program {
    asks: Vec<Ask>,
    resends: bool,
    stops_when_refused: bool,
    /// Fails in the end whatever happened, so that it is tried again.
    fails: bool,
    /// Draws a name in a step of its own, so that later invocations may put rows under it.
    keeps_names: bool,
    durable: bool,
    callers: usize,
}

async fn run(client: Client<Cells>, program: Program, kept: Option<Fresh>) -> Result<u8, Failed> {
    let mut learnt = 0;
    for ask in program.asks {
        let ask = match ask {
            Ask::Put(_, row) => {
                let new = client.fresh();
                let name = match kept {
                    Some(kept) if client.choose("a new name or the one it kept", 2).await == 1 => kept,
                    _ => new,
                };
                Ask::Put(Some(name), row.wrapping_add(learnt))
            }
            ask => ask,
        };
        let answer = match client.call(ask).await {
            Err(NoAnswer) if program.resends => {
                learnt = learnt.wrapping_add(2);
                client.call(ask).await
            }
            answer => answer,
        };
        let (done, read) = answer?;
        learnt = learnt.wrapping_add(read);
        if !done && program.stops_when_refused {
            return Err(Failed);
        }
    }
    if program.fails { Err(Failed) } else { Ok(learnt) }
}

#[derive(Clone, Debug)]
struct Generated {
    programs: Vec<Program>,
    /// Promises, all of them arbitrary: a cell never exceeds this, and the cells never add up to that at rest.
    most: u8,
    never: u8,
}

impl Scenario for Generated {
    type Service = Cells;

    fn promises(&self) -> Vec<&'static str> {
        vec!["no_cell_is_large", "no_such_sum", "not_so_many_rows", "nobody_learns_this"]
    }

    fn service(&self) -> Cells {
        Cells::default()
    }

    fn set_up(&self, room: &mut Room<Cells>, _: &[usize]) {
        let start = Start::FireAndForget;
        let runtime = Runtime {
            policy: Policy::default().at_most(3),
            semantics: Semantics::AtLeastOncePerRetry,
            start,
        };
        for (number, program) in self.programs.iter().cloned().enumerate() {
            if program.durable {
                room.durable(&format!("workflow {number}"), &runtime, move |execution| {
                    let program = program.clone();
                    async move {
                        let client = execution.client().clone();
                        let mut kept = None;
                        if program.keeps_names {
                            let name = async || Ok::<Fresh, &str>(execution.client().fresh());
                            kept = Some(execution.step("name", name).await?);
                        }
                        let body = async || run(client, program, kept).await.map_err(|Failed| "refused");
                        Ok(execution.step("work", body).await?)
                    }
                });
            } else {
                let callers = program.callers;
                room.callers(&format!("program {number}"), callers, move |client| {
                    run(client, program.clone(), None)
                });
            }
        }
    }

    fn always(&self, cells: &Cells, breaches: &mut Breaches) {
        if cells.values.iter().any(|value| *value > self.most) {
            breaches.report(0, "large", String::new);
        }
    }

    fn at_rest(&self, rest: &Rest<'_, Cells>, breaches: &mut Breaches) {
        if rest.service.values.iter().sum::<u8>() == self.never {
            breaches.report(1, "sum", String::new);
        }
        if rest.service.rows.len() > usize::from(self.most) {
            breaches.report(2, "rows", String::new);
        }
        for (class, end) in &rest.ends {
            if **end == anechoic::End::Answered(self.never) {
                breaches.report(3, if *class == 0 { "by the first" } else { "by another" }, String::new);
            }
        }
    }
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        (0..KEYS).prop_map(Ask::Add),
        (0..KEYS, 0_u8..2, 1_u8..3).prop_map(|(key, from, to)| Ask::Set { key, from, to }),
        (0..KEYS).prop_map(Ask::Read),
        (0_u8..2).prop_map(|row| Ask::Put(None, row)),
    ]
}

fn program(asks: Range<usize>, callers: usize) -> impl Strategy<Value = Program> {
    let rarely = || proptest::bool::weighted(0.3);
    let switches = (any::<bool>(), any::<bool>(), rarely(), any::<bool>(), rarely());
    (vec(ask(), asks), switches, 1..=callers).prop_map(
        |(asks, (resends, stops_when_refused, fails, keeps_names, durable), callers)| Program {
            asks,
            resends,
            stops_when_refused,
            fails,
            keeps_names,
            durable,
            callers,
        },
    )
}

/// A step that puts a row under a new name in every attempt, and sends it again if there is no answer.
fn names() -> impl Strategy<Value = Vec<Program>> {
    (vec((0_u8..2).prop_map(|row| Ask::Put(None, row)), 1..3), any::<bool>(), any::<bool>(), 1_usize..3)
        .prop_map(|(asks, keeps_names, durable, callers)| {
            let (resends, stops_when_refused, fails) = (true, false, true);
            vec![Program { asks, resends, stops_when_refused, fails, keeps_names, durable, callers }]
        })
}

/// A step that draws new names whenever it is run again, and may put its row under one that an earlier step kept. Its
/// rows tell apart what it was told, what it was not told, and what an earlier invocation of it had put.
fn kept() -> impl Strategy<Value = (Vec<Program>, Bound)> {
    let step = |puts: usize, keeps_names: bool| {
        vec((0_u8..2).prop_map(|row| Ask::Put(None, row)), puts).prop_map(move |asks| {
            let (resends, stops_when_refused, fails, durable, callers) = (true, false, false, true, 1);
            vec![Program { asks, resends, stops_when_refused, fails, keeps_names, durable, callers }]
        })
    };
    let lost = vec![Fault::Rejected, Fault::LostAcknowledgement, Fault::CrashAfter, Fault::LateWrite];
    (prop_oneof![step(1, true), step(2, false)], bound(2..=2, subsequence(lost, 2..=4)))
}

/// At most so many of these kinds.
fn any_of(kinds: usize) -> impl Strategy<Value = Vec<Fault>> {
    subsequence(Fault::ALL.to_vec(), 1..=kinds)
}

fn bound(
    faults: RangeInclusive<u32>,
    kinds: impl Strategy<Value = Vec<Fault>>,
) -> impl Strategy<Value = Bound> {
    (faults, 0_u32..3, kinds).prop_map(|(faults, retries, kinds)| Bound {
        faults,
        kinds: Faults::of(&kinds),
        retries,
        timed: false,
    })
}

/// Families that a naive search can still exhaust: one actor and two faults, two actors and one, up to four without
/// any, names that are drawn again and again, and names that are kept beside others that are not.
fn subjects() -> impl Strategy<Value = InProcess<Generated>> {
    let family = prop_oneof![
        (vec(program(1..4, 1), 1), bound(2..=2, any_of(7))),
        (vec(program(1..3, 1), 2), bound(1..=1, any_of(4))),
        (vec(program(1..3, 2), 1..3), bound(0..=0, any_of(1))),
        (vec(program(1..2, 2), 1..3), bound(0..=2, any_of(3))),
        (names(), bound(2..=3, any_of(4))),
        kept(),
    ];
    (family, 0_u8..4, 0_u8..5).prop_map(|((programs, bound), most, never)| InProcess {
        scenario: Generated { programs, most, never },
        bound,
    })
}

/// As many runs as the naive search gets for one subject; larger ones are left out, and counted.
struct AtMost(u64);

impl Watch for AtMost {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

fn broken(findings: &Findings) -> BTreeSet<(usize, &'static str)> {
    findings.broken.keys().copied().collect()
}

#[test]
fn every_combination_of_reductions_finds_what_the_naive_search_finds() {
    let on = [false, true];
    let reductions: Vec<Reduce> = on
        .into_iter()
        .flat_map(|states| on.into_iter().map(move |symmetry| (states, symmetry)))
        .flat_map(|(states, symmetry)| on.into_iter().map(move |sleep| Reduce { states, symmetry, sleep }))
        .filter(|reduce| reduce.states || !reduce.symmetry)
        .collect();
    let [compared, left_out, faulty] = [const { AtomicU64::new(0) }; 3];
    let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
    // A fixed seed: what was compared is a fact of this version.
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let checked = runner.run(&subjects(), |subject| {
        let naively = Exhaustive { collect: ENDS, ..Exhaustive::reduce(Reduce::NOTHING) };
        let naive = naively.search(&subject, &mut AtMost(20_000));
        if !naive.complete {
            left_out.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        compared.fetch_add(1, Ordering::Relaxed);
        faulty.fetch_add(u64::from(!naive.faults.is_empty()), Ordering::Relaxed);
        for reduce in &reductions {
            let reduced = Exhaustive { reduce: *reduce, ..naively }.search(&subject, &mut Unlimited);
            proptest::prop_assert!(reduced.complete);
            proptest::prop_assert_eq!(&reduced.end_states, &naive.end_states, "{:?}", reduce);
            proptest::prop_assert_eq!(broken(&reduced), broken(&naive), "{:?}", reduce);
        }
        for promise in 0..subject.promises().len() {
            let smallest = shortest(&subject, promise, &mut Unlimited);
            proptest::prop_assert_eq!(
                smallest.is_some(),
                naive.breaks(promise),
                "the smallest run of {}",
                promise
            );
        }
        let parts = |threads| {
            (1..=3).map(move |number| Exhaustive {
                threads,
                shard: Some(Shard { number, of: 3 }),
                ..Exhaustive { reduce: Reduce::ALL, ..naively }
            })
        };
        let whole = Exhaustive { threads: 2, reduce: Reduce::ALL, ..naively };
        for together in [vec![whole], parts(1).collect(), parts(2).collect()] {
            let found: Vec<Findings> =
                together.iter().map(|part| part.search(&subject, &mut Unlimited)).collect();
            let ends: FxHashSet<u128> =
                found.iter().flat_map(|found| found.end_states.iter().copied()).collect();
            proptest::prop_assert!(found.iter().all(|found| found.complete));
            proptest::prop_assert_eq!(&ends, &naive.end_states, "{:?}", together);
            let all: BTreeSet<_> = found.iter().flat_map(broken).collect();
            proptest::prop_assert_eq!(all, broken(&naive), "{:?}", together);
        }
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
    let [compared, left_out, faulty] = [compared, left_out, faulty].map(AtomicU64::into_inner);
    println!(
        "{compared} subjects compared, {faulty} of them with faults; {left_out} were too large for the naive search"
    );
    assert!(compared >= 1200 && faulty >= 700, "{compared} compared, {faulty} with faults");
}

/// An execution that keeps a name, and of two invocations beside each other one leaves. The other puts a row: under the
/// kept name if it drew that itself, and else under one of its own. After a retry, when both have forgotten all, the
/// last row says whether one has left and whether there was a row under the kept name.
struct KeptByOne;

impl Scenario for KeptByOne {
    type Service = Cells;

    fn promises(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn service(&self) -> Cells {
        Cells::default()
    }

    fn set_up(&self, room: &mut Room<Cells>, _: &[usize]) {
        let runtime = Runtime {
            policy: Policy::default().at_most(2),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        room.durable("workflow", &runtime, |execution| async move {
            let client = execution.client();
            let drawn = Cell::new(None);
            let draw = async || {
                drawn.set(Some(client.fresh()));
                drawn.get().ok_or("nothing was drawn")
            };
            let kept = execution.step("name", draw).await?;
            let own = drawn.get().unwrap_or_else(|| client.fresh());
            if client.choose("leaves", 2).await == 1 {
                return Ok(client.call(Ask::Add(1)).await?.1);
            }
            let put = async || client.call(Ask::Put(Some(own), 0)).await;
            execution.step("put", put).await?;
            let look = async || {
                let (first, _) = client.call(Ask::Set { key: 0, from: 0, to: 1 }).await?;
                if first {
                    return Err(NoAnswer);
                }
                let (_, left) = client.call(Ask::Read(1)).await?;
                let (_, replaced) = client.call(Ask::Put(Some(kept), 0)).await?;
                client.call(Ask::Put(Some(client.fresh()), 10 * left + replaced)).await
            };
            Ok(execution.step("look", look).await?.1)
        });
    }

    fn always(&self, _: &Cells, _: &mut Breaches) {}

    fn at_rest(&self, _: &Rest<'_, Cells>, _: &mut Breaches) {}
}

#[test]
fn who_has_drawn_a_name_that_is_kept_is_told_apart() {
    let kinds = Faults::of(&[Fault::DuplicateInvocation]);
    let subject =
        InProcess { scenario: KeptByOne, bound: Bound { faults: 1, kinds, retries: 0, timed: false } };
    let search = |reduce| {
        let search = Exhaustive { collect: ENDS, ..Exhaustive::reduce(reduce) };
        search.search(&subject, &mut Unlimited)
    };
    assert_eq!(search(Reduce::ALL).end_states, search(Reduce::NOTHING).end_states);
}
