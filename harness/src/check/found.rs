use super::{
    Clockwork,
    search::{Run, bounds},
};
use crate::{
    Scene, Settings, TaskScenario, Variant,
    report::{Found, Size},
    situation::{TaskReplay, faults},
};
use anechoic::search::{Path, shortest, shrink};
use anechoic_evidence::{Format, ReplayFile};
use anechoic_model::Promise;

/// A promise that a version breaks in a scene.
#[derive(Clone, Copy)]
pub(crate) struct Broke {
    pub(crate) scene: &'static Scene,
    pub(crate) variant: &'static Variant,
    pub(crate) promise: Promise,
}

impl Broke {
    /// The smallest run that breaks it; or, when time is up, the one that was found, made as small as a few tries make it.
    pub(super) fn smallest(
        self,
        within: &Settings,
        (settings, path): (&Settings, &Path),
        clockwork: &Clockwork<'_>,
    ) -> (Run, Found) {
        let (settings, path, is_smallest) = self
            .search_up(within, clockwork)
            .unwrap_or_else(|| (settings.clone(), self.shrunk(settings, path, clockwork), false));
        let found = self.show(&settings, &path, is_smallest);
        (Run { scene: self.scene, variant: self.variant, settings, path }, found)
    }

    /// Allows more and more until the promise breaks: first more faults, then more callers.
    fn search_up(self, within: &Settings, clockwork: &Clockwork<'_>) -> Option<(Settings, Path, bool)> {
        let Broke { scene, variant, promise } = self;
        for faults in 0..=within.faults {
            for settings in bounds(scene, &Settings { faults, callers_from: 1, ..within.clone() }) {
                let subject = TaskScenario::new(scene, variant, &settings);
                let mut watch =
                    clockwork.watch(format!("the smallest run of {} {}", scene.name, variant.name));
                if watch.is_over() {
                    return None;
                }
                if let Some(path) = shortest(&subject, promise as usize, &mut watch) {
                    return Some((settings, path, true));
                }
            }
        }
        None
    }

    fn shrunk(self, settings: &Settings, path: &Path, clockwork: &Clockwork<'_>) -> Path {
        const TRIES: u64 = 2_000;
        let subject = TaskScenario::new(self.scene, self.variant, settings);
        let what = format!("a smaller run of {} {}", self.scene.name, self.variant.name);
        shrink(&subject, self.promise as usize, path.clone(), &mut clockwork.watch(what).at_most(TRIES))
    }

    /// The run, as a report holds it.
    pub(crate) fn show(self, settings: &Settings, path: &Path, is_smallest: bool) -> Found {
        let Broke { scene, variant, promise } = self;
        let (outcome, record) = path.replay(&TaskScenario::new(scene, variant, settings));
        let breach = outcome.breaches.into_iter().find(|breach| breach.promise == promise as usize);
        let breach = breach.expect("the same choices make the same run");
        let size = Size { faults: faults(&record, &breach), actors: record.actors.len(), steps: breach.step };
        let replay = ReplayFile {
            format: Format::V1,
            subject: TaskReplay::new(scene, variant, settings),
            promise: promise.name().into(),
            found: breach.detail,
            choices: record.choices,
        };
        let (file, kept_as) = (String::new(), None);
        let way = breach.word.into();
        Found { replay, way, size, is_smallest, file, kept_as, remedies: Vec::new(), passing: None }
    }
}
