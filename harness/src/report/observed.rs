use super::text::table;
use crate::observed::{Observed, Second};

/// The observed trace beside the runs that reproduce it.
pub(super) fn observed(observed: &Observed) -> String {
    let names = observed.runs.iter().map(|run| run.variant.name.to_string());
    let header = ["time (UTC)".to_string(), "observed".into()].into_iter().chain(names).collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (index, second) in observed.seconds.iter().enumerate() {
        let runs = observed.runs.iter().map(|run| say(run.timeline[index]));
        let cells = [say(observed.trace[index])].into_iter().chain(runs);
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
    table(header, rows, 118) + "\n" + verdict
}

fn say(second: Second) -> String {
    let logged = match second.logged {
        0 => String::new(),
        1 => "log line".into(),
        lines => format!("{lines} log lines"),
    };
    let emitted = match second.emitted {
        0 => String::new(),
        1 => "task_failed".into(),
        rows => format!("{rows} × task_failed"),
    };
    [emitted, logged].into_iter().filter(|said| !said.is_empty()).collect::<Vec<String>>().join(" + ")
}
