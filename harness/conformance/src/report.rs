//! What is printed: tables, in Markdown.
use crate::faults::{Came, FAULTS, Found};
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use std::{collections::BTreeSet, fmt::Write};

/// What came of the cases of a suite.
pub(crate) struct Suite {
    pub(crate) name: String,
    /// Those for which there is a handler.
    pub(crate) tried: Vec<Tried>,
    /// The numbers of the others.
    pub(crate) not_tried: Vec<String>,
}

/// What came of a case.
pub(crate) struct Tried {
    pub(crate) id: String,
    pub(crate) description: String,
    /// What is otherwise than it expects; nothing if it passes.
    pub(crate) differences: Vec<String>,
    /// What came of it with faults.
    pub(crate) found: Vec<Found>,
}

impl Suite {
    fn passes(&self) -> usize {
        self.tried.iter().filter(|tried| tried.differences.is_empty()).count()
    }
}

/// How many cases of each suite pass, why the others do not, and which were not tried.
pub(crate) fn passes(sdk: &str, suites: &[Suite]) -> String {
    let mut table = markdown(["suite", "cases", "pass", "miss", "not tried"].map(String::from).into());
    let row = |name: &str, suites: &[&Suite]| {
        let sum = |count: fn(&Suite) -> usize| suites.iter().map(|suite| count(suite)).sum::<usize>();
        let (tried, not_tried) = (sum(|suite| suite.tried.len()), sum(|suite| suite.not_tried.len()));
        let passes = sum(Suite::passes);
        let counts = [tried + not_tried, passes, tried - passes, not_tried].map(|count| count.to_string());
        [name.to_string()].into_iter().chain(counts).collect::<Vec<String>>()
    };
    for suite in suites {
        table.add_row(row(&suite.name, &[suite]));
    }
    table.add_row(row("all", &suites.iter().collect::<Vec<&Suite>>()));
    let mut out = format!("## {sdk}\n\n{table}\n");
    for suite in suites.iter().filter(|suite| !suite.not_tried.is_empty()) {
        let _ = writeln!(out, "\nnot tried of {}: {}", suite.name, suite.not_tried.join(", "));
    }
    for tried in suites.iter().flat_map(|suite| &suite.tried) {
        if !tried.differences.is_empty() {
            let _ = writeln!(out, "\n{} misses ({}):", tried.id, tried.description);
        }
        for difference in &tried.differences {
            let _ = writeln!(out, "- {difference}");
        }
    }
    out
}

/// What one fault at a checkpoint comes to: by suite, and by what the checkpoint does.
pub(crate) fn faults(sdk: &str, suites: &[Suite]) -> String {
    let by_suite = suites.iter().flat_map(|suite| {
        let found = suite.tried.iter().flat_map(|tried| &tried.found);
        found.map(|found| (suite.name.clone(), found))
    });
    let all = || suites.iter().flat_map(|suite| &suite.tried).flat_map(|tried| &tried.found);
    let by_action = all().map(|found| (found.actions.clone(), found));
    let mut out =
        format!("## {sdk}, one fault at each checkpoint\n\n{}\n", table("suite", by_suite.collect()));
    let _ = writeln!(out, "\n{}", table("checkpoint", by_action.collect()));
    for came in Came::ALL.into_iter().filter(|came| *came != Came::TheSame) {
        for fault in FAULTS {
            let is_one = |found: &Found| found.came == came && found.fault == fault;
            let tried = suites.iter().flat_map(|suite| &suite.tried);
            let cases: Vec<&str> =
                tried.filter(|tried| tried.found.iter().any(is_one)).map(|tried| &*tried.id).collect();
            if !cases.is_empty() {
                let _ = writeln!(out, "\n{}, {fault}: {}", came.name(), cases.join(", "));
            }
        }
    }
    let whys: BTreeSet<&String> = all().filter_map(|found| found.why.as_ref()).collect();
    for why in whys {
        let _ = writeln!(out, "\nunclear: {why}");
    }
    out
}

/// A row for each kind of fault and each name, in the order in which the names come.
fn table(by: &str, found: Vec<(String, &Found)>) -> Table {
    let came = Came::ALL.map(|came| came.name().to_string());
    let mut table = markdown(["fault", by, "runs"].map(String::from).into_iter().chain(came).collect());
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in &found {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for fault in FAULTS {
        for name in &names {
            let these = || found.iter().filter(|(other, one)| other == *name && one.fault == fault);
            let count = |came: Came| match these().filter(|(_, one)| one.came == came).count() {
                0 => "–".to_string(),
                some => some.to_string(),
            };
            let counts = Came::ALL.map(count);
            let head = [fault.to_string(), (*name).clone(), these().count().to_string()];
            if these().count() > 0 {
                table.add_row(head.into_iter().chain(counts));
            }
        }
    }
    table
}

fn markdown(header: Vec<String>) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header);
    table
}
