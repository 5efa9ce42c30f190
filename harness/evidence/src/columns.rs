use anechoic::{Breach, Record, Step, StepKind};
use comfy_table::{ContentArrangement, Table, presets};

/// The width of shown runs, in characters: the same everywhere, so that they can be compared.
const WIDTH: u16 = 110;

/// Shows a run, up to the step that broke a promise, as columns: one for each actor, then one for each part of the
/// shared state, which speaks only when it changes.
pub fn columns(record: &Record, breach: &Breach) -> String {
    let shown = || record.steps.iter().filter(|step| step.number <= breach.step);
    let actors: Vec<usize> =
        (0..record.actors.len()).filter(|actor| shown().any(|step| step.actor == Some(*actor))).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    let names = actors.iter().map(|actor| record.actors[*actor].as_str());
    table.set_header(["#"].into_iter().chain(names).chain(record.columns.iter().copied()).chain([""]));
    let nobody = actors.iter().map(|_| String::new());
    table.add_row(["0".to_string()].into_iter().chain(nobody).chain(record.initial.iter().cloned()));

    let (mut before, mut number) = (&record.initial, 0);
    for step in shown().filter(|step| step.kind != StepKind::Choice) {
        let is_new = step.number != number;
        number = step.number;
        let count = if is_new { number.to_string() } else { String::new() };
        let mark = if is_new && number == breach.step { "◀".to_string() } else { String::new() };
        let said =
            actors.iter().map(|actor| if step.actor == Some(*actor) { say(step) } else { String::new() });
        let state = step
            .cells
            .iter()
            .zip(before)
            .map(|(now, then)| if now == then { String::new() } else { format!("→ {now}") });
        table.add_row([count].into_iter().chain(said).chain(state).chain([mark]));
        before = &step.cells;
    }
    let mut text: String = premises(record);
    text.extend(table.lines().map(|line| line.trim_end().to_string() + "\n"));
    text + &rest(record, breach)
}

/// What was settled before the run began.
fn premises(record: &Record) -> String {
    let premises = record.steps.iter().filter(|step| step.kind == StepKind::Choice && step.actor.is_none());
    premises.map(|step| format!(" given  {}\n", step.what)).collect()
}

/// What an actor did, what it was answered, and what went wrong.
fn say(step: &Step) -> String {
    let fault = step.fault.map(|fault| format!("  ⚡ {fault}")).unwrap_or_default();
    let answer = match step.answer.as_str() {
        "" | "done" => String::new(),
        // Nobody hears the answer to a request that went wrong.
        _ if !fault.is_empty() && !fault.contains("stale") => String::new(),
        answer => format!(" ⇒ {answer}"),
    };
    format!("{}{answer}{fault}", step.what)
}

/// What happened after the promise was broken.
fn rest(record: &Record, breach: &Breach) -> String {
    let last = record.steps.last();
    let steps = last.map_or(0, |step| step.number.saturating_sub(breach.step));
    let state = last.map(|step| {
        let cells = record.columns.iter().zip(&step.cells).map(|(name, cell)| format!("{name} {cell}"));
        cells.collect::<Vec<String>>().join(", ")
    });
    match (steps, state) {
        (1, Some(state)) => format!(" … 1 more step until all is quiet: {state}\n"),
        (2.., Some(state)) => format!(" … {steps} more steps until all is quiet: {state}\n"),
        _ => " … and all is quiet\n".into(),
    }
}
