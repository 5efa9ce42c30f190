use super::{
    View,
    cases::{Case, cases, steps},
};
use crate::{
    Exit,
    judge::{Judgement, Line, Mark, Standing},
};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// As JUnit XML: a suite for each scenario, a case for each promise of each version, and a last suite with the verdict on
/// the whole. What was not all searched is an error, which is no pass; a known violation is skipped, with its reason.
pub fn junit(view: View<'_>) -> String {
    let mut xml = quick_junit::Report::new("anechoic");
    for scenario in &view.report.asked.scenarios {
        let mut suite = TestSuite::new(scenario.as_str());
        let own = cases(view).filter(|case| case.cell.scenario == *scenario);
        suite.add_test_cases(own.map(|case| test_case(view, &case)));
        xml.add_test_suite(suite);
    }
    let mut suite = TestSuite::new("verdict");
    suite.add_test_case(TestCase::new("the check as a whole", whole(view.judgement)));
    xml.add_test_suite(suite);
    xml.to_string().expect("a report has an XML form")
}

/// Green only if the command is.
fn whole(judgement: &Judgement) -> TestCaseStatus {
    let kind = match judgement.exit {
        Exit::Holds => return TestCaseStatus::success(),
        Exit::Violated => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let is_reason = |line: &&Line| matches!(line.mark, Mark::Violated | Mark::Inconclusive);
    let reasons: Vec<String> = judgement.lines.iter().filter(is_reason).map(Line::to_string).collect();
    status.set_message(reasons.join("\n"));
    status
}

fn test_case(view: View<'_>, case: &Case<'_>) -> TestCase {
    let mut junit = TestCase::new(case.cell.promise.as_str(), status(view, case));
    junit.set_classname(case.cell.variant.as_str());
    if let Some(took) = case.searched.milliseconds {
        junit.set_time(Duration::from_millis(took));
    }
    junit
}

fn status(view: View<'_>, case: &Case<'_>) -> TestCaseStatus {
    let found = case.broken.map(|broken| broken.run.replay.found.as_str()).unwrap_or_default();
    match &case.cell.standing {
        Standing::Kept | Standing::OnPurpose | Standing::Fixed => TestCaseStatus::success(),
        Standing::New | Standing::Saved { .. } | Standing::Overdue { .. } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("violated").set_message(found);
            if let Some(broken) = case.broken {
                let steps: Vec<String> = steps(view, broken).into_iter().map(|(step, _)| step).collect();
                status.set_description(format!("{}\n\n{}", steps.join("\n"), (view.replay)(&broken.run)));
            }
            status
        }
        Standing::Known { reason, .. } => {
            let mut status = TestCaseStatus::skipped();
            status.set_type("known").set_message(format!("{found}; known: {reason}"));
            status
        }
        Standing::NotSearched => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("inconclusive").set_message("not all of the bound was searched");
            status
        }
    }
}
