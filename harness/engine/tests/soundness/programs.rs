//! Subjects that are made up: what a few handlers do to a few cells, and how much may go wrong.
use super::cells::{Ask, Cells, KEYS};
use anechoic_engine::{
    AsIfOnce, Bound, Breaches, Client, End, Failed, Fault, Faults, Fresh, InProcess, NoAnswer, Policy,
    Promise, Rest, Room, Runtime, Scenario, Seen, Semantics, Start,
};
use futures_util::{
    StreamExt,
    future::{Either, join, select},
    stream::FuturesUnordered,
};
use proptest::{
    collection::{SizeRange, vec},
    prelude::{Just, Strategy, any, prop_oneof},
    sample::{select as select_of, subsequence},
};
use std::{
    ops::{Range, RangeInclusive},
    time::Duration,
};

/// What one handler does: its requests in order, each sent twice if there is no answer, and whether it gives up on a
/// refusal or carries on what it learnt. The rows it puts tell what it has learnt.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    asks: Vec<Ask>,
    resends: bool,
    stops_when_refused: bool,
    /// Fails in the end whatever happened, so that it is tried again.
    fails: bool,
    /// Draws a name in a step of its own, so that later invocations may put rows under it.
    keeps_names: bool,
    durable: bool,
    callers: usize,
    part: Part,
    /// Makes its first two requests together.
    together: Together,
}

/// How two requests are made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Together {
    /// They are not: the second is made when the first is answered.
    Not,
    /// Both are awaited.
    Joined,
    /// Both are awaited, and which was answered first counts.
    Unordered,
    /// The first answer counts, and the other request is dropped.
    Raced,
    /// The first request is raced against a timer.
    TimedOut,
}

/// On whose behalf a program acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Each of its callers has a request of its own.
    Own,
    /// All of them deliver one request, and so do the callers of other programs.
    Shared,
    Carrier,
    Environment,
}

impl Together {
    const SOME: [Together; 4] = [Together::Joined, Together::Unordered, Together::Raced, Together::TimedOut];
}

async fn run<const OUTLIVE: bool>(
    client: Client<Cells<OUTLIVE>>,
    program: Program,
    kept: Option<Fresh>,
) -> Result<u8, Failed> {
    let mut learnt = 0_u8;
    let mut rest = &program.asks[..];
    if let ([first, second, others @ ..], true) = (rest, program.together != Together::Not) {
        rest = others;
        let both = [first, second].map(|ask| Box::pin(one(&client, *ask, &program, kept, 0)));
        let [first, second] = both;
        let answers = match program.together {
            Together::Not | Together::Joined => {
                let (first, second) = join(first, second).await;
                vec![first, second]
            }
            Together::Unordered => FuturesUnordered::from_iter([first, second]).collect().await,
            Together::Raced => vec![select(first, second).await.factor_first().0],
            Together::TimedOut => {
                drop(second);
                let timer = Box::pin(client.sleep(Duration::from_secs(1)));
                match select(first, timer).await {
                    Either::Left((answer, _)) => vec![answer],
                    Either::Right(_) => Vec::new(),
                }
            }
        };
        for answer in answers {
            learnt = learnt.wrapping_mul(3).wrapping_add(heard(&program, answer?)?);
        }
    }
    for ask in rest {
        let answer = one(&client, *ask, &program, kept, learnt).await?;
        learnt = learnt.wrapping_add(heard(&program, answer)?);
    }
    if program.fails { Err(Failed) } else { Ok(learnt) }
}

/// Makes one request, twice if there is no answer, and says whether something was done, and what was learnt.
async fn one<const OUTLIVE: bool>(
    client: &Client<Cells<OUTLIVE>>,
    ask: Ask,
    program: &Program,
    kept: Option<Fresh>,
    learnt: u8,
) -> Result<(bool, u8), Failed> {
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
    match client.call(ask).await {
        Err(NoAnswer) if program.resends => {
            let (done, read) = client.call(ask).await?;
            Ok((done, read.wrapping_add(2)))
        }
        answer => Ok(answer?),
    }
}

/// What a program makes of an answer.
fn heard(program: &Program, (done, read): (bool, u8)) -> Result<u8, Failed> {
    if !done && program.stops_when_refused { Err(Failed) } else { Ok(read) }
}

#[derive(Clone, Debug)]
pub(crate) struct Generated<const OUTLIVE: bool> {
    programs: Vec<Program>,
    /// Promises, all of them arbitrary: a cell never exceeds this, and the cells never add up to that at rest.
    most: u8,
    never: u8,
}

