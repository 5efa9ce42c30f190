//! Programs that answer for the services around a workflow.
use anechoic_orchestrator::{Error, Screening, SessionId, SessionRefused, TaskId};
use clap::Args;
use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

/// Each is called with the task's id. It ends with 0 if the task may go on, and with 1 if it may not, for the reason in
/// the first line that it prints. Anything else is no answer, and it is asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
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
}

/// What a program said.
enum Answer {
    Yes(String),
    No(String),
}

impl Programs {
    pub(crate) fn load(&self, task: TaskId) -> Result<Screening, Error> {
        screening(self.blueprint.as_ref(), "the blueprint", task)
    }

    pub(crate) fn check(&self, task: TaskId) -> Result<Screening, Error> {
        screening(self.pre_flight.as_ref(), "the pre-flight check", task)
    }

    pub(crate) fn screen(&self, task: TaskId) -> Result<Screening, Error> {
        screening(self.guardrail.as_ref(), "the guardrail", task)
    }

    pub(crate) fn start(&self, task: TaskId) -> Result<SessionId, Error> {
        let Some(program) = &self.session else { return Ok(SessionId::new(&task.to_string())) };
        match ask(program, "the agent service", task)? {
            Answer::Yes(id) if id.is_empty() => Ok(SessionId::new(&task.to_string())),
            Answer::Yes(id) => Ok(SessionId::new(&id)),
            Answer::No(reason) => Err(SessionRefused { reason }.into()),
        }
    }
}

fn screening(program: Option<&PathBuf>, service: &'static str, task: TaskId) -> Result<Screening, Error> {
    let Some(program) = program else { return Ok(Screening::Passed) };
    Ok(match ask(program, service, task)? {
        Answer::Yes(_) => Screening::Passed,
        Answer::No(reason) => Screening::Blocked(reason),
    })
}

fn ask(program: &PathBuf, service: &'static str, task: TaskId) -> Result<Answer, Error> {
    let mut command = Command::new(program);
    command.arg(task.to_string()).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| {
        eprintln!("warning: {}: {error}", program.display());
        Error::NoAnswer(service)
    })?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let line = printed.lines().next().unwrap_or_default().trim().to_string();
    match output.status.code() {
        Some(0) => Ok(Answer::Yes(line)),
        Some(1) if line.is_empty() => Ok(Answer::No(format!("{service} gave no reason"))),
        Some(1) => Ok(Answer::No(line)),
        _ => {
            eprintln!("warning: {}: {}; expected 0 or 1", program.display(), output.status);
            Err(Error::NoAnswer(service))
        }
    }
}
