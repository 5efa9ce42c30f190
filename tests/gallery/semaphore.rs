use crate::ask;
use anechoic::{Client, Failed, Room, Scenario, Seen, Service};

/// A job that needs the one slot there is.
#[derive(Debug, Hash)]
struct Slots {
    free: u32,
    is_claimed: bool,
    is_ended: bool,
}

#[derive(Debug, Hash)]
enum Ask {
    Claim,
    Prune,
    HasClaim,
    Finish,
    FinishOwnClaim,
}

impl Service for Slots {
    type Request = Ask;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> bool {
        match ask {
            Ask::Claim if self.is_ended || self.is_claimed || self.free == 0 => return false,
            Ask::Claim => (self.free, self.is_claimed) = (self.free - 1, true),
            Ask::HasClaim => return self.is_claimed,
            Ask::Prune if !self.is_claimed => {}
            Ask::Prune => (self.free, self.is_claimed) = (self.free + 1, false),
            Ask::FinishOwnClaim if !self.is_claimed => self.is_ended = true,
            Ask::Finish | Ask::FinishOwnClaim => {
                (self.free, self.is_claimed, self.is_ended) = (self.free + 1, false, true);
            }
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Worker {
    Finishes,
    ChecksFirst,
    FinishesItsOwn,
}

async fn work(slots: Client<Slots>, worker: Worker) -> Result<(), Failed> {
    if !slots.call(Ask::Claim).await? {
        return Ok(());
    }
    if worker == Worker::FinishesItsOwn {
        slots.call(Ask::FinishOwnClaim).await?;
    } else if worker == Worker::Finishes || slots.call(Ask::HasClaim).await? {
        slots.call(Ask::Finish).await?;
    }
    Ok(())
}

impl Scenario for Worker {
    type Service = Slots;

    fn service(&self) -> Slots {
        Slots { free: 1, is_claimed: false, is_ended: false }
    }

    fn set_up(&self, room: &mut Room<Slots>, _: &[usize]) {
        let version = *self;
        room.carriers("worker", 2, move |slots| work(slots, version));
        room.environment("pruner", 1, |it| ask(it, Ask::Prune));
    }

    fn observe(&self, slots: &Slots, seen: &mut Seen) {
        seen.cell("free", slots.free);
        seen.done("job", slots.is_ended);
    }
}

entry! {
    "semaphore", "rails/solid_queue #761 (#689)",
    "A pruner gives back the slot of a worker that seems dead and still runs; at its end the worker gives it back \
     again.",
    "as reported": "gives its slot back at its end" => Worker::Finishes,
    "checks first": "gives it back if it held its claim a moment ago" => Worker::ChecksFirst,
    "finishes its own claim": "ends its claim and gives the slot back in one" => Worker::FinishesItsOwn,
}
