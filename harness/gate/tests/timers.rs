//! A handler that waits for an answer for only so long: its timer may fire before the answer comes, although nothing went wrong.
mod common;

use anechoic_engine::{
    Bound,
    search::{Collect, Exhaustive, Unlimited},
};
use anechoic_gate::{AtTheGate, Program};
use common::{has_python, python, scene, site};
use serde_json::json;
use std::sync::Arc;

#[test]
fn a_timer_of_its_own_may_fire_before_the_answer_comes() {
    if !has_python() {
        return;
    }
    // The first effect alone; the late one before it, after it, or alone.
    for (way, ends) in [("for ever", 1), ("sleeps", 1), ("socket", 4), ("loop", 4), ("thread", 4)] {
        let program = Arc::new(Program::new(python("timer.handler")));
        let bound = Bound { retries: 0, ..Bound::faults(0) };
        let subject = AtTheGate::new(scene(site(), &program, &json!({"way": way}), 1), bound);
        let collect = Collect { end_states: true, ..Collect::default() };
        let findings = Exhaustive { collect, ..Exhaustive::default() }.search(&subject, &mut Unlimited);
        assert_eq!((findings.complete, &findings.diverged), (true, &None), "{way}");
        assert_eq!(findings.end_states.len(), ends, "{way}");
        assert_eq!(findings.broken.is_empty(), ends == 1, "{way}");
        for path in findings.broken.values() {
            let (_, record) = path.replay(&subject);
            let timers = record.steps.iter().filter(|step| step.what.contains("timer fires")).count();
            assert_eq!(timers, 1, "{way}: once while it waits for one answer");
        }
    }
}
