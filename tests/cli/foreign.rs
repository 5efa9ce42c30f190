//! Traces of somebody else's tables and logs: what is not known there cannot be told, and is named.
use super::{anechoic, assert_exit, folder, says, stderr, stdout};
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
        &["2 terminal events for one task", "is not all there is; nothing holds in a part"],
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
        &["begins-again.jsonl"],
        3,
        &["the event `task_retried` (1 record) is not known", "says that the task began again"],
    ),
    (
        &["jobs.csv"],
        3,
        &["FAILED became RUNNING; but words that many lifecycles have", "? terminal_is_final cannot be told"],
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
        for said in *said {
            let is_said = stdout(&output).contains(said) || says(&output, said);
            assert!(is_said, "{arguments:?} should say {said:?}:\n{}{}", stdout(&output), stderr(&output));
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

/// Files by their names, a mapping in the one called `mapping.toml`; the exit code; and what must be said.
type Written = (&'static [(&'static str, &'static str)], i32, &'static [&'static str]);

/// What a mapping says besides the names of fields.
const MAPPED: &[Written] = &[
    // Plain text by patterns, as it stands and with the ends of lines of another system.
    (
        &[
            (
                "bakery.txt",
                "loaf l-1 is baking\nthe oven is warm\nloaf l-1 burnt (n-1)\nloaf l-1 burnt (n-2)\nloaf l-1 is BURNT\n",
            ),
            (
                "mapping.toml",
                "text = ['loaf (?<loaf>\\S+) (?<kind>burnt) [(](?<id>\\S+)[)]', 'loaf (?<loaf>\\S+) is (?<state>[A-Z]+)']\n\
                 [fields]\nentity = ['loaf']\nevent = ['kind']\nkey = ['id']\nstatus = ['state']\n\
                 [values.event]\nburnt = 'task_failed'\n[values.status]\nBURNT = 'FAILED'\n",
            ),
        ],
        1,
        &["✗ exactly_one_event violated: 2 terminal events for one task, expected 1"],
    ),
    (
        &[
            ("bakery.txt", "loaf l-1 burnt (n-1)\r\nloaf l-1 is BURNT\r\n"),
            (
                "mapping.toml",
                "text = ['loaf (?<loaf>\\S+) (?<kind>burnt) [(](?<id>\\S+)[)]', 'loaf (?<loaf>\\S+) is (?<state>[A-Z]+)']\n\
                 [fields]\nentity = ['loaf']\nevent = ['kind']\nkey = ['id']\nstatus = ['state']\n\
                 [values.event]\nburnt = 'task_failed'\n[values.status]\nBURNT = 'FAILED'\n",
            ),
        ],
        3,
        &["✓ exactly_one_event holds", "✓ every_failure_is_announced holds"],
    ),
    // A table that holds several kinds: the loaf itself, its event, and a slice of it, whose status is not the loaf's.
    (
        &[
            (
                "bakery.json",
                r#"{"Items":[{"pk":{"S":"LOAF#l-1"},"sk":{"S":"META"},"status":{"S":"FAILED"}},
                    {"pk":{"S":"LOAF#l-1"},"sk":{"S":"EVENT#1"},"event_id":{"S":"n-1"},"event_type":{"S":"task_failed"}},
                    {"pk":{"S":"LOAF#l-1"},"sk":{"S":"SLICE#1"},"event_type":{"S":"slice"},"status":{"S":"CUT"}},
                    {"pk":{"S":"OVEN#o-1"},"sk":{"S":"META"},"status":{"S":"HOT"}}],"Count":4,"ScannedCount":4}"#,
            ),
            (
                "mapping.toml",
                "[fields]\nentity = [{ field = 'pk', text = '^LOAF#(.+)' }]\n[entity]\nwhere = { sk = 'META' }\n",
            ),
        ],
        3,
        &["Verdict on task l-1", "✓ exactly_one_event holds: 1 terminal event: the task is FAILED"],
    ),
    // A composite id: the same number in two shops is two loaves.
    (
        &[
            (
                "bakery.jsonl",
                "{\"shop\":\"a\",\"no\":1,\"event_id\":\"n-1\",\"event_type\":\"task_failed\"}\n\
                 {\"shop\":\"b\",\"no\":1,\"event_id\":\"n-2\",\"event_type\":\"task_failed\"}\n",
            ),
            ("mapping.toml", "[fields]\nentity = [{ fields = ['shop', 'no'] }]\n"),
        ],
        3,
        &["Verdict on 2 tasks"],
    ),
    // A file for each loaf, and a list within its one record.
    (
        &[
            (
                "l-1.json",
                r#"{"status":"FAILED","told":[{"event_id":"n-1","event_type":"task_failed"},{"event_id":"n-2","event_type":"task_failed"}]}"#,
            ),
            ("mapping.toml", "lists = ['told']\n[fields]\nentity = [{ file = '([^/]+)[.]json' }]\n"),
        ],
        1,
        &["Verdict on task l-1", "✗ exactly_one_event violated: 2 terminal events"],
    ),
];

#[test]
fn a_mapping_tells_what_texts_lists_ids_and_names_of_files_say() {
    for (files, code, said) in MAPPED {
        let folder = folder();
        for (name, text) in *files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let output =
            anechoic(folder.path(), &["trace", files[0].0, "--mapping", "mapping.toml", "--explain", "0"]);
        let both = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(*code), "{both}");
        for said in *said {
            assert!(both.contains(said), "{files:?} should say {said:?}:\n{both}");
        }
    }
}

/// Pages of a history that were saved in several files are one, and say which of them is missing.
#[test]
fn pages_of_a_history_are_joined_and_the_one_that_is_missing_is_named() {
    let folder = folder();
    let event = |number: u64, more: &str| {
        format!(
            r#"{{"type":"TaskStateEntered","id":{number},"timestamp":178000000{number},"previousEventId":0,"stateEnteredEventDetails":{{"name":"bake"}}{more}}}"#
        )
    };
    let begun = event(1, r#","executionStartedEventDetails":{"input":"{\"task_id\":\"t\"}"}"#);
    let rows =
        r#"[{"task_id":"t","status":"FAILED"},{"task_id":"t","event_id":"e","event_type":"task_failed"}]"#;
    for (name, text) in [
        ("page-1.json", format!(r#"{{"events":[{begun},{}],"nextToken":"x"}}"#, event(2, ""))),
        ("page-2.json", format!(r#"{{"events":[{}],"nextToken":"y"}}"#, event(3, ""))),
        ("page-3.json", format!(r#"{{"events":[{}]}}"#, event(4, ""))),
        ("rows.json", rows.into()),
    ] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let promise = ["--promise", "exactly_one_event"];
    let told = |files: &[&str]| {
        let output = anechoic(folder.path(), &[&["trace"], files, &promise[..]].concat());
        (output.status.code(), stdout(&output).to_string())
    };
    let (code, said) = told(&["page-1.json", "page-2.json", "page-3.json", "rows.json"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = told(&["page-1.json", "page-3.json", "rows.json"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("page-1.json:1: it has a nextToken: more follows, and the page that begins with event 3 is not here"), "{said}");
}

/// A lifecycle that a mapping declares is not ours: that it was broken is told, and no handler of ours is said to have done so.
#[test]
fn what_no_handler_of_ours_could_have_left_is_not_explained_by_one() {
    let folder = folder();
    let mapping = "text = ['loaf (?<loaf>\\S+) is (?<state>\\w+)']\n[fields]\nentity = ['loaf']\nstatus = ['state']\n\
                   [lifecycle]\nterminal = ['FAILED']\n";
    std::fs::write(folder.path().join("mapping.toml"), mapping).expect("written");
    let log = "loaf l-1 is BAKING\nloaf l-1 is FAILED\nloaf l-1 is BAKING\n";
    std::fs::write(folder.path().join("bakery.txt"), log).expect("written");
    let output = anechoic(folder.path(), &["trace", "bakery.txt", "--mapping", "mapping.toml"]);
    assert_exit(&output, 1);
    let said = stdout(&output);
    assert!(said.contains("✗ terminal_is_final violated: FAILED became a status that is no end"), "{said}");
    assert!(!said.contains("could") && !said.contains("0 of 0"), "{said}");
}
