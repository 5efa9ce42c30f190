//! Functions that a durable execution invokes: a handler of this name runs as an execution of its own, whose end is told to its
//! caller.
//!
//! As AWS's own library for tests has it (`aws-durable-execution-sdk-python-testing` 1.4, `child_dispatcher`): a durable function
//! begins an execution; any other is invoked once, and what it answers is the result.
use super::{
    Durable, Execution, Operation,
    answers::{Next, next},
    execution::Work,
    operation::Stored,
    ways::Outcome,
};
use crate::{
    ask::{Answer, Ask},
    known::Program,
    world::World,
};
use anechoic_engine::Footprint;
use serde_json::{Value, json};
use std::sync::Arc;

/// A handler that durable functions may invoke.
#[derive(Clone)]
pub struct Function {
    /// By this name.
    pub name: String,
    /// What runs then; or why it cannot.
    pub program: Result<Arc<Program>, String>,
}

/// Who has an execution carried out: another, by one of its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    execution: usize,
    operation: usize,
}

/// What an execution invokes that nobody carries out yet.
struct Call {
    operation: usize,
    function: String,
    input: String,
}

/// So many executions have names of their own.
const MOST: usize = 200;

/// What a function is called, without its account, region and version.
pub(super) fn bare(function: &str) -> &str {
    let name = function.rsplit("function:").next().unwrap_or(function);
    name.split(':').next().unwrap_or(name)
}

