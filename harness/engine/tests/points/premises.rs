//! What is chosen before anybody acts, and what actors draw.
use crate::{
    common::{Ask, Journal, labels, last_cells, play},
    looking::look,
};
use anechoic_engine::{
    Bound, Breaches, Cost, End, Failed, Fault, Faults, InProcess, Premise, Promise, Rest, Room, Scenario,
    StepKind, Subject, Text,
    search::{Collect, Exhaustive, Unlimited},
};

/// A caller that draws a word in each kind of weather.
struct Weather([Premise; 2]);

impl Weather {
    fn of(faults: u32) -> InProcess<Weather> {
        let premise = |what: &'static str, ways: &[&str]| Premise {
            what: what.into(),
            ways: ways.iter().map(ToString::to_string).collect(),
        };
        let weather =
            Weather([premise("sky", &["clear", "grey"]), premise("wind", &["none", "some", "much"])]);
        InProcess {
            scenario: weather,
            bound: Bound { kinds: Faults::of(&[Fault::Rejected]), ..Bound::faults(faults) },
        }
    }
}

impl Scenario for Weather {
    type Service = Journal;

    fn promises(&self) -> Vec<Promise> {
        vec!["no_storm".into()]
    }

    fn sometimes(&self) -> Vec<Text> {
        vec!["sun".into(), "rain".into()]
    }

    fn premises(&self) -> &[Premise] {
        &self.0
    }

    fn service(&self) -> Journal {
        Journal::default()
    }

    fn set_up(&self, room: &mut Room<Journal>, chosen: &[usize]) {
        room.service_mut().cell = chosen[1] as u32;
        room.callers("caller", 1, |client| async move {
            let (_, wind) = client.call(Ask::Read).await?;
            let word = ["one", "two"][client.choose("word", 2).await as usize];
            client.call(Ask::Write(word)).await?;
            Ok::<_, Failed>(wind)
        });
    }

    fn at_rest(&self, rest: &Rest<'_, Journal>, breaches: &mut Breaches) {
        breaches.happens(rest.chosen[0]);
        assert!(breaches.is_clean(), "nothing was reported yet");
        if rest.chosen == [1, 2]
            && rest.ends.iter().all(|(class, end)| (*class, *end) == (0, &End::Answered(2)))
        {
            breaches.report(0, "storm", || "a storm".into());
        }
    }
}

#[test]
fn a_premise_holds_for_a_whole_run_and_every_one_is_searched() {
    let weather = Weather::of(0);
    let (outcome, record) = play(&weather, &["sky: grey", "wind: much", "caller draws word: 1 of 2"]);
    assert_eq!((outcome.breaches[0].detail.as_str(), outcome.happened), ("a storm", 2));
    assert_eq!(labels(&record)[..2], ["sky: grey", "wind: much"]);
    assert!(record.steps[..2].iter().all(|step| step.kind == StepKind::Choice && step.actor.is_none()));
    assert_eq!(record.choices, ["sky: grey", "wind: much", "caller draws word: 1 of 2"]);
    assert_eq!(
        (record.columns.clone(), record.initial.clone()),
        (vec!["words".into(), "cell".into()], vec![String::new(), "2".into()])
    );
    assert_eq!(last_cells(&record), ["two", "2"]);
    assert_eq!(
        (weather.promises()[0].clone(), weather.sometimes()),
        ("no_storm".into(), vec!["sun".into(), "rain".into()])
    );
    let found =
        Exhaustive { collect: Collect { end_states: true, coverage: false }, ..Exhaustive::default() }
            .search(&weather, &mut Unlimited);
    assert_eq!(
        (found.finished, found.end_states.len(), found.happened),
        (12, 6, 3),
        "2 skies, 3 winds, 2 words"
    );
}

#[test]
fn premises_and_draws_cost_nothing_and_only_a_draw_has_no_state() {
    let shown =
        look(&Weather::of(1), &["sky: grey", "wind: none", "caller: Read (rejected)", "caller: Read"]);
    let [sky, wind, .., draw, _] = shown.as_slice() else { panic!("{shown:#?}") };
    for point in [sky, wind, draw] {
        assert!(point.costs.iter().all(|cost| *cost == Cost::default()), "{point:?}");
        assert!(point.deeds.iter().all(Option::is_none));
    }
    assert_eq!((sky.faults, wind.faults, draw.faults), (0, 0, 1));
    let calm = look(&Weather::of(0), &[]);
    assert_eq!(calm[3].faults, 0, "a draw after no fault: {:?}", calm[3].labels);
    assert!(sky.state.is_some() && sky.state != wind.state && draw.state.is_none());
}
