//! Which updates of an execution the service takes.
//!
//! As AWS's own library for tests has it (`aws-durable-execution-sdk-python-testing` 1.4, `checkpoint/validators`), with the limits
//! of the service's documentation.
use super::operation::Stored;
use serde_json::Value;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

/// No request has more updates, or is longer.
const MOST_UPDATES: usize = 250;
const LONGEST: usize = 750 * 1024;
/// No error is longer.
const LONGEST_ERROR: usize = 32_768;

/// What may be done to an operation of this kind, and in which states; one that is not there yet may begin with any of them.
const ALLOWED: [(&str, &str, &[&str]); 13] = [
    ("STEP", "START", &["READY"]),
    ("STEP", "SUCCEED", &["STARTED", "READY"]),
    ("STEP", "FAIL", &["STARTED", "READY"]),
    ("STEP", "RETRY", &["STARTED", "READY"]),
    ("CONTEXT", "START", &[]),
    ("CONTEXT", "SUCCEED", &["STARTED"]),
    ("CONTEXT", "FAIL", &["STARTED"]),
    ("WAIT", "START", &[]),
    ("WAIT", "CANCEL", &["STARTED"]),
    ("CALLBACK", "START", &[]),
    ("CHAINED_INVOKE", "START", &[]),
    ("EXECUTION", "SUCCEED", &["STARTED"]),
    ("EXECUTION", "FAIL", &["STARTED"]),
];

/// Why the service does not take these updates, in its words.
pub(super) fn refused(operations: &[Arc<Stored>], updates: &[Value]) -> Option<String> {
    let all: usize = updates.iter().map(|update| update.to_string().len()).sum();
    if updates.len() > MOST_UPDATES || all > LONGEST {
        return Some(format!("A checkpoint has at most {MOST_UPDATES} updates and {LONGEST} bytes."));
    }
    let of_execution = updates.iter().filter(|update| update["Type"] == "EXECUTION").count();
    if of_execution > 1 {
        return Some("Cannot checkpoint multiple EXECUTION updates.".into());
    }
    if of_execution == 1 && updates.last().is_some_and(|last| last["Type"] != "EXECUTION") {
        return Some("EXECUTION checkpoint must be the last update.".into());
    }
    let mut latest: BTreeMap<&str, &Value> = BTreeMap::new();
    for update in updates {
        let id = update["Id"].as_str().unwrap_or_default();
        let known = operations.iter().find(|operation| operation.text("Id") == id);
        if let Some(parent) = update["ParentId"].as_str() {
            let begun = latest.get(parent).filter(|begun| begun["Action"] == "START");
            let kind = begun.map(|begun| begun["Type"].as_str().unwrap_or_default());
            let stored = || operations.iter().find(|operation| operation.text("Id") == parent);
            if kind.or_else(|| Some(stored()?.text("Type"))) != Some("CONTEXT") {
                return Some("Invalid parent operation id.".into());
            }
        }
        match latest.entry(id) {
            Entry::Vacant(new) => {
                if let Some(why) = of_one(known.map(|known| &**known), update) {
                    return Some(why);
                }
                new.insert(update);
            }
            Entry::Occupied(mut before) => {
                let is_one = matches!(before.get()["Type"].as_str(), Some("STEP" | "CONTEXT"));
                if !is_one || before.get()["Action"] != "START" || update["Action"] == "START" {
                    return Some("Cannot checkpoint multiple operations with the same ID.".into());
                }
                before.insert(update);
            }
        }
        if update["Error"].to_string().len() > LONGEST_ERROR {
            return Some(format!("Error object size must be less than {LONGEST_ERROR} bytes."));
        }
    }
    None
}

