use crate::{FileError, Problem, SqliteStore, tables};
use anechoic_orchestrator::{Clock, Status, Task, TaskId, TaskRow, store::Counter};
use rusqlite::{OptionalExtension, params};
use std::{fmt, str::FromStr};

/// The pull request's comment that tells how a task fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentId {
    /// The repository, as `owner/name`.
    pub repository: String,
    /// The comment's number.
    pub number: i64,
}

impl FromStr for CommentId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<CommentId, Self::Err> {
        let parsed = || {
            let (repository, number) = text.rsplit_once('/')?;
            let (owner, name) = repository.split_once('/')?;
            // What goes into the path of a request must not lead elsewhere.
            let plain = |part: &str| {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                !part.is_empty() && part.chars().all(allowed) && !part.chars().all(|c| c == '.')
            };
            let number = number.parse().ok().filter(|number| *number > 0)?;
            let valid = plain(owner) && plain(name);
            valid.then(|| CommentId { repository: repository.into(), number })
        };
        parsed().ok_or("expected OWNER/REPOSITORY/NUMBER, such as octo/hello/1234567")
    }
}

impl fmt::Display for CommentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.repository, self.number)
    }
}

impl SqliteStore {
    /// Submits a new task, whose failure is told in this comment, if there is one.
    ///
    /// # Errors
    /// [`FileError`]; nothing was submitted then.
    pub fn submit(&self, task: &Task, comment: Option<&CommentId>) -> Result<(), FileError> {
        let row = TaskRow { updated_at: self.now(), ..TaskRow::new(task.user.clone(), Status::Submitted) };
        self.insert(task, &row, comment)
    }

    /// Puts a task there as it stands; if it holds a slot, its user's counter counts it.
    ///
    /// # Errors
    /// [`FileError`]; nothing was put there then.
    pub fn insert(&self, task: &Task, row: &TaskRow, comment: Option<&CommentId>) -> Result<(), FileError> {
        self.write(|file| {
            tables::insert_task(file, task.id, row)?;
            if row.slot {
                let Counter { count, version } = tables::counter(file, &task.user)?;
                let counter = Counter { count: count.saturating_add(1), version: version + 1 };
                tables::put_counter(file, &task.user, counter)?;
            }
            if let Some(comment) = comment {
                file.execute(
                    "INSERT INTO comments (task_id, repository, comment_id) VALUES (?1, ?2, ?3)",
                    params![task.id.to_string(), comment.repository, comment.number],
                )?;
            }
            Ok(())
        })
    }

    /// The comment in which a task's failure is told.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn comment(&self, task: TaskId) -> Result<Option<CommentId>, FileError> {
        let select = "SELECT repository, comment_id FROM comments WHERE task_id = ?1";
        self.read(|file| {
            let read =
                |row: &rusqlite::Row<'_>| Ok(CommentId { repository: row.get(0)?, number: row.get(1)? });
            file.query_row(select, [task.to_string()], read).optional().map_err(Problem::from)
        })
    }
}
