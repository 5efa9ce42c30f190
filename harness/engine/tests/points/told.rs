//! What a recorded run tells besides its steps: whose changes each met, and spans.
use crate::common::{Ask, Journal, play, subject};
use anechoic::{Bound, Room};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// One writes words; two sets the cell, and three asks for what it holds.
fn three(room: &mut Room<Journal>) {
    room.callers("one", 1, |client| async move {
        client.call(Ask::Write("a")).await?;
        client.call(Ask::Write("b")).await?;
        Ok(0)
    });
    room.callers("two", 1, |client| async move {
        client.call(Ask::Set { from: 0, to: 1 }).await?;
        client.call(Ask::Set { from: 0, to: 2 }).await?;
        Ok(0)
    });
    room.callers("three", 1, |client| async move {
        client.note(|| "three asks".into());
        client.call(Ask::Read).await?;
        Ok(0)
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
            Ok(0)
        });
    };
    let (_, record) = play(&subject(Bound::faults(0), set_in_vain), &[]);
    assert_eq!(record.steps[0].cells, record.initial, "the cell holds what it held");
    assert_eq!(record.steps[1].met, [0], "and there is an older version of it now");
}

#[test]
fn a_recorded_run_is_told_in_spans_and_a_bare_one_is_not() {
    let told = Told::default();
    let writer = told.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .with_level(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        use anechoic::{Subject, search::Path};
        let traced = |room: &mut Room<Journal>| {
            room.callers("one", 1, |client| async move {
                tracing::info!("by itself");
                client.note(|| "noted".into());
                client.call(Ask::Write("a")).await?;
                tracing::info!("and again");
                Ok(0)
            });
        };
        let subject = subject(Bound::faults(1), traced);
        subject.record(&mut Path(vec![1]).source());
        told.0.lock().expect("one thread").extend_from_slice(b"--\n");
        subject.run(&mut Path(vec![1]).source());
    });
    let text = String::from_utf8(told.0.lock().expect("one thread").clone()).expect("utf-8");
    let (recorded, bare) = text.split_once("--\n").expect("both");
    let lines: Vec<&str> = recorded.lines().collect();
    let attempt = "run:attempt{of=\"one\"}";
    let operation =
        |fault: &str| format!("{attempt}:operation{{step=2 what=\"Write(\\\"a\\\")\"{fault}}}: answered: ");
    assert_eq!(lines[0], format!("{attempt}: by itself"));
    assert_eq!(lines[1], format!("{attempt}: noted"));
    assert_eq!(lines[2..4], lines[0..2], "what went wrong is tried again");
    assert!(lines[4].starts_with(&operation("")), "{recorded}");
    assert_eq!(lines[5], format!("{attempt}: and again"));
    assert_eq!(bare.matches("run").count(), 0, "{bare}");
}

/// What was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
