//! An actor may have several requests under way: each is held, goes wrong and is answered by itself.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    Asks, Bound, Client, Failed, Failure, Fault, Faults, Invocation, NoAnswer, Over, Pick, Point, Reply,
    Room, Source, StepKind, Subject, Ticket, Waits, search::count,
};
use common::{Ask, Journal, labels, last_cells, play, subject};
use futures_util::{
    StreamExt,
    future::{join, join_all, select},
    stream::FuturesUnordered,
};
use std::{collections::BTreeMap, fmt, iter, pin::pin, time::Duration};

/// Every run, by counting through the ways.
#[derive(Default)]
struct Odometer {
    path: Vec<(usize, usize)>,
    at: usize,
}

impl Source for Odometer {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if self.at == self.path.len() {
            self.path.push((0, point.ways()));
        }
        self.at += 1;
        Pick::Take(self.path[self.at - 1].0)
    }
}

impl Odometer {
    fn turn(&mut self) -> bool {
        self.at = 0;
        while let Some((way, ways)) = self.path.pop() {
            if way + 1 < ways {
                self.path.push((way + 1, ways));
                return true;
            }
        }
        false
    }
}

/// Every end there is, and how many runs come to it.
fn ends(subject: &dyn Subject) -> BTreeMap<String, u32> {
    let mut ends = BTreeMap::new();
    let mut source = Odometer::default();
    for _ in iter::once(()).chain(iter::repeat(())) {
        let (_, record) = subject.record(&mut source);
        *ends.entry(last_cells(&record)[0].clone()).or_default() += 1;
        if !source.turn() {
            break;
        }
    }
    assert_eq!(count(subject), Some(ends.values().map(|runs| u128::from(*runs)).sum()));
    ends
}

fn all<const N: usize>(ends: [(&str, u32); N]) -> BTreeMap<String, u32> {
    ends.into_iter().map(|(end, runs)| (end.into(), runs)).collect()
}

fn caller<F, E>(
    handler: impl Fn(Client<Journal>) -> F + Sync + Send + Copy + 'static,
) -> impl Fn(&mut Room<Journal>) + Sync
where
    F: Future<Output = Result<u32, E>> + 'static,
    E: fmt::Display + 'static,
{
    move |room| {
        room.callers("caller", 1, handler);
    }
}

/// No fault, or one of this kind; nobody is invoked again.
fn bound(kinds: &[Fault]) -> Bound {
    Bound { kinds: Faults::of(kinds), retries: 0, ..Bound::faults(1) }
}

async fn joined(client: Client<Journal>) -> Result<u32, Failed> {
    let (one, other) = join(client.call(Ask::Write("one")), client.call(Ask::Write("other"))).await;
    one?;
    other?;
    Ok(0)
}

#[test]
fn requests_that_are_joined_are_carried_out_in_every_order() {
    assert_eq!(ends(&subject(bound(&[]), caller(joined))), all([("one other", 1), ("other one", 1)]));
}

#[test]
fn each_goes_wrong_by_itself() {
    let lost = ends(&subject(bound(&[Fault::Rejected]), caller(joined)));
    // Both orders; and one of the two rejected, before or after the other is carried out.
    assert_eq!(lost, all([("one other", 1), ("other one", 1), ("one", 2), ("other", 2)]));
}

#[test]
fn when_the_caller_dies_what_else_was_under_way_is_carried_out_or_is_not() {
    let ends = ends(&subject(bound(&[Fault::CrashAfter]), caller(joined)));
    // Who dies after the first: the second lands, or vanishes. Who dies after the second has nothing left.
    assert_eq!(ends, all([("one", 1), ("one other", 3), ("other", 1), ("other one", 3)]));
}

#[test]
fn a_request_that_is_dropped_may_still_be_carried_out_or_not() {
    async fn hedged(client: Client<Journal>) -> Result<u32, Failed> {
        let (one, other) = (pin!(client.call(Ask::Write("one"))), pin!(client.call(Ask::Write("other"))));
        select(one, other).await;
        Ok(0)
    }
    let ends = ends(&subject(bound(&[]), caller(hedged)));
    assert_eq!(ends, all([("one", 1), ("one other", 1), ("other", 1), ("other one", 1)]));
    let (_, record) = play(
        &subject(bound(&[]), caller(hedged)),
        &["caller: Write(\"other\")", "never carried out: write 1 of caller: Write(\"one\")"],
    );
    assert_eq!(labels(&record), ["Write(\"other\")", "never carried out: Write(\"one\")"]);
}

#[test]
fn a_call_may_be_raced_against_a_timer_which_fires_at_any_time() {
    async fn impatient(client: Client<Journal>) -> Result<u32, Failed> {
        let call = Box::pin(client.call(Ask::Write("one")));
        select(call, Box::pin(client.sleep(Duration::from_secs(5)))).await;
        client.call(Ask::Write("then")).await?;
        Ok(0)
    }
    let ends = ends(&subject(bound(&[]), caller(impatient)));
    // In time; or too late: before what comes next, after it, or never, told at either time.
    assert_eq!(ends, all([("one then", 2), ("then", 2), ("then one", 1)]));
}

