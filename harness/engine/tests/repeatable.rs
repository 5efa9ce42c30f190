//! A run that does not repeat itself is told, whichever search meets it, and is no pass.
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod common;

use anechoic_engine::{
    Bound, Failed, Room, Subject,
    search::{Exhaustive, Findings, Reduce, Unlimited, shortest},
};
use common::{Ask, Journal, subject};
use std::sync::atomic::{AtomicU32, Ordering};

fn search(subject: &dyn Subject, reduce: Reduce, threads: usize) -> Findings {
    let found = Exhaustive { threads, ..Exhaustive::reduce(reduce) }.search(subject, &mut Unlimited);
    assert!(!found.complete, "it is no pass");
    found
}

/// Two callers, and what the first does is a matter of how often anybody has begun.
fn two(begun: &'static AtomicU32, does: fn(u32) -> Option<Ask>) -> impl Fn(&mut Room<Journal>) + Sync {
    move |room| {
        room.callers("moody", 1, move |client| async move {
            client.call(Ask::Write("one")).await?;
            if let Some(ask) = does(begun.fetch_add(1, Ordering::Relaxed)) {
                client.call(ask).await?;
            }
            Ok::<_, Failed>(0)
        });
        room.callers("steady", 1, |client| async move {
            client.call(Ask::Write("other")).await?;
            client.call(Ask::Write("more")).await?;
            Ok::<_, Failed>(0)
        });
    }
}

#[test]
fn another_number_of_ways_is_told_in_every_search() {
    static BEGUN: AtomicU32 = AtomicU32::new(0);
    let moody = subject(Bound::faults(0), two(&BEGUN, |begun| (begun % 3 == 0).then_some(Ask::Read)));
    let told = |reduce, threads| search(&moody, reduce, threads).diverged.expect("told");
    let naive = told(Reduce::NOTHING, 1);
    assert!(naive.starts_with("the same ") && naive.contains("choices led elsewhere"), "{naive}");
    // Who knows what a handler did says what it does now, and whose it is.
    for threads in [1, 2] {
        let told = told(Reduce::ALL, threads);
        let says = |part| told.contains(part);
        assert!(
            says("moody does not repeat itself: once it ") && says("and now, told the same, it "),
            "{told}"
        );
        assert!(says("it answered 0") && says("it waited for Read"), "{told}");
    }
    // Who looks for the smallest run comes to an end, too.
    let _ = shortest(&moody, 0, &mut Unlimited);
}

#[test]
fn another_state_is_told_although_as_many_ways_go_on() {
    static BEGUN: AtomicU32 = AtomicU32::new(0);
    let words = ["odd", "even"];
    let moody = subject(Bound::faults(0), two(&BEGUN, |_| None));
    assert!(Exhaustive::default().search(&moody, &mut Unlimited).complete);
    static COUNTED: AtomicU32 = AtomicU32::new(0);
    let drifting = subject(Bound::faults(0), move |room: &mut Room<Journal>| {
        let word = words[COUNTED.fetch_add(1, Ordering::Relaxed) as usize % 2];
        two(&BEGUN, |_| None)(room);
        room.callers("drifting", 1, move |client| async move {
            client.call(Ask::Write(word)).await?;
            client.call(Ask::Write("last")).await?;
            Ok::<_, Failed>(0)
        });
    });
    let told = search(&drifting, Reduce::ALL, 1).diverged.expect("told");
    assert!(told.contains("to another state, before "), "{told}");
}
