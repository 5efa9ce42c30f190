//! However a report is edited, cut, or left out, what is red or not searched never becomes green.
use anechoic::search::{Exhaustive, Shard};
use anechoic::{
    Asked, Exit,
    check::{Budget, Request, Search, Silent, check},
    judge::judge,
    report::{Again, Baseline, Document, Known, Report, Saved, Specimens, join},
};
use anechoic_task_cases::catalogue;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use std::{
    sync::{LazyLock, atomic::AtomicBool},
    time::Duration,
};

const PARTS: u32 = 3;

/// The parts of one check, as files.
type Parts = Vec<Vec<u8>>;

fn part(variant: &str, number: u32, executions: u64) -> Report {
    static NEVER: AtomicBool = AtomicBool::new(false);
    let shard = Some(Shard { number, of: PARTS });
    let request = Request {
        catalogue: catalogue(),
        cases: vec![catalogue().case("fail-task", variant).expect("a case")],
        asked: Asked { callers: 1..=1, faults: Some(1), ..catalogue().usual.clone() },
        search: Search::Exhaustive(Exhaustive { shard, ..Exhaustive::default() }),
        specimens: Specimens::LikeAnyOther,
        troubles: false,
        observed: false,
        budget: Budget { time: Duration::from_secs(24 * 60 * 60), executions, interrupted: &NEVER },
        at_once: usize::MAX,
    };
    check(&request, &Silent).expect("it has a meaning")
}

fn parts(variant: &str, executions: u64, change: impl Fn(&mut Report)) -> Parts {
    let part = |number| {
        let mut report = part(variant, number, executions);
        change(&mut report);
        Document::new(report).to_text().into_bytes()
    };
    (1..=PARTS).map(part).collect()
}

fn saved(again: Again) -> Saved {
    let [file, scenario, variant, promise] =
        ["saved/run.json", "fail-task", "atomic", "exactly_one_event"].map(String::from);
    Saved { file, scenario, variant, promise, is_specimen: false, again }
}

/// Checks that do not pass, each for another reason.
static NOT_GREEN: LazyLock<Vec<(&'static str, Parts)>> = LazyLock::new(|| {
    let all = u64::MAX;
    let breaks = || Again::Breaks { ways: vec!["lost event".into()], faults: 1, actors: 1 };
    let expired = Known {
        scenario: "fail-task".into(),
        variant: "gated".into(),
        promise: "exactly_one_event".into(),
        ways: vec!["lost event".into()],
        faults: 1,
        actors: 1,
        reason: "the fix waits".into(),
        until: "2020-12-31".parse().expect("a day"),
    };
    vec![
        ("a broken promise", parts("gated", all, |_| {})),
        ("a search that ended early", parts("atomic", 1, |_| {})),
        (
            "a saved run that breaks again",
            parts("atomic", all, |report| report.saved = vec![saved(breaks())]),
        ),
        (
            "a saved run that cannot be made",
            parts("atomic", all, |report| {
                report.saved = vec![saved(Again::CannotBeMade { why: "the code has changed".into() })];
            }),
        ),
        (
            "what is known until a day that has passed",
            parts("gated", all, |report| {
                let today = "2026-11-25".parse().expect("a day");
                report.baseline = Some(Baseline { known: vec![expired.clone()], today });
            }),
        ),
    ]
});

/// What `merge` does, in this process.
fn merge(files: &[Vec<u8>]) -> Result<Exit, String> {
    let parts: Result<Vec<Report>, _> = files.iter().map(|file| Document::read(file)).collect();
    let whole = join(parts.map_err(|error| error.to_string())?).map_err(|apart| apart.to_string())?;
    Ok(judge(&whole).exit)
}

#[test]
fn each_of_these_checks_does_not_pass_and_the_same_without_its_reason_does() {
    for (why, parts) in &*NOT_GREEN {
        let exit = merge(parts).unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_ne!(exit, Exit::Holds, "{why}");
    }
    assert_eq!(merge(&parts("atomic", u64::MAX, |_| {})), Ok(Exit::Holds));
}

/// The paths of all values in a document.
fn paths(value: &Value, path: &str, all: &mut Vec<String>) {
    all.push(path.into());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                paths(value, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                paths(value, &format!("{path}/{index}"), all);
            }
        }
        _ => {}
    }
}

