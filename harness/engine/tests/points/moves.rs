//! The ways of a point: which deed each is, what it costs and what it touches.
use crate::{
    common::{Ask, Journal, subject, timed},
    looking::{Shown, busy, look, workflows},
};
use anechoic_engine::{Bound, Cost, Deed, Failed, Footprint, Room};
use std::{collections::BTreeSet, time::Duration};

/// Of a busy caller that has left five late writes behind and reads among seven older versions.
#[test]
fn no_two_ways_are_the_same_deed_and_what_is_too_rare_is_none() {
    let bound = Bound { retries: 5, ..Bound::faults(6) };
    let script = ["Write(\"done\") (late write)"; 5];
    let shown = look(
        &subject(bound, |room: &mut Room<Journal>| {
            room.callers("busy", 1, busy);
        }),
        &script,
    );
    for point in &shown {
        let deeds: Vec<Deed> = point.deeds.iter().copied().flatten().collect();
        let distinct: BTreeSet<(usize, u8)> = deeds.iter().map(|deed| (deed.actor, deed.kind)).collect();
        assert_eq!(distinct.len(), deeds.len(), "{point:#?}");
        assert_eq!(point.labels.iter().collect::<BTreeSet<_>>().len(), point.labels.len());
    }
    let rereads = shown.iter().rfind(|point| point.labels[0].contains("busy: Read")).expect("the last read");
    let known = |label: &str| rereads.deeds[rereads.way(label)].is_some();
    assert!(known(" 1 versions old") && known(" 4 versions old"));
    assert!(!known(" 5 versions old") && !known(" 7 versions old"), "{rereads:#?}");
    assert!(known("late write 1 of busy") && known("late write 4 of busy") && !known("late write 5 of busy"));
    assert!(known("(rejected)") && known("(crash before)"));
    let kinds = shown[0].deeds[0].map(|deed| deed.actor);
    assert_eq!(kinds, Some(0));
}

#[test]
fn a_fault_costs_one_and_so_does_a_switch_from_somebody_who_could_go_on() {
    let writers = |room: &mut Room<Journal>| {
        room.callers("busy", 2, busy);
    };
    let shown = look(&subject(Bound::faults(2), writers), &["busy 2: Read", "busy 2: Set", "(rejected)"]);
    let costs = |point: usize, label| {
        let Cost { faults, switches } = shown[point].costs[shown[point].way(label)];
        (faults, switches)
    };
    assert_eq!((costs(0, "busy 1: Read (rejected)"), shown[0].faults), ((1, 0), 0));
    assert_eq!(costs(1, "busy 1: Read (crash before)"), (1, 1), "busy 2 went last, and could go on");
    assert_eq!(costs(1, "busy 2: invoked again beside itself"), (1, 0));
    let last = shown.last().expect("points");
    assert_eq!(last.faults, 1);
    assert_eq!(
        (&shown[1].state.as_ref().expect("a state").last, shown[0].state.as_ref().map(|at| at.last)),
        (&Some(1), Some(None))
    );
}

#[test]
fn operations_conflict_only_where_they_touch_the_same() {
    let bound = Bound::faults(2);
    let begun = look(&subject(bound, workflows), &["one: checkpoint START", "two: checkpoint START"]);
    let footprint = |point: &Shown, label: &str| point.footprints[point.way(label)];
    let start = &begun[0];
    let [one, two] =
        ["one: checkpoint START step, attempt 1", "two: checkpoint START step, attempt 1"].map(|label| {
            let way = start.labels.iter().position(|is| is == label).expect("a checkpoint");
            start.footprints[way]
        });
    assert!(!one.conflicts_with(&two) && one.conflicts_with(&one), "each execution by itself");
    let rejected = footprint(start, "one: checkpoint START step, attempt 1 (rejected)");
    assert!(!rejected.conflicts_with(&one), "what is not applied touches nothing");
    let lost = footprint(start, "one: checkpoint START step, attempt 1 (lost acknowledgement)");
    assert!(lost.conflicts_with(&one) && !lost.conflicts_with(&two));
    let words = begun.iter().find(|point| point.labels[0].contains("one: Write")).expect("the writes");
    let at = |label: &str| words.labels.iter().position(|is| is == label).expect("a way");
    let (a, b) = (
        words.footprints[at("one: Write(\"a\")")],
        words.footprints[at("two: checkpoint START step, attempt 1")],
    );
    assert!(a.conflicts_with(&a) && !a.conflicts_with(&b), "words and checkpoints");
    let both = footprint(start, "one: invoked again beside itself");
    assert!(both.conflicts_with(&one) && both.conflicts_with(&two), "anything may come of that");
}

#[test]
fn a_timer_touches_its_execution_and_a_late_write_what_it_writes() {
    let shown = look(&subject(Bound::faults(1), workflows), &["one: Write(\"a\") (late write)"]);
    let point = shown.iter().find(|point| point.labels.iter().any(|label| label.contains("late write 1")));
    let point = point.expect("the late write");
    let footprint = |label: &str| point.footprints[point.way(label)];
    let (timer, late, other) = (footprint("one: timer"), footprint("late write 1"), footprint("two: "));
    assert!(!timer.conflicts_with(&late) && !timer.conflicts_with(&other) && timer.only_reads());
    assert!(late.conflicts_with(&Footprint::nothing().writes(&"words")) && !late.only_reads());
}

#[test]
fn in_a_timed_run_only_the_earliest_timers_fire_and_none_while_anybody_can_act() {
    let sleepers = |room: &mut Room<Journal>| {
        for (name, seconds) in [("late", 5), ("early", 3), ("as early", 3)] {
            room.callers(name, 1, move |client| async move {
                client.sleep(Duration::from_secs(seconds)).await;
                Ok::<_, Failed>(0)
            });
        }
        room.callers("reader", 1, |client| async move { Ok::<_, Failed>(client.call(Ask::Read).await?.1) });
    };
    let offered: Vec<_> =
        look(&timed(Bound::faults(0), sleepers), &[]).into_iter().map(|point| point.labels).collect();
    let expected: [&[&str]; 4] =
        [&["reader: Read"], &["early: timer", "as early: timer"], &["as early: timer"], &["late: timer"]];
    assert_eq!(offered, expected);
    let any_time = look(&subject(Bound::faults(0), sleepers), &[]);
    assert_eq!(any_time[0].labels, ["late: timer", "early: timer", "as early: timer", "reader: Read"]);
}
