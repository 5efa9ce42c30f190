//! What a recorded run tells besides its steps: whose changes each met.
use crate::common::{Ask, Journal, play, subject};
use anechoic_engine::{Bound, Failed, Room};

/// One writes words; two sets the cell, and three asks for what it holds.
fn three(room: &mut Room<Journal>) {
    room.callers("one", 1, |client| async move {
        client.call(Ask::Write("a")).await?;
        client.call(Ask::Write("b")).await?;
        Ok::<_, Failed>(0)
    });
    room.callers("two", 1, |client| async move {
        client.call(Ask::Set { from: 0, to: 1 }).await?;
        client.call(Ask::Set { from: 0, to: 2 }).await?;
        Ok::<_, Failed>(0)
    });
    room.callers("three", 1, |client| async move {
        client.note(|| "three asks".into());
        client.call(Ask::Read).await?;
        Ok::<_, Failed>(0)
    });
}

const SCRIPT: &[&str] = &["one: Write(\"a\")", "two: Set", "one: Write(\"b\")", "two: Set", "three: Read"];

#[test]
fn a_step_knows_who_changed_last_what_it_touches() {
    let (_, record) = play(&subject(Bound::faults(0), three), SCRIPT);
    let met: Vec<(&str, &[usize])> =
        record.steps.iter().map(|step| (step.what.as_str(), step.met.as_slice())).collect();
    assert_eq!(
        met,
        [
            ("three asks", &[][..]),
            ("Write(\"a\")", &[]),
            ("Set { from: 0, to: 1 }", &[]),
            ("Write(\"b\")", &[1]),
            ("Set { from: 0, to: 2 }", &[2]),
            // The second set changed nothing, so it is the first that is met.
            ("Read", &[2]),
        ]
    );
}

#[test]
fn a_change_that_does_not_show_is_met_all_the_same() {
    let set_in_vain = |room: &mut Room<Journal>| {
        room.callers("one", 1, |client| async move {
            client.call(Ask::Set { from: 0, to: 0 }).await?;
            client.call(Ask::Read).await?;
            Ok::<_, Failed>(0)
        });
    };
    let (_, record) = play(&subject(Bound::faults(0), set_in_vain), &[]);
    assert_eq!(record.steps[0].cells, record.initial, "the cell holds what it held");
    assert_eq!(record.steps[1].met, [0], "and there is an older version of it now");
}
