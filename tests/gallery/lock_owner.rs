use anechoic::{
    Breaches, Client, Failed, Promise, Room, Scenario,
    services::{Lock, lock::Request},
};

type Named = Lock<&'static str>;

#[derive(Clone, Copy, PartialEq)]
enum Release {
    Deletes,
    ReadsFirst,
    ComparesAndDeletes,
}

async fn work(lock: Client<Named>, name: &'static str, release: Release) -> Result<(), Failed> {
    if !lock.call(Request::TryAcquire(name)).await?.is_held_by(&name) {
        return Ok(());
    }
    if release == Release::ComparesAndDeletes {
        lock.call(Request::Release(name)).await?;
    } else if release == Release::Deletes || lock.call(Request::Holder).await?.is_held_by(&name) {
        lock.call(Request::Delete(name)).await?;
    }
    Ok(())
}

impl Scenario for Release {
    type Service = Named;

    fn promises(&self) -> Vec<Promise> {
        vec![Promise::new("own_lock_only", "nobody releases another's lock")]
    }

    fn service(&self) -> Named {
        Lock::new("holder")
    }

    fn set_up(&self, room: &mut Room<Named>, _: &[usize]) {
        let version = *self;
        for name in ["a", "b"] {
            room.callers(name, 1, move |lock| work(lock, name, version));
        }
        room.environment(
            "the lock expires",
            1,
            |lock| async move { lock.call(Request::RunOut).await.map(drop) },
        );
    }

    fn always(&self, lock: &Named, breaches: &mut Breaches) {
        if lock.was_taken_away() {
            breaches.report(0, "stolen", || "a lock was released that was another's".into());
        }
    }
}

entry! {
    "lock-owner", "twentyhq/twenty #25661, laravel/framework #26213, apache/superset #43462",
    "Whose lock has run out deletes the lock of the next holder.",
    "as reported": "deletes the lock, whosever it is" => Release::Deletes,
    "reads first": "deletes it if it was its own a moment ago" => Release::ReadsFirst,
    "compares and deletes": "both in one operation" => Release::ComparesAndDeletes,
}
