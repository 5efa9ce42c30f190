//! What the environment cuts off is to be taken up again: half a request is right only where the request may stay open by itself.
use anechoic_engine::{
    AS_IF_ONCE, AsIfOnce, Bound, Client, Failed, Fault, Faults, InProcess, Room, Scenario, Seen, Store,
    Subject,
    search::{Exhaustive, Reduce, Unlimited},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    New,
    Taken,
    Expired,
    Paid,
}

#[derive(Clone, Debug, Hash)]
struct Order {
    state: State,
    charges: u32,
}

type Orders = Store<Order, bool>;

/// Who takes an order, and pays for it while it is theirs; the environment may take it away from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pay {
    /// Whether another attempt takes up what has expired.
    takes_up: bool,
    /// Whether an order expires before anybody has taken it, too; then nobody ever gets to pay for it.
    expires_anyway: bool,
}

async fn pay(orders: Client<Orders>, version: Pay) -> Result<bool, Failed> {
    let take = |order: &mut Order, takes_up| {
        let is_free = order.state == State::New || takes_up && order.state == State::Expired;
        order.state = if is_free { State::Taken } else { order.state };
        is_free || order.state == State::Paid
    };
    if !orders.update("take", version.takes_up, take).await? {
        return Err(Failed);
    }
    let charge = |order: &mut Order, ()| {
        if order.state == State::Taken {
            (order.state, order.charges) = (State::Paid, order.charges + 1);
        }
        order.state == State::Paid
    };
    if orders.update("charge", (), charge).await? { Ok(true) } else { Err(Failed) }
}

impl Scenario for Pay {
    type Service = Orders;

    fn service(&self) -> Orders {
        Store::new(Order { state: State::New, charges: 0 })
    }

    fn set_up(&self, room: &mut Room<Orders>, _: &[usize]) {
        let version = *self;
        room.callers("pay", 1, move |orders| pay(orders, version));
        let expire = |order: &mut Order, anyway| {
            if order.state == State::Taken || anyway && order.state == State::New {
                order.state = State::Expired;
            }
        };
        room.environment("the order expires", 1, move |orders| async move {
            orders.update("expire", version.expires_anyway, expire).await.map(|()| true)
        });
    }
}

/// The words in which it is broken, by every reduction and by none.
fn words<C: Scenario + Clone>(scenario: C, bound: Bound) -> Vec<String> {
    let subject = AsIfOnce::new(InProcess { scenario, bound });
    let at = subject.promises().iter().position(|promise| promise.name == AS_IF_ONCE).expect("a promise");
    let found = |reduce| {
        let found = Exhaustive::reduce(reduce).search(&subject, &mut Unlimited);
        assert!(found.complete);
        found.words(at).map(ToString::to_string).collect::<Vec<String>>()
    };
    let all = found(Reduce::ALL);
    assert_eq!(all, found(Reduce::NOTHING));
    let compared = subject.compared().expect("it is compared");
    assert_eq!((compared.idle, compared.doubts.len()), (None, 0));
    all
}

#[test]
fn what_is_cut_off_and_not_taken_up_again_is_stuck() {
    let gives_up = Pay { takes_up: false, expires_anyway: false };
    assert_eq!(words(gives_up, Bound::faults(0)), ["stuck"]);
}

#[test]
fn what_is_taken_up_again_is_not_and_nor_is_what_may_stay_open_by_itself() {
    for faults in 0..=1 {
        assert!(words(Pay { takes_up: true, expires_anyway: false }, Bound::faults(faults)).is_empty());
    }
    assert!(words(Pay { takes_up: false, expires_anyway: true }, Bound::faults(0)).is_empty());
}

/// Callers who take a lock, and the environment, which frees it or does something else.
#[derive(Clone, Copy, Debug)]
struct Locked {
    /// How many turns of the environment it takes to free a lock; none ever do if there are none.
    turns: u8,
    /// How many locks there are, one for each caller; or one for two.
    locks: usize,
    /// Whether a lock is given to whoever holds it already.
    is_reentrant: bool,
    /// Whether the service tells what is done.
    is_told: bool,
}

