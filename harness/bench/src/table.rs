//! The measurements, for people.
use crate::{
    measure::{Goal, Measured},
    subject::Variant,
};
use comfy_table::{Table, presets};
use serde::Serialize;

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

/// A measurement, with what it makes of the others' in the same table.
#[derive(Serialize)]
pub(crate) struct Rated<'m> {
    #[serde(flatten)]
    measured: &'m Measured,
    runs_per_second: f64,
    /// This tool's time, as a multiple of the reduced search's.
    time_ratio: f64,
    /// The naive search's runs per second, as a multiple of this tool's.
    naive_rate_ratio: f64,
}

pub(crate) fn rated<'m>(one: &'m Measured, all: &'m [Measured]) -> Rated<'m> {
    let same = |other: &&Measured| {
        (other.variant, other.callers, other.goal) == (one.variant, one.callers, one.goal)
    };
    let of = |tool: &str| all.iter().filter(same).find(|other| other.tool == tool).unwrap_or(one);
    Rated {
        measured: one,
        runs_per_second: one.rate(),
        time_ratio: one.seconds / of("reduced").seconds,
        naive_rate_ratio: of("naive").rate() / one.rate(),
    }
}

fn table(all: &[Measured], variant: Variant, callers: usize, goal: Goal) -> String {
    let rows: Vec<&Measured> =
        all.iter().filter(|one| (one.variant, one.callers, one.goal) == (variant, callers, goal)).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "tool",
        "runs",
        "states",
        "exhausted",
        "time",
        "runs/s",
        "naive's rate / its",
        "time / reduced's",
        "peak MiB",
    ]);
    for one in &rows {
        let Rated { runs_per_second, time_ratio, naive_rate_ratio, .. } = rated(one, all);
        table.add_row([
            one.tool.clone(),
            one.executions.to_string(),
            if one.states == 0 { "–".into() } else { one.states.to_string() },
            outcome(one).into(),
            seconds(one.seconds),
            format!("{runs_per_second:.0}"),
            format!("{naive_rate_ratio:.1}"),
            format!("{time_ratio:.1}"),
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
