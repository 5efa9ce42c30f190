use super::text::table;
use crate::observed::{Observed, Second};

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
