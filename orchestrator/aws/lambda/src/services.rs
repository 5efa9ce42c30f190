use anechoic_orchestrator::{Error, Screening, SessionId, SessionRefused, TaskId};
use aws_durable_execution_sdk::LambdaClient;
use serde::Deserialize;

/// The functions that answer for the services around a task.
///
/// Each is invoked with `{"task_id": "…"}` and answers `{"verdict": "passed"}` or `{"verdict": "blocked", "reason": "…"}`;
/// the one that starts sessions adds a `"session"` to `passed`. Anything else is no answer, and it is asked again. What is
/// asked of a function that is not named passes; a session without a name bears the task's id.
#[derive(Clone, Debug)]
pub struct Services {
    /// Invokes them.
    pub client: LambdaClient,
    /// Says whether the task's blueprint can be had.
    pub blueprint: Option<String>,
    /// Says whether the task's agent will have what it needs.
    pub pre_flight: Option<String>,
    /// Judges the task's prompt.
    pub guardrail: Option<String>,
    /// Starts the task's agent, once, however often it is asked.
    pub session: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
enum Answer {
    Passed { session: Option<String> },
    Blocked { reason: String },
}

impl Services {
    pub(crate) async fn load(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.blueprint.as_deref(), "the blueprint", task).await
    }

    pub(crate) async fn check(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.pre_flight.as_deref(), "the pre-flight check", task).await
    }

    pub(crate) async fn screen(&self, task: TaskId) -> Result<Screening, Error> {
        self.screening(self.guardrail.as_deref(), "the guardrail", task).await
    }

    pub(crate) async fn start(&self, task: TaskId) -> Result<SessionId, Error> {
        match self.ask(self.session.as_deref(), "the agent service", task).await? {
            Answer::Passed { session } => {
                Ok(session.map_or_else(|| SessionId::new(&task.to_string()), SessionId::from))
            }
            Answer::Blocked { reason } => Err(SessionRefused { reason }.into()),
        }
    }

    async fn screening(
        &self,
        function: Option<&str>,
        service: &'static str,
        task: TaskId,
    ) -> Result<Screening, Error> {
        Ok(match self.ask(function, service, task).await? {
            Answer::Passed { .. } => Screening::Passed,
            Answer::Blocked { reason } => Screening::Blocked(reason),
        })
    }

    async fn ask(
        &self,
        function: Option<&str>,
        service: &'static str,
        task: TaskId,
    ) -> Result<Answer, Error> {
        let Some(function) = function else { return Ok(Answer::Passed { session: None }) };
        let request = serde_json::json!({ "task_id": task.to_string() }).to_string();
        let invoke = self.client.invoke().function_name(function).payload(request.into_bytes().into());
        let answer = invoke.send().await.map_err(|_| Error::NoAnswer(service))?;
        let payload = answer.payload().filter(|_| answer.function_error().is_none());
        let answer = payload.and_then(|payload| serde_json::from_slice(payload.as_ref()).ok());
        answer.ok_or(Error::NoAnswer(service))
    }
}
