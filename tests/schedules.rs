//! proptest draws schedules: a scenario, a retry policy of any preset, callers, faults, and a tape of choices.
//!
//! What it finds, it shrinks, and saves as a replay file before it fails: concrete choices, not a seed. Saved runs are
//! made again first.
use anechoic::evidence::write_whole;
use anechoic::{Policy, Subject, search::Tape};
use anechoic::{ReplayFile, Situation, replay::Format};
use anechoic_model::Promise;
use anechoic_task_cases::{catalogue, usual};
use anechoic_tests::{attempts, scenario, scenes_of};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestError, TestRunner},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A schedule.
#[derive(Clone, Debug)]
struct Schedule {
    scene: &'static str,
    preset: usize,
    callers: usize,
    faults: u32,
    client_attempts: u32,
    tape: Vec<u8>,
}

fn schedules(variant: &'static str) -> impl Strategy<Value = Schedule> {
    let scenes: Vec<&str> = scenes_of(variant).map(|scene| scene.name).collect();
    let tape = vec(any::<u8>(), 0..120);
    let numbers = (0..Policy::presets().len(), 1..4_usize, 0..3_u32, 1..4_u32);
    (prop::sample::select(scenes), numbers, tape).prop_map(
        |(scene, (preset, callers, faults, client_attempts), tape)| Schedule {
            scene,
            preset,
            callers,
            faults,
            client_attempts,
            tape,
        },
    )
}

impl Schedule {
    fn settings(&self) -> Situation {
        let policy = Policy::presets().swap_remove(self.preset);
        Situation {
            callers: self.callers,
            faults: self.faults,
            given: attempts(self.client_attempts),
            policy: Some(policy.name.into()),
            ..usual()
        }
    }

    /// A step that has no more attempts than there are faults may never reach the store; no code can help that.
    fn excuses(&self, breach: &anechoic::Breach) -> bool {
        let attempts = Policy::presets().swap_remove(self.preset).policy.attempts;
        attempts.is_some_and(|attempts| attempts <= self.faults)
            && (Promise::ALL[breach.promise], breach.word.as_ref())
                == (Promise::EveryFailureIsAnnounced, "dropped failure")
    }

    /// The run, if it breaks a promise.
    fn counterexample(&self, variant: &str) -> Option<ReplayFile> {
        let settings = self.settings();
        let (outcome, record) = scenario(self.scene, variant, &settings).record(&mut Tape::new(&self.tape));
        let breach = outcome.breaches.iter().find(|breach| !self.excuses(breach))?;
        Some(ReplayFile {
            format: Format::V2,
            catalogue: catalogue().name.clone().into(),
            scenario: self.scene.into(),
            variant: variant.into(),
            situation: settings,
            promise: Promise::ALL[breach.promise].name().into(),
            found: breach.detail.clone(),
            choices: record.choices,
        })
    }
}

/// Draws schedules until one breaks a promise; that one, shrunk, is kept in the folder for a review.
fn find(variant: &'static str, cases: u32, folder: &Path) -> Option<PathBuf> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let found = TestRunner::new(config).run(&schedules(variant), |schedule| {
        prop_assert!(schedule.counterexample(variant).is_none());
        Ok(())
    });
    let schedule = match found {
        Ok(()) => return None,
        Err(TestError::Fail(_, schedule)) => schedule,
        Err(aborted) => panic!("{aborted}"),
    };
    let file = schedule.counterexample(variant).expect("what failed fails again");
    let path = folder.join(format!("{}.{variant}.{}.new.json", schedule.scene, file.promise));
    write_whole(&path, file.to_json().as_bytes()).expect("written");
    Some(path)
}

#[test]
fn no_schedule_of_any_preset_breaks_what_ships() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/replays"));
    let mut again = 0;
    let files = fs::read_dir(folder).expect("the saved runs").map(|entry| entry.expect("a file").path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let text = fs::read_to_string(file).expect("a saved run");
        assert_eq!(
            catalogue().broken(&text, Some("atomic")).expect("a saved run"),
            Vec::<String>::new(),
            "{text}"
        );
        again += 1;
    }
    assert!(again > 0, "there are saved runs");
    let found = find("atomic", 5_000, folder);
    assert!(found.is_none(), "what ships breaks a promise, in {found:?}");
}

/// The same on a specimen: it finds something, and the file that it saves is a run that breaks the promise again.
#[test]
fn what_is_found_is_saved_small_and_breaks_its_promise_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for variant in ["unguarded", "gated"] {
        let path = find(variant, 5_000, folder.path()).expect("a specimen is caught");
        let text = fs::read_to_string(&path).expect("the saved run");
        let saved = ReplayFile::load(&path).expect("a replay file");
        let again = catalogue().broken(&text, Some(variant)).expect("the run can be made");
        assert!(again.iter().any(|broken| broken.starts_with(&saved.promise)), "{again:?}: {text}");
        assert!(saved.choices.len() < 60, "{} choices", saved.choices.len());
    }
}
