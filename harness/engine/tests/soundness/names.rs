//! Names, by hand: what tells two states apart although it is the same for everybody but one.
use crate::{
    ENDS,
    cells::{Ask, Cells},
};
use anechoic_engine::{
    Bound, Breaches, Failed, Fault, Faults, InProcess, NoAnswer, Policy, Promise, Rest, Room, Runtime,
    Scenario, Semantics, Start,
    search::{Exhaustive, Reduce, Unlimited},
};
use std::cell::Cell;

/// An execution that keeps a name, and of two invocations beside each other one leaves. The other puts a row: under the
/// kept name if it drew that itself, and else under one of its own. After a retry, when both have forgotten all, the
/// last row says whether one has left and whether there was a row under the kept name.
struct KeptByOne;

impl Scenario for KeptByOne {
    type Service = Cells<true>;

    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    fn service(&self) -> Cells<true> {
        Cells::default()
    }

    fn set_up(&self, room: &mut Room<Cells<true>>, _: &[usize]) {
        let runtime = Runtime {
            policy: Policy::default().at_most(2),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        room.durable("workflow", &runtime, |execution| async move {
            let client = execution.client();
            let drawn = Cell::new(None);
            let draw = async || {
                drawn.set(Some(client.fresh()));
                drawn.get().ok_or("nothing was drawn")
            };
            let kept = execution.step("name", draw).await?;
            let own = drawn.get().unwrap_or_else(|| client.fresh());
            if client.choose("leaves", 2).await == 1 {
                return Ok::<_, Failed>(client.call(Ask::Add(1)).await?.1);
            }
            let put = async || client.call(Ask::Put(Some(own), 0)).await;
            execution.step("put", put).await?;
            let look = async || {
                let (first, _) = client.call(Ask::Set { key: 0, from: 0, to: 1 }).await?;
                if first {
                    return Err(NoAnswer);
                }
                let (_, left) = client.call(Ask::Read(1)).await?;
                let (_, replaced) = client.call(Ask::Put(Some(kept), 0)).await?;
                client.call(Ask::Put(Some(client.fresh()), 10 * left + replaced)).await
            };
            Ok(execution.step("look", look).await?.1)
        });
    }

    fn at_rest(&self, _: &Rest<'_, Cells<true>>, _: &mut Breaches) {}
}

/// Draws two names, puts a row under either, and then another under the first, which may land when the invocation that
/// drew the names is over: in place of the row that is there, or beside it. The next invocation only says that it was.
struct LateUnderOneOfTwo;

impl Scenario for LateUnderOneOfTwo {
    type Service = Cells<false>;

    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    fn service(&self) -> Cells<false> {
        Cells::default()
    }

    fn set_up(&self, room: &mut Room<Cells<false>>, _: &[usize]) {
        room.callers("caller", 1, |client| async move {
            let (first, _) = client.call(Ask::Set { key: 0, from: 0, to: 1 }).await?;
            if first {
                let names = [client.fresh(), client.fresh()];
                let way = client.choose("which name", 2).await;
                client.call(Ask::Put(Some(names[way as usize]), 0)).await?;
                return Ok::<_, Failed>(client.call(Ask::Put(Some(names[0]), 1)).await?.1);
            }
            Ok(client.call(Ask::Add(1)).await?.1)
        });
    }

    fn at_rest(&self, _: &Rest<'_, Cells<false>>, _: &mut Breaches) {}
}

fn assert_nothing_is_lost<C: Scenario>(scenario: C, fault: Fault) {
    let subject = InProcess { scenario, bound: Bound { kinds: Faults::of(&[fault]), ..Bound::faults(1) } };
    let search = |reduce| {
        let search = Exhaustive { collect: ENDS, ..Exhaustive::reduce(reduce) };
        search.search(&subject, &mut Unlimited).end_states
    };
    assert_eq!(search(Reduce::ALL), search(Reduce::NOTHING));
}

#[test]
fn who_has_drawn_a_name_that_is_kept_is_told_apart() {
    assert_nothing_is_lost(KeptByOne, Fault::DuplicateInvocation);
}

#[test]
fn a_name_with_which_a_write_may_still_land_is_in_use_although_its_invocation_is_over() {
    assert_nothing_is_lost(LateUnderOneOfTwo, Fault::LateWrite);
}
