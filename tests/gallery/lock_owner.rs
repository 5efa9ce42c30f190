use crate::ask;
use anechoic::{Breaches, Client, Failed, Promise, Room, Scenario, Seen, Service};

#[derive(Debug, Default, Hash)]
struct Lock {
    holder: Option<&'static str>,
    /// Whether somebody has released another's lock.
    is_stolen: bool,
}

#[derive(Debug, Hash)]
enum Ask {
    Acquire(&'static str),
    Expire,
    Holder,
    Delete(&'static str),
    DeleteIfHeldBy(&'static str),
}

impl Service for Lock {
    type Request = Ask;
    type Response = Option<&'static str>;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> Option<&'static str> {
        match ask {
            Ask::Acquire(name) => return Some(self.holder.get_or_insert(name)),
            Ask::Expire => self.holder = None,
            Ask::Holder => return self.holder,
            Ask::Delete(name) => self.is_stolen |= self.holder.take().is_some_and(|holder| holder != *name),
            Ask::DeleteIfHeldBy(name) => self.holder = self.holder.filter(|holder| holder != name),
        }
        None
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Release {
    Deletes,
    ReadsFirst,
    ComparesAndDeletes,
}

async fn work(lock: Client<Lock>, name: &'static str, release: Release) -> Result<(), Failed> {
    if lock.call(Ask::Acquire(name)).await? != Some(name) {
        return Ok(());
    }
    if release == Release::ComparesAndDeletes {
        lock.call(Ask::DeleteIfHeldBy(name)).await?;
    } else if release == Release::Deletes || lock.call(Ask::Holder).await? == Some(name) {
        lock.call(Ask::Delete(name)).await?;
    }
    Ok(())
}

impl Scenario for Release {
    type Service = Lock;

    fn promises(&self) -> Vec<Promise> {
        vec![Promise::new("own_lock_only", "nobody releases another's lock")]
    }

    fn service(&self) -> Lock {
        Lock::default()
    }

    fn set_up(&self, room: &mut Room<Lock>, _: &[usize]) {
        let version = *self;
        for name in ["a", "b"] {
            room.callers(name, 1, move |lock| work(lock, name, version));
        }
        room.environment("the lock expires", 1, |it| ask(it, Ask::Expire));
    }

    fn always(&self, lock: &Lock, breaches: &mut Breaches) {
        if lock.is_stolen {
            breaches.report(0, "stolen", || "a lock was released that was another's".into());
        }
    }

    fn observe(&self, lock: &Lock, seen: &mut Seen) {
        seen.cell("holder", lock.holder);
    }
}

entry! {
    "lock-owner", "twentyhq/twenty #25661, laravel/framework #26213, apache/superset #43462",
    "Whose lock has run out deletes the lock of the next holder.",
    "as reported": "deletes the lock, whosever it is" => Release::Deletes,
    "reads first": "deletes it if it was its own a moment ago" => Release::ReadsFirst,
    "compares and deletes": "both in one operation" => Release::ComparesAndDeletes,
}
