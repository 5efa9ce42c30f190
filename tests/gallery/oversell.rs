use anechoic::{Client, NoAnswer, Room, Scenario, Store};
use std::collections::BTreeSet;

/// One unit in stock, and two orders.
#[derive(Clone, Debug, Default, Hash)]
struct Stock {
    allocated: BTreeSet<&'static str>,
    paid: BTreeSet<&'static str>,
}

type Shop = Store<Stock, bool>;

#[derive(Clone, Copy, PartialEq)]
enum Checkout {
    ReadsThenWrites,
    ChecksAgain,
    ReservesFirst,
}

async fn buy(stock: Client<Shop>, order: &'static str, checkout: Checkout) -> Result<bool, NoAnswer> {
    let allocate_if_left = |stock: &mut Stock, order| {
        if stock.allocated.is_empty() {
            stock.allocated.insert(order);
        }
        stock.allocated.contains(order)
    };
    let allocate = stock.update("allocate, if it is left, to", order, allocate_if_left);
    let pay = stock.update("pay", order, |stock, order| stock.paid.insert(order));
    if checkout == Checkout::ReservesFirst {
        let is_allocated = allocate.await?;
        if is_allocated {
            pay.await?;
        }
        return Ok(is_allocated);
    }
    if !stock.read("is it left", (), |stock, ()| stock.allocated.is_empty()).await? {
        return Ok(false);
    }
    pay.await?;
    if checkout == Checkout::ChecksAgain {
        return allocate.await;
    }
    stock.update("allocate to", order, |stock, order| stock.allocated.insert(order)).await?;
    Ok(true)
}

impl Scenario for Checkout {
    type Service = Shop;

    fn service(&self) -> Shop {
        Store::new(Stock::default())
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
        let version = *self;
        for order in ["alice", "bob"] {
            room.callers(order, 1, move |stock| buy(stock, order, version));
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
