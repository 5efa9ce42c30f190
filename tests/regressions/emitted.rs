/// atomic broke exactly_one_event in fail-task: 0 terminal events, expected 1: the task is FAILED.
///
/// Made by `anechoic replay --emit test`.
#[test]
fn fail_task_atomic_keeps_exactly_one_event() {
    const REPLAY: &str = r#"{
  "format": "anechoic.replay/2",
  "catalogue": "tasks",
  "scenario": "fail-task",
  "variant": "atomic",
  "situation": {
    "callers": 1,
    "faults": 1,
    "retries": 5,
    "policy": "aws-default"
  },
  "promise": "exactly_one_event",
  "found": "0 terminal events, expected 1: the task is FAILED",
  "choices": [
    "attempts of the store's client: 1",
    "caller: task → FAILED + append task_failed + active -1 (lost acknowledgement)"
  ]
}
"#;
    // A breakpoint in a handler of `atomic` stops in this run only.
    let catalogue = anechoic_task_cases::catalogue();
    let broken = catalogue.broken(REPLAY, Some("atomic")).expect("the run can be made");
    assert_eq!(broken, Vec::<String>::new());
}
