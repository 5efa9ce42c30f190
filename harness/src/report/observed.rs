use super::text::table;
use crate::observed::{Observed, Op, Second, matches};
use anechoic_evidence::page::{Exhibit, Matched, Standing};

/// The observed trace beside the runs that reproduce it.
pub(super) fn observed(observed: &Observed) -> String {
    let names = observed.runs.iter().map(|run| run.variant.name.to_string());
    let header = ["time (UTC)".to_string(), "observed".into()].into_iter().chain(names).collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (index, second) in observed.seconds.iter().enumerate() {
        let runs = observed.runs.iter().map(|run| say(&run.timeline[index]));
        let cells = [say(&observed.trace[index])].into_iter().chain(runs);
        rows.push([second.strftime("%H:%M:%S").to_string()].into_iter().chain(cells).collect());
    }
    let emitted: u32 = observed.trace.iter().map(|second| second.emitted).sum();
    let counts = observed.runs.iter().map(|run| run.rows().to_string());
    rows.push(["rows".into(), emitted.to_string()].into_iter().chain(counts).collect());
    let counters = observed.runs.iter().map(|run| format!("{} → {}", run.active.0, run.active.1));
    rows.push(["counter".into(), "not shown".into()].into_iter().chain(counters).collect());
    let verdict = if observed.is_reproduced() {
        "`unguarded` reproduces the trace second by second; the others write one row.\n"
    } else {
        "✗ The runs do not reproduce the trace: `unguarded` should equal it, and the others write one row.\n"
    };
    table(header, rows) + "\n" + verdict
}

/// The trace beside the run of the version that was observed, for the page.
pub(super) fn exhibit(observed: &Observed) -> Exhibit {
    let unguarded = &observed.runs[0];
    let (outcome, record) = &unguarded.run;
    let steps = matches(&observed.lines, record);
    let matched = observed.lines.iter().zip(steps).enumerate().map(|(at, (line, step))| Matched {
        place: format!("six-events.bad.jsonl:{} at {}", at + 1, line.ts.strftime("%H:%M:%S")),
        what: if line.op == Op::Emit { "task_failed".into() } else { line.text.clone() },
        step,
    });
    Exhibit {
        title: "the observed trace, and the run that reproduces it".into(),
        about: vec![format!(
            "`{}` in hydrate-context, tried again after the observed delays: {} rows",
            unguarded.variant.name,
            unguarded.rows()
        )],
        standing: Standing::OnPurpose,
        record: record.clone(),
        breach: outcome.breaches.first().cloned(),
        changes: Vec::new(),
        passing: None,
        matched: matched.collect(),
        command: "anechoic reproduce fixtures/traces/six-events.bad.jsonl".into(),
        replay: String::new(),
    }
}

fn say(second: &Second) -> String {
    let emitted = match second.emitted {
        0 => None,
        1 => Some("task_failed".to_string()),
        rows => Some(format!("{rows} × task_failed")),
    };
    // The first word says which line of the log it is.
    let logged = second.logged.iter().filter_map(|line| line.split_whitespace().next()).map(str::to_string);
    let logged = logged.map(|word| if word == "Content" { "blocked".into() } else { word });
    logged.chain(emitted).collect::<Vec<String>>().join(", ")
}