impl<const OUTLIVE: bool> Scenario for Generated<OUTLIVE> {
    type Service = Cells<OUTLIVE>;

    fn promises(&self) -> Vec<Promise> {
        vec![
            "no_cell_is_large".into(),
            "no_such_sum".into(),
            "not_so_many_rows".into(),
            "nobody_learns_this".into(),
        ]
    }

    fn eventually(&self) -> Vec<Promise> {
        vec!["no_such_sum_at_last".into(), "nobody_learns_this_at_last".into()]
    }

    fn at_last(&self, rest: &Rest<'_, Cells<OUTLIVE>>, breaches: &mut Breaches) {
        if rest.service.values.iter().fold(0_u8, |sum, value| sum.wrapping_add(*value)) == self.most {
            breaches.report(0, "sum", String::new);
        }
        if rest.ends.iter().any(|(_, end)| **end == End::Answered(self.most)) {
            breaches.report(1, "learns", String::new);
        }
    }

    /// What holds at last is asked where nothing is compared, too.
    fn as_if_once(&self) -> bool {
        self.never < 4
    }

    fn service(&self) -> Cells<OUTLIVE> {
        Cells::default()
    }

    fn set_up(&self, room: &mut Room<Cells<OUTLIVE>>, _: &[usize]) {
        let start = Start::FireAndForget;
        let runtime = Runtime {
            policy: Policy::default().at_most(3),
            semantics: Semantics::AtLeastOncePerRetry,
            start,
        };
        for (number, program) in self.programs.iter().cloned().enumerate() {
            let name = format!("program {number}");
            let (part, callers) = (program.part, program.callers);
            if part == Part::Carrier {
                room.carriers(&name, callers, move |client| run(client, program.clone(), None));
            } else if part == Part::Environment {
                room.environment(&name, callers, move |client| run(client, program.clone(), None));
            } else if program.durable {
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
                        Ok::<_, Failed>(execution.step("work", body).await?)
                    }
                });
            } else {
                let actors = room.callers(&name, callers, move |client| run(client, program.clone(), None));
                if part == Part::Shared {
                    actors.delivers("shared");
                }
            }
        }
    }

    fn always(&self, cells: &Cells<OUTLIVE>, breaches: &mut Breaches) {
        if cells.values.iter().any(|value| *value > self.most) {
            breaches.report(0, "large", String::new);
        }
    }

    /// The rows without their names, whose order tells nothing.
    fn observe(&self, cells: &Cells<OUTLIVE>, seen: &mut Seen) {
        let mut rows: Vec<u8> = cells.rows.iter().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        seen.cell("values", cells.values);
        seen.cell("rows", rows);
    }

    fn refuses(&self, answer: &u8) -> bool {
        answer % 3 == 2
    }

    fn at_rest(&self, rest: &Rest<'_, Cells<OUTLIVE>>, breaches: &mut Breaches) {
        if rest.service.values.iter().fold(0_u8, |sum, value| sum.wrapping_add(*value)) == self.never {
            breaches.report(1, "sum", String::new);
        }
        if rest.service.rows.len() > usize::from(self.most) {
            breaches.report(2, "rows", String::new);
        }
        for (class, end) in &rest.ends {
            if **end == End::Answered(self.never) {
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
        (0..KEYS, 0..KEYS).prop_map(|(one, other)| Ask::Both(one, other)),
        (0..KEYS).prop_map(Ask::Any),
        (0_u8..2).prop_map(|row| Ask::Put(None, row)),
    ]
}

fn program(asks: Range<usize>, callers: usize) -> impl Strategy<Value = Program> {
    let rarely = || proptest::bool::weighted(0.3);
    let switches = (any::<bool>(), any::<bool>(), rarely(), any::<bool>(), rarely());
    (vec(ask(), asks), switches, 1..=callers, part(), together()).prop_map(
        |(asks, (resends, stops_when_refused, fails, keeps_names, durable), callers, part, together)| {
            Program {
                asks,
                resends,
                stops_when_refused,
                fails,
                keeps_names,
                durable,
                callers,
                part,
                together,
            }
        },
    )
}

fn together() -> impl Strategy<Value = Together> {
    prop_oneof![4 => Just(Together::Not), 2 => select_of(Together::SOME.to_vec())]
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![3 => Just(Part::Own), 1 => Just(Part::Shared), 1 => Just(Part::Carrier), 1 => Just(Part::Environment)]
}

/// Puts rows under new names, one after the other, and sends each again if there is no answer.
fn puts(rows: impl Into<SizeRange>) -> impl Strategy<Value = Program> {
    vec((0_u8..2).prop_map(|row| Ask::Put(None, row)), rows).prop_map(|asks| Program {
        asks,
        resends: true,
        stops_when_refused: false,
        fails: false,
        keeps_names: false,
        durable: false,
        callers: 1,
        part: Part::Own,
        together: Together::Not,
    })
}

/// A step that puts a row under a new name in every attempt, and sends it again if there is no answer.
fn names() -> impl Strategy<Value = Vec<Program>> {
    (puts(1..3), any::<bool>(), any::<bool>(), 1_usize..3).prop_map(
        |(program, keeps_names, durable, callers)| {
            vec![Program { fails: true, keeps_names, durable, callers, ..program }]
        },
    )
}

/// A step that draws new names whenever it is run again, and may put its row under one that an earlier step kept. Its
/// rows tell apart what it was told, what it was not told, and what an earlier invocation of it had put.
fn kept() -> impl Strategy<Value = (Vec<Program>, Bound)> {
    let step = |rows: usize, keeps_names: bool| {
        puts(rows).prop_map(move |program| vec![Program { keeps_names, durable: true, ..program }])
    };
    let lost = vec![Fault::Rejected, Fault::LostAcknowledgement, Fault::CrashAfter, Fault::LateWrite];
    (prop_oneof![step(1, true), step(2, false)], bound(2..=2, subsequence(lost, 2..=4)))
}

/// At most so many of these kinds.
pub(crate) fn any_of(kinds: usize) -> impl Strategy<Value = Vec<Fault>> {
    subsequence(Fault::ALL.to_vec(), 1..=kinds)
}

pub(crate) fn bound(
    faults: RangeInclusive<u32>,
    kinds: impl Strategy<Value = Vec<Fault>>,
) -> impl Strategy<Value = Bound> {
    (faults, 0_u32..3, kinds).prop_map(|(faults, retries, kinds)| Bound {
        faults,
        kinds: Faults::of(&kinds),
        retries,
    })
}

/// Families that a naive search can still exhaust: one actor and two faults, two actors and one, up to four without
/// any, names that are drawn again and again, and names that are kept beside others that are not.
pub(crate) fn subjects() -> impl Strategy<Value = AsIfOnce<Generated<true>>> {
    judged(prop_oneof![
        (vec(program(1..4, 1), 1), bound(2..=2, any_of(8))),
        (vec(program(1..3, 1), 2), bound(1..=1, any_of(4))),
        (vec(program(1..3, 2), 1..3), bound(0..=0, any_of(1))),
        (vec(program(1..2, 2), 1..3), bound(0..=2, any_of(3))),
        (names(), bound(2..=3, any_of(4))),
        kept(),
    ])
}

/// The same with handlers that all make two requests together.
pub(crate) fn several() -> impl Strategy<Value = AsIfOnce<Generated<true>>> {
    let pairs = |asks, callers| {
        (program(asks, callers), select_of(Together::SOME.to_vec()))
            .prop_map(|(program, together)| Program { together, ..program })
    };
    judged(prop_oneof![
        (vec(pairs(2..4, 1), 1), bound(2..=2, any_of(3))),
        (vec(pairs(2..3, 1), 2), bound(0..=1, any_of(2))),
        (vec(pairs(2..3, 2), 1), bound(0..=1, any_of(2))),
        ((pairs(2..3, 1), program(1..2, 1)), bound(1..=1, any_of(3)))
            .prop_map(|((one, other), bound)| (vec![one, other], bound)),
    ])
}

/// Actors that draw names for one invocation only, and whose writes may land when another has begun.
pub(crate) fn forgetful() -> impl Strategy<Value = AsIfOnce<Generated<false>>> {
    let late = vec![Fault::Rejected, Fault::LostAcknowledgement, Fault::LateWrite];
    let programs = names().prop_map(|programs| {
        let forgets = |program| Program { keeps_names: false, ..program };
        programs.into_iter().map(forgets).collect::<Vec<Program>>()
    });
    judged((programs, bound(2..=3, subsequence(late, 2..=3))))
}

/// The same, with promises.
fn judged<const OUTLIVE: bool>(
    family: impl Strategy<Value = (Vec<Program>, Bound)>,
) -> impl Strategy<Value = AsIfOnce<Generated<OUTLIVE>>> {
    (family, 0_u8..4, 0_u8..5).prop_map(|((programs, bound), most, never)| {
        AsIfOnce::new(InProcess { scenario: Generated { programs, most, never }, bound })
    })
}
