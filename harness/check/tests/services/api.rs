//! An API: idempotency keys, conflicts, refusals.
use anechoic::{
    Service,
    services::{
        Api,
        api::{Request, Told},
    },
};

type Stripe = Api<&'static str, u32>;

fn post(key: Option<&'static str>, body: u32) -> Request<&'static str, u32> {
    Request::Post { key, body }
}

#[test]
fn the_same_key_does_it_once_and_without_a_key_it_is_done_each_time() {
    let mut stripe = Stripe::new("charges");
    assert_eq!(stripe.apply(&post(Some("a"), 5)), Told::Made(0));
    assert_eq!(stripe.apply(&post(Some("b"), 5)), Told::Made(1));
    assert_eq!(stripe.apply(&post(Some("a"), 5)), Told::Made(0));
    assert_eq!(stripe.apply(&post(None, 5)), Told::Made(2));
    assert_eq!(stripe.made(), [5, 5, 5]);
}

#[test]
fn a_key_with_another_body_is_a_conflict_and_a_forgotten_key_is_new() {
    let mut stripe = Stripe::new("charges");
    stripe.apply(&post(Some("a"), 5));
    assert_eq!((stripe.apply(&post(Some("a"), 6)), stripe.made()), (Told::Conflict, &[5][..]));
    stripe.apply(&Request::Forget);
    assert_eq!((stripe.apply(&post(Some("a"), 6)), stripe.made()), (Told::Made(1), &[5, 6][..]));
    assert_eq!(stripe.apply(&Request::Find(6)), Told::Found(Some(1)));
    assert_eq!(stripe.apply(&Request::Find(7)), Told::Found(None));
}

#[test]
fn a_post_may_be_refused_and_a_look_is_not() {
    let stripe = Stripe::new("charges");
    assert_eq!(stripe.refusals(&post(None, 5)), [Told::Unavailable]);
    assert!(stripe.refusals(&Request::Find(5)).is_empty());
}

#[test]
fn who_came_first_is_not_shown() {
    let shown = |bodies: [u32; 3]| {
        let mut stripe = Stripe::new("charges");
        for body in bodies {
            stripe.apply(&post(None, body));
        }
        stripe.cells()
    };
    assert_eq!(shown([5, 7, 5]), shown([7, 5, 5]));
    assert_ne!(shown([5, 7, 5]), shown([5, 7, 7]));
}
