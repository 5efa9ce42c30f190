//! Subjects that are made up: handlers that wait for each other's locks, keep writes back until they commit, and die.
use crate::{
    locks::{Ask, Locks, ROWS},
    programs::{any_of, bound},
};
use anechoic_engine::{
    AsIfOnce, Bound, Breaches, Client, End, Failed, InProcess, NoAnswer, Policy, Promise, Rest, Room,
    Runtime, Scenario, Seen, Semantics, Start,
};
use futures_util::future::{join, select};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
};
use std::ops::Range;

/// What one handler does: its requests in order, each sent again if there is no answer.
#[derive(Clone, Debug)]
struct Program {
    asks: Vec<Ask>,
    resends: bool,
    together: Together,
    callers: usize,
    actor: Actor,
}

/// Whether the first two requests are made together.
#[derive(Clone, Copy, Debug)]
enum Together {
    Not,
    Joined,
    /// The first answer counts, and the other request is dropped.
    Raced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    Caller,
    Workflow,
    Environment,
}

async fn run<const LATE: bool>(client: Client<Locks<LATE>>, program: Program) -> Result<u8, Failed> {
    let one = async |ask: Ask| {
        let request = (client.session(), ask);
        match client.call(request).await {
            Err(NoAnswer) if program.resends => client.call(request).await,
            answer => answer,
        }
    };
    let mut learnt = 0_u8;
    let mut rest = &program.asks[..];
    if let [first, second, others @ ..] = rest {
        let [first, second] = [*first, *second].map(|ask| Box::pin(one(ask)));
        match program.together {
            Together::Not => {}
            Together::Joined => {
                rest = others;
                let (first, second) = join(first, second).await;
                learnt = first?.1.wrapping_mul(3).wrapping_add(second?.1);
            }
            Together::Raced => {
                rest = others;
                learnt = select(first, second).await.factor_first().0?.1;
            }
        }
    }
    for ask in rest {
        let (done, read) = one(*ask).await?;
        learnt = learnt.wrapping_mul(2).wrapping_add(read).wrapping_add(u8::from(done));
    }
    Ok(learnt)
}

#[derive(Clone, Debug)]
pub(crate) struct Waiting<const LATE: bool> {
    programs: Vec<Program>,
    is_deaf: bool,
    /// Promises, all of them arbitrary.
    most: u8,
    never: u8,
}

impl<const LATE: bool> Scenario for Waiting<LATE> {
    type Service = Locks<LATE>;

    fn promises(&self) -> Vec<Promise> {
        vec!["no_row_is_large".into(), "no_such_sum".into(), "nobody_learns_this".into()]
    }

    fn service(&self) -> Locks<LATE> {
        Locks { is_deaf: self.is_deaf, rows: [0, 1], ..Locks::default() }
    }

    fn set_up(&self, room: &mut Room<Locks<LATE>>, _: &[usize]) {
        let runtime = Runtime {
            policy: Policy::default().at_most(2),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        for (number, program) in self.programs.iter().cloned().enumerate() {
            let (name, callers) = (format!("program {number}"), program.callers);
            match program.actor {
                Actor::Caller => {
                    room.callers(&name, callers, move |client| run(client, program.clone()));
                }
                Actor::Environment => {
                    room.environment(&name, callers, move |client| run(client, program.clone()));
                }
                Actor::Workflow => {
                    room.durable(&name, &runtime, move |execution| {
                        let program = program.clone();
                        async move {
                            let client = execution.client().clone();
                            let body = async || run(client, program).await.map_err(|Failed| "failed");
                            Ok::<_, Failed>(execution.step("work", body).await?)
                        }
                    });
                }
            }
        }
    }

    fn always(&self, locks: &Locks<LATE>, breaches: &mut Breaches) {
        if locks.rows.iter().any(|row| *row > self.most) {
            breaches.report(0, "large", String::new);
        }
    }

    fn at_rest(&self, rest: &Rest<'_, Locks<LATE>>, breaches: &mut Breaches) {
        if rest.service.rows.iter().sum::<u8>() == self.never {
            breaches.report(1, "sum", String::new);
        }
        for (class, end) in &rest.ends {
            if **end == End::Answered(self.never) {
                breaches.report(2, if *class == 0 { "by the first" } else { "by another" }, String::new);
            }
        }
    }

    fn observe(&self, locks: &Locks<LATE>, seen: &mut Seen) {
        seen.cell("rows", locks.rows);
        seen.cell("held", locks.held_by.map(|holder| holder.is_some()));
    }
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        3 => (0..ROWS).prop_map(Ask::Lock),
        1 => (0..ROWS).prop_map(Ask::TryLock),
        2 => (0..ROWS).prop_map(Ask::Unlock),
        2 => (0..ROWS).prop_map(Ask::AddLater),
        2 => Just(Ask::Commit),
        1 => (0..ROWS).prop_map(Ask::Add),
        1 => (0..ROWS).prop_map(Ask::Take),
        1 => (0..ROWS).prop_map(Ask::Read),
    ]
}

fn program(asks: Range<usize>, callers: usize) -> impl Strategy<Value = Program> {
    let together =
        prop_oneof![4 => Just(Together::Not), 1 => Just(Together::Joined), 1 => Just(Together::Raced)];
    let actor = prop_oneof![4 => Just(Actor::Caller), 1 => Just(Actor::Workflow)];
    (vec(ask(), asks), any::<bool>(), together, 1..=callers, actor).prop_map(
        |(asks, resends, together, callers, actor)| Program { asks, resends, together, callers, actor },
    )
}

/// A lock that the environment may take away.
fn expires() -> impl Strategy<Value = Program> {
    (0..ROWS, 1_usize..3).prop_map(|(row, callers)| Program {
        asks: vec![Ask::Expire(row)],
        resends: false,
        together: Together::Not,
        callers,
        actor: Actor::Environment,
    })
}

/// Families that a naive search can still exhaust: a circle of two or three without a fault, and one or two actors that die.
fn family() -> impl Strategy<Value = (Vec<Program>, Bound)> {
    prop_oneof![
        (vec(program(2..5, 1), 2), bound(0..=0, any_of(1))),
        (vec(program(1..3, 2), 1..3), bound(0..=0, any_of(1))),
        (vec(program(1..3, 1), 2), bound(1..=1, any_of(4))),
        (vec(program(1..4, 1), 1), bound(1..=2, any_of(6))),
        (vec(program(1..2, 2), 1..3), bound(0..=2, any_of(3))),
        ((vec(program(1..3, 1), 1..3), expires()), bound(0..=1, any_of(3))).prop_map(
            |((mut programs, expires), bound)| {
                programs.push(expires);
                (programs, bound)
            }
        ),
    ]
}

pub(crate) fn waiting<const LATE: bool>() -> impl Strategy<Value = AsIfOnce<Waiting<LATE>>> {
    (family(), proptest::bool::weighted(0.2), 0_u8..4, 0_u8..6).prop_map(
        |((programs, bound), is_deaf, most, never)| {
            AsIfOnce::new(InProcess { scenario: Waiting { programs, is_deaf, most, never }, bound })
        },
    )
}
