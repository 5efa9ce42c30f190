//! What need not be said of a service and a scenario.
use crate::common::{labels, play};
use anechoic_engine::{
    Bound, Breaches, Digest, Failed, Fault, Fingerprinter, Footprint, InProcess, Promise, Rest, Room,
    Scenario, Service, StepKind, Subject,
    search::{Exhaustive, Unlimited},
};

/// A service that is only read, and says nothing that it need not say.
#[derive(Debug, Hash)]
struct Sign;

impl Service for Sign {
    type Request = &'static str;
    type Response = u8;
    type Answer = u8;

    fn apply(&mut self, _: &&'static str) -> u8 {
        7
    }

    fn digest(&self, _: &mut Digest) {}

    fn footprint(&self, _: &&'static str) -> Footprint {
        Footprint::nothing().reads(&"sign")
    }

    fn digest_request(&self, _: &&'static str, _: &mut Fingerprinter) {}
}

struct Reading;

impl Scenario for Reading {
    type Service = Sign;

    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    fn service(&self) -> Sign {
        Sign
    }

    fn set_up(&self, room: &mut Room<Sign>, chosen: &[usize]) {
        assert!(chosen.is_empty(), "there are no premises");
        room.callers("reader", 1, |client| async move { Ok::<_, Failed>(client.call("the sign").await?) });
    }

    fn at_rest(&self, _: &Rest<'_, Sign>, _: &mut Breaches) {}
}

#[test]
fn a_service_and_a_scenario_are_plain_unless_they_say_otherwise() {
    let reading = InProcess { scenario: Reading, bound: Bound::faults(2) };
    assert!(reading.sometimes().is_empty());
    let (_, record) = play(&reading, &["reader: \"the sign\""]);
    assert_eq!(labels(&record), ["\"the sign\""]);
    assert_eq!(
        (record.columns.as_slice(), record.initial.as_slice()),
        (&["state".into()][..], &["Sign".into()][..])
    );
    assert_eq!((record.steps[0].answer.as_str(), record.steps[0].kind), ("7", StepKind::Operation));
    let found = Exhaustive::default().search(&reading, &mut Unlimited);
    assert!(found.faults.contains(Fault::Rejected) && !found.faults.contains(Fault::StaleRead));
}
