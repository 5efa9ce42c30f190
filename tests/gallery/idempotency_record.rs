use anechoic::{
    Both, Client, Failed, Room, Scenario,
    services::{Api, Table, api, table::Request},
};

/// The records of what was handled, and the provider.
type Shop = Both<Table<&'static str, &'static str>, Api<&'static str, &'static str>>;

#[derive(Clone, Copy)]
struct Payment {
    takes_over: bool,
    key: bool,
}

async fn pay(shop: Client<Shop>, Payment { takes_over, key }: Payment) -> Result<(), Failed> {
    let (records, provider) = (shop.first(), shop.second());
    let begin = Request::PutIf { key: "order", holds: None, value: "in progress" };
    match records.call(begin).await?.row() {
        Some("done") => return Ok(()),
        Some(_) if !takes_over => return Err(Failed),
        _ => {}
    }
    let charge = api::Request::Post { key: key.then_some("order"), body: "5 €" };
    provider.call(charge).await?.made().ok_or(Failed)?;
    records.call(Request::Put("order", "done")).await?;
    Ok(())
}

impl Scenario for Payment {
    type Service = Shop;

    fn service(&self) -> Shop {
        Both(Table::new("record"), Api::new("charges"))
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
        let version = *self;
        room.callers("pay", 1, move |shop| pay(shop, version));
    }
}

entry! {
    "idempotency-record", "aws-powertools/powertools-lambda-python #1038, #1387, #8049",
    "A function keeps a record of each request that it handles. Killed at its time limit, it leaves the record \
     `in progress`, and every retry is refused for good.",
    "as reported": "refuses what is in progress" => Payment { takes_over: false, key: false },
    "takes over": "goes on where a record is in progress, and repeats what was done" => Payment { takes_over: true, key: false },
    "a key at the provider": "takes over, and the provider knows the charge by its key" => Payment { takes_over: true, key: true },
}
