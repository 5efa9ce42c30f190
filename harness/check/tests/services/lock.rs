//! A lock: leases, fencing tokens, whose it is.
use anechoic::{
    Service,
    services::{
        Lock,
        lock::{Request, Told},
    },
};

type Leased = Lock<&'static str>;

#[test]
fn one_has_it_and_each_holder_gets_a_greater_number() {
    let mut lock = Leased::new("lock");
    assert_eq!(lock.apply(&Request::TryAcquire("a")).token(&"a"), Some(1));
    assert_eq!(lock.apply(&Request::TryAcquire("b")), Told::HeldBy("a", 1));
    assert_eq!(lock.apply(&Request::TryAcquire("a")).token(&"a"), Some(1), "it has it already");
    assert_eq!(lock.apply(&Request::RunOut), Told::Free);
    assert_eq!(lock.apply(&Request::TryAcquire("b")).token(&"b"), Some(2));
    assert!(!lock.apply(&Request::Holder).is_held_by(&"a"));
}

#[test]
fn who_releases_it_looks_whose_it_is_and_who_deletes_it_does_not() {
    let mut lock = Leased::new("lock");
    lock.apply(&Request::TryAcquire("a"));
    assert_eq!(lock.apply(&Request::Release("b")), Told::HeldBy("a", 1));
    assert_eq!(lock.apply(&Request::Release("a")), Told::Free);
    lock.apply(&Request::TryAcquire("a"));
    lock.apply(&Request::Delete("a"));
    assert!(!lock.was_taken_away());
    lock.apply(&Request::TryAcquire("a"));
    lock.apply(&Request::Delete("b"));
    assert!(lock.was_taken_away() && lock.holder().is_none());
}

#[test]
fn who_acquires_it_waits_for_another_holder() {
    let mut lock = Leased::new("the lock");
    lock.apply(&Request::Acquire("a"));
    let waits = |who| lock.blocked(&Request::Acquire(who)).map(|why| why.on);
    assert_eq!(waits("b"), Some(r#"the lock, which "a" has"#.into()));
    assert_eq!((waits("a"), lock.blocked(&Request::TryAcquire("b"))), (None, None));
}
