//! What the environment cuts off is to be taken up again: half a request is right only where the request may stay open by itself.
use anechoic_engine::{
    AS_IF_ONCE, AsIfOnce, Bound, Client, Failed, InProcess, Room, Scenario, Store, Subject,
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
fn words(version: Pay, faults: u32) -> Vec<String> {
    let subject = AsIfOnce::new(InProcess { scenario: version, bound: Bound::faults(faults) });
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
    assert_eq!(words(gives_up, 0), ["stuck"]);
}

#[test]
fn what_is_taken_up_again_is_not_and_nor_is_what_may_stay_open_by_itself() {
    for faults in 0..=1 {
        assert!(words(Pay { takes_up: true, expires_anyway: false }, faults).is_empty());
    }
    assert!(words(Pay { takes_up: false, expires_anyway: true }, 0).is_empty());
}
