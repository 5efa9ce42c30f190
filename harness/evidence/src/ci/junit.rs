use super::{Case, CaseVerdict, Suite};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// As JUnit XML: a suite for each scenario, a case for each promise of each subject. What was not all searched is an
/// error, which is no pass; a known violation is skipped, with its reason.
pub fn junit(suites: &[Suite]) -> String {
    let mut report = Report::new("anechoic");
    for suite in suites {
        let mut junit = TestSuite::new(suite.name.as_str());
        junit.add_test_cases(suite.cases.iter().map(case));
        report.add_test_suite(junit);
    }
    report.to_string().expect("a report has an XML form")
}

fn case(case: &Case) -> TestCase {
    let mut status = match &case.verdict {
        CaseVerdict::Passed => TestCaseStatus::success(),
        CaseVerdict::Violated(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        CaseVerdict::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
        CaseVerdict::Known(..) => TestCaseStatus::skipped(),
    };
    match &case.verdict {
        CaseVerdict::Passed => {}
        CaseVerdict::Violated(violation) => {
            status.set_type("violated").set_message(violation.message.as_str());
            status.set_description(format!("{}\n\n{}", violation.steps.join("\n"), violation.replay));
        }
        CaseVerdict::Known(violation, reason) => {
            status.set_type("known").set_message(format!("{}; known: {reason}", violation.message));
        }
        CaseVerdict::Inconclusive => {
            status.set_type("inconclusive").set_message("the search ended before the bound did");
        }
    }
    let mut junit = TestCase::new(case.promise.as_str(), status);
    junit.set_classname(case.subject.as_str());
    if let Some(took) = case.took {
        junit.set_time(took);
    }
    junit
}
