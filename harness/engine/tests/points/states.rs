//! What a run's future depends on.
use crate::{
    common::{Ask, Journal, Script, subject},
    looking::{Looking, look},
};
use anechoic_engine::{
    Bound, Failed, Fault, Faults, Policy, Room, Runtime, Semantics, Start, State, Subject,
    search::{Exhaustive, Reduce, Unlimited, count},
};
use std::time::Duration;

#[test]
fn a_state_is_what_the_service_holds_and_what_each_actor_has_learnt() {
    let readers = |room: &mut Room<Journal>| {
        room.callers("reader", 2, |client| async move {
            client.call(Ask::Read).await?;
            client.call(Ask::Set { from: 0, to: 1 }).await?;
            Ok::<_, Failed>(client.call(Ask::Read).await?.1)
        });
    };
    let subject = subject(Bound::faults(1), readers);
    let after = |script: &[&'static str]| look(&subject, script).remove(script.len()).state.expect("a state");
    let [none, first, second] =
        [vec![], vec!["reader 1: Read"], vec!["reader 2: Read"]].map(|script| after(&script));
    assert_eq!(first.shared, none.shared, "a read changes nothing");
    assert_eq!((first.actors[0].own, first.actors[1].own), (second.actors[1].own, second.actors[0].own));
    assert_ne!(first.actors[0].own, none.actors[0].own, "but who has read knows something");
    assert_ne!(after(&["reader 1: Read", "reader 1: Set"]).shared, none.shared);
    let crashed = after(&["reader 1: Read", "reader 1: Set { from: 0, to: 1 } (crash before)"]);
    assert_eq!(crashed.shared, none.shared);
    assert_ne!(crashed.actors[0].own, none.actors[0].own, "a retry is used up");
    assert_eq!(crashed.actors[1].own, none.actors[1].own);
}

/// A name may be stored where others find it.
#[test]
fn callers_are_interchangeable_until_one_has_drawn_a_name() {
    let drawing = |room: &mut Room<Journal>| {
        room.callers("caller", 2, |client| async move {
            client.call(Ask::Read).await?;
            client.fresh();
            Ok::<_, Failed>(client.call(Ask::Read).await?.1)
        });
    };
    let shown = look(&subject(Bound::faults(0), drawing), &["caller 2: Read"]);
    let classes = |point: usize| {
        let actors = shown[point].state.as_ref().expect("a state").actors.iter();
        actors.map(|actor| actor.class).collect::<Vec<usize>>()
    };
    assert_eq!((classes(0), classes(1)), (vec![0, 0], vec![0, 1]));
}

/// Whoever sleeps between two invocations knows nothing; what the runtime has stored, the shared state knows.
#[test]
fn an_invocation_that_has_died_has_forgotten_what_it_had_learnt() {
    let reader = |room: &mut Room<Journal>| {
        let runtime = Runtime {
            policy: Policy::default(),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        room.durable("workflow", &runtime, |execution| async move {
            let client = execution.client();
            client.sleep(Duration::from_secs(1)).await;
            client.call(Ask::Read).await?;
            client.call(Ask::Write("a")).await?;
            Ok::<_, Failed>(0)
        });
    };
    let subject = subject(Bound::faults(2), reader);
    let after = |script: &[&'static str]| look(&subject, script).remove(script.len()).state.expect("a state");
    let early = after(&["timer", "Read (crash before)"]);
    let late = after(&["timer", "workflow: Read", "Write(\"a\") (crash before)"]);
    assert_eq!(early.actors, late.actors, "both are gone");
    assert_ne!(after(&[]).actors, early.actors, "who sleeps within an invocation is not");
    let (asleep, awake) = (after(&[]), after(&["timer"]));
    assert_ne!(asleep.actors, awake.actors);
}

#[test]
fn nobody_keeps_what_actors_have_learnt_for_a_source_that_does_not_want_states() {
    let reader = |room: &mut Room<Journal>| {
        room.callers("reader", 1, |client| async move {
            client.call(Ask::Read).await?;
            Ok::<_, Failed>(client.call(Ask::Read).await?.1)
        });
    };
    let subject = subject(Bound::faults(0), reader);
    for (wants_states, alike) in [(true, false), (false, true)] {
        let mut looking = Looking { script: Script(Vec::new()), shown: Vec::new(), wants_states };
        subject.run(&mut looking);
        assert_eq!(
            looking.shown[0].state == looking.shown[1].state.clone().map(|at| State { last: None, ..at }),
            alike
        );
    }
}

#[test]
fn runs_are_counted_without_being_made() {
    let busy = |room: &mut Room<Journal>| {
        room.callers("busy", 2, |client| async move {
            client.call(Ask::Write("a")).await?;
            Ok::<_, Failed>(client.call(Ask::Read).await?.1)
        });
    };
    let subject = subject(Bound { kinds: Faults::of(&[Fault::Rejected]), ..Bound::faults(1) }, busy);
    let naively = Exhaustive::reduce(Reduce::NOTHING).search(&subject, &mut Unlimited);
    assert_eq!(count(&subject), Some(u128::from(naively.executions)));
}
