use super::{
    View,
    cases::{Case, cases, steps},
};
use crate::{
    judge::{Judgement, Line, Mark},
    report::Broken,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, CodeFlow, Invocation, Location, Message, MultiformatMessageString, Notification,
    PhysicalLocation, Region, ReportingDescriptor, Result, ResultKind, ResultLevel, Run, Sarif, ThreadFlow,
    ThreadFlowLocation, Tool, ToolComponent,
};
use std::collections::BTreeMap;

/// What stands in the path of a URI as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// As SARIF 2.1.0: a rule for each promise, a result for each violation that is not known, and the run's steps as its
/// code flow, in the file that holds the run. Its invocation says what kept the check from passing besides.
pub fn sarif(view: View<'_>) -> String {
    let View { report, judgement, .. } = view;
    let rules: Vec<ReportingDescriptor> =
        report.asked.promises.iter().map(|promise| rule(&promise.name, &promise.sentence)).collect();
    let results: Vec<Result> = cases(view).filter_map(|case| result(view, &case)).collect();
    let driver = ToolComponent::builder()
        .name("anechoic")
        .semantic_version(report.tool.version.as_str())
        .rules(rules)
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation(judgement, results.is_empty())])
        .results(results)
        .build();
    let sarif = Sarif::builder()
        .version(serde_json::json!("2.1.0"))
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .runs(vec![run])
        .build();
    serde_json::to_string_pretty(&sarif).expect("plain data has a JSON form") + "\n"
}

/// It was successful if all that was to be searched was searched, and all that was found stands among the results.
fn invocation(judgement: &Judgement, is_without_result: bool) -> Invocation {
    let is_open = |line: &&Line| match line.mark {
        Mark::Inconclusive => true,
        Mark::Violated => is_without_result,
        Mark::Holds | Mark::Known | Mark::Fixed | Mark::Remark => false,
    };
    let is_successful = !judgement.lines.iter().any(|line| is_open(&line));
    let open = judgement.lines.iter().filter(|line| is_open(line) || line.mark == Mark::Violated);
    let notes: Vec<Notification> =
        open.map(|line| Notification::builder().message(text(line.text.clone())).build()).collect();
    Invocation::builder()
        .execution_successful(is_successful)
        .exit_code(i64::from(judgement.exit as u8))
        .tool_execution_notifications(notes)
        .build()
}

fn rule(promise: &str, about: &str) -> ReportingDescriptor {
    let about = MultiformatMessageString::builder().text(about).build();
    ReportingDescriptor::builder().id(promise).short_description(about).build()
}

fn result(view: View<'_>, case: &Case<'_>) -> Option<Result> {
    let (cell, broken) = (case.cell, case.broken?);
    if !cell.standing.is_red() {
        return None;
    }
    let identity = format!("{}/{}/{}", cell.scenario, cell.variant, cell.promise);
    let flow = ThreadFlow::builder().locations(locations(view, broken)).build();
    let message = format!("{} in {}: {}", cell.variant, cell.scenario, broken.run.replay.found);
    Some(
        Result::builder()
            .rule_id(cell.promise.as_str())
            .kind(ResultKind::Fail)
            .level(ResultLevel::Error)
            .message(text(message))
            .locations(vec![at(broken, 1, None)])
            .code_flows(vec![CodeFlow::builder().thread_flows(vec![flow]).build()])
            // The same violation by another run is the same violation.
            .partial_fingerprints(BTreeMap::from([("anechoic/v1".to_string(), identity)]))
            .build(),
    )
}

fn locations(view: View<'_>, broken: &Broken) -> Vec<ThreadFlowLocation> {
    let step = |(step, line): (String, usize)| {
        ThreadFlowLocation::builder().location(at(broken, line, Some(step))).build()
    };
    steps(view, broken).into_iter().map(step).collect()
}

fn at(broken: &Broken, line: usize, what: Option<String>) -> Location {
    let file =
        ArtifactLocation::builder().uri(utf8_percent_encode(&broken.run.file, PATH).to_string()).build();
    let region = Region::builder().start_line(line as i64).build();
    let place = PhysicalLocation::builder().artifact_location(file).region(region).build();
    match what {
        Some(what) => Location::builder().physical_location(place).message(text(what)).build(),
        None => Location::builder().physical_location(place).build(),
    }
}

fn text(text: String) -> Message {
    Message::builder().text(text).build()
}
