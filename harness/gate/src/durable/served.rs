//! The durable executions among all that the handlers of a run share.
use super::{Execution, answers::invalid, ways::complete};
use crate::{
    ask::{Answer, Ask, To},
    names,
    world::World,
};
use anechoic_engine::Text;
use serde_json::{Map, Value};
use std::sync::Arc;

/// What the service of durable executions is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// To invoke the handler: by nobody's request, but because it is time.
    Invoke,
    /// To take an invocation's answer.
    Respond,
    /// `CheckpointDurableExecution`.
    Checkpoint(Spelling),
    /// `GetDurableExecutionState`.
    State,
    /// `SendDurableExecutionCallbackSuccess`, and its siblings.
    Callback,
}

/// How an SDK expects to be told that its token is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `Invalid Checkpoint Token`.
    Capitals,
    /// `Invalid checkpoint token`, as that for Python does.
    Small,
}

impl World {
    /// What has happened to each durable execution whose history is [kept](crate::Durable::keeps_history), by the name of its handler:
    /// events as `GetDurableExecutionHistory` answers them, with data, in their order; times are seconds since 1970.
    pub fn histories(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.executions.iter().filter_map(|execution| Some((&*execution.name, execution.history()?)))
    }

    /// The durable executions as rows, by the names of their handlers: of one that may be invoked, also if it was not.
    pub(crate) fn execution_rows(&self) -> Vec<(&str, Vec<Map<String, Value>>)> {
        let functions = self.site.functions.iter();
        let durable = functions.filter(|function| {
            function.program.as_ref().is_ok_and(|program| program.handler().durable.is_some())
        });
        let mut executions: Vec<(&str, Vec<Map<String, Value>>)> =
            durable.map(|function| (&*function.name, Vec::new())).collect();
        for execution in self.executions.iter().filter(|execution| !execution.is_plain) {
            match executions.iter_mut().find(|(name, _)| *name == execution.name) {
                Some((_, rows)) => rows.push(execution.row()),
                None => executions.push((&execution.name, vec![execution.row()])),
            }
        }
        executions
    }

    /// The durable executions, for people: those of one handler are numbered.
    pub(crate) fn executions_shown(&self) -> impl Iterator<Item = (Text, String)> {
        self.executions.iter().enumerate().map(|(at, execution)| {
            let same = |others: &[Arc<Execution>]| {
                others.iter().filter(|other| other.name == execution.name).count()
            };
            let name = match same(&self.executions) {
                1 => execution.name.clone(),
                _ => format!("{} {}", execution.name, same(&self.executions[..=at])),
            };
            (name.into(), names::shown(&execution.shown()).into_owned())
        })
    }

    /// The execution whose handler it is that is to be invoked by this, if it is that.
    pub(crate) fn invoked_by(&self, ask: &Ask) -> Option<&Execution> {
        match ask.to {
            To::Durable(Operation::Invoke, Some(of)) => self.executions.get(of).map(|execution| &**execution),
            _ => None,
        }
    }

    pub(crate) fn of_the_runtime(
        &mut self,
        operation: Operation,
        of: Option<usize>,
        ask: &Ask,
        way: u32,
    ) -> Arc<Answer> {
        let executions = Arc::make_mut(&mut self.executions);
        let done = match (operation, of.and_then(|of| executions.get_mut(of))) {
            (Operation::Callback, _) => Ok(Arc::new(complete(executions, ask))),
            (_, Some(execution)) => {
                let key = (execution.identity(), ask.digest(), way);
                let known = self.site.durable.asked.known(&key);
                let done = known.map_or_else(
                    || {
                        let mut after = Execution::clone(execution);
                        let answer = Arc::new(after.asked(operation, ask, way)?);
                        Ok(self.site.durable.asked.keep(key, (Arc::new(after), answer)))
                    },
                    Ok,
                );
                done.map(|(after, answer)| {
                    *execution = after;
                    answer
                })
            }
            (_, None) => Err(format!(
                "asks the service of durable executions for {}, and is not said to be durable: say `durable = true` of the handler",
                ask.path
            )),
        };
        let done = done.and_then(|answer| {
            of.map_or(Ok(()), |of| self.goes_on(of, operation, ask))?;
            Ok(answer)
        });
        done.unwrap_or_else(|what| {
            let answer = invalid(&what);
            self.stray(what);
            Arc::new(answer)
        })
    }
}

impl Execution {
    /// Does what it is asked.
    ///
    /// # Errors
    /// Why the service does not take it.
    fn asked(&mut self, operation: Operation, ask: &Ask, way: u32) -> Result<Answer, String> {
        let body = ask.json();
        match operation {
            Operation::Invoke => Ok(self.invoke(&body, way as usize)),
            Operation::Respond => self.respond(&body),
            Operation::State => Ok(self.state(&ask.path)),
            Operation::Checkpoint(spelling) => self.checkpoint(&body, spelling).map_err(|why| {
                format!(
                    "sends a checkpoint that the service of durable executions does not take: {why}: {}",
                    ask.body
                )
            }),
            Operation::Callback => unreachable!("it is asked of all of them"),
        }
    }
}