impl World {
    /// An execution was asked something: what it invokes begins, and whoever invoked it is told if it is over.
    pub(super) fn goes_on(&mut self, at: usize, operation: Operation, ask: &Ask) -> Result<(), String> {
        match operation {
            Operation::Checkpoint(_) if invokes(ask) => self.begin_what_is_invoked(at),
            Operation::Invoke | Operation::Respond => {
                self.tell_the_caller(at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin_what_is_invoked(&mut self, by: usize) -> Result<(), String> {
        let known = self.site.functions.clone();
        for Call { operation, function, input } in self.executions[by].calls() {
            let exact = known.iter().find(|known| known.name == function);
            let Some(function) = exact.or_else(|| known.iter().find(|known| known.name == bare(&function)))
            else {
                self.site.note_not_run(&function);
                continue;
            };
            let name = &function.name;
            let program = function.program.as_ref();
            let program =
                program.map_err(|why| format!("invokes `{name}`, which cannot be run here: {why}"))?;
            let number = self.executions.len();
            if number == MOST {
                return Err(format!(
                    "invokes `{name}` in a run of {MOST} executions: does a function invoke itself without an end?"
                ));
            }
            let caller = Caller { execution: by, operation };
            let executions = Arc::make_mut(&mut self.executions);
            let now = executions[by].now;
            let durable = program.handler().durable.clone();
            let callee = Execution::called((name.clone(), number), &input, durable, (caller, now));
            let arn = (!callee.is_plain).then(|| callee.arn());
            executions.push(Arc::new(callee));
            Arc::make_mut(&mut executions[by]).is_carried_out(operation, number, arn);
        }
        Ok(())
    }

    fn tell_the_caller(&mut self, at: usize) {
        let Some((Caller { execution, operation }, outcome)) = self.executions[at].comes_out() else {
            return;
        };
        let executions = Arc::make_mut(&mut self.executions);
        let now = executions[at].now;
        Arc::make_mut(&mut executions[execution]).hears(operation, outcome, now);
    }

    /// What is touched besides an execution itself when it is asked this.
    pub(crate) fn touched_beside(&self, at: usize, operation: Operation, ask: &Ask) -> Footprint {
        let nothing = Footprint::nothing();
        let Some(execution) = self.executions.get(at) else { return nothing };
        let is_told = match operation {
            Operation::Respond => true,
            // Whose time is over is not invoked, and a plain function only once.
            Operation::Invoke => execution.is_plain || execution.durable.time_out.is_some(),
            _ => false,
        };
        match execution.caller.filter(|_| is_told) {
            Some(caller) => nothing.writes(&("execution", caller.execution)),
            // The numbers of executions are given in their order.
            None if matches!(operation, Operation::Checkpoint(_)) && invokes(ask) => {
                nothing.writes(&"the number of executions")
            }
            None => nothing,
        }
    }

    /// The execution that was delivered, on whose behalf this one is carried out.
    pub(crate) fn root(&self, at: usize) -> usize {
        self.executions[at].caller.map_or(at, |caller| self.root(caller.execution))
    }

    /// The executions that others have carried out, in their order.
    pub(crate) fn all_called(&self) -> impl Iterator<Item = (usize, &Execution)> {
        let all = self.executions.iter().map(|execution| &**execution).enumerate();
        all.filter(|(_, execution)| execution.caller.is_some())
    }
}

fn invokes(ask: &Ask) -> bool {
    ask.body.contains("CHAINED_INVOKE")
}

impl Execution {
    /// One that another has carried out, since this time. Of a function that is not durable it is a single invocation.
    fn called(
        (name, number): (String, usize),
        input: &str,
        durable: Option<Arc<Durable>>,
        (caller, now): (Caller, u64),
    ) -> Execution {
        let is_plain = durable.is_none();
        let mut callee = Execution::begun((name, number), input, durable.unwrap_or_default(), now);
        (callee.caller, callee.is_plain) = (Some(caller), is_plain);
        callee.refresh();
        callee
    }

    /// What it invokes that nobody carries out, and whose outcome is not declared.
    fn calls(&self) -> Vec<Call> {
        let operations = self.operations.iter().enumerate();
        let open = operations.filter(|(_, one)| one.is("CHAINED_INVOKE", "STARTED") && !one.is_carried_out());
        let undeclared = open.filter(|(_, one)| self.declared_by_name(one).is_none());
        let call = |(operation, one): (usize, &Arc<Stored>)| Call {
            operation,
            function: one.invoked().into(),
            input: one.invocation()["Payload"].as_str().unwrap_or("{}").into(),
        };
        undeclared.map(call).collect()
    }

    fn is_carried_out(&mut self, operation: usize, number: usize, arn: Option<String>) {
        self.operation(operation).carry_out(number);
        self.tell_of(operation, arn);
        self.refresh();
    }

    /// How the operation ends by which it was invoked, if it is over.
    fn comes_out(&self) -> Option<(Caller, Outcome)> {
        let caller = self.caller.filter(|_| self.work == Work::Over)?;
        let own = &self.operations[0];
        let outcome = match own.text("Status") {
            "SUCCEEDED" => {
                Outcome::success(Some(own.detail("Result").clone()).filter(|said| !said.is_null()))
            }
            "TIMED_OUT" => {
                let seconds = self.durable.time_out.unwrap_or_default();
                let message = format!("CHAINED_INVOKE timed out after {seconds} seconds.");
                let error = json!({"ErrorType": "ChainedInvoke.Timeout", "ErrorMessage": message});
                Outcome { status: "TIMED_OUT", ..Outcome::failure(error) }
            }
            _ => Outcome::failure(own.detail("Error").clone()),
        };
        Some((caller, outcome))
    }

    /// What it has invoked is over by now.
    fn hears(&mut self, operation: usize, outcome: Outcome, now: u64) {
        if self.work == Work::Over || self.operations[operation].text("Status") != "STARTED" {
            return;
        }
        self.now = self.now.max(now);
        self.come_out(operation, outcome);
        self.fire_what_is_due();
        self.refresh();
    }

    /// A plain function that was invoked before is not invoked again: it has died.
    pub(super) fn has_died(&mut self) -> Option<Answer> {
        if !self.is_plain || self.invocation == 0 {
            return None;
        }
        self.comes_to("Runtime.ExitError", "its process has ended");
        self.end()
    }

    /// What a plain function says is how it ends.
    pub(super) fn answered_plainly(&mut self, said: &Value) -> Answer {
        match said["error"].as_str() {
            Some(words) => {
                let known = words.split_once(": ").filter(|(kind, _)| !kind.contains(' '));
                let (kind, message) = known.unwrap_or(("Error", words));
                self.comes_to(said["kind"].as_str().unwrap_or(kind), message);
            }
            None => {
                self.come_to_an_end(true, &said["answer"].to_string().into(), &Value::Null);
                self.is_over();
            }
        }
        self.end().unwrap_or_else(|| next(Next::Done, "", ""))
    }

    fn comes_to(&mut self, kind: &str, message: &str) {
        let error = json!({"ErrorType": kind, "ErrorMessage": message});
        self.come_to_an_end(false, &Value::Null, &error);
        self.is_over();
    }

    fn is_over(&mut self) {
        self.work = Work::Over;
        self.refresh();
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Spelling, *};

    /// One that has invoked this.
    fn invoking(function: &str) -> Execution {
        let mut execution = Execution::new("caller".into(), 0, "{}", Arc::default());
        execution.invoke(&json!({"actor": 1}), 0);
        let options = json!({"FunctionName": function});
        let update =
            json!({"Id": "1", "Type": "CHAINED_INVOKE", "Action": "START", "ChainedInvokeOptions": options});
        let body = json!({"CheckpointToken": "1.0", "Updates": [update]});
        assert_eq!(execution.checkpoint(&body, Spelling::Capitals).expect("it is taken").status, 200);
        execution
    }

    #[test]
    fn whom_it_has_invoked_is_a_part_of_its_state() {
        assert_eq!(invoking("one").digest(), invoking("one").digest());
        assert_ne!(invoking("one").digest(), invoking("two").digest());
    }

    #[test]
    fn a_function_is_known_by_its_bare_name() {
        for function in [
            "charge",
            "charge:$LATEST",
            "charge:prod",
            "function:charge:7",
            "000000000000:function:charge",
            "arn:aws:lambda:us-east-1:000000000000:function:charge:prod",
        ] {
            assert_eq!(bare(function), "charge", "{function}");
        }
    }
}
