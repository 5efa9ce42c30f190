//! A log whose lines begin with no time: pairs of a name and a value (logfmt), or a text with JSON in it.
use crate::{
    definition::{Definition, Form, Wrong},
    line::Raw,
    message,
    pairs::pairs,
};

pub(super) const FORMAT: Definition = Definition {
    name: "log-lines",
    about: "logfmt, lines of text with JSON in them, or that a pattern fits",
    in_order: true,
    is_log: true,
    form: Form::Text {
        begins: |line| read(line).is_ok(),
        read,
        row: |line| message::fields(line, &mut false),
    },
};

fn read(line: &str) -> Result<Raw, Wrong> {
    // One pair may stand in any text.
    const FEW: usize = 2;
    let mut is_cut = false;
    let (before, object) = message::split(line, &mut is_cut);
    let has_json = object.as_ref().is_some_and(|object| !object.is_empty()) || is_cut;
    if !has_json && pairs(before).0.len() < FEW {
        return Err("expected pairs such as task_id=t-1, or JSON, in a line".into());
    }
    let time = object.as_ref().and_then(message::time_of).or_else(|| message::time_of_pairs(before));
    let fields = message::fields(line, &mut is_cut);
    Ok(Raw { time, is_cut, ..Raw::of(fields) })
}

/// A line that has neither: what it says is its text.
pub(super) fn read_plain(line: &str) -> Result<Raw, Wrong> {
    let mut is_cut = false;
    let fields = message::fields(line, &mut is_cut);
    Ok(Raw { is_cut, ..Raw::of(fields) })
}
