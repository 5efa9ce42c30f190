use anechoic::{Client, NoAnswer, Room, Scenario, Seen, Store};

#[derive(Clone, Debug, Default, Hash)]
struct Outbox {
    is_locked: bool,
    is_claimed: bool,
    is_sent: bool,
    mails: u32,
}

#[derive(Clone, Copy)]
struct Drain {
    claims: bool,
    key: bool,
}

async fn drain(outbox: Client<Store<Outbox>>, Drain { claims, key }: Drain) -> Result<(), NoAnswer> {
    let lock = |outbox: &mut Outbox, ()| !std::mem::replace(&mut outbox.is_locked, true);
    if !outbox.update("lock", (), lock).await? {
        return Ok(());
    }
    let claim = |outbox: &mut Outbox, ()| !std::mem::replace(&mut outbox.is_claimed, true);
    if outbox.read("is it pending", (), |outbox, ()| !outbox.is_sent).await?
        && (!claims || outbox.update("claim", (), claim).await?)
    {
        if key {
            outbox.update("send under the key", (), |outbox, ()| outbox.mails = 1).await?;
        } else {
            outbox.update("send", (), |outbox, ()| outbox.mails += 1).await?;
        }
        outbox.update("mark as sent", (), |outbox, ()| outbox.is_sent = true).await?;
    }
    outbox.update("unlock", (), |outbox, ()| outbox.is_locked = false).await
}

impl Scenario for Drain {
    type Service = Store<Outbox>;

    fn service(&self) -> Store<Outbox> {
        Store::new(Outbox::default())
    }

    fn set_up(&self, room: &mut Room<Store<Outbox>>, _: &[usize]) {
        let version = *self;
        room.carriers("drain", 2, move |outbox| drain(outbox, version));
        room.environment("the lock expires", 1, |outbox| {
            outbox.update("expire", (), |outbox, ()| outbox.is_locked = false)
        });
    }

    fn observe(&self, outbox: &Store<Outbox>, seen: &mut Seen) {
        seen.cell("mails", outbox.mails);
        seen.done("mail", outbox.is_sent);
    }
}

entry! {
    "outbox", "asmanj/altarwed #615, entire-vc/evc-team-relay #115, vm0-ai/vm0 #34675",
    "A drain of an outbox takes longer than its lock lasts, and a second one sends the same mail again.",
    "as reported": "sends what is pending, under a lock that expires" => Drain { claims: false, key: false },
    "claims rows": "claims the row first; who dies then loses the mail" => Drain { claims: true, key: false },
    "a key at the mailer": "the mailer knows the mail by its key" => Drain { claims: false, key: true },
}
