//! A log as CSV: a column with the time and one with the message, as the viewer of CloudWatch saves it.
use super::insights_csv::{log_row, said_row};
use crate::definition::{Definition, Form};

pub(super) const FORMAT: Definition = Definition {
    name: "log-csv",
    about: "log events as CSV",
    in_order: true,
    is_log: true,
    form: Form::Csv {
        begins,
        read: |columns| log_row(columns, &TIMES, &SAID),
        row: |columns| said_row(columns, &SAID),
    },
};

const TIMES: [&str; 8] = ["_time", "timestamp", "Timestamp", "time", "Time", "date", "Date", "ts"];
const SAID: [&str; 9] =
    ["_raw", "message", "Message", "msg", "log", "textPayload", "Content", "line", "Line"];

fn begins(columns: &[&str]) -> bool {
    let has = |names: &[&str]| columns.iter().any(|column| names.contains(column));
    has(&TIMES) && has(&SAID)
}
