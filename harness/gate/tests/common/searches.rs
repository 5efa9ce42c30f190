//! Searches of generated handlers, and what their runs tell.
use crate::generated::Within;
use anechoic_engine::{
    Record, Subject,
    search::{Collect, Exhaustive, Findings, Reduce},
};

/// Within so many runs.
pub(crate) fn search(subject: &dyn Subject, reduce: Reduce, most: u64) -> Findings {
    let collect = Collect { end_states: true, ..Collect::default() };
    Exhaustive { collect, ..Exhaustive::reduce(reduce) }.search(subject, &mut Within(most))
}

pub(crate) fn whole(subject: &dyn Subject) -> Findings {
    let findings = search(subject, Reduce::ALL, 6_000);
    assert_eq!((findings.complete, &findings.diverged), (true, &None));
    findings
}

/// What happens in a run, a line each.
pub(crate) fn told(record: &Record) -> Vec<String> {
    let steps = record.steps.iter();
    steps
        .map(|step| {
            format!(
                "{}{} ⇒ {}",
                step.what,
                step.fault.map_or(String::new(), |f| format!(" ({f})")),
                step.answer
            )
        })
        .collect()
}
