//! Programs that answer for the services around a workflow.
use crate::{
    answer::{self, Leaves},
    cli::duration,
    confines::confine,
    harmless::warn,
};
use anechoic_orchestrator::{Error, Screening, SessionId, SessionRefused, TaskId};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::process::Command;

/// Each is called with the task's id. It ends with 0 if the task may go on, and with 1 if it may not, for the reason in
/// the first line that it prints. Anything else is no answer, and it is asked again. It sees no more of the environment
/// than it was granted, prints no more than 64 KiB, and what it starts ends with it, except for the agent that a session
/// begins.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Programs {
    /// The program that says whether the task's blueprint can be had [default: it can]
    #[arg(long, value_name = "PROGRAM")]
    pub blueprint: Option<PathBuf>,
    /// The program that says whether the task's agent will have what it needs [default: it will]
    #[arg(long, value_name = "PROGRAM")]
    pub pre_flight: Option<PathBuf>,
    /// The program that judges the task's prompt [default: every prompt passes]
    #[arg(long, value_name = "PROGRAM")]
    pub guardrail: Option<PathBuf>,
    /// The program that starts the task's agent, once, however often it is called, and prints the session's id
    /// [default: the agent is started by hand, and the session bears the task's id]
    #[arg(long, value_name = "PROGRAM")]
    pub session: Option<PathBuf>,
    /// So long each of them may take to answer, before it is ended
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub answer_within: Duration,
    /// A variable of the environment that they may see, besides PATH, HOME, the language and the like; may be repeated
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,
}

/// What a program said.
enum Answer {
    Yes(String),
    No(String),
}

impl Programs {
    pub(crate) async fn load(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.blueprint.as_ref(), "the blueprint", task).await
    }

    pub(crate) async fn check(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.pre_flight.as_ref(), "the pre-flight check", task).await
    }

    pub(crate) async fn screen(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.guardrail.as_ref(), "the guardrail", task).await
    }

    pub(crate) async fn start(&self, task: TaskId) -> Result<SessionId, Error> {
        let Some(program) = &self.session else { return Ok(SessionId::new(&task.to_string())) };
        match self.ask(program, "the agent service", task, Leaves::Others).await? {
            Answer::Yes(id) if id.is_empty() => Ok(SessionId::new(&task.to_string())),
            Answer::Yes(id) => Ok(SessionId::new(&id)),
            Answer::No(reason) => Err(SessionRefused { reason }.into()),
        }
    }

    async fn screening(
        &self,
        program: Option<&PathBuf>,
        service: &'static str,
        task: TaskId,
    ) -> Result<Screening, Error> {
        let Some(program) = program else { return Ok(Screening::Passed) };
        Ok(match self.ask(program, service, task, Leaves::Nothing).await? {
            Answer::Yes(_) => Screening::Passed,
            Answer::No(reason) => Screening::Blocked(reason),
        })
    }

    async fn ask(
        &self,
        program: &Path,
        service: &'static str,
        task: TaskId,
        leaves: Leaves,
    ) -> Result<Answer, Error> {
        let mut command = Command::new(program);
        command.arg(task.to_string()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        confine(&mut command, &self.env);
        let no_answer = |why: String| {
            warn(&format!("{}: {why}", program.display()));
            Error::NoAnswer(service)
        };
        let answer = answer::ask(&mut command, self.answer_within, leaves).await;
        let answer::Answer { status, line } = answer.map_err(|silence| no_answer(silence.to_string()))?;
        match status.code() {
            Some(0) => Ok(Answer::Yes(line)),
            Some(1) if line.is_empty() => Ok(Answer::No(format!("{service} gave no reason"))),
            Some(1) => Ok(Answer::No(line)),
            _ => Err(no_answer(format!("{status}; expected 0 or 1"))),
        }
    }
}
