use super::{Clockwork, Verdict, jobs};
use crate::{SCENES, Scene, Settings, TaskScenario, VARIANTS, Variant};
use anechoic::{Fault, Faults, search::Exhaustive};
use anechoic_model::Promise;
use std::collections::BTreeSet;

/// A kind of trouble, by itself.
pub struct Column {
    /// Its name.
    pub name: &'static str,
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
pub const COLUMNS: &[Column] = &[
    Column { name: "retry", trouble: Trouble::Retry },
    Column { name: "concurrent callers", trouble: Trouble::Concurrency },
    Column { name: "rejected", trouble: Trouble::Faults(Faults::of(&[Fault::Rejected])) },
    Column {
        name: "lost acknowledgement",
        trouble: Trouble::Faults(Faults::of(&[Fault::LostAcknowledgement])),
    },
    Column { name: "crash", trouble: Trouble::Faults(Faults::of(&[Fault::CrashBefore, Fault::CrashAfter])) },
    Column { name: "late write", trouble: Trouble::Faults(Faults::of(&[Fault::LateWrite])) },
    Column { name: "stale read", trouble: Trouble::FaultsBesideACancel(Faults::of(&[Fault::StaleRead])) },
    Column {
        name: "duplicate invocation",
        trouble: Trouble::Faults(Faults::of(&[Fault::DuplicateInvocation])),
    },
];

/// Versions of the handlers against kinds of trouble.
pub struct Matrix {
    /// One row for each version.
    pub rows: Vec<Row>,
}

/// One version of the handlers.
pub struct Row {
    /// The version.
    pub variant: &'static Variant,
    /// What became of it, in the order of [`COLUMNS`].
    pub cells: Vec<Cell>,
}

/// One version against one kind of trouble.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The broken promises, by position, and how.
    pub broken: BTreeSet<(usize, &'static str)>,
    /// Whether all of the bound was searched.
    pub complete: bool,
    /// Whether the trouble ever came.
    pub reached: bool,
    /// How many runs were made.
    pub executions: u64,
}

impl Matrix {
    pub(super) fn of(
        variants: &[&'static Variant],
        settings: &Settings,
        clockwork: &Clockwork<'_>,
    ) -> Matrix {
        let pairs: Vec<_> = variants
            .iter()
            .flat_map(|variant| COLUMNS.iter().map(move |column| (*variant, column)))
            .collect();
        let mut cells = jobs::in_parallel(&pairs, usize::MAX, |(variant, column)| {
            column.try_out(variant, settings, clockwork)
        })
        .into_iter();
        let rows = variants.iter().map(|variant| {
            let cells = cells.by_ref().take(COLUMNS.len()).collect();
            Row { variant, cells }
        });
        Matrix { rows: rows.collect() }
    }

    /// Whether a version breaks a promise in any of its cells.
    pub fn breaks(&self, variant: &Variant, promise: Promise) -> bool {
        self.cells(variant).any(|cell| cell.broken.iter().any(|(broken, _)| *broken == promise as usize))
    }

    /// Whether all cells of a version were searched to their end, and found the trouble that they are about.
    pub fn is_complete(&self, variant: &Variant) -> bool {
        self.cells(variant).all(|cell| cell.complete && cell.reached)
    }

    fn cells(&self, variant: &Variant) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter(|row| row.variant.name == variant.name).flat_map(|row| &row.cells)
    }
}

impl Cell {
    /// What is known of all promises together. Trouble that never came proves nothing.
    pub fn verdict(&self) -> Verdict {
        if !self.broken.is_empty() {
            Verdict::Violated
        } else if self.complete && self.reached {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        }
    }

    /// In which ways promises were broken, each once.
    pub fn words(&self) -> BTreeSet<&'static str> {
        self.broken.iter().map(|(_, word)| *word).collect()
    }
}

impl Column {
    fn try_out(&self, variant: &'static Variant, settings: &Settings, clockwork: &Clockwork<'_>) -> Cell {
        let mut cell = Cell { complete: true, ..Cell::default() };
        for (scene, settings) in self.situations(settings) {
            let mut watch = clockwork.watch(format!("{} {}", self.name, variant.name));
            let subject = TaskScenario::new(scene, variant, &settings);
            let found = if watch.is_over() {
                anechoic::search::Findings::default()
            } else {
                Exhaustive::default().search(&subject, &mut watch)
            };
            cell.complete &= found.complete;
            cell.executions += found.executions;
            cell.reached |= found.finished > 0 && (settings.faults == 0 || !found.faults.is_empty());
            cell.broken.extend(found.broken.into_keys());
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