#[test]
fn a_set_of_futures_hears_of_each_answer() {
    async fn unordered(client: Client<Journal>) -> Result<u32, Failed> {
        let mut calls: FuturesUnordered<_> =
            ["a", "b", "c"].into_iter().map(|word| client.call(Ask::Write(word)).map_into(word)).collect();
        let mut heard = Vec::new();
        while let Some(word) = calls.next().await {
            heard.push(word);
        }
        client.call(Ask::Write(Box::leak(heard.concat().into_boxed_str()))).await?;
        Ok(0)
    }
    let ends = ends(&subject(bound(&[]), caller(unordered)));
    assert_eq!(ends.len(), 6, "in every order");
    assert!(ends.keys().all(|end| end.replace(' ', "").split_at(3).0 == end.replace(' ', "").split_at(3).1));
}

/// A future that says which it was.
trait MapInto: Future + Sized {
    async fn map_into<T>(self, value: T) -> T {
        self.await;
        value
    }
}

impl<F: Future> MapInto for F {}

#[test]
fn equal_requests_are_told_apart_by_their_numbers() {
    async fn twice(client: Client<Journal>) -> Result<u32, Failed> {
        join_all([client.call(Ask::Write("a")), client.call(Ask::Write("a"))]).await;
        Ok(0)
    }
    let (_, record) = play(&subject(bound(&[]), caller(twice)), &["caller: Write(\"a\"), number 2 of these"]);
    assert_eq!(record.choices, ["caller: Write(\"a\"), number 2 of these"]);
}

#[test]
fn a_late_answer_leaves_the_caller_alive_and_the_write_on_its_way() {
    async fn again(client: Client<Journal>) -> Result<u32, Failed> {
        if client.call(Ask::Write("one")).await == Err(NoAnswer) {
            client.call(Ask::Write("again")).await?;
        }
        Ok(0)
    }
    let ends = ends(&subject(bound(&[Fault::LateAnswer]), caller(again)));
    // At last, a late answer to the second request ends the handler, and the write lands all the same.
    assert_eq!(ends, all([("one", 1), ("one again", 1), ("again one", 1)]));
}

#[derive(Debug)]
struct SoldOut;

impl fmt::Display for SoldOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sold out")
    }
}

#[test]
fn a_handler_may_have_an_error_of_its_own_and_the_record_says_it() {
    let sold_out = subject(bound(&[]), caller(|_| async { Err::<u32, _>(SoldOut) }));
    let (_, record) = play(&sold_out, &[]);
    let [step] = &record.steps[..] else { panic!("{record:#?}") };
    assert_eq!((step.kind, &*step.what), (StepKind::Note, "fails: sold out"));
    let boxed = caller(|client| async move {
        client.call(Ask::Read).await.map_err(Box::<dyn std::error::Error>::from)?;
        Err::<u32, Box<dyn std::error::Error>>("no luck".into())
    });
    assert_eq!(labels(&play(&subject(bound(&[]), boxed), &[]).1), ["Read", "fails: no luck"]);
}

#[test]
fn a_client_goes_where_send_is_asked_for() {
    fn sent<F: Future + Send>(future: F) -> F {
        future
    }
    let handler = |client: Client<Journal>| {
        sent(async move {
            client.sleep(Duration::from_secs(1)).await;
            let way = client.choose("a way", 1).await;
            client.call(Ask::Write("sent")).await?;
            Ok::<_, Failed>(way)
        })
    };
    let (outcome, record) = play(&subject(bound(&[]), caller(handler)), &[]);
    assert!(outcome.at_rest && last_cells(&record) == ["sent", "0"]);
}

/// Asks for two things at once, drops the second when the first is answered, and is over without waiting for the third.
struct External {
    second: Option<Ticket>,
}

impl Invocation<Journal> for External {
    fn resume(&mut self, reply: Option<(Ticket, Reply<Journal>)>, asks: &mut Asks<Journal>) {
        match (reply, self.second) {
            (None, _) => {
                asks.ask(Waits::Call(Ask::Write("first")));
                self.second = Some(asks.ask(Waits::Sleep(Duration::from_secs(1))));
            }
            (Some((ticket, Reply::Slept)), second) if second == Some(ticket) => {
                asks.end(Over::Returned(Err(Failure::new("timed out"))));
            }
            (Some(_), Some(second)) => {
                asks.drop(second);
                asks.ask(Waits::Call(Ask::Write("third")));
                asks.end(Over::Returned(Ok(0)));
            }
            (Some(_), None) => unreachable!("it was asked first"),
        }
    }
}

#[test]
fn what_is_no_future_may_ask_for_several_things_too() {
    let external = subject(bound(&[]), |room: &mut Room<Journal>| {
        room.external("external", 1, |_| Box::new(External { second: None }));
    });
    // The timer first: what was asked for lands, or vanishes. Then what nobody waits for does.
    assert_eq!(ends(&external), all([("first", 2), ("", 1), ("first third", 1)]));
}
