//! A CloudWatch log exported to S3: a time and a message on each line.
use crate::{
    clock::parse_time,
    definition::{Definition, Form, Wrong},
    line::Raw,
    message,
};

pub(super) const FORMAT: Definition = Definition {
    name: "log-text",
    about: "CloudWatch Logs export",
    in_order: true,
    form: Form::Text { begins: |line| line.split(' ').next().and_then(parse_time).is_some(), read },
};

/// A time, a blank, a message.
fn read(line: &str) -> Result<Raw, Wrong> {
    let (time, said) = line.split_once(' ').unwrap_or((line, ""));
    let time =
        parse_time(time).ok_or("expected a line that begins with its time, such as 2026-07-13T18:10:27Z")?;
    Ok(Raw { time: Some(time), ..Raw::of(message::fields(said)) })
}
