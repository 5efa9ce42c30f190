//! loom takes the real in-memory store and the real `fail_task` apart, and ends where our own search ends.
//!
//! The store's lock is a type parameter, so this runs without `--cfg loom`. loom explores what threads can do between two
//! uses of a lock; it knows no crash and no lost answer.
use anechoic::Situation;
use anechoic::search::{Exhaustive, Reduce, Unlimited};
use anechoic_orchestrator::{
    MemoryStore, Status, Store, Task, TaskId, TaskRow, UserId,
    store::{Consistency, Lock, Tables},
};
use anechoic_task_cases::{
    specimens::{Atomic, Gated, Handlers, Unguarded},
    usual,
};
use anechoic_tests::{Left, Remembering, scenario, support::Around};
use loom::{future::block_on, thread};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

/// The slots of the user's other tasks, as in the scenarios.
const OTHERS: i64 = 7;

/// The tables behind loom's lock.
struct Loom(loom::sync::Mutex<Tables>);

impl Lock for Loom {
    fn hold<R>(&self, work: impl FnOnce(&mut Tables) -> R) -> R {
        work(&mut self.0.lock().expect("nobody panics here"))
    }
}

/// What a caller looks at as soon as it is answered.
type Look = fn(&MemoryStore<Loom>, &Task);

const NOTHING: Look = |_, _| {};

/// Lets threads fail one task in every order, and says what was left, and in how many orders.
fn explore<H: Handlers>(threads: usize, look: Look) -> (BTreeSet<Left>, u64) {
    let found: Arc<Mutex<(BTreeSet<Left>, u64)>> = Arc::default();
    let results = found.clone();
    let mut builder = loom::model::Builder::new();
    // Nothing but the end of the search ends it.
    (builder.max_permutations, builder.max_duration, builder.preemption_bound) = (None, None, None);
    builder.max_branches = 100_000;
    builder.check(move || {
        let task = Task { id: TaskId::from_ms(1, 1), user: UserId::new("ada") };
        let mut tables = Tables::default();
        tables.set_active_count(task.user.clone(), OTHERS);
        let store = MemoryStore::behind(Loom(loom::sync::Mutex::new(tables)));
        store.insert(&task, TaskRow::new(task.user.clone(), Status::Hydrating).holding_a_slot());
        let around = Arc::new(Around::new(store));
        let call = move |around: Arc<Around<MemoryStore<Loom>>>, task: Task| {
            let done = block_on(H::fail_task(&*around, &task, Status::Hydrating, "blocked"));
            done.expect("nothing goes wrong here");
            look(&around.store, &task);
        };
        let others: Vec<_> = (1..threads)
            .map(|_| {
                let (around, task) = (around.clone(), task.clone());
                thread::spawn(move || call(around, task))
            })
            .collect();
        call(around.clone(), task.clone());
        for other in others {
            other.join().expect("no thread panics");
        }
        let mut found = results.lock().expect("one execution at a time");
        found.0.insert(left(&around.store, &task));
        found.1 += 1;
    });
    let found = found.lock().expect("loom is done");
    found.clone()
}

/// What a run of the scenario would show.
fn left(store: &MemoryStore<Loom>, task: &Task) -> Left {
    let row = block_on(store.task(task.id, Consistency::Strong)).expect("an answer").expect("a task");
    let events: Vec<&str> =
        store.events(task.id).iter().map(|event| event.kind.name().trim_start_matches("task_")).collect();
    vec![row.status.to_string(), events.join(" "), store.active_count(&task.user).to_string()]
}

/// What is left in the runs of our own search: every run, and no two that would show the same.
fn searched(variant: &str, callers: usize) -> BTreeSet<Left> {
    let settings = Situation { callers, faults: 0, retries: 0, ..usual() };
    let subject = scenario("fail-task", variant, &settings);
    let found = [Reduce::NOTHING, Reduce::ALL].map(|reduce| {
        let remembering = Remembering::new(&subject);
        assert!(Exhaustive::reduce(reduce).search(&remembering, &mut Unlimited).complete);
        remembering.left.into_inner().expect("the search is done")
    });
    assert_eq!(found[0], found[1], "{variant} with {callers} callers");
    found[0].clone()
}

#[test]
fn what_ships_emits_once_and_does_not_drift_with_two_and_three_threads() {
    let expected = BTreeSet::from([["FAILED", "failed", "7"].map(String::from).to_vec()]);
    for threads in [2, 3] {
        let (found, executions) = explore::<Atomic>(threads, NOTHING);
        assert_eq!(found, expected, "{threads} threads");
        assert!(executions > 1, "loom tried one order only");
        println!("atomic, {threads} threads: {executions} executions");
    }
}

/// Also the caller that came second: what it is told has been done by then, not only begun.
#[test]
fn whoever_is_told_that_the_task_has_failed_finds_its_event_and_its_slot_given_back() {
    let (_, executions) = explore::<Atomic>(2, |store, task| {
        assert_eq!((store.events(task.id).len(), store.active_count(&task.user)), (1, OTHERS));
    });
    assert!(executions > 1, "loom tried one order only");
}

/// It finished: it found every end that there is, and no other, and nothing but the end of the search could stop it.
#[test]
fn loom_ends_exactly_where_our_own_search_ends() {
    for threads in [2, 3] {
        assert_eq!(explore::<Atomic>(threads, NOTHING).0, searched("atomic", threads), "atomic, {threads}");
        assert_eq!(explore::<Gated>(threads, NOTHING).0, searched("gated", threads), "gated, {threads}");
    }
    let (unguarded, executions) = explore::<Unguarded>(2, NOTHING);
    assert_eq!(unguarded, searched("unguarded", 2));
    assert!(
        unguarded.iter().all(|left| left[1] == "failed failed"),
        "each of two callers emits: {unguarded:?}"
    );
    println!("unguarded, 2 threads: {executions} executions");
}
