//! What an SDK does when one thing goes wrong with a checkpoint.
use crate::{
    judge::ended,
    run::{Ran, Staged},
};
use anechoic_engine::Fault;

/// What may go wrong with a checkpoint, one at a time. All attempts of the client are lost with it, since there is one.
pub(crate) const FAULTS: [Fault; 4] =
    [Fault::Rejected, Fault::LostAcknowledgement, Fault::CrashBefore, Fault::CrashAfter];

/// What came of a run with a fault, beside the one without. Of several, the worst counts, which is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Came {
    /// The execution ends in the same way, and each body ran as often.
    TheSame,
    /// The execution ends in the same way, and a body ran once more.
    BodyRepeated,
    /// The execution ends in the same way, and a body ran less often.
    BodyLeftOut,
    /// The execution has the same status, and another result or error.
    ResultLost,
    /// The execution fails that does not otherwise.
    Failed,
    /// It does not come to its end, or what it does cannot be told.
    Unclear,
}

impl Came {
    pub(crate) const ALL: [Came; 6] =
        [Came::TheSame, Came::BodyRepeated, Came::BodyLeftOut, Came::ResultLost, Came::Failed, Came::Unclear];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Came::TheSame => "as without",
            Came::BodyRepeated => "body repeated",
            Came::BodyLeftOut => "body left out",
            Came::ResultLost => "result lost",
            Came::Failed => "execution failed",
            Came::Unclear => "unclear",
        }
    }

    fn of(calm: &Ran, ran: &Ran) -> Came {
        let ((status, result), (other, another)) = (ended(&calm.history), ended(&ran.history));
        let runs = |ran: &Ran, body: &String| ran.bodies.get(body).copied().unwrap_or(0);
        let more = |one: &Ran, other: &Ran| one.bodies.keys().any(|body| runs(one, body) > runs(other, body));
        if ran.trouble.is_some() || other == "RUNNING" {
            Came::Unclear
        } else if status != other {
            Came::Failed
        } else if result != another {
            Came::ResultLost
        } else if more(calm, ran) {
            Came::BodyLeftOut
        } else if more(ran, calm) {
            Came::BodyRepeated
        } else {
            Came::TheSame
        }
    }
}

/// What came of a fault at one checkpoint.
pub(crate) struct Found {
    pub(crate) fault: Fault,
    /// What the checkpoint did to its operations.
    pub(crate) actions: String,
    pub(crate) came: Came,
    pub(crate) why: Option<String>,
}

/// Makes a case again with each fault at each of its checkpoints.
pub(crate) fn found(staged: &Staged<'_>, calm: &Ran) -> Vec<Found> {
    let mut found = Vec::new();
    for fault in FAULTS {
        for (ran, said) in staged.faulty(fault, calm.checkpoints.len()).into_iter().zip(&calm.checkpoints) {
            let came = Came::of(calm, &ran);
            found.push(Found { fault, actions: actions(said), came, why: ran.trouble });
        }
    }
    found
}

/// The actions in what a checkpoint says, each once.
fn actions(said: &str) -> String {
    const ACTIONS: [&str; 5] = ["START", "RETRY", "SUCCEED", "FAIL", "CANCEL"];
    let done = |action: &&str| said.split(", ").any(|update| update.split(' ').next() == Some(*action));
    let actions: Vec<&str> = ACTIONS.into_iter().filter(done).collect();
    if actions.is_empty() { "asks for news".into() } else { actions.join(" + ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A run that ends in this way, and whose body ran so often.
    fn ran(event: &str, said: &str, runs: u64) -> Ran {
        let (field, what) =
            (format!("{event}Details"), if event == "ExecutionFailed" { "Error" } else { "Result" });
        let history = vec![json!({"EventType": event, field: {what: {"Payload": said}}})];
        let bodies = [("body".to_string(), runs)].into();
        Ran { history, bodies, printed: None, checkpoints: Vec::new(), trouble: None }
    }

    #[test]
    fn what_came_of_a_run_is_told_by_its_end_and_its_bodies() {
        let calm = ran("ExecutionSucceeded", "1", 1);
        for (other, expected) in [
            (ran("ExecutionSucceeded", "1", 1), Came::TheSame),
            (ran("ExecutionSucceeded", "1", 2), Came::BodyRepeated),
            (ran("ExecutionSucceeded", "1", 0), Came::BodyLeftOut),
            (ran("ExecutionSucceeded", "2", 2), Came::ResultLost),
            (ran("ExecutionFailed", "1", 1), Came::Failed),
            (ran("InvocationCompleted", "1", 1), Came::Unclear),
            (Ran { trouble: Some("it hangs".into()), ..calm.clone() }, Came::Unclear),
        ] {
            assert_eq!(Came::of(&calm, &other), expected, "{other:?}");
        }
    }

    #[test]
    fn a_checkpoint_is_called_by_what_it_does() {
        assert_eq!(actions("START one, SUCCEED two, START START"), "START + SUCCEED");
        assert_eq!(actions("any news?"), "asks for news");
    }
}
