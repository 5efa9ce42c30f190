use super::{Asks, Beside, Lot, Scene, Site, fan_out};
use crate::world::Luck;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::Status;

/// All situations, in the order of reports.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "fail-task",
        about: "concurrent callers of one failure, no runtime around them",
        lots: &[lot("it fails", Status::Hydrating, Luck::Well, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| true,
        asks: |_| Asks::told(FAIL),
        spared: None,
        faults: 2,
        has_callers: true,
        site: Site::FailTask,
    },
    Scene {
        name: "hydrate-context",
        about: "the observed path: a durable step, blocked by the guardrail, fails the task and rethrows",
        lots: &[lot("it is blocked", Status::Submitted, Luck::Blocked, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| true,
        asks: |_| Asks::told(HYDRATE_AND_FAIL),
        spared: None,
        faults: 2,
        has_callers: false,
        site: Site::HydrateContext,
    },
    Scene {
        name: "start-session",
        about: "its sibling: a durable step whose session does not start, or does",
        lots: &[
            lot("its session does not start", Status::Hydrating, Luck::NoSession, true, &[]),
            lot("its session starts", Status::Hydrating, Luck::Well, false, &[]),
        ],
        ends: &[Modelled::Failed, Modelled::Running],
        settles: |lot| lot.fails,
        asks: |lot| if lot.fails { Asks::told(FAIL) } else { Asks::untold(RUN) },
        spared: None,
        faults: 2,
        has_callers: false,
        site: Site::StartSession,
    },
    Scene {
        name: "cancel-race",
        about: "the callers of fail-task, and a cancel that contends for the same row",
        lots: &[lot("it fails", Status::Hydrating, Luck::Well, true, &[Beside::Cancel])],
        ends: &[Modelled::Failed, Modelled::Cancelled],
        settles: |_| true,
        asks: |_| Asks::told(FAIL),
        spared: None,
        faults: 2,
        has_callers: true,
        site: Site::FailTask,
    },
    Scene {
        name: "admission",
        about: "a task asks for its user's last slot, beside another task of the user's, or beside a recount",
        lots: &[
            lot("it asks beside another", Status::Submitted, Luck::Well, false, &[Beside::AnotherTask]),
            lot("it asks during a recount", Status::Submitted, Luck::Well, false, &[Beside::Recount]),
        ],
        ends: &[Modelled::Submitted, Modelled::Queued],
        settles: |_| false,
        asks: |_| Asks::untold(ADMIT),
        spared: None,
        faults: 2,
        has_callers: false,
        site: Site::Admission,
    },
    Scene {
        name: "heartbeat-stale",
        about: "a silent agent is given up, while it gives a sign of life, or completes and its user cancels",
        lots: &[
            lot("it was silent", Status::Running, Luck::Well, true, &[Beside::Beat]),
            lot("it is done", Status::Running, Luck::Well, true, &[Beside::Agent, Beside::Cancel]),
        ],
        ends: &[Modelled::Failed, Modelled::Completed, Modelled::Cancelled],
        settles: |_| false,
        asks: |_| Asks::untold(GIVE_UP),
        spared: None,
        faults: 2,
        has_callers: false,
        site: Site::HeartbeatStale,
    },
    Scene {
        name: "finalize",
        about: "a task whose time is up is ended, wherever it stands, while its agent completes or its user cancels",
        lots: &[
            lot("it runs, and its agent is done", Status::Running, Luck::Well, false, &[Beside::Agent]),
            lot("it runs, and is cancelled", Status::Running, Luck::Well, false, &[Beside::Cancel]),
            lot("it is being finalized", Status::Finalizing, Luck::Well, false, &[Beside::Agent]),
            lot("it waits for approval", Status::AwaitingApproval, Luck::Well, true, &[Beside::Cancel]),
            lot("it still hydrates", Status::Hydrating, Luck::Well, true, &[Beside::Cancel]),
            lot("its agent has completed it", Status::Completed, Luck::Well, false, &[]),
        ],
        ends: &[Modelled::Completed, Modelled::TimedOut, Modelled::Failed, Modelled::Cancelled],
        settles: |_| true,
        asks: |_| Asks::untold(END),
        spared: None,
        faults: 2,
        has_callers: false,
        site: Site::Finalize,
    },
    Scene {
        name: "fan-out",
        about: "a failure is told to its pull request by a consumer to whom the stream delivers it twice",
        lots: &[lot("it failed", Status::Failed, Luck::Well, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| false,
        asks: |_| Asks::untold(&[]),
        spared: Some(fan_out::SPARED),
        faults: 2,
        has_callers: false,
        site: Site::FanOut,
    },
    Scene {
        name: "whole-task",
        about: "the whole workflow, from SUBMITTED to the end, beside its agent, a cancel, or alone with what goes wrong",
        lots: &[
            lot("its agent completes it", Status::Submitted, Luck::Well, false, &[Beside::Agent]),
            lot("its user cancels it", Status::Submitted, Luck::Well, false, &[Beside::Cancel]),
            lot("its blueprint cannot be loaded", Status::Submitted, Luck::NoBlueprint, true, &[]),
            lot("its pre-flight fails", Status::Submitted, Luck::NotFit, true, &[]),
            lot("it is blocked", Status::Submitted, Luck::Blocked, true, &[]),
            lot("its session does not start", Status::Submitted, Luck::NoSession, true, &[]),
        ],
        ends: &[Modelled::Completed, Modelled::Failed, Modelled::Cancelled, Modelled::TimedOut],
        settles: |_| true,
        asks: |_| Asks::untold(WORKFLOW),
        spared: None,
        faults: 1,
        has_callers: false,
        site: Site::WholeTask,
    },
];

const fn lot(name: &'static str, begins: Status, luck: Luck, fails: bool, beside: &'static [Beside]) -> Lot {
    Lot { name, begins, luck, fails, beside }
}

const FAIL: &[Input] = &[Input::Fail { from: Modelled::Hydrating }];
const RUN: &[Input] = &[Input::Move { from: Modelled::Hydrating, to: Modelled::Running }];
const HYDRATE_AND_FAIL: &[Input] = &[
    Input::Move { from: Modelled::Submitted, to: Modelled::Hydrating },
    Input::Fail { from: Modelled::Hydrating },
];
const ADMIT: &[Input] = &[
    Input::Admit,
    Input::Move { from: Modelled::Submitted, to: Modelled::Queued },
    Input::Move { from: Modelled::Queued, to: Modelled::Submitted },
    Input::Admit,
];
const GIVE_UP: &[Input] =
    &[Input::Fail { from: Modelled::Running }, Input::Fail { from: Modelled::Finalizing }];
const END: &[Input] = &[
    Input::Move { from: Modelled::Running, to: Modelled::TimedOut },
    Input::Move { from: Modelled::Finalizing, to: Modelled::TimedOut },
    Input::Fail { from: Modelled::AwaitingApproval },
    Input::Fail { from: Modelled::Hydrating },
];
const WORKFLOW: &[Input] = &[
    Input::Fail { from: Modelled::Submitted },
    Input::Admit,
    Input::Fail { from: Modelled::Submitted },
    Input::Move { from: Modelled::Submitted, to: Modelled::Hydrating },
    Input::Fail { from: Modelled::Hydrating },
    Input::Move { from: Modelled::Hydrating, to: Modelled::Running },
    Input::Move { from: Modelled::Running, to: Modelled::TimedOut },
    Input::Move { from: Modelled::Finalizing, to: Modelled::TimedOut },
];