/// A change of one value.
#[derive(Clone, Debug)]
enum Edit {
    /// Another value of the same kind, or of another one.
    Replace(Value),
    /// One more or one less, true for false, a longer text, an empty list.
    Nudge,
    /// It is gone.
    Remove,
    /// Its first part is there twice, or something that nobody knows.
    Add,
}

fn edits() -> impl Strategy<Value = Edit> {
    let values = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        Just(json!(0)),
        prop::sample::select(vec![
            "holds",
            "kept",
            "VIOLATED",
            "atomic",
            "gated",
            "random",
            "",
            "2999-12-31"
        ])
        .prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ];
    prop_oneof![4 => values.prop_map(Edit::Replace), 3 => Just(Edit::Nudge), 2 => Just(Edit::Remove), 1 => Just(Edit::Add)]
}

fn apply(document: &mut Value, path: &str, edit: &Edit) {
    if let (Edit::Remove, Some((parent, name))) = (edit, path.rsplit_once('/')) {
        match document.pointer_mut(parent) {
            Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
            Some(Value::Array(items)) => drop(items.remove(name.parse().expect("an index"))),
            _ => {}
        }
        return;
    }
    let value = document.pointer_mut(path).expect("a path of this document");
    match (edit, &mut *value) {
        (Edit::Replace(other), _) => *value = other.clone(),
        (_, Value::Bool(truth)) => *truth = !*truth,
        (Edit::Nudge, Value::Number(number)) => *value = json!(number.as_u64().unwrap_or(0).wrapping_add(1)),
        (_, Value::String(text)) => text.push('!'),
        (Edit::Nudge, Value::Array(items)) => drop(items.pop()),
        (Edit::Add, Value::Array(items)) => items.extend(items.first().cloned()),
        (Edit::Add, Value::Object(members)) => drop(members.insert("passed".into(), json!(true))),
        _ => *value = json!(1),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_edit_of_a_single_field_makes_it_green(
        check in any::<Index>(), part in any::<Index>(), place in any::<Index>(), edit in edits(),
    ) {
        static READ: LazyLock<Vec<(Value, Vec<String>)>> = LazyLock::new(|| {
            let documents = NOT_GREEN.iter().flat_map(|(_, parts)| parts);
            let read = |bytes: &Vec<u8>| {
                let document: Value = serde_json::from_slice(bytes).expect("JSON");
                let mut all = Vec::new();
                paths(&document, "", &mut all);
                (document, all)
            };
            documents.map(read).collect()
        });
        let check = check.index(NOT_GREEN.len());
        let part = part.index(PARTS as usize);
        let (document, all) = &READ[check * PARTS as usize + part];
        let mut edited = document.clone();
        let path = &all[place.index(all.len())];
        apply(&mut edited, path, &edit);
        let mut files = NOT_GREEN[check].1.clone();
        files[part] = edited.to_string().into_bytes();
        let merged = merge(&files);
        prop_assert_ne!(&merged, &Ok(Exit::Holds), "{} {:?} in {}", path, edit, NOT_GREEN[check].0);
        // Only what changes nothing is taken at all.
        prop_assert!(merged.is_err() || edited == *document, "{} {:?} was taken", path, edit);
    }

    #[test]
    fn no_file_that_is_cut_and_no_choice_of_parts_makes_it_green(
        check in any::<Index>(), part in any::<Index>(), at in any::<Index>(), taken in prop::collection::vec(0..PARTS as usize, 0..6),
    ) {
        let parts = &NOT_GREEN[check.index(NOT_GREEN.len())].1;
        let mut files = parts.clone();
        let part = part.index(files.len());
        let length = at.index(files[part].len() - 1);
        files[part].truncate(length);
        prop_assert!(merge(&files).is_err(), "cut after {length} bytes");
        let some: Vec<Vec<u8>> = taken.iter().map(|part| parts[*part].clone()).collect();
        let merged = merge(&some);
        prop_assert_ne!(&merged, &Ok(Exit::Holds));
        let mut sorted = taken.clone();
        sorted.sort_unstable();
        prop_assert_eq!(merged.is_ok(), sorted == [0, 1, 2], "parts {:?}", taken);
    }
}
