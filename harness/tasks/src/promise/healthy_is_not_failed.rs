use super::{AtRest, Broken, Rule};
use crate::trace::{Case, Judged, Owner, Standing, Tally};
use anechoic_model::{Promise, Status};

pub(super) struct HealthyIsNotFailed;

impl Rule for HealthyIsNotFailed {
    const PROMISE: Promise = Promise::HealthyIsNotFailed;

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        let may_fail = || ended.scenario.may_fail(ended.rest.service, ended.cast.lot);
        if ended.state.status == Status::Failed && !may_fail() {
            broken.report("failed for nothing", || "the task is FAILED, and nothing had failed".into());
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        match case.end() {
            Err(why) => Judged::unknown(why),
            Ok(Standing::At(Status::Failed)) => {
                Judged::unknown("the task is FAILED, and no record shows whether anything had failed")
            }
            Ok(end) => Judged::holds(format!("the task is {end}")),
        }
    }

    fn counts(tally: &Tally) -> bool {
        tally.is_broken(Self::PROMISE)
    }
}
