//! A queue: invisible messages, redelivery, receipts.
use anechoic::{
    Service,
    services::{
        Queue,
        queue::{Receipt, Request, Told},
    },
};

type Jobs = Queue<&'static str>;

fn receive(queue: &mut Jobs, way: u32) -> (Receipt, &'static str) {
    match queue.apply_choice(&Request::Receive, way) {
        Told::Message(receipt, body) => (receipt, body),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_invisible_until_its_time_is_up_and_gone_when_it_is_deleted() {
    let mut queue: Jobs = Queue::new("jobs").with("a");
    let (receipt, body) = receive(&mut queue, 0);
    assert_eq!((body, queue.apply(&Request::Receive)), ("a", Told::Empty));
    assert_eq!(queue.cells()[0].1, r#"["a" (received)]"#);
    queue.apply(&Request::TimeOut);
    let (again, _) = receive(&mut queue, 0);
    assert_eq!(queue.apply(&Request::Delete(receipt)), Told::OutOfDate, "another has it now");
    assert!(queue.holds(&"a"));
    assert_eq!(queue.apply(&Request::Delete(again)), Told::Done);
    assert!(!queue.holds(&"a") && queue.messages().next().is_none());
    assert_eq!(queue.apply(&Request::TimeOut), Told::Done, "nobody works on any");
}

#[test]
fn any_visible_message_may_be_received_unless_the_queue_is_ordered() {
    let mut queue: Jobs = Queue::new("jobs").with("a").with("b");
    assert_eq!(queue.choices(&Request::Receive), 2);
    assert_eq!(receive(&mut queue, 1).1, "b");
    assert_eq!(queue.choices(&Request::Receive), 1);
    let mut queue = Jobs::new("jobs").with("a").with("b").ordered();
    assert_eq!((queue.choices(&Request::Receive), receive(&mut queue, 0).1), (1, "a"));
}

#[test]
fn what_is_given_back_is_visible_again_and_what_is_sent_twice_is_there_twice() {
    let mut queue: Jobs = Queue::new("jobs");
    queue.apply(&Request::Send("a"));
    queue.apply(&Request::Send("a"));
    let (receipt, _) = receive(&mut queue, 0);
    assert_eq!(queue.choices(&Request::TimeOut), 1);
    assert_eq!(queue.apply(&Request::GiveBack(receipt)), Told::Done);
    assert_eq!((queue.choices(&Request::Receive), queue.messages().count()), (2, 2));
}
