//! The versions that are compared, against every kind of trouble by itself.
use super::{Clockwork, Request, jobs};
use crate::{SCENES, Scene, Settings, TaskScenario, VARIANTS, Variant, report::Trouble as Cell};
use anechoic::{
    Fault, Faults,
    search::{Exhaustive, Findings, Shard},
};
use anechoic_model::Promise;

/// A kind of trouble, by itself.
struct Kind {
    /// Its name.
    name: &'static str,
    /// Where it comes from.
    trouble: Trouble,
}

enum Trouble {
    /// A durable step is retried; nothing goes wrong, and nobody else is there.
    Retry,
    /// Several callers at once; nothing goes wrong.
    Concurrency,
    /// One caller, invoked again when it dies or gets an error, and these faults.
    Faults(Faults),
    /// One caller beside a cancel, which reads, and these faults.
    FaultsBesideACancel(Faults),
}

/// The kinds of trouble, in the order of reports.
const KINDS: &[Kind] = &[
    Kind { name: "retry", trouble: Trouble::Retry },
    Kind { name: "concurrent callers", trouble: Trouble::Concurrency },
    Kind { name: "rejected", trouble: Trouble::Faults(Faults::of(&[Fault::Rejected])) },
    Kind {
        name: "lost acknowledgement",
        trouble: Trouble::Faults(Faults::of(&[Fault::LostAcknowledgement])),
    },
    Kind { name: "crash", trouble: Trouble::Faults(Faults::of(&[Fault::CrashBefore, Fault::CrashAfter])) },
    Kind { name: "late write", trouble: Trouble::Faults(Faults::of(&[Fault::LateWrite])) },
    Kind { name: "stale read", trouble: Trouble::FaultsBesideACancel(Faults::of(&[Fault::StaleRead])) },
    Kind {
        name: "duplicate invocation",
        trouble: Trouble::Faults(Faults::of(&[Fault::DuplicateInvocation])),
    },
];

/// Every version that is compared, against every kind of trouble.
pub(super) fn troubles(request: &Request, clockwork: &Clockwork<'_>) -> Vec<Cell> {
    let compared: Vec<_> = request.variants.iter().copied().filter(|variant| variant.is_compared()).collect();
    // What ships first: it is what is asked about.
    let kinds = || KINDS.iter().filter(|kind| kind.can_come(&request.settings));
    let mut pairs: Vec<_> =
        compared.iter().flat_map(|variant| kinds().map(move |kind| (*variant, kind))).enumerate().collect();
    pairs.sort_by_key(|(_, (variant, _))| variant.is_specimen());
    let mut cells = jobs::in_parallel(&pairs, usize::MAX, |(at, (variant, kind))| {
        (*at, kind.try_out(variant, request, clockwork))
    });
    cells.sort_by_key(|(at, _)| *at);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

impl Kind {
    /// Whether it can come in this bound at all: a step that has one attempt is never retried.
    fn can_come(&self, settings: &Settings) -> bool {
        !matches!(self.trouble, Trouble::Retry) || settings.attempts() > 1
    }

    fn try_out(&self, variant: &'static Variant, request: &Request, clockwork: &Clockwork<'_>) -> Cell {
        let mut cell = Cell {
            variant: variant.name.into(),
            trouble: self.name.into(),
            broken: Default::default(),
            complete: true,
            reached: false,
            executions: 0,
        };
        let shard: Option<Shard> = request.search.shard();
        for (scene, settings) in self.situations(&request.settings) {
            let mut watch = clockwork.watch(format!("{} {}", self.name, variant.name));
            let subject = TaskScenario::new(scene, variant, &settings);
            let found = match watch.is_over() {
                true => Findings::default(),
                false => Exhaustive { shard, ..Exhaustive::default() }.search(&subject, &mut watch),
            };
            cell.complete &= found.complete;
            cell.executions += found.executions;
            cell.reached |= found.finished > 0 && (settings.faults == 0 || !found.faults.is_empty());
            for (promise, way) in found.broken.into_keys() {
                let ways: &mut Vec<String> =
                    cell.broken.entry(Promise::ALL[promise].name().into()).or_default();
                if !ways.iter().any(|known| *known == way) {
                    ways.push(way.into());
                }
                ways.sort();
            }
        }
        cell
    }

    /// The scenes that have this trouble, and the bound in which they have no other.
    fn situations(&self, settings: &Settings) -> Vec<(&'static Scene, Settings)> {
        let scenes = SCENES.iter().filter(|scene| {
            VARIANTS.iter().all(|variant| !variant.is_compared() || variant.is_shown_in(scene))
        });
        let quiet = Settings { callers_from: 1, callers: 1, faults: 0, ..settings.clone() };
        match self.trouble {
            Trouble::Retry => {
                let durable = scenes.filter(|scene| !scene.has_callers());
                durable.map(|scene| (scene, quiet.clone())).collect()
            }
            Trouble::Concurrency => {
                let together = scenes.filter(|scene| scene.has_callers());
                let counts = 2..=settings.callers.max(2);
                together
                    .flat_map(|scene| counts.clone().map(move |callers| (scene, callers)))
                    .map(|(scene, callers)| {
                        (scene, Settings { callers_from: callers, callers, ..quiet.clone() })
                    })
                    .collect()
            }
            Trouble::Faults(kinds) => {
                alone("fail-task", Settings { kinds, faults: settings.faults.max(1), ..quiet })
            }
            Trouble::FaultsBesideACancel(kinds) => {
                alone("cancel-race", Settings { kinds, faults: settings.faults.max(1), ..quiet })
            }
        }
    }
}

fn alone(scene: &str, settings: Settings) -> Vec<(&'static Scene, Settings)> {
    Scene::named(scene).map(|scene| (scene, settings)).into_iter().collect()
}
