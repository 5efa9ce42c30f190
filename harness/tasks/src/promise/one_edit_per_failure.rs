use super::{AtRest, Broken, Rule};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner, Tally},
};
use anechoic::End;
use anechoic_model::Promise;

pub(super) struct OneEditPerFailure;

impl Rule for OneEditPerFailure {
    const PROMISE: Promise = Promise::OneEditPerFailure;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let edits = storage.edits as usize;
        if edits > 1 {
            broken.report("edited again", || edited(edits));
        }
    }

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        let (storage, ends) = (ended.rest.service, &ended.rest.ends);
        let is_done = ends.iter().all(|(_, end)| matches!(end, End::Answered(_)));
        if storage.is_told && storage.edits == 0 && is_done {
            broken.report("never told", || "the consumer is done, and the comment was not edited".into());
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        match case.edits {
            _ if !case.ours.ways || case.stands.is_empty() => {
                Judged::unknown("nothing shows that the edits tell of a task's failure")
            }
            0 => Judged::unknown("nothing in this input shows edits of the pull request's comment (edit_id)"),
            1 => Judged::unknown("an edit that left no trace may have been made, too"),
            edits => Judged::violated(edited(edits)),
        }
    }

    fn is_shown_by_a_part(_: &Case) -> bool {
        true
    }

    fn counts(tally: &Tally) -> bool {
        tally.is_broken(Self::PROMISE)
    }
}

fn edited(edits: usize) -> String {
    format!("the comment was edited {edits} times for one failure")
}
