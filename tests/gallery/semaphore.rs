use anechoic::{Client, NoAnswer, Room, Scenario, Seen, Store};

/// A job that needs the one slot there is.
#[derive(Clone, Debug, Hash)]
struct Slots {
    free: u32,
    is_claimed: bool,
    is_ended: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Worker {
    Finishes,
    ChecksFirst,
    FinishesItsOwn,
}

async fn work(slots: Client<Store<Slots>>, worker: Worker) -> Result<(), NoAnswer> {
    let claim = |slots: &mut Slots, ()| {
        let is_claimed = !slots.is_ended && !slots.is_claimed && slots.free > 0;
        if is_claimed {
            (slots.free, slots.is_claimed) = (slots.free - 1, true);
        }
        is_claimed
    };
    if !slots.update("claim", (), claim).await? {
        return Ok(());
    }
    if worker == Worker::FinishesItsOwn {
        let finish_own_claim = |slots: &mut Slots, ()| {
            slots.free += u32::from(slots.is_claimed);
            (slots.is_claimed, slots.is_ended) = (false, true);
        };
        return slots.update("finish its own claim", (), finish_own_claim).await;
    }
    if worker == Worker::Finishes || slots.read("has it a claim", (), |slots, ()| slots.is_claimed).await? {
        let finish = |slots: &mut Slots, ()| {
            (slots.free, slots.is_claimed, slots.is_ended) = (slots.free + 1, false, true);
        };
        slots.update("finish", (), finish).await?;
    }
    Ok(())
}

impl Scenario for Worker {
    type Service = Store<Slots>;

    fn service(&self) -> Store<Slots> {
        Store::new(Slots { free: 1, is_claimed: false, is_ended: false })
    }

    fn set_up(&self, room: &mut Room<Store<Slots>>, _: &[usize]) {
        let version = *self;
        room.carriers("worker", 2, move |slots| work(slots, version));
        let prune = |slots: &mut Slots, ()| {
            slots.free += u32::from(slots.is_claimed);
            slots.is_claimed = false;
        };
        room.environment("pruner", 1, move |slots| slots.update("prune", (), prune));
    }

    fn observe(&self, slots: &Store<Slots>, seen: &mut Seen) {
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
