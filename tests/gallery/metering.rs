use anechoic::{Client, NoAnswer, Room, Scenario, Seen, Store};

#[derive(Clone, Debug, Default, Hash)]
struct Meter {
    is_claimed: bool,
    metered: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Ingest {
    Claims,
    ReleasesOnError,
    DedupesInTheSink,
}

async fn ingest(meter: Client<Store<Meter>>, version: Ingest) -> Result<(), NoAnswer> {
    if version == Ingest::DedupesInTheSink {
        return meter.update("write under the key", (), |meter, ()| meter.metered = 1).await;
    }
    let claim = |meter: &mut Meter, ()| !std::mem::replace(&mut meter.is_claimed, true);
    if !meter.update("claim", (), claim).await? {
        return Ok(());
    }
    let written = meter.update("write", (), |meter, ()| meter.metered += 1).await;
    if written.is_err() && version == Ingest::ReleasesOnError {
        meter.update("release", (), |meter, ()| meter.is_claimed = false).await?;
    }
    written
}

impl Scenario for Ingest {
    type Service = Store<Meter>;

    fn service(&self) -> Store<Meter> {
        Store::new(Meter::default())
    }

    fn set_up(&self, room: &mut Room<Store<Meter>>, _: &[usize]) {
        let version = *self;
        room.callers("event", 1, move |meter| ingest(meter, version));
    }

    fn observe(&self, meter: &Store<Meter>, seen: &mut Seen) {
        seen.cell("metered", meter.metered);
    }
}

entry! {
    "metering", "openmeterio/openmeter #5118, #5161",
    "The key of a usage event is claimed before the event is written, and stays claimed when the write fails: \
     every retry is told that it was metered.",
    "as reported": "claims, then writes" => Ingest::Claims,
    "releases on error": "gives the claim back; not if it dies, and a write without an answer may have been made" => Ingest::ReleasesOnError,
    "the sink dedupes": "writes under the key, and claims nothing" => Ingest::DedupesInTheSink,
}
