//! A scenario at the gate within a bound: what is searched.
use crate::{known::Program, scene::Scene, shown::for_real};
use anechoic_engine::{
    AsIfOnce, Bound, Compared, Confirmed, InProcess, Outcome, Pick, Point, Premise, Promise, Record, Source,
    Subject, Text,
};
use std::sync::{Arc, Once};

/// A scenario of programs within a bound. Searches look up what is known of the programs; runs that are recorded are made by
/// fresh processes besides, and those must do what is known.
pub struct AtTheGate {
    searched: AsIfOnce<Scene>,
    scene: Scene,
    /// Those to which something is delivered, and those that they may invoke.
    programs: Vec<Arc<Program>>,
    first_run: Once,
}

impl AtTheGate {
    /// This scenario, within this bound.
    pub fn new(scene: Scene, bound: Bound) -> AtTheGate {
        let mut programs: Vec<Arc<Program>> = Vec::new();
        let invoked = scene.site.functions.iter().filter_map(|function| function.program.as_ref().ok());
        for program in scene.deliver.iter().map(|deliver| &deliver.to).chain(invoked) {
            if !programs.iter().any(|known| Arc::ptr_eq(known, program)) {
                programs.push(program.clone());
            }
        }
        let searched = AsIfOnce::new(InProcess { scenario: scene.clone(), bound });
        AtTheGate { searched, scene, programs, first_run: Once::new() }
    }

    /// Before any other run, one in which nothing goes wrong shows whose chance is whose.
    fn searched(&self) -> &AsIfOnce<Scene> {
        self.first_run.call_once(|| {
            let bound = Bound { retries: 0, ..Bound::faults(0) };
            InProcess { scenario: self.scene.clone(), bound }.run(&mut First);
            self.programs.iter().for_each(|program| program.look_at_chance());
        });
        &self.searched
    }
}

/// Goes the first way everywhere.
struct First;

impl Source for First {
    fn pick(&mut self, _: &dyn Point) -> Pick {
        Pick::Take(0)
    }

    fn wants_states(&self) -> bool {
        false
    }
}

impl Subject for AtTheGate {
    fn promises(&self) -> Vec<Promise> {
        self.searched.promises()
    }

    fn sometimes(&self) -> Vec<Text> {
        self.searched.sometimes()
    }

    fn is_timed(&self) -> bool {
        self.searched.is_timed()
    }

    fn premises(&self) -> Vec<Premise> {
        self.searched.premises()
    }

    fn compared(&self) -> Option<Compared> {
        self.searched().compared()
    }

    fn rehearse(&self) -> Result<(), Text> {
        self.scene.site.rehearse()?;
        let mut delivered = self.scene.deliver.iter();
        delivered.try_for_each(|deliver| deliver.to.rehearse().map_err(|trouble| trouble.to_string().into()))
    }

    fn confirm(&self, go_on: &mut dyn FnMut() -> bool) -> Option<Confirmed> {
        let mut told = Vec::new();
        for program in &self.programs {
            let name = &program.handler().name;
            match program.confirm(self.scene.confirmed, go_on) {
                // Nobody has invoked it.
                Ok((_, 0)) => {}
                Ok((some, all)) if some == all => told.push(format!("all {all} histories of {name}")),
                Ok((some, all)) => told.push(format!("{some} of {all} histories of {name}")),
                Err(trouble) => {
                    let what = format!("{name} was told again what it had been told").into();
                    return Some(Confirmed { what, otherwise: Some(trouble.to_string().into()) });
                }
            }
        }
        let mut what = format!("told again to fresh processes, which did the same: {}", told.join(", "));
        let own_clocks = self.programs.iter().filter(|program| program.has_own_clock());
        for program in own_clocks {
            let name = &program.handler().name;
            let which = program.handler().timers.map_or("that fire before an answer".into(), |timers| {
                format!("that fire before an answer, and later than {} s,", timers.as_secs())
            });
            what += &format!("; the clock of {name} is its own, so timers {which} were not tried");
        }
        for function in self.scene.site.not_run() {
            what += &format!(
                "; `{function}` was invoked and not run, since no handler is called that: how it comes out is a choice"
            );
        }
        for vacuous in self.scene.judge.iter().flat_map(|judge| judge.vacuous()) {
            what += &format!("; {vacuous}");
        }
        Some(Confirmed { what: what.into(), otherwise: None })
    }

    fn begin_anew(&self) -> bool {
        let mut is_mended = false;
        for program in &self.programs {
            is_mended |= program.begin_anew();
        }
        if is_mended {
            self.scene.site.forget_trouble();
        }
        is_mended
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        self.searched().run(source)
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        // What it is compared with is found out first, and not by processes of its own.
        self.searched().compared();
        for_real(|| self.searched.record(source))
    }
}
