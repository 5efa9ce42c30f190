//! Who comes when the service calls: on behalf of whoever had it called.
use anechoic_engine::{
    AS_IF_ONCE, AsIfOnce, Asks, Blocked, Bound, Callee, EVERY_RUN_ENDS, Failure, Fault, Faults, Footprint,
    InProcess, Invocation, Over, Record, Reply, Room, Scenario, Service, Subject, Text, Ticket, Waits,
    search::{Collect, Exhaustive, Findings, Path, Reduce, Unlimited, shortest},
};

/// An office that has errands done: each is a call, and whoever asked for it can wait until it is done.
#[derive(Clone, Debug, Default, Hash)]
struct Office {
    /// For each errand, whether it is done.
    errands: Vec<bool>,
    entries: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Ask {
    /// Has an errand done, unless it has been asked for so many before.
    Call(usize),
    /// Waits until all are done.
    Wait,
    /// Says that an errand is done.
    Done(usize),
    Enter(&'static str),
    /// The same, unless that was entered.
    EnterOnce(&'static str),
}

impl Service for Office {
    type Request = Ask;
    type Response = ();
    type Answer = ();

    fn snapshot(&self) -> Option<Office> {
        Some(self.clone())
    }

    fn apply(&mut self, ask: &Ask) {
        match *ask {
            Ask::Call(known) if known == self.errands.len() => self.errands.push(false),
            Ask::Call(_) | Ask::Wait => {}
            Ask::Done(errand) => self.errands[errand] = true,
            Ask::EnterOnce(entry) if self.entries.contains(&entry) => {}
            Ask::Enter(entry) | Ask::EnterOnce(entry) => self.entries.push(entry),
        }
    }

    fn calls(&self) -> usize {
        self.errands.len()
    }

    fn blocked(&self, ask: &Ask) -> Option<Blocked> {
        let waits = matches!(ask, Ask::Wait) && self.errands.contains(&false);
        waits.then(|| Blocked { on: "an errand".into(), held_by: Vec::new() })
    }

    fn footprint(&self, ask: &Ask) -> Footprint {
        match ask {
            Ask::Wait => Footprint::nothing().reads(&"errands"),
            Ask::Call(_) | Ask::Done(_) => Footprint::nothing().writes(&"errands"),
            Ask::Enter(_) | Ask::EnterOnce(_) => Footprint::nothing().writes(&"entries"),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        // A column for each errand, which comes with it.
        let errands = self.errands.iter().enumerate();
        let errands = errands.map(|(at, done)| (format!("errand {at}").into(), done.to_string()));
        [("entries".into(), self.entries.join(" "))].into_iter().chain(errands).collect()
    }
}

/// Asks for one thing after the other, and fails if there is no answer.
struct Asking {
    left: Vec<Ask>,
}

impl Invocation<Office> for Asking {
    fn resume(&mut self, reply: Option<(Ticket, Reply<Office>)>, asks: &mut Asks<Office>) {
        if let Some((_, Reply::Response(Err(_)))) = reply {
            return asks.end(Over::Returned(Err(Failure::new("no answer"))));
        }
        match self.left.is_empty() {
            true => asks.end(Over::Returned(Ok(()))),
            false => drop(asks.ask(Waits::Call(self.left.remove(0)))),
        }
    }
}

#[derive(Clone)]
struct Errands {
    /// What is asked for by each caller.
    callers: Vec<Vec<Ask>>,
    /// What is entered on an errand, one after the other, before it is done.
    entries: &'static [&'static str],
    /// Whether one that has died only says that it is done.
    is_done_anyway: bool,
    /// Whether somebody enters something beside all that.
    has_environment: bool,
    is_called_once: bool,
    is_spared: bool,
}

const ERRANDS: Errands = Errands {
    callers: Vec::new(),
    entries: &["done"],
    is_done_anyway: false,
    has_environment: false,
    is_called_once: false,
    is_spared: false,
};

impl Scenario for Errands {
    type Service = Office;

    fn service(&self) -> Office {
        Office::default()
    }

    fn set_up(&self, room: &mut Room<Office>, _: &[usize]) {
        for caller in self.callers.clone() {
            room.external("caller", 1, move |_| Box::new(Asking { left: caller.clone() }));
        }
        if self.has_environment {
            let begin = |_| -> Box<dyn Invocation<Office>> {
                Box::new(Asking { left: vec![Ask::EnterOnce("other")] })
            };
            room.external("environment", 1, begin).are_environment();
        }
        let Errands { entries, is_done_anyway, is_called_once, is_spared, .. } = *self;
        room.called(move |_, errand| Callee {
            name: "errand".into(),
            begin: Box::new(move |client| {
                let is_left_out = is_done_anyway && client.session().number > 1;
                let entries = entries.iter().filter(|_| !is_left_out).map(|entry| Ask::Enter(entry));
                Box::new(Asking { left: entries.chain([Ask::Done(errand)]).collect() })
            }),
            is_called_once,
            is_spared,
        });
    }
}

fn subject(callers: &[&[Ask]], bound: Bound) -> AsIfOnce<Errands> {
    let callers = callers.iter().map(|caller| caller.to_vec()).collect();
    AsIfOnce::new(InProcess { scenario: Errands { callers, ..ERRANDS }, bound })
}

fn search(subject: &dyn Subject, reduce: Reduce) -> Findings {
    let collect = Collect { end_states: true, ..Collect::default() };
    let found = Exhaustive { collect, ..Exhaustive::reduce(reduce) }.search(subject, &mut Unlimited);
    assert!(found.complete && found.diverged.is_none(), "{:?}", found.diverged);
    found
}

fn promise(subject: &dyn Subject, name: &str) -> usize {
    subject.promises().iter().position(|promise| promise.name == name).expect("it is promised")
}

fn only(fault: Fault) -> Bound {
    Bound { kinds: Faults::of(&[fault]), retries: 1, ..Bound::faults(1) }
}

const CALLS: &[Ask] = &[Ask::Call(0), Ask::Wait, Ask::Enter("after")];

#[test]
fn every_reduction_finds_what_the_naive_search_finds() {
    for callers in [&[CALLS][..], &[CALLS, &[Ask::Enter("other")]], &[CALLS, &[Ask::Call(0), Ask::Call(1)]]] {
        for bound in [Bound::faults(0), Bound { retries: 1, ..Bound::faults(1) }] {
            let naive = search(&subject(callers, bound), Reduce::NOTHING);
            let states = Reduce { states: true, ..Reduce::BEGINNINGS };
            let sleep = Reduce { sleep: true, ..Reduce::BEGINNINGS };
            for reduce in [states, sleep, Reduce::ALL] {
                let clever = search(&subject(callers, bound), reduce);
                assert_eq!(clever.end_states, naive.end_states, "{reduce:?} of {callers:?}");
                let words = |found: &Findings| found.broken.keys().cloned().collect::<Vec<_>>();
                assert_eq!(words(&clever), words(&naive), "{reduce:?} of {callers:?}");
                assert!(clever.executions <= naive.executions);
            }
        }
    }
}

#[test]
fn whoever_is_called_comes_and_its_column_with_it() {
    let Record { actors, columns, initial, steps, .. } =
        Path(Vec::new()).replay(&subject(&[CALLS], Bound::faults(0))).1;
    assert_eq!(actors, ["caller", "errand"]);
    assert_eq!(columns, ["entries", "errand 0"]);
    assert_eq!(initial, ["", ""]);
    assert!(steps.iter().all(|step| step.cells.len() == 2), "{steps:?}");
    let last = steps.last().expect("a step");
    assert_eq!((last.actor, &*last.cells[0], &*last.cells[1]), (Some(0), "done after", "true"));
}

#[test]
fn one_that_is_called_and_gives_up_is_let_on_when_all_is_quiet() {
    let bound = Bound { retries: 0, ..only(Fault::CrashBefore) };
    let subject = subject(&[CALLS], bound);
    let found = search(&subject, Reduce::ALL);
    assert!(!found.breaks(promise(&subject, EVERY_RUN_ENDS)), "nobody waits for ever: {:?}", found.broken);
    // What was entered before it died is entered again; nothing is left out.
    let words: Vec<&str> = found.broken.keys().map(|(_, word)| &**word).collect();
    assert_eq!(words, ["duplicate"]);
}

#[test]
fn one_for_whom_nobody_waits_is_not_forgotten() {
    let calls = &[Ask::Call(0), Ask::Enter("after")];
    let subject = subject(&[calls], Bound { retries: 0, ..only(Fault::CrashBefore) });
    let words: Vec<_> = search(&subject, Reduce::ALL).broken.into_keys().map(|(_, word)| word).collect();
    assert_eq!(words, ["duplicate"], "nothing is left out");
}

#[test]
fn what_it_does_twice_is_not_as_if_once() {
    let twice = subject(&[CALLS], only(Fault::CrashAfter));
    let path = shortest(&twice, promise(&twice, AS_IF_ONCE), &mut Unlimited).expect("it breaks");
    let steps = path.replay(&twice).1.steps;
    let fault = steps.iter().find(|step| step.fault.is_some()).expect("a fault");
    // It is nobody's request, but what it does is part of one.
    assert_eq!((fault.actor, &*fault.what), (Some(1), "Enter(\"done\")"));
}

#[test]
fn a_call_is_delivered_twice_unless_it_is_said_not_to_be() {
    let runs = |is_called_once| {
        let scenario = Errands { callers: vec![CALLS.to_vec()], is_called_once, ..ERRANDS };
        let bound = only(Fault::DuplicateInvocation);
        search(&InProcess { scenario, bound }, Reduce::NOTHING).executions
    };
    let (once, twice) = (runs(true), runs(false));
    assert!(once < twice, "{once} and {twice}");
}

fn words(scenario: Errands, bound: Bound) -> Vec<String> {
    let found = search(&AsIfOnce::new(InProcess { scenario, bound }), Reduce::ALL);
    found.broken.into_keys().map(|(_, word)| word.into()).collect()
}

/// In the reference, the environment acts between two requests or cuts one off: in the middle of one it does not act.
#[test]
fn the_environment_cuts_off_a_request_with_whom_it_had_called() {
    let calls = vec![CALLS.to_vec()];
    let beside = Errands { callers: calls, entries: &["first", "last"], has_environment: true, ..ERRANDS };
    assert!(
        !words(beside, Bound::faults(0)).is_empty(),
        "between the first and the last, something else is entered"
    );

    // Nobody waits for an errand, so its caller is over when it is cut off; that would be done without it.
    let alone = vec![vec![Ask::Call(0), Ask::Enter("after")]];
    let left_out = Errands { callers: alone, is_done_anyway: true, ..ERRANDS };
    for has_environment in [false, true] {
        let found = words(Errands { has_environment, ..left_out.clone() }, only(Fault::CrashBefore));
        assert!(
            found.iter().any(|word| word == "lost"),
            "beside an environment: {has_environment}: {found:?}"
        );
    }
}

#[test]
fn nothing_goes_wrong_with_one_that_the_environment_has_called() {
    let of = |is_spared| {
        let scenario = Errands { callers: vec![CALLS.to_vec()], is_spared, ..ERRANDS };
        search(&InProcess { scenario, bound: only(Fault::CrashBefore) }, Reduce::NOTHING).executions
    };
    let (spared, not) = (of(true), of(false));
    assert!(spared < not, "{spared} and {not}");
}
