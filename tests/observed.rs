//! The six-event trace, reproduced second by second.
use anechoic_cli::observed::Observed;

#[test]
fn unguarded_writes_the_six_observed_rows_at_the_observed_seconds_and_decrements_six_times() {
    let observed = Observed::reproduce();
    let run = &observed.runs[0];
    assert_eq!(run.variant.name, "unguarded");
    let rows = observed.seconds.iter().zip(&run.timeline).filter(|(_, second)| second.emitted > 0);
    let times: Vec<String> = rows.map(|(at, _)| at.strftime("%H:%M:%S").to_string()).collect();
    assert_eq!(times, ["20:00:03", "20:00:04", "20:00:11", "20:00:28", "20:00:36", "20:00:59"]);
    assert_eq!(run.timeline, observed.trace, "log lines too");
    assert_eq!(run.active.0 - run.active.1, 6);
    assert!(observed.is_reproduced());
}

#[test]
fn gated_and_atomic_write_one_row_and_decrement_once() {
    for run in &Observed::reproduce().runs[1..] {
        assert_eq!((run.rows(), run.active.0 - run.active.1), (1, 1), "{}", run.variant.name);
    }
}
