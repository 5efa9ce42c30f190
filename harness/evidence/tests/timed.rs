//! A run in which time passes shows the time, and what was drawn.
use anechoic_engine::{
    Bound, Client, Failed, InProcess, Outcome, Room, Scenario, Service, Subject,
    search::{Replay, Unlimited, shortest},
};
use anechoic_evidence::columns;
use std::time::Duration;

/// A counter; an increment takes a second or a minute, and adds 1 or 2.
#[derive(Clone, Debug, Default, Hash)]
struct Counter {
    counter: u32,
}

impl Service for Counter {
    type Request = ();
    type Response = u32;
    type Answer = u32;

    fn apply(&mut self, (): &()) -> u32 {
        unreachable!("it may be carried out in two ways")
    }

    fn choices(&self, (): &()) -> u32 {
        2
    }

    fn apply_choice(&mut self, (): &(), way: u32) -> u32 {
        self.counter += way + 1;
        self.counter
    }

    fn latencies(&self, (): &()) -> Vec<Duration> {
        [1, 60].map(Duration::from_secs).to_vec()
    }

    fn describe(&self, (): &()) -> String {
        "add".into()
    }
}

struct Slow;

impl Scenario for Slow {
    type Service = Counter;

    fn promises(&self) -> Vec<anechoic_engine::Promise> {
        vec!["small".into()]
    }

    fn is_timed(&self) -> bool {
        true
    }

    fn service(&self) -> Counter {
        Counter::default()
    }

    fn set_up(&self, room: &mut Room<Counter>, _: &[usize]) {
        room.callers("adder", 1, |client: Client<Counter>| async move {
            let lucky = client.choose("luck", 2).await == 1;
            client.sleep(Duration::from_millis(1_500)).await;
            if lucky { Ok(client.call(()).await?) } else { Ok::<_, Failed>(0) }
        });
    }

    fn always(&self, counter: &Counter, breaches: &mut anechoic_engine::Breaches) {
        if counter.counter > 1 {
            breaches.report(0, "large", || format!("it is {}", counter.counter));
        }
    }
}

const SHOWN: [&str; 8] = [
    " #  runtime          adder               time     counter",
    " 0                                       0s       0",
    "                     draws luck: 1 of 2",
    " 1  the timer fires                      → 1.5s",
    "                     add takes 60s",
    " 2                   add ⇒ 2             → 61.5s  → 2      ◀",
    "                     draws add: 1 of 2",
    " … and all is quiet",
];

#[test]
fn times_and_draws_are_shown() {
    let subject = InProcess { scenario: Slow, bound: Bound::faults(0) };
    let path = shortest(&subject, 0, &mut Unlimited).expect("a second way to add");
    let choices = path.replay(&subject).1.choices;
    let slow: Vec<String> = choices.iter().map(|choice| choice.replace("takes 1s", "takes 60s")).collect();
    assert_ne!(slow, choices);
    let (outcome, record): (Outcome, _) = subject.record(&mut Replay::new(&slow));
    let shown = columns(&record, outcome.breaches.first());
    assert_eq!(shown.trim_end().lines().map(str::trim_end).collect::<Vec<&str>>(), SHOWN);
}
