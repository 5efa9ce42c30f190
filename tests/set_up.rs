//! What is set up so that nothing could be proved with it never passes, and says what is wrong.
use anechoic::{
    Asked, Breaches, Case, Catalogue, Client, Exit, Failed, Promise, Rest, Room, Scenario, Seen, Service,
    Situation, Text,
    check::{Request, Silent, check},
    judge::judge,
    report::Report,
    search::Replay,
};
use anechoic_tests::every_run;
use std::ops::RangeInclusive;

#[derive(Debug, Default, Hash)]
struct Counter(u32);

impl Service for Counter {
    type Request = ();
    type Response = u32;
    type Answer = ();

    fn apply(&mut self, _: &()) -> u32 {
        self.0 += 1;
        self.0
    }
}

async fn count(counter: Client<Counter>) -> Result<(), Failed> {
    counter.call(()).await?;
    Ok(())
}

/// Counts once, unless something is wrong with how it is set up.
#[derive(Clone)]
struct Counting {
    promises: Vec<Promise>,
    actors: usize,
    reports: Option<usize>,
    sometimes: Vec<Text>,
    /// What is observed, if it is to be as if once.
    observes: Option<fn(u32) -> u32>,
    /// Whether whoever has counted says that it failed.
    fails: bool,
    /// The request of which the service tells whether it is done.
    tells: Option<&'static str>,
}

impl Counting {
    fn well() -> Counting {
        let promises = vec!["counted".into()];
        let (reports, sometimes, observes, tells) = (None, Vec::new(), None, None);
        Counting { promises, actors: 1, reports, sometimes, observes, fails: false, tells }
    }
}

impl Scenario for Counting {
    type Service = Counter;

    fn promises(&self) -> Vec<Promise> {
        self.promises.clone()
    }

    fn sometimes(&self) -> Vec<Text> {
        self.sometimes.clone()
    }

    fn service(&self) -> Counter {
        Counter::default()
    }

    fn set_up(&self, room: &mut Room<Counter>, _: &[usize]) {
        let fails = self.fails;
        room.callers("count", self.actors, move |counter| async move {
            count(counter).await?;
            if fails { Err(Failed) } else { Ok(()) }
        });
    }

    fn as_if_once(&self) -> bool {
        self.observes.is_some()
    }

    fn observe(&self, counter: &Counter, seen: &mut Seen) {
        seen.cell("count", self.observes.map(|observes| observes(counter.0)));
        self.tells.iter().for_each(|request| seen.done(*request, counter.0 > 0));
    }

    fn at_rest(&self, _: &Rest<'_, Counter>, breaches: &mut Breaches) {
        if let Some(promise) = self.reports {
            breaches.report(promise, "wrong", String::new);
        }
    }
}

/// The report of a check of this; or why there is none.
fn report(asked: Asked, cases: Vec<Case>) -> Result<Report, String> {
    let catalogue = Catalogue::new("mine", cases);
    let request = Request { at_once: usize::MAX, ..every_run(&catalogue, asked) };
    check(&request, &Silent).map_err(String::from)
}

/// What a check of this comes to, with its reasons.
fn checked(asked: Asked, cases: Vec<Case>) -> Result<(Exit, String), String> {
    let judgement = judge(&report(asked, cases)?);
    Ok((judgement.exit, judgement.lines.iter().map(|line| format!("{line}\n")).collect()))
}

fn together(callers: RangeInclusive<usize>) -> Asked {
    Asked { callers, ..Asked::default() }
}

fn one(counting: Counting) -> Result<(Exit, String), String> {
    with(Asked::default(), counting)
}

fn with(asked: Asked, counting: Counting) -> Result<(Exit, String), String> {
    checked(asked, vec![Case::new("counting", move |_: &Situation| counting.clone())])
}

#[test]
fn what_is_set_up_well_passes() {
    assert_eq!(one(Counting::well()).expect("a check").0, Exit::Holds);
}

#[test]
fn without_a_promise_there_is_no_report() {
    let error = one(Counting { promises: Vec::new(), ..Counting::well() }).expect_err("nothing is promised");
    assert!(error.contains("nothing is promised"), "{error}");
}

#[test]
fn without_a_written_promise_all_is_to_be_as_if_once() {
    let counting = Counting { promises: Vec::new(), observes: Some(|count| count), ..Counting::well() };
    let (exit, lines) = one(counting.clone()).expect("a check");
    assert!(exit == Exit::Violated && lines.contains("counting breaks as_if_once"), "{lines}");
    let (exit, _) = one(Counting { observes: Some(|count| count.min(1)), ..counting }).expect("a check");
    assert_eq!(exit, Exit::Holds, "whether it was counted at all is as if once");
}

#[test]
fn what_would_keep_a_promise_is_not_said_to_do_so_where_nothing_can_be_compared() {
    let of = |observes: fn(u32) -> u32| {
        let counting = Counting { promises: Vec::new(), observes: Some(observes), ..Counting::well() };
        Case::new("counting", move |_: &Situation| counting.clone())
    };
    for (observes, holds) in
        [((|count| count) as fn(u32) -> u32, Some(false)), (|count| count.min(1), Some(true)), (|_| 0, None)]
    {
        let case = of(|count| count).with_fewer("less is seen", of(observes));
        let report = report(Asked::default(), vec![case]).expect("a check");
        let remedies = &report.results[0].broken[0].run.remedies;
        let fewer = remedies.iter().find(|remedy| remedy.change == "less is seen").expect("it is told");
        assert_eq!(fewer.holds, holds);
    }
}

