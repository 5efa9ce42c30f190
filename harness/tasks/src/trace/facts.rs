use anechoic_model::{Answer, Input, Status};
use anechoic_traces::{Line, Mapping, Role};

/// What a line means for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact<'l> {
    /// The task stands there; and before, if it says so, stood elsewhere.
    Stands { status: Status, before: Option<Status>, slot: Option<bool> },
    /// There is an event, under this durable key if it has one; it announces this end, if any.
    Event { key: Option<&'l str>, end: Option<Status> },
    /// The owner's counter counts so many slots; and before, if it says so, counted others, and may count so many.
    Counts { value: i64, before: Option<i64>, cap: Option<i64> },
    /// Something was asked of the task.
    Asked { call: &'l str, input: Input },
    /// It was answered.
    Answered { call: &'l str, answer: Answer },
    /// Whoever made a call considers the matter settled, whatever was answered.
    Settled { call: &'l str },
    /// The task has an agent session, by its id.
    Session(&'l str),
    /// It says nothing that the model knows of: a remark, a step's attempt.
    Remark,
}

/// The end that an event of this name announces.
pub(crate) fn announced(event: &str) -> Option<Status> {
    match event {
        "task_completed" => Some(Status::Completed),
        "task_failed" => Some(Status::Failed),
        "task_cancelled" => Some(Status::Cancelled),
        "task_timed_out" => Some(Status::TimedOut),
        _ => None,
    }
}

fn status(name: &str) -> Result<Status, String> {
    let named = Status::ALL.into_iter().find(|status| status.name() == name);
    named.ok_or_else(|| format!("the status is `{name}`; expected one of the lifecycle, such as FAILED"))
}

/// What a line means.
///
/// # Errors
/// What is wrong with it, if it says something that nothing can be made of.
pub(crate) fn fact<'l>(line: &'l Line, mapping: &'l Mapping) -> Result<Fact<'l>, String> {
    let of = |role| mapping.get(role, &line.fields);
    let before = |role| line.before.as_ref().and_then(|before| mapping.get(role, before));
    if let Some(event) = of(Role::Event) {
        return Ok(Fact::Event { key: of(Role::Key), end: announced(event) });
    }
    if let Some(counted) = of(Role::Counter) {
        let number = |text: &str| {
            let parsed = text.parse().ok();
            parsed.ok_or_else(|| format!("the counter or its cap is `{text}`; expected a whole number"))
        };
        return Ok(Fact::Counts {
            value: number(counted)?,
            before: before(Role::Counter).map(number).transpose()?,
            cap: of(Role::Cap).map(number).transpose()?,
        });
    }
    if let (Some(call), Some(asked)) = (of(Role::Call), of(Role::Ask)) {
        return Ok(Fact::Asked { call, input: input(asked, of(Role::From), of(Role::Status))? });
    }
    if let (Some(call), Some(answer)) = (of(Role::Call), of(Role::Answer)) {
        return match (answer, of(Role::Status)) {
            ("done", _) => Ok(Fact::Answered { call, answer: Answer::Done }),
            ("refused", Some(at)) => Ok(Fact::Answered { call, answer: Answer::Refused(status(at)?) }),
            ("settled", _) => Ok(Fact::Settled { call }),
            _ => Err(format!("the answer is `{answer}`; expected done, refused with a status, or settled")),
        };
    }
    // A log may quote a status in passing; where a task stands is told by its row, which has no text.
    if let Some(name) = of(Role::Status).filter(|_| of(Role::Text).is_none() && of(Role::Entity).is_some()) {
        let before = before(Role::Status).or(of(Role::From)).map(status).transpose()?;
        return Ok(Fact::Stands {
            status: status(name)?,
            before,
            slot: of(Role::Slot).map(|slot| slot == "true"),
        });
    }
    Ok(of(Role::Session).map_or(Fact::Remark, Fact::Session))
}

fn input(asked: &str, from: Option<&str>, to: Option<&str>) -> Result<Input, String> {
    match (asked, from.map(status).transpose()?, to.map(status).transpose()?) {
        ("fail", Some(from), _) => Ok(Input::Fail { from }),
        ("move", Some(from), Some(to)) => Ok(Input::Move { from, to }),
        ("cancel", ..) => Ok(Input::Cancel),
        ("admit", ..) => Ok(Input::Admit),
        _ => Err(format!("`{asked}` was asked; expected fail or move with their statuses, cancel or admit")),
    }
}
