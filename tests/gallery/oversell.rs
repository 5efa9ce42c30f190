use anechoic::{Client, Failed, Room, Scenario, Service};

/// One unit in stock, and two orders.
#[derive(Debug, Default, Hash)]
struct Store {
    allocated: Vec<&'static str>,
    paid: Vec<&'static str>,
}

#[derive(Debug, Hash)]
enum Ask {
    IsLeft,
    Pay(&'static str),
    Allocate(&'static str),
    AllocateIfLeft(&'static str),
}

impl Service for Store {
    type Request = Ask;
    type Response = bool;
    type Answer = bool;

    fn apply(&mut self, ask: &Ask) -> bool {
        let add = |list: &mut Vec<&'static str>, order| {
            list.retain(|other| *other != order);
            list.push(order);
            list.sort_unstable();
        };
        match ask {
            Ask::IsLeft => return self.allocated.is_empty(),
            Ask::Pay(order) => add(&mut self.paid, *order),
            Ask::Allocate(order) => add(&mut self.allocated, *order),
            Ask::AllocateIfLeft(order) if self.allocated.is_empty() => add(&mut self.allocated, *order),
            Ask::AllocateIfLeft(order) => return self.allocated.contains(order),
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Checkout {
    ReadsThenWrites,
    ChecksAgain,
    ReservesFirst,
}

async fn buy(store: Client<Store>, order: &'static str, checkout: Checkout) -> Result<bool, Failed> {
    if checkout == Checkout::ReservesFirst {
        return Ok(store.call(Ask::AllocateIfLeft(order)).await? && store.call(Ask::Pay(order)).await?);
    }
    if !store.call(Ask::IsLeft).await? {
        return Ok(false);
    }
    store.call(Ask::Pay(order)).await?;
    let allocate = if checkout == Checkout::ChecksAgain { Ask::AllocateIfLeft } else { Ask::Allocate };
    Ok(store.call(allocate(order)).await?)
}

impl Scenario for Checkout {
    type Service = Store;

    fn service(&self) -> Store {
        Store::default()
    }

    fn set_up(&self, room: &mut Room<Store>, _: &[usize]) {
        let version = *self;
        for order in ["alice", "bob"] {
            room.callers(order, 1, move |store| buy(store, order, version));
        }
    }

    fn refuses(&self, is_sold: &bool) -> bool {
        !is_sold
    }
}

entry! {
    "oversell", "vendurehq/vendure #3508, #1738, #4930",
    "Whether a unit is left is read in one transaction, and the unit is allocated in another: two orders are told \
     yes.",
    "as reported": "reads, pays, allocates" => Checkout::ReadsThenWrites,
    "checks again": "allocates only if a unit is left; the other has paid for nothing" => Checkout::ChecksAgain,
    "reserves first": "allocates before it takes the money" => Checkout::ReservesFirst,
}