#[test]
fn where_nothing_lasts_it_cannot_be_told() {
    let (exit, lines) = one(Counting { observes: Some(|_| 0), ..Counting::well() }).expect("a check");
    assert!(exit == Exit::Inconclusive && lines.contains("nothing lasting is observed"), "{lines}");
}

#[test]
fn where_the_service_tells_of_a_request_that_nobody_has_made_it_cannot_be_told() {
    let counting = |tells| Counting { observes: Some(|count| count.min(1)), tells, ..Counting::well() };
    assert_eq!(one(counting(Some("count"))).expect("a check").0, Exit::Holds);
    let (exit, lines) = one(counting(Some("cuont"))).expect("a check");
    let why = "`cuont` is told to be done or not, and nobody delivers or carries a request of that name";
    let lines = lines.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(exit == Exit::Inconclusive && lines.contains(why), "{lines}");
}

#[test]
fn where_a_handler_always_fails_it_cannot_be_told() {
    let counting = Counting { observes: Some(|count| count.min(1)), fails: true, ..Counting::well() };
    let (exit, lines) = one(counting).expect("a check");
    let why = "in no calm run is anything done or refused";
    assert!(exit == Exit::Inconclusive && lines.contains(why), "{lines}");
}

#[test]
fn where_nothing_can_go_wrong_it_cannot_be_told() {
    let calm = Asked { faults: Some(0), ..Asked::default() };
    let counting = Counting { observes: Some(|count| count), ..Counting::well() };
    let (exit, lines) = with(calm.clone(), counting.clone()).expect("a check");
    assert!(exit == Exit::Inconclusive && lines.contains("nothing can go wrong"), "{lines}");
    let (exit, lines) = with(calm, Counting { actors: 2, ..counting }).expect("a check");
    assert!(exit == Exit::Holds, "two count beside each other: {lines}");
}

#[test]
fn where_nobody_acts_nothing_is_proved() {
    let (exit, lines) = one(Counting { actors: 0, ..Counting::well() }).expect("a check");
    assert!(exit == Exit::Inconclusive && lines.contains("nobody asks for anything in counting"), "{lines}");
}

#[test]
fn what_must_happen_and_never_does_is_no_pass() {
    let (exit, lines) =
        one(Counting { sometimes: vec!["a refund".into()], ..Counting::well() }).expect("a check");
    assert!(exit == Exit::Inconclusive && lines.contains("in no run did this happen: a refund"), "{lines}");
}

#[test]
fn a_promise_that_is_not_made_cannot_be_broken() {
    let error = one(Counting { reports: Some(3), ..Counting::well() }).expect_err("there is one promise");
    assert!(
        error.contains("reports its promise number 3, counted from 0, as broken, and makes 1"),
        "{error}"
    );
}

#[test]
fn a_promise_that_is_made_twice_is_refused() {
    let promises = vec!["counted".into(), "counted".into()];
    let error = one(Counting { promises, ..Counting::well() }).expect_err("twice");
    assert!(error.contains("`counted` is there twice"), "{error}");
}

#[test]
fn promises_do_not_depend_on_the_number_of_callers() {
    let case = Case::new("counting", |at: &Situation| Counting {
        promises: (0..at.callers).map(|number| Promise::new(format!("counted_{number}"), "")).collect(),
        ..Counting::well()
    });
    let error = checked(together(1..=2), vec![case.with_callers()]).expect_err("one promise, and two");
    assert!(error.contains("promises something else with 1 callers"), "{error}");
}

#[test]
fn two_cases_of_one_name_and_no_number_of_callers_are_refused() {
    let case = || Case::new("counting", |_: &Situation| Counting::well());
    let error = checked(Asked::default(), vec![case(), case()]).expect_err("twice");
    assert!(error.contains("`counting` in `counting` is there twice"), "{error}");
    for callers in [0..=2, 2..=13] {
        let error = checked(together(callers), vec![case().with_callers()]).expect_err("no such number");
        assert!(error.contains("expected 1 to 12"), "{error}");
    }
    #[allow(clippy::reversed_empty_ranges, reason = "it is what is refused")]
    let error = checked(together(3..=1), vec![case().with_callers()]).expect_err("an empty range");
    assert!(error.contains("no number of them"), "{error}");
}

/// Two groups of one name: a run is made again by what its choices are called.
#[test]
fn actors_of_one_name_are_told_apart() {
    struct Two;

    impl Scenario for Two {
        type Service = Counter;

        fn promises(&self) -> Vec<Promise> {
            vec!["counted_once".into()]
        }

        fn service(&self) -> Counter {
            Counter::default()
        }

        fn set_up(&self, room: &mut Room<Counter>, _: &[usize]) {
            room.callers("count", 1, count);
            room.callers("count", 2, count);
        }

        fn at_rest(&self, rest: &Rest<'_, Counter>, breaches: &mut Breaches) {
            if rest.service.0 > 1 {
                breaches.report(0, "twice", String::new);
            }
        }
    }

    let catalogue = Catalogue::new("mine", vec![Case::new("two", |_: &Situation| Two)]);
    let subject =
        catalogue.cases[0].open(&Situation { faults: 0, ..Situation::default() }).expect("it opens");
    let path = anechoic::search::shortest(&*subject, 0, &mut anechoic::search::Unlimited).expect("a run");
    let (outcome, record) = path.replay(&*subject);
    assert_eq!(record.actors, ["count", "count 2", "count 3"]);
    let mut source = Replay::new(&record.choices);
    assert_eq!(subject.record(&mut source).0.breaches, outcome.breaches);
    assert_eq!(source.finish(), Ok(()));
}
