use anechoic::{Client, Failed, Room, Scenario, Seen, Service};

#[derive(Debug, Default, Hash)]
struct Meter {
    is_claimed: bool,
    metered: u32,
}

#[derive(Debug, Hash)]
enum Ask {
    Claim,
    Write,
    Release,
    WriteOnce,
}

impl Service for Meter {
    type Request = Ask;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> bool {
        match ask {
            Ask::Claim => return !std::mem::replace(&mut self.is_claimed, true),
            Ask::Write => self.metered += 1,
            Ask::Release => self.is_claimed = false,
            Ask::WriteOnce => self.metered = 1,
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Ingest {
    Claims,
    ReleasesOnError,
    DedupesInTheSink,
}

async fn ingest(meter: Client<Meter>, version: Ingest) -> Result<(), Failed> {
    if version == Ingest::DedupesInTheSink {
        meter.call(Ask::WriteOnce).await?;
        return Ok(());
    }
    if !meter.call(Ask::Claim).await? {
        return Ok(());
    }
    let written = meter.call(Ask::Write).await;
    if written.is_err() && version == Ingest::ReleasesOnError {
        meter.call(Ask::Release).await?;
    }
    written?;
    Ok(())
}

impl Scenario for Ingest {
    type Service = Meter;

    fn service(&self) -> Meter {
        Meter::default()
    }

    fn set_up(&self, room: &mut Room<Meter>, _: &[usize]) {
        let version = *self;
        room.callers("event", 1, move |meter| ingest(meter, version));
    }

    fn observe(&self, meter: &Meter, seen: &mut Seen) {
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
