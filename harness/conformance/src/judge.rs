//! Whether what came of a case is what it expects.
use crate::{case::Case, run::Ran};
use regex::Regex;
use serde_json::Value;

/// Why it is not, a sentence each.
pub(crate) fn differences(case: &Case, ran: &Ran) -> Vec<String> {
    let mut found: Vec<String> = ran.trouble.iter().cloned().collect();
    let mut names = case.names.clone();
    found.extend(names.differences(&case.expected_execution_history, &ran.history));
    if let Some(expected) = &case.expected_result {
        let (status, result) = ended(&ran.history);
        if let Some(wanted) = expected.execution_status.as_deref().filter(|wanted| *wanted != status) {
            found.push(format!("the execution is {status}, expected {wanted}"));
        } else if let Some(wanted) = expected.result.as_ref().filter(|_| status == "SUCCEEDED") {
            let wanted = names.substituted(wanted);
            // A result that is no JSON is a text.
            let result = result
                .as_str()
                .map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or_else(|_| text.into()));
            if result != wanted {
                found.push(format!("the result is {result}, expected {wanted}"));
            }
        }
    }
    for log in &case.expected_logs {
        let Some(pattern) = log.matches.get("message") else {
            found.push("lines of the log are told by something else than their message".into());
            continue;
        };
        let pattern = names.in_text(pattern);
        let wanted = Regex::new(pattern.trim_matches('/'));
        match (&ran.printed, wanted) {
            (Some(lines), Ok(wanted)) => {
                let count = lines.iter().filter(|line| wanted.is_match(line)).count();
                if count != log.count {
                    found.push(format!("{count} lines match {pattern}, expected {}", log.count));
                }
            }
            (None, _) => found.push("not all that was printed is known".into()),
            (_, Err(error)) => found.push(error.to_string()),
        }
    }
    found
}

/// How an execution has ended, in a word of the service's API, and with what result or error.
pub(crate) fn ended(history: &[Value]) -> (&'static str, Value) {
    let last = history.iter().rev().find_map(|event| {
        let details = |kind: &str, said: &str| event[kind][said]["Payload"].clone();
        Some(match event["EventType"].as_str()? {
            "ExecutionSucceeded" => ("SUCCEEDED", details("ExecutionSucceededDetails", "Result")),
            "ExecutionFailed" => ("FAILED", details("ExecutionFailedDetails", "Error")),
            "ExecutionTimedOut" => ("TIMED_OUT", Value::Null),
            _ => return None,
        })
    });
    last.unwrap_or(("RUNNING", Value::Null))
}
