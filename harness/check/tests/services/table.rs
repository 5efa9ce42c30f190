//! A table: conditional writes, transactions, locks, stale reads.
use anechoic::{
    Footprint, Service, Session,
    services::{
        Table,
        table::{Request, Step, Told},
    },
};

type Rows = Table<&'static str, u32>;

const A: Session = Session { owner: 0, number: 1 };
const B: Session = Session { owner: 1, number: 1 };

fn shown(table: &Rows) -> String {
    table.cells()[0].1.clone()
}

#[test]
fn a_conditional_write_is_made_if_the_row_holds_that_and_else_told_what_it_holds() {
    let mut table: Rows = Table::new("rows");
    let put = |holds, value| Request::PutIf { key: "a", holds, value };
    assert_eq!(table.apply(&put(Some(1), 2)), Told::Refused(None));
    assert_eq!(table.apply(&put(None, 1)), Told::Done);
    assert_eq!(table.apply(&put(None, 5)), Told::Refused(Some(1)));
    assert_eq!(table.apply(&put(Some(1), 2)), Told::Done);
    assert_eq!(table.apply(&Request::Get("a")).row(), Some(2));
    assert!(table.apply(&Request::Delete("a")).is_done());
    assert_eq!(table.get(&"a"), None);
}

#[test]
fn a_transaction_shows_its_writes_to_itself_alone_until_it_commits() {
    let mut table: Rows = Table::new("rows").with("a", 1);
    assert_eq!(table.apply(&Request::In(A, Step::Read("a"))), Told::Row(Some(1)));
    table.apply(&Request::In(A, Step::Write("a", Some(2))));
    table.apply(&Request::In(A, Step::Write("b", Some(3))));
    assert_eq!(table.apply(&Request::In(A, Step::Read("a"))), Told::Row(Some(2)));
    assert_eq!(table.apply(&Request::Get("a")), Told::Row(Some(1)));
    assert_eq!(shown(&table), r#"{"a": 1 (locked), "b": not there (locked)}"#);
    assert_eq!(table.apply(&Request::In(A, Step::Commit)), Told::Done);
    assert_eq!(shown(&table), r#"{"a": 2, "b": 3}"#);
    assert_eq!(table.apply(&Request::In(A, Step::Commit)), Told::NoTransaction);
}

#[test]
fn what_is_rolled_back_or_whose_session_ends_leaves_nothing() {
    let rolls_back = |table: &mut Rows| assert!(table.apply(&Request::In(A, Step::Rollback)).is_done());
    for end in [rolls_back, |table: &mut Rows| table.end(A)] {
        let mut table: Rows = Table::new("rows").with("a", 1);
        table.apply(&Request::In(A, Step::Write("a", None)));
        assert_ne!(table.ending(A), Footprint::nothing());
        end(&mut table);
        assert_eq!((shown(&table), table.ending(A)), (r#"{"a": 1}"#.into(), Footprint::nothing()));
    }
}

#[test]
fn a_locked_row_is_waited_for_by_everybody_else_and_read_by_all() {
    let mut table: Rows = Table::new("rows").with("a", 1);
    table.apply(&Request::In(A, Step::Read("a")));
    let waits = |request| table.blocked(&request).map(|why| why.held_by);
    assert_eq!(waits(Request::In(B, Step::Read("a"))), Some(vec![A]));
    assert_eq!(waits(Request::In(B, Step::Write("a", None))), Some(vec![A]));
    assert_eq!(waits(Request::Put("a", 2)), Some(vec![A]));
    assert_eq!(waits(Request::In(A, Step::Write("a", None))), None);
    assert_eq!(waits(Request::In(B, Step::Read("b"))), None);
    assert_eq!(waits(Request::Get("a")), None);
}

#[test]
fn a_stale_read_is_answered_with_what_was_there_before_the_last_change() {
    let mut table: Rows = Table::new("rows").with("a", 1).with_stale_reads();
    let get = Request::Get("a");
    assert_eq!(table.older_versions(&get), 0);
    table.apply(&Request::Put("a", 2));
    assert_eq!((table.older_versions(&get), table.apply_stale(&get, 1)), (1, Told::Row(Some(1))));
    table.apply(&Request::Delete("a"));
    assert_eq!(table.apply_stale(&get, 1), Told::Row(Some(2)));
    assert_eq!(Rows::new("rows").older_versions(&get), 0, "unless it is said, none is");
}
