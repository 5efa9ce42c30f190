/// atomic broke exactly_one_event in fail-task: 0 terminal events, expected 1: the task is FAILED.
///
/// Made by `anechoic replay --emit test`; needs `anechoic-cli` among the dependencies.
#[test]
fn fail_task_atomic_keeps_exactly_one_event() {
    const REPLAY: &str = r#"{
  "format": "anechoic.replay/1",
  "subject": {
    "scenario": "fail-task",
    "variant": "atomic",
    "callers": 1,
    "faults": 1,
    "retries": 5,
    "client_attempts": null,
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
    let broken = anechoic_cli::trace::broken(REPLAY, Some("atomic")).expect("the run can be made");
    assert_eq!(broken, Vec::<String>::new());
}
