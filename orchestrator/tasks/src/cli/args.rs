use crate::{agent::AgentOptions, fan_out::FanOutOptions, run::RunOptions};
use anechoic_orchestrator::TaskId;
use anechoic_sqlite::CommentId;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, time::Duration};

/// Runs tasks, each to exactly one end, from one SQLite file. Any of these may be killed at any time and run again.
#[derive(Debug, Parser)]
#[command(name = "anechoic-tasks", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// The file that everything is in
    #[arg(long, value_name = "FILE", default_value = "tasks.db", global = true)]
    pub(super) file: PathBuf,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  done as asked
   1  the task has ended, or stands, otherwise than was asked; or a service refused
   2  the arguments are wrong
   3  no answer came, the disk is full, or another process goes on instead: nothing is lost, ask again
   4  the file cannot be used, or is not what it should be
   5  there is no such task
   6  the clock and the file disagree on the time
  70  the fault is ours";

#[derive(Debug, Subcommand)]
#[command(after_help = EXIT_CODES)]
pub(super) enum Command {
    /// Submits a task and prints its id
    Submit {
        /// Whose task it is
        #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
        user: String,
        /// The comment on a pull request that tells if it fails
        #[arg(long, value_name = "OWNER/REPOSITORY/NUMBER")]
        comment: Option<CommentId>,
    },
    /// Runs a task's workflow to its end, from wherever it was left
    ///
    /// The programs are called with the task's id. They end with 0 if the task may go on, and with 1 if it may not, for
    /// the reason in the first line that they print. Anything else is no answer, and they are asked again.
    Run {
        #[arg(value_parser = task)]
        task: TaskId,
        #[command(flatten)]
        options: RunOptions,
    },
    /// Stands for a task's agent: shows signs of life while a program works, then ends the task
    Agent {
        #[arg(value_parser = task)]
        task: TaskId,
        #[command(flatten)]
        options: AgentOptions,
    },
    /// Cancels a task, wherever it stands
    Cancel {
        #[arg(value_parser = task)]
        task: TaskId,
    },
    /// Recounts a user's slots and corrects the counter
    Reconcile { user: String },
    /// Takes the clock for right, after one that was wrong
    ///
    /// Every time in the file that is later than now becomes now, and the file may be changed again, also if it has rested
    /// for more than a year. Look at the clock first.
    Repair,
    /// Shows all that the file knows of a task
    Show {
        #[arg(value_parser = task)]
        task: TaskId,
    },
    /// Follows a task in the terminal until it ends
    Watch {
        #[arg(value_parser = task)]
        task: TaskId,
        /// Prints what there is and ends
        #[arg(long)]
        once: bool,
        /// So long between two looks
        #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = duration)]
        every: Duration,
    },
    /// Tells failures to pull requests, with the token in GITHUB_TOKEN
    FanOut(FanOutOptions),
}

fn task(text: &str) -> Result<TaskId, &'static str> {
    text.parse().map_err(
        |_| "expected a task's id, 26 letters and digits as `submit` prints them, the first at most 7",
    )
}

/// A time with its unit.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let expected = |_| "expected a time with its unit, such as 500ms, 60s or 1h30m".to_string();
    let parsed: jiff::SignedDuration = text.parse().map_err(expected)?;
    Duration::try_from(parsed).map_err(|_| "expected a time that is not negative".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
