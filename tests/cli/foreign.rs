//! Traces of somebody else's tables and logs: what is not known there cannot be told, and is named.
use super::{anechoic, assert_exit, folder, stderr, stdout};
use std::path::Path;

/// The files, of which a mapping comes after its option; the exit code; and what must be said.
type Case = (&'static [&'static str], i32, &'static [&'static str]);

const CASES: &[Case] = &[
    (
        &["unknown-event.query.json"],
        3,
        &[
            "the event `LoafBurnt` (1 record) is not known, and it may announce an end; in a --mapping, [values.event]",
            "? exactly_one_event cannot be told",
            "? every_failure_is_announced cannot be told",
        ],
    ),
    (
        &["unknown-event.query.json", "--mapping", "unknown-event.toml"],
        3,
        &["✓ exactly_one_event holds", "✓ every_failure_is_announced holds"],
    ),
    (
        &["unknown-event.query.json", "--mapping", "unknown-event.typo.toml"],
        4,
        &[
            "unknown-event.typo.toml:2: `task_fialed` is no event (perhaps task_failed); expected task_completed,",
        ],
    ),
    (
        &["unordered.query.json"],
        3,
        &["no clock tells which row of the task is the last", "? terminal_is_final cannot be told"],
    ),
    (
        &["filtered.query.json"],
        3,
        &["a filter was applied: 2 of 57 rows that were read are here", "? exactly_one_event cannot be told"],
    ),
    (
        &["other-words.query.json"],
        3,
        &["the status `BAKED` (1 record) is not known", "? exactly_one_event cannot be told"],
    ),
    (
        &["own-lifecycle.stream.json", "--mapping", "own-lifecycle.undeclared.toml"],
        3,
        &["the status `BAKED` (1 record) is not known", "? terminal_is_final cannot be told"],
    ),
    (
        &["own-lifecycle.stream.json", "--mapping", "own-lifecycle.toml"],
        3,
        &[
            "✓ exactly_one_event holds",
            "✓ terminal_is_final holds",
            "nothing says which changes of status are legal here",
            "✓ every_failure_is_announced holds",
        ],
    ),
    (
        &["own-lifecycle.revived.stream.json", "--mapping", "own-lifecycle.toml", "--explain", "0"],
        1,
        &["COMPLETED became a status that is no end"],
    ),
    (&["visitors.log-events.json"], 3, &["5 promises not asked for, which is no pass"]),
    (
        &["microseconds.stream.json", "microseconds.row.json"],
        3,
        &["✓ terminal_is_final holds", "✓ transitions_are_legal holds", "1 change of status is shown"],
    ),
    (&["commas.log.txt"], 1, &["commas.log.txt:1: no zone (2 times)", "gaps between the events: 7.5 s"]),
    (
        &["no-zone.log.txt", "no-zone.row.json"],
        3,
        &["no-zone.log.txt:1: no zone (1 time)", "no clock tells in which order its rows were"],
    ),
    (&["stack.log.txt"], 3, &["CloudWatch Logs export, 2 records"]),
    (
        &["rubbish-after.query.json", "--explain", "0"],
        1,
        &["2 terminal events for one task", "what follows cannot be read"],
    ),
    (
        &["no-task.query.json"],
        3,
        &["fields that were seen: loafNo, state", "entity = [\"loafNo\"]", "status = [\"state\"]"],
    ),
    (
        &["kinds.query.json", "--mapping", "kinds.toml"],
        3,
        &["✓ exactly_one_event holds", "1 terminal event: the task is FAILED"],
    ),
    (
        &["span-event.otlp.json", "span-event.row.json"],
        3,
        &["✓ exactly_one_event holds", "✓ every_failure_is_announced holds"],
    ),
];

#[test]
fn what_is_not_known_of_somebody_elses_tables_cannot_be_told_and_is_named() {
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/traces/foreign");
    for (arguments, code, said) in CASES {
        let output = anechoic(&foreign, &[&["trace"], *arguments].concat());
        assert_exit(&output, *code);
        let both = format!("{}{}", stdout(&output), stderr(&output));
        for said in *said {
            assert!(both.contains(said), "{arguments:?} should say {said:?}:\n{both}");
        }
    }
}

/// The mapping that is shown to start from is one, and is what the command prints by itself.
#[test]
fn the_mapping_that_is_suggested_can_be_used() {
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/traces/foreign");
    let folder = folder();
    let mapping = folder.path().join("mapping.toml");
    let suggested = |file: &str| {
        let output = anechoic(&foreign, &["trace", file, "--suggest-mapping"]);
        assert_exit(&output, 0);
        std::fs::write(&mapping, stdout(&output)).expect("written");
        let mapping = mapping.to_str().expect("UTF-8");
        let judged = anechoic(&foreign, &["trace", file, "--mapping", mapping, "--explain", "0"]);
        assert_exit(&judged, 3);
        (stdout(&output).to_string(), stdout(&judged).to_string())
    };
    let (mapping, judged) = suggested("no-task.query.json");
    assert!(judged.contains("Verdict on task l-12"), "{judged}");
    let shown = anechoic(&foreign, &["trace", "no-task.query.json"]);
    for line in mapping.lines() {
        assert!(stdout(&shown).contains(line), "{line}");
    }
    // What it guesses of words, it says.
    let (mapping, _) = suggested("unknown-event.query.json");
    assert!(mapping.contains("# \"LoafBurnt\" = \"…\""), "{mapping}");
}
