use anechoic::{Client, NoAnswer, Room, Scenario, Store};
use std::collections::BTreeSet;

#[derive(Clone, Debug, Default, Hash)]
struct Shop {
    charges: BTreeSet<&'static str>,
    paid: bool,
    notes: u32,
}

#[derive(Clone, Copy)]
struct Order {
    one_key: bool,
    one_transaction: bool,
}

async fn process(shop: Client<Store<Shop>>, from: &'static str, order: Order) -> Result<(), NoAnswer> {
    if shop.read("is it paid", (), |shop, ()| shop.paid).await? {
        return Ok(());
    }
    let key = if order.one_key { "order" } else { from };
    shop.update("charge under", key, |shop, key| shop.charges.insert(key)).await?;
    if order.one_transaction {
        let mark_and_note = |shop: &mut Shop, ()| {
            shop.notes += u32::from(!shop.paid);
            shop.paid = true;
        };
        return shop.update("mark as paid and note", (), mark_and_note).await;
    }
    shop.update("mark as paid", (), |shop, ()| shop.paid = true).await?;
    shop.update("note", (), |shop, ()| shop.notes += 1).await
}

impl Scenario for Order {
    type Service = Store<Shop>;

    fn service(&self) -> Store<Shop> {
        Store::new(Shop::default())
    }

    fn set_up(&self, room: &mut Room<Store<Shop>>, _: &[usize]) {
        let version = *self;
        for from in ["redirect", "webhook"] {
            room.callers(from, 1, move |shop| process(shop, from, version)).delivers("order");
        }
    }
}

entry! {
    "redirect-and-webhook", "woocommerce/woocommerce-gateway-stripe #489, #542",
    "The redirect of the customer and the webhook of the provider process one order beside each other, each with \
     a key of its own.",
    "as reported": "each charges under its own key" => Order { one_key: false, one_transaction: false },
    "one key": "charges under the order's key, and notes twice" => Order { one_key: true, one_transaction: false },
    "one transaction": "notes in the transaction that marks the order as paid" => Order { one_key: true, one_transaction: true },
}