#[derive(Clone, Debug, Hash)]
struct Shop {
    holders: [Option<usize>; 2],
    turns: [u8; 2],
    paid: [bool; 2],
    price: u8,
}

async fn pay_locked(shop: Client<Store<Shop, bool>>, version: Locked, own: usize) -> Result<bool, Failed> {
    let lock = own % version.locks;
    let take = |shop: &mut Shop, (lock, own, is_reentrant): (usize, usize, bool)| {
        let is_free = shop.holders[lock].is_none() || is_reentrant && shop.holders[lock] == Some(own);
        shop.holders[lock] = if is_free { Some(own) } else { shop.holders[lock] };
        is_free
    };
    if !shop.update("take", (lock, own, version.is_reentrant), take).await? {
        return Err(Failed);
    }
    shop.update("pay", own, |shop, own| shop.paid[own] = true).await?;
    let give_back = |shop: &mut Shop, (lock, own)| {
        if shop.holders[lock] == Some(own) {
            (shop.holders[lock], shop.turns[lock]) = (None, 0);
        }
    };
    shop.update("give back", (lock, own), give_back).await?;
    Ok(true)
}

impl Scenario for Locked {
    type Service = Store<Shop, bool>;

    fn service(&self) -> Self::Service {
        Store::new(Shop { holders: [None; 2], turns: [0; 2], paid: [false; 2], price: 0 })
    }

    fn set_up(&self, room: &mut Room<Self::Service>, _: &[usize]) {
        let version = *self;
        for own in 0..2 {
            let name = ["a", "b"][own];
            room.callers(name, 1, move |shop| pay_locked(shop, version, own));
        }
        // A pruner strikes one lock a turn: the first that is held.
        let prune = |shop: &mut Shop, turns: u8| match (0..2).find(|lock| shop.holders[*lock].is_some()) {
            _ if turns == 0 => shop.price = 1,
            None => {}
            Some(lock) if shop.turns[lock] + 1 < turns => shop.turns[lock] += 1,
            Some(lock) => (shop.holders[lock], shop.turns[lock]) = (None, 0),
        };
        room.environment("pruner", 1, move |shop| async move {
            shop.update("prune", version.turns, prune).await.map(|()| true)
        });
    }

    fn observe(&self, shop: &Self::Service, seen: &mut Seen) {
        seen.cell("paid", shop.paid);
        if self.is_told {
            seen.done("a", shop.paid[0]);
            seen.done("b", shop.paid[1]);
        }
    }
}

/// Who dies is not invoked again within the run.
fn broken(version: Locked, faults: u32) -> Vec<String> {
    let kinds = Faults::of(&[Fault::CrashBefore]);
    words(version, Bound { retries: 0, kinds, ..Bound::faults(faults) })
}

const LOCKED: Locked = Locked { turns: 1, locks: 2, is_reentrant: false, is_told: false };

#[test]
fn a_lock_that_the_environment_frees_in_time_locks_nobody_out() {
    for version in [
        Locked { turns: 2, ..LOCKED },
        Locked { turns: 1, ..LOCKED },
        Locked { turns: 1, locks: 1, ..LOCKED },
        Locked { turns: 1, locks: 1, is_told: true, ..LOCKED },
    ] {
        assert!(broken(version, 1).is_empty(), "{version:?}");
    }
}

#[test]
fn who_waits_for_another_that_is_delivered_later_is_delivered_after_it_once_more() {
    let version = Locked { turns: 0, locks: 1, is_reentrant: true, is_told: false };
    assert!(broken(version, 1).is_empty());
}

#[test]
fn a_lock_that_nobody_frees_locks_out_whatever_else_the_environment_does() {
    for is_told in [false, true] {
        let version = Locked { turns: 0, locks: 1, is_reentrant: false, is_told };
        assert_eq!(broken(version, 1), ["stuck"], "{version:?}");
    }
}
