use crate::ask;
use anechoic::{Client, Failed, Room, Scenario, Seen, Service};

#[derive(Debug, Default, Hash)]
struct Outbox {
    is_locked: bool,
    is_claimed: bool,
    is_sent: bool,
    mails: u32,
}

#[derive(Debug, Hash)]
enum Ask {
    Lock,
    Expire,
    IsPending,
    Claim,
    Send { key: bool },
    MarkSent,
    Unlock,
}

impl Service for Outbox {
    type Request = Ask;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> bool {
        match ask {
            Ask::Lock => return !std::mem::replace(&mut self.is_locked, true),
            Ask::Expire | Ask::Unlock => self.is_locked = false,
            Ask::IsPending => return !self.is_sent,
            Ask::Claim => return !std::mem::replace(&mut self.is_claimed, true),
            Ask::Send { key: true } => self.mails = 1,
            Ask::Send { key: false } => self.mails += 1,
            Ask::MarkSent => self.is_sent = true,
        }
        true
    }
}

#[derive(Clone, Copy)]
struct Drain {
    claims: bool,
    key: bool,
}

async fn drain(outbox: Client<Outbox>, Drain { claims, key }: Drain) -> Result<(), Failed> {
    if !outbox.call(Ask::Lock).await? {
        return Ok(());
    }
    if outbox.call(Ask::IsPending).await? && (!claims || outbox.call(Ask::Claim).await?) {
        outbox.call(Ask::Send { key }).await?;
        outbox.call(Ask::MarkSent).await?;
    }
    outbox.call(Ask::Unlock).await?;
    Ok(())
}

impl Scenario for Drain {
    type Service = Outbox;

    fn service(&self) -> Outbox {
        Outbox::default()
    }

    fn set_up(&self, room: &mut Room<Outbox>, _: &[usize]) {
        let version = *self;
        room.carriers("drain", 2, move |outbox| drain(outbox, version));
        room.environment("the lock expires", 1, |it| ask(it, Ask::Expire));
    }

    fn observe(&self, outbox: &Outbox, seen: &mut Seen) {
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