fn of_one(known: Option<&Stored>, update: &Value) -> Option<String> {
    let text = |field: &str| update[field].as_str().unwrap_or_default();
    let (kind, action) = (text("Type"), text("Action"));
    let Some((.., from)) = ALLOWED.iter().find(|(of, what, _)| (*of, *what) == (kind, action)) else {
        return Some("Invalid action for the given operation type.".into());
    };
    if let Some(known) = known {
        let differs = |field: &str| !text(field).is_empty() && text(field) != known.text(field);
        if let Some(field) = ["Type", "SubType", "Name", "ParentId"].into_iter().find(|field| differs(field))
        {
            return Some(format!("Inconsistent operation {field}."));
        }
        if !from.contains(&known.text("Status")) {
            let (what, status) = (action.to_lowercase(), known.text("Status"));
            return Some(format!("Invalid current {kind} state to {what}: it is {status}."));
        }
    }
    let has = |field: &str| !update[field].is_null();
    match action {
        "START"
            if kind == "CHAINED_INVOKE" && !update["ChainedInvokeOptions"]["FunctionName"].is_string() =>
        {
            Some("Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.".into())
        }
        "CANCEL" if known.is_none() => Some("Cannot cancel a WAIT that does not exist.".into()),
        "FAIL" if has("Payload") => Some("Cannot provide a Payload for FAIL action.".into()),
        "SUCCEED" if has("Error") => Some("Cannot provide an Error for SUCCEED action.".into()),
        "RETRY" if !has("StepOptions") => Some("Invalid StepOptions for the given action.".into()),
        "RETRY" if has("Error") && has("Payload") => {
            Some("Cannot provide both error and payload to RETRY a STEP.".into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::slice::from_ref;

    fn stored(kind: &str, status: &str) -> Arc<Stored> {
        let mut stored = Stored::begun_by(&json!({"Id": "1", "Type": kind, "Name": "one"}), 0);
        stored.come_to(status, 0);
        Arc::new(stored)
    }

    #[test]
    fn a_step_goes_through_its_states_and_no_other_way() {
        let update = |action: &str| json!({"Id": "1", "Type": "STEP", "Action": action, "StepOptions": {}});
        let all = ["START", "SUCCEED", "FAIL", "RETRY"];
        for (status, allowed) in [
            ("READY", &all[..]),
            ("STARTED", &all[1..]),
            ("PENDING", &[]),
            ("SUCCEEDED", &[]),
            ("FAILED", &[]),
        ] {
            let taken =
                all.iter().filter(|action| refused(&[stored("STEP", status)], &[update(action)]).is_none());
            assert_eq!(taken.copied().collect::<Vec<_>>(), allowed, "of a step that is {status}");
        }
        assert!(all.iter().all(|action| refused(&[], &[update(action)]).is_none()), "at its beginning");
        assert!(refused(&[], &[update("START"), update("SUCCEED")]).is_none(), "in one request");
        assert!(refused(&[], &[update("SUCCEED"), update("START")]).is_some());
        assert!(refused(&[], &[update("CANCEL")]).is_some());
    }

    #[test]
    fn a_parent_is_a_context_that_has_begun() {
        let child = json!({"Id": "2", "Type": "WAIT", "Action": "START", "ParentId": "1"});
        let parent = json!({"Id": "1", "Type": "CONTEXT", "Action": "START"});
        assert_eq!(refused(&[], from_ref(&child)).as_deref(), Some("Invalid parent operation id."));
        assert_eq!(refused(&[], &[parent, child.clone()]), None);
        assert_eq!(refused(&[stored("CONTEXT", "STARTED")], from_ref(&child)), None);
        assert!(refused(&[stored("STEP", "STARTED")], &[child]).is_some());
    }

    #[test]
    fn what_is_too_much_or_of_another_name_is_refused() {
        let wait = |id: usize| json!({"Id": id.to_string(), "Type": "WAIT", "Action": "START"});
        let many: Vec<Value> = (0..251).map(wait).collect();
        assert!(refused(&[], &many).is_some() && refused(&[], &many[1..]).is_none());
        let long = json!({"Id": "1", "Type": "STEP", "Action": "SUCCEED", "Payload": "x".repeat(LONGEST)});
        assert!(refused(&[], &[long]).is_some());
        let other = json!({"Id": "1", "Type": "STEP", "Action": "SUCCEED", "Name": "two"});
        assert_eq!(
            refused(&[stored("STEP", "STARTED")], &[other]).as_deref(),
            Some("Inconsistent operation Name.")
        );
        let ends = json!({"Id": "0", "Type": "EXECUTION", "Action": "SUCCEED"});
        assert!(refused(&[], &[ends.clone(), wait(1)]).is_some() && refused(&[], &[wait(1), ends]).is_none());
    }

    #[test]
    fn who_invokes_a_function_says_which() {
        let update = |options: Value| json!({"Id": "1", "Type": "CHAINED_INVOKE", "Action": "START", "ChainedInvokeOptions": options});
        assert_eq!(refused(&[], from_ref(&update(json!({"FunctionName": "one"})))), None);
        for options in [json!("one"), json!({}), Value::Null] {
            assert!(refused(&[], from_ref(&update(options))).is_some());
        }
    }
}
