//! Callers that are no futures are searched like those that are.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    Asks, Bound, Client, Failed, Failure, InProcess, Invocation, NoAnswer, Over, Reply, Room, Subject,
    Ticket, Waits,
    search::{Exhaustive, Findings, Reduce, Replay, Unlimited, count, shortest},
};
use common::{Ask, Journal, With, subject};

/// Reads the cell, writes a word, and sets the cell; sends the write again if there is no answer.
async fn future(client: Client<Journal>) -> Result<u32, Failed> {
    let (_, read) = client.call(Ask::Read).await?;
    if client.call(Ask::Write("word")).await == Err(NoAnswer) {
        client.call(Ask::Write("word")).await?;
    }
    client.call(Ask::Set { from: read, to: read + 1 }).await?;
    Ok(read)
}

/// The same as a machine that is asked and answered.
#[derive(Default)]
struct Machine {
    at: u32,
    read: u32,
}

impl Invocation<Journal> for Machine {
    fn resume(&mut self, reply: Option<(Ticket, Reply<Journal>)>, asks: &mut Asks<Journal>) {
        let response = match reply {
            None => Ok((true, 0)),
            Some((_, Reply::Response(response))) => response,
            Some(_) => unreachable!("it only calls"),
        };
        self.at += 1;
        let next = match (self.at, response) {
            (1, _) => Ask::Read,
            (2, Ok((_, read))) => {
                self.read = read;
                Ask::Write("word")
            }
            (3, Err(NoAnswer)) => Ask::Write("word"),
            (3 | 4, Ok(_)) if self.at == 3 || self.read < u32::MAX => {
                self.at = 4;
                Ask::Set { from: self.read, to: self.read + 1 }
            }
            (5, Ok(_)) => return asks.end(Over::Returned(Ok(self.read))),
            _ => return asks.end(Over::Returned(Err(Failure::new(Failed)))),
        };
        asks.ask(Waits::Call(next));
    }
}

type Both = [InProcess<With<fn(&mut Room<Journal>)>>; 2];

fn both(callers: fn(&mut Room<Journal>), external: fn(&mut Room<Journal>), faults: u32) -> Both {
    [callers, external].map(|set_up| subject(Bound::faults(faults), set_up))
}

fn found(subject: &dyn Subject, reduce: Reduce) -> (Findings, u128) {
    let findings = Exhaustive::reduce(reduce).search(subject, &mut Unlimited);
    assert!(findings.complete);
    (findings, count(subject).expect("its states can be told apart"))
}

#[test]
fn an_external_caller_is_searched_like_a_future_that_does_the_same() {
    let pairs = [
        both(
            |room| {
                room.callers("caller", 1, future);
            },
            |room| {
                room.external("caller", 1, |_| Box::<Machine>::default());
            },
            2,
        ),
        both(
            |room| {
                room.callers("caller", 2, future);
            },
            |room| {
                room.external("caller", 2, |_| Box::<Machine>::default());
            },
            1,
        ),
    ];
    for [future, external] in pairs {
        for reduce in [Reduce::NOTHING, Reduce::ALL] {
            let [(one, all), (other, same)] = [found(&future, reduce), found(&external, reduce)];
            assert_eq!(
                (one.executions, one.states, &one.broken),
                (other.executions, other.states, &other.broken)
            );
            assert_eq!(all, same);
            assert!(
                reduce != Reduce::NOTHING || u128::from(one.executions) == all,
                "the naive search makes every run"
            );
        }
        let [one, other] = [&future, &external].map(|subject| {
            let path = shortest(subject, 0, &mut Unlimited).expect("a word is written twice");
            path.replay(subject)
        });
        assert_eq!((&one.0.breaches, &one.1), (&other.0.breaches, &other.1));
        let mut source = Replay::new(&one.1.choices);
        assert_eq!(external.record(&mut source).0.breaches, one.0.breaches);
        assert_eq!(source.finish(), Ok(()), "what a future did, an external caller does again");
    }
}
