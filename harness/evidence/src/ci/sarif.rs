use super::{Case, CaseVerdict, Suite, Violation, cases};
use serde_sarif::sarif::{
    ArtifactLocation, CodeFlow, Location, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result, ResultKind, ResultLevel, Run, Sarif, ThreadFlow, ThreadFlowLocation, Tool,
    ToolComponent,
};
use std::collections::{BTreeMap, BTreeSet};

/// As SARIF 2.1.0: a rule for each promise, a result for each violation that is not known, and the run's steps as its
/// code flow, in the file that holds the run.
pub fn sarif(suites: &[Suite]) -> String {
    let rules: BTreeSet<(&str, &str)> =
        cases(suites).map(|(_, case)| (case.promise.as_str(), case.about.as_str())).collect();
    let rules: Vec<ReportingDescriptor> = rules.into_iter().map(rule).collect();
    let results: Vec<Result> = cases(suites).filter_map(|(suite, case)| result(suite, case)).collect();
    let driver = ToolComponent::builder()
        .name("anechoic")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
    let sarif = Sarif::builder()
        .version(serde_json::json!("2.1.0"))
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .runs(vec![run])
        .build();
    serde_json::to_string_pretty(&sarif).expect("plain data has a JSON form") + "\n"
}

fn rule((promise, about): (&str, &str)) -> ReportingDescriptor {
    let about = MultiformatMessageString::builder().text(about).build();
    ReportingDescriptor::builder().id(promise).short_description(about).build()
}

fn result(suite: &Suite, case: &Case) -> Option<Result> {
    let CaseVerdict::Violated(violation) = &case.verdict else { return None };
    let identity = format!("{}/{}/{}", suite.name, case.subject, case.promise);
    let flow = ThreadFlow::builder().locations(steps(violation)).build();
    Some(
        Result::builder()
            .rule_id(case.promise.as_str())
            .kind(ResultKind::Fail)
            .level(ResultLevel::Error)
            .message(text(format!("{} in {}: {}", case.subject, suite.name, violation.message)))
            .locations(vec![at(violation, 1, None)])
            .code_flows(vec![CodeFlow::builder().thread_flows(vec![flow]).build()])
            // The same violation by another run is the same violation.
            .partial_fingerprints(BTreeMap::from([("anechoic/v1".to_string(), identity)]))
            .build(),
    )
}

fn steps(violation: &Violation) -> Vec<ThreadFlowLocation> {
    let lines = violation.lines.iter().copied().chain(std::iter::repeat(1));
    let step = |(step, line): (&String, usize)| {
        ThreadFlowLocation::builder().location(at(violation, line, Some(step))).build()
    };
    violation.steps.iter().zip(lines).map(step).collect()
}

fn at(violation: &Violation, line: usize, what: Option<&str>) -> Location {
    let file = ArtifactLocation::builder().uri(violation.file.as_str()).build();
    let region = Region::builder().start_line(line as i64).build();
    let place = PhysicalLocation::builder().artifact_location(file).region(region).build();
    match what {
        Some(what) => Location::builder().physical_location(place).message(text(what.into())).build(),
        None => Location::builder().physical_location(place).build(),
    }
}

fn text(text: String) -> Message {
    Message::builder().text(text).build()
}
