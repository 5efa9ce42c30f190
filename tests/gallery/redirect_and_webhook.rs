use anechoic::{Client, Failed, Room, Scenario, Service};

#[derive(Debug, Default, Hash)]
struct Shop {
    charges: Vec<&'static str>,
    paid: bool,
    notes: u32,
}

#[derive(Debug, Hash)]
enum Ask {
    IsPaid,
    Charge(&'static str),
    MarkPaid,
    Note,
    MarkPaidAndNote,
}

impl Service for Shop {
    type Request = Ask;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> bool {
        match ask {
            Ask::IsPaid => return self.paid,
            Ask::Charge(key) if self.charges.contains(key) => {}
            Ask::Charge(key) => self.charges.push(key),
            Ask::MarkPaid => self.paid = true,
            Ask::Note => self.notes += 1,
            Ask::MarkPaidAndNote => {
                self.notes += u32::from(!self.paid);
                self.paid = true;
            }
        }
        true
    }
}

#[derive(Clone, Copy)]
struct Order {
    one_key: bool,
    one_transaction: bool,
}

async fn process(shop: Client<Shop>, from: &'static str, order: Order) -> Result<(), Failed> {
    if shop.call(Ask::IsPaid).await? {
        return Ok(());
    }
    shop.call(Ask::Charge(if order.one_key { "order" } else { from })).await?;
    if order.one_transaction {
        shop.call(Ask::MarkPaidAndNote).await?;
        return Ok(());
    }
    shop.call(Ask::MarkPaid).await?;
    shop.call(Ask::Note).await?;
    Ok(())
}

impl Scenario for Order {
    type Service = Shop;

    fn service(&self) -> Shop {
        Shop::default()
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
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
