//! Task 01KQT96W0B8J48HDWGF4YA9V7D broke exactly_one_event: 6 terminal events for one task, expected 1.
//!
//! Made by `anechoic reproduce` from six-events.bad.jsonl. It passes on what ships.
//! `ANECHOIC_VARIANT=unguarded cargo test` shows how it fails.
/// The smallest run that yields the trace, and the one that has its times, if there is one.
const REPLAYS: &[&str] = &[
    include_str!("01KQT96W0B8J48HDWGF4YA9V7D.smallest.json"),
    include_str!("01KQT96W0B8J48HDWGF4YA9V7D.observed.json"),
];

#[test]
fn task_01kqt96w0b8j48hdwgf4ya9v7d_keeps_exactly_one_event() {
    let variant = std::env::var("ANECHOIC_VARIANT").ok();
    let catalogue = anechoic_task_cases::catalogue();
    for replay in REPLAYS {
        let broken = catalogue.broken(replay, variant.as_deref()).expect("the run can be made");
        assert_eq!(broken, Vec::<String>::new());
    }
}
