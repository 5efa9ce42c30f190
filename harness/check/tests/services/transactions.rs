//! Transfers between two accounts: what a transaction over several requests is good for, and what it is not.
use anechoic::{
    AS_IF_ONCE, AsIfOnce, Bound, Client, EVERY_RUN_ENDS, Failed, InProcess, Room, Scenario, Subject,
    search::{Exhaustive, Unlimited, shortest},
    services::{
        Table,
        table::{Request, Step, Told},
    },
};

type Bank = Table<&'static str, i64>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Transfer {
    /// Each account is read and written by itself.
    Alone,
    /// In one transaction, which locks the account that pays first.
    PayerFirst,
    /// In one transaction, which locks the accounts in the order of their names.
    InOrder,
    /// The same, and the transfer has a row of its own, so that it is made once.
    Once,
}

async fn transfer(
    bank: Client<Bank>,
    (name, payer, payee): (&'static str, &'static str, &'static str),
    how: Transfer,
) -> Result<(), Failed> {
    let step = |step| bank.call(Request::In(bank.session(), step));
    if how == Transfer::Alone {
        for (account, amount) in [(payer, -5), (payee, 5)] {
            let balance = bank.call(Request::Get(account)).await?.row().ok_or(Failed)?;
            bank.call(Request::Put(account, balance + amount)).await?;
        }
        return Ok(());
    }
    if how == Transfer::Once && step(Step::Read(name)).await?.row().is_some() {
        return Ok(());
    }
    let mut moved = [(payer, -5), (payee, 5)];
    if how != Transfer::PayerFirst {
        moved.sort_unstable();
    }
    for (account, amount) in moved {
        let balance = step(Step::Read(account)).await?.row().ok_or(Failed)?;
        step(Step::Write(account, Some(balance + amount))).await?;
    }
    if how == Transfer::Once {
        step(Step::Write(name, Some(1))).await?;
    }
    if step(Step::Commit).await? == Told::Done { Ok(()) } else { Err(Failed) }
}

#[derive(Clone, Copy, Debug)]
struct Transfers {
    how: Transfer,
    callers: usize,
}

impl Scenario for Transfers {
    type Service = Bank;

    fn service(&self) -> Bank {
        Table::new("bank").with("alice", 10).with("bob", 10)
    }

    fn set_up(&self, room: &mut Room<Bank>, _: &[usize]) {
        let how = self.how;
        for transfer_of in [("t1", "alice", "bob"), ("t2", "bob", "alice")].into_iter().take(self.callers) {
            room.callers(transfer_of.0, 1, move |bank| transfer(bank, transfer_of, how));
        }
    }
}

fn within(how: Transfer, callers: usize, faults: u32) -> AsIfOnce<Transfers> {
    AsIfOnce::new(InProcess { scenario: Transfers { how, callers }, bound: Bound::faults(faults) })
}

/// What is broken, and in which words.
fn broken(subject: &dyn Subject) -> Vec<(String, String)> {
    let found = Exhaustive::default().search(subject, &mut Unlimited);
    assert!(found.complete);
    let promises = subject.promises();
    found.broken.keys().map(|(at, word)| (promises[*at].name.to_string(), word.to_string())).collect()
}

fn words(subject: &dyn Subject) -> Vec<String> {
    broken(subject).into_iter().map(|(_, word)| word).collect()
}

#[test]
fn without_a_transaction_two_transfers_leave_what_no_order_of_them_does() {
    let all = broken(&within(Transfer::Alone, 2, 0));
    assert!(!all.is_empty() && all.iter().all(|(promise, _)| promise == AS_IF_ONCE), "{all:?}");
}

#[test]
fn who_locks_in_different_orders_waits_for_ever_and_the_circle_is_told() {
    let subject = within(Transfer::PayerFirst, 2, 0);
    assert_eq!(broken(&subject), [(EVERY_RUN_ENDS.to_string(), "deadlock".to_string())]);
    let (outcome, record) = shortest(&subject, 0, &mut Unlimited).expect("a run").replay(&subject);
    assert_eq!(
        outcome.breaches[0].detail,
        "t1: read \"bob\" for update waits for the lock of \"bob\", which t2 holds; \
         t2: read \"alice\" for update waits for the lock of \"alice\", which t1 holds"
    );
    assert!(record.is_broken_off);
    assert!(broken(&within(Transfer::InOrder, 2, 0)).is_empty(), "in one order nobody does");
}

#[test]
fn a_transaction_is_all_or_nothing_but_not_once() {
    // Who dies or is rejected leaves nothing, and whose commit has no answer pays again.
    assert_eq!(words(&within(Transfer::InOrder, 1, 1)), ["another end"]);
}

#[test]
fn with_a_row_of_its_own_in_the_same_transaction_a_transfer_is_made_once() {
    assert_eq!(broken(&within(Transfer::Once, 1, 2)), []);
    assert_eq!(broken(&within(Transfer::Once, 2, 1)), []);
}
