//! On a machine that has six times as much to do: the same runs, the same states, the same promises broken.
mod common;
#[path = "common/generated.rs"]
mod generated;

use anechoic_engine::{
    Bound, Subject,
    search::{Exhaustive, Unlimited},
};
use anechoic_gate::{AtTheGate, Program};
use common::{has_python, python, scene, site};
use generated::broken;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    hint,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// What a search of an event by processes of its own finds: runs, states, and which promises are broken.
fn found(event: &Value) -> (u64, u64, BTreeSet<(usize, String)>) {
    let program = Arc::new(Program::new(python("table.handler")));
    let bound = Bound { retries: 1, ..Bound::faults(1) };
    let subject = AtTheGate::new(scene(site(), &program, event, 2), bound);
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    let confirmed = subject.confirm(&mut || true).expect("it rests on processes");
    assert_eq!(
        (findings.complete, &findings.diverged, &confirmed.otherwise),
        (true, &None, &None),
        "{event}"
    );
    (findings.executions, findings.states, broken(&findings))
}

#[test]
fn the_same_under_six_busy_loops() {
    if !has_python() {
        return;
    }
    let events = [
        json!([[{"do": "read", "cell": "a"}], [{"do": "set", "cell": "a"}]]),
        json!([[{"do": "effect", "cell": "a", "tries": 2, "patience": 2}]]),
        json!([[{"do": "add", "cell": "a"}, {"do": "effect", "cell": "b"}]]),
    ]
    .map(|steps| json!({"steps": steps}));
    let calm: Vec<_> = events.iter().map(found).collect();
    let is_over = AtomicBool::new(false);
    let loaded: Vec<_> = thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        // A failure must not leave them spinning.
        let found = std::panic::catch_unwind(|| events.iter().map(found).collect());
        is_over.store(true, Ordering::Relaxed);
        found.unwrap_or_else(|failure| std::panic::resume_unwind(failure))
    });
    for (event, (calm, loaded)) in events.iter().zip(calm.iter().zip(&loaded)) {
        assert_eq!(calm, loaded, "{event}");
        eprintln!("{} runs, {} states, calm and loaded: {event}", calm.0, calm.1);
    }
}
