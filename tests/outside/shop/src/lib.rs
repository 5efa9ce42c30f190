//! A shop that charges cards. Without its fix, a payment that is tried again after a lost answer charges twice.
use anechoic::{Client, Failed, Room, Scenario, Service};

/// What the handler talks to: a card service that knows its requests by a key, and an order.
#[derive(Debug, Default, Hash)]
pub struct Shop {
    paid: bool,
    charges: u32,
    keys: Vec<u32>,
}

/// What it asks.
#[derive(Debug, Hash)]
pub enum Request {
    IsPaid,
    Charge { key: Option<u32> },
    MarkPaid,
}

impl Service for Shop {
    type Request = Request;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, request: &Request) -> bool {
        match request {
            Request::IsPaid => return self.paid,
            Request::Charge { key: Some(key) } if self.keys.contains(key) => return false,
            Request::Charge { key } => {
                self.keys.extend(key);
                self.charges += 1;
            }
            Request::MarkPaid => self.paid = true,
        }
        true
    }
}

/// Charges a card once for an order. The fix is a key, by which the service knows a charge that it has made.
pub async fn pay(shop: Client<Shop>) -> Result<(), Failed> {
    if !shop.call(Request::IsPaid).await? {
        let key = cfg!(feature = "fixed").then_some(1);
        shop.call(Request::Charge { key }).await?;
        shop.call(Request::MarkPaid).await?;
    }
    Ok(())
}

/// An order that is paid for, by so many clicks at once.
pub struct Payment {
    pub clicks: usize,
}

impl Scenario for Payment {
    type Service = Shop;

    fn service(&self) -> Shop {
        Shop::default()
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
        room.callers("pay", self.clicks, pay);
    }
}
