//! The measurements, for people.
use crate::{
    measure::{Goal, Measured},
    subject::Variant,
};
use comfy_table::{Table, presets};

pub(crate) fn tables(all: &[Measured]) -> String {
    let mut text = String::new();
    for variant in Variant::ALL {
        for callers in 2..=4 {
            text += &table(all, variant, callers, Goal::Exhaust);
        }
    }
    for callers in 2..=4 {
        text += &table(all, Variant::Unguarded, callers, Goal::Bug);
    }
    text
}

fn table(all: &[Measured], variant: Variant, callers: usize, goal: Goal) -> String {
    let rows: Vec<&Measured> =
        all.iter().filter(|one| (one.variant, one.callers, one.goal) == (variant, callers, goal)).collect();
    let ours = rows.iter().find(|one| one.tool == "reduced").map_or(1.0, |one| one.seconds);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["tool", "runs", "states", "exhausted", "time", "runs/s", "time / reduced", "peak MiB"]);
    for one in &rows {
        let rate = one.executions as f64 / one.seconds;
        table.add_row([
            one.tool.clone(),
            one.executions.to_string(),
            if one.states == 0 { "–".into() } else { one.states.to_string() },
            outcome(one).into(),
            seconds(one.seconds),
            format!("{rate:.0}"),
            format!("{:.1}", one.seconds / ours),
            format!("{:.0}", one.peak_kib as f64 / 1024.0),
        ]);
    }
    let what = if goal == Goal::Bug { "to the first bug" } else { "to exhaust" };
    let lines: String = table.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    format!("\n{}, {callers} callers, {what}\n\n{lines}", variant.name())
}

fn outcome(one: &Measured) -> &'static str {
    match (one.goal, one.found, one.exhausted, one.tool.as_str()) {
        (Goal::Bug, true, ..) => "found",
        (_, _, true, _) => "yes",
        (_, _, _, "floor") => "–",
        _ => "no",
    }
}

fn seconds(seconds: f64) -> String {
    match seconds {
        0.0..0.001 => format!("{:.1} µs", seconds * 1e6),
        0.001..1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
