//! What must hold at last, once faults are over and whatever was still open was delivered again.
use crate::common::{Ask, Journal, Script, labels, play};
use anechoic_engine::{
    AsIfOnce, Bound, Breaches, Client, End, Failed, Fault, Faults, InProcess, NoAnswer, Outcome, Promise,
    Rest, Room, Scenario, Seen, Subject,
    search::{Exhaustive, Findings, Reduce, Unlimited},
};

/// An order that is to be paid for and sent, at last.
#[derive(Clone, Copy, Debug)]
struct Order {
    /// What the handler does.
    pay: Pay,
    as_if_once: bool,
    /// At which position it reports.
    reports: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pay {
    /// Pays, and then sends; whoever calls it again does it again.
    Twice,
    /// The same, if nobody has paid yet; so nobody sends what was paid for by one who died.
    IfUnpaid,
    /// Pays, and leaves the rest to the environment.
    AndNoMore,
    /// The same, where the environment never comes to rest.
    AndNoMoreBesideAClock,
}

impl Scenario for Order {
    type Service = Journal;

    fn promises(&self) -> Vec<Promise> {
        vec!["no_word_twice".into()]
    }

    fn eventually(&self) -> Vec<Promise> {
        vec!["everybody_is_answered".into(), Promise::new("sent", "what is paid for is sent at last")]
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, _: &[usize]) {
        let pay = self.pay;
        room.callers("pay", 1, move |journal| paid(journal, pay));
        match pay {
            Pay::Twice | Pay::IfUnpaid => {}
            Pay::AndNoMore => room.environment("sender", 1, send),
            Pay::AndNoMoreBesideAClock => room.environment("clock", 1, tick),
        }
    }

    fn at_last(&self, rest: &Rest<'_, Journal>, breaches: &mut Breaches) {
        if rest.ends.iter().all(|(_, end)| !matches!(end, End::Answered(_))) {
            breaches.report(0, "unanswered", String::new);
        }
        if rest.service.cell == 1 && !rest.service.words.contains(&"sent") {
            breaches.report(self.reports, "lost", || "it is paid for and not sent".into());
        }
    }

    fn as_if_once(&self) -> bool {
        self.as_if_once
    }

    fn observe(&self, journal: &Journal, seen: &mut Seen) {
        seen.cell("cell", journal.cell);
    }
}

async fn paid(journal: Client<Journal>, pay: Pay) -> Result<u32, Failed> {
    let (is_first, _) = journal.call(Ask::Set { from: 0, to: 1 }).await?;
    if pay == Pay::Twice || pay == Pay::IfUnpaid && is_first {
        return send(journal).await;
    }
    Ok(0)
}

async fn send(journal: Client<Journal>) -> Result<u32, Failed> {
    journal.call(Ask::Write("sent")).await?;
    Ok(1)
}

async fn tick(journal: Client<Journal>) -> Result<u32, NoAnswer> {
    let (_, cell) = journal.call(Ask::Read).await?;
    journal.call(Ask::Set { from: cell, to: cell + 1 }).await?;
    Ok(0)
}

fn order(pay: Pay, as_if_once: bool) -> InProcess<Order> {
    let kinds = Faults::of(&[Fault::CrashBefore, Fault::CrashAfter]);
    // Nobody is invoked again within the run, so whatever is begun again is begun at last.
    let bound = Bound { faults: 1, kinds, retries: 0 };
    InProcess { scenario: Order { pay, as_if_once, reports: 1 }, bound }
}

fn search(subject: &dyn Subject, reduce: Reduce) -> Findings {
    Exhaustive::reduce(reduce).search(subject, &mut Unlimited)
}

/// The names of what is broken.
fn broken(subject: &dyn Subject, findings: &Findings) -> Vec<String> {
    let promises = subject.promises();
    let names = findings.broken.keys().map(|(promise, word)| format!("{}: {word}", promises[*promise].name));
    names.collect()
}

#[test]
fn what_is_open_is_delivered_again_before_it_is_asked_with_and_without_as_if_once() {
    for as_if_once in [false, true] {
        for reduce in [Reduce::NOTHING, Reduce::ALL] {
            let subject = AsIfOnce::new(order(Pay::Twice, as_if_once));
            let found = search(&subject, reduce);
            let sent_twice = broken(&subject, &found);
            assert!(
                found.complete && !sent_twice.iter().any(|how| how.starts_with("sent")),
                "{sent_twice:?}"
            );
            let subject = AsIfOnce::new(order(Pay::IfUnpaid, as_if_once));
            let found = search(&subject, reduce);
            assert_eq!(broken(&subject, &found), ["sent: lost"], "{as_if_once}");
            // What was found of a state is found of it again.
            assert_eq!(broken(&subject, &search(&subject, reduce)), ["sent: lost"]);
        }
    }
    let bare = order(Pay::IfUnpaid, true);
    assert_eq!(broken(&bare, &search(&bare, Reduce::ALL)), ["sent: lost"]);
}

#[test]
fn the_run_that_is_shown_goes_on_to_its_end() {
    let subject = AsIfOnce::new(order(Pay::IfUnpaid, false));
    let (outcome, record) = play(&subject, &["crash after"]);
    let said: Vec<&str> = outcome.breaches.iter().map(|breach| breach.detail.as_str()).collect();
    assert_eq!(said, ["it is paid for and not sent"]);
    assert!(outcome.breaches[0].at_rest);
    let shown = labels(&record);
    assert_eq!(shown.len(), 3, "the run, another delivery, and what it asks: {shown:?}");
}

#[test]
fn the_environment_has_acted_before_it_is_asked() {
    for as_if_once in [false, true] {
        let subject = AsIfOnce::new(order(Pay::AndNoMore, as_if_once));
        let found = search(&subject, Reduce::ALL);
        assert!(found.complete && found.broken.is_empty(), "{:?}", broken(&subject, &found));
    }
}

#[test]
fn where_nothing_is_ever_at_rest_nothing_is_told_of_what_holds_at_last() {
    let outcome = |subject: &dyn Subject| -> Outcome { subject.run(&mut Script(Vec::new())) };
    let told = outcome(&order(Pay::AndNoMoreBesideAClock, false));
    assert!(told.cannot_tell.is_some_and(|why| why.contains("nothing is ever at rest")));
    let off = AsIfOnce::new(order(Pay::AndNoMoreBesideAClock, false));
    assert!(outcome(&off).cannot_tell.is_some());
}

#[test]
fn a_position_beyond_what_is_promised_is_none_of_the_others() {
    let InProcess { scenario, bound } = order(Pay::IfUnpaid, true);
    let subject = AsIfOnce::new(InProcess { scenario: Order { reports: 2, ..scenario }, bound });
    let all = subject.promises().len();
    let (outcome, _) = play(&subject, &["crash after"]);
    assert!(outcome.breaches.iter().all(|breach| breach.promise >= all), "{:?}", outcome.breaches);
}
