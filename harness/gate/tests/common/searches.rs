//! Searches of generated handlers, and what their runs tell.
#![allow(dead_code, reason = "each test binary uses a part of it")]
use crate::generated::{Within, broken};
use anechoic_engine::{
    Record, Subject,
    search::{Collect, Exhaustive, Findings, Reduce},
};

fn search(subject: &dyn Subject, reduce: Reduce, threads: usize, most: u64) -> Findings {
    let collect = Collect { end_states: true, ..Collect::default() };
    Exhaustive { threads, collect, ..Exhaustive::reduce(reduce) }.search(subject, &mut Within(most))
}

/// What the naive search finds, if it comes to its end within so many runs; every reduction finds exactly that then, and all of them
/// together on each of so many threads. A subject is made for a number of threads.
pub(crate) fn found_by_every_reduction<S: Subject>(
    subject: impl Fn(usize) -> S,
    threads: &[usize],
    most: u64,
    what: &str,
) -> Option<Findings> {
    let naive = search(&subject(1), Reduce::NOTHING, 1, most);
    assert_eq!(naive.diverged, None, "{what}");
    if !naive.complete {
        return None;
    }
    let states = Reduce { states: true, ..Reduce::BEGINNINGS };
    let sleep = Reduce { sleep: true, ..Reduce::BEGINNINGS };
    let all = threads.iter().map(|threads| (Reduce::ALL, *threads));
    for (reduce, threads) in [(states, 1), (sleep, 1)].into_iter().chain(all) {
        let clever = search(&subject(threads), reduce, threads, most);
        let what = format!("{reduce:?} with {threads} threads of {what}");
        assert_eq!((clever.complete, &clever.diverged), (true, &None), "{what}");
        assert_eq!(broken(&clever), broken(&naive), "{what}");
        assert_eq!(clever.end_states, naive.end_states, "{what}");
    }
    Some(naive)
}

pub(crate) fn whole(subject: &dyn Subject) -> Findings {
    let findings = search(subject, Reduce::ALL, 1, 6_000);
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
