use anechoic::{Client, Failed, Room, Scenario, Service};

#[derive(Debug, Default, Hash)]
struct Shop {
    record: Option<&'static str>,
    charges: u32,
}

#[derive(Debug, Hash)]
enum Ask {
    Begin,
    Charge { key: bool },
    Finish,
}

impl Service for Shop {
    type Request = Ask;
    type Response = Option<&'static str>;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> Option<&'static str> {
        match ask {
            Ask::Begin => return self.record.replace(self.record.unwrap_or("in progress")),
            Ask::Charge { key: true } => self.charges = 1,
            Ask::Charge { key: false } => self.charges += 1,
            Ask::Finish => self.record = Some("done"),
        }
        None
    }
}

#[derive(Clone, Copy)]
struct Payment {
    takes_over: bool,
    key: bool,
}

async fn pay(shop: Client<Shop>, Payment { takes_over, key }: Payment) -> Result<(), Failed> {
    match shop.call(Ask::Begin).await? {
        Some("done") => return Ok(()),
        Some(_) if !takes_over => return Err(Failed),
        _ => {}
    }
    shop.call(Ask::Charge { key }).await?;
    shop.call(Ask::Finish).await?;
    Ok(())
}

impl Scenario for Payment {
    type Service = Shop;

    fn service(&self) -> Shop {
        Shop::default()
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
