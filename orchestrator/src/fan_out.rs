use crate::{Comments, Error, EventKind, EventRow, TaskId};

/// What became of an event that was to be told to a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// The comment says it now.
    Now,
    /// It said so already.
    Already,
    /// It is no failure, and nothing to be told.
    Nothing,
}

/// Tells a failure to the task's pull request, by editing one comment. The consumer of the event stream, which delivers each
/// event at least once, and each task's events in order, to one consumer at a time.
///
/// The comment itself is the memory of what was told: it is read first, so an event that comes again, or another event of
/// the same failure, finds its section there. Whatever else the comment says, of other tasks or in a person's words, stays
/// as it is.
///
/// # Errors
/// [`Error::NoAnswer`]: let the stream deliver the event again. [`Error::Refused`]: it would not help.
pub async fn tell_failure<W: Comments>(world: &W, event: &EventRow) -> Result<Told, Error> {
    if event.kind != EventKind::TaskFailed {
        return Ok(Told::Nothing);
    }
    let comment = world.read(event.task).await?;
    if tells_failure(&comment, event.task) {
        return Ok(Told::Already);
    }
    world.edit(event.task, &with_section(&comment, event.task)).await?;
    Ok(Told::Now)
}

/// Whether a comment tells of a task's failure: a line of it is the section's mark, or what the section says.
pub fn tells_failure(comment: &str, task: TaskId) -> bool {
    let (mark, said) = (mark(task), said(task));
    comment.lines().map(str::trim).any(|line| line == mark || line == said)
}

/// The comment with a section for the task at its end, the same for every event of one failure.
fn with_section(comment: &str, task: TaskId) -> String {
    let between = if comment.is_empty() { "" } else { "\n\n" };
    format!("{comment}{between}{}\n{}", mark(task), said(task))
}

/// Markdown does not show it.
fn mark(task: TaskId) -> String {
    format!("<!-- anechoic: task {task} failed -->")
}

fn said(task: TaskId) -> String {
    format!("Task {task} failed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_has_a_section_of_its_own_and_nothing_else_is_touched() {
        let tasks = [1, 2, 3].map(|number| TaskId::from_ms(1_777_924_796_427, number));
        let words = "Please *retry* this.\r\n\r\n> Task x failed.\r\n";
        let mut comment = words.to_string();
        for (told, task) in tasks.into_iter().enumerate() {
            assert!(!tells_failure(&comment, task));
            let longer = with_section(&comment, task);
            assert!(longer.starts_with(&comment), "what was there stays there");
            comment = longer;
            assert!(tasks[..=told].iter().all(|task| tells_failure(&comment, *task)));
        }
        let edited_in_a_browser = comment.replace('\n', "\r\n").trim_end().to_string();
        assert!(tasks.iter().all(|task| tells_failure(&edited_in_a_browser, *task)));
        let quoted = format!("> {}\n> {}", mark(tasks[0]), said(tasks[0]));
        assert!(!tells_failure(&quoted, tasks[0]), "what a person quotes is not the section");
    }
}
