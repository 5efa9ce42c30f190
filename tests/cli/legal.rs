//! Promises about how a row has changed, and about what a reference model allows.
use super::{
    anechoic, assert_exit, folder,
    handlers::{has_python, numbers},
    stdout,
};
use std::fs;

/// An order may be shipped or cancelled, and is nothing else after that. `guarded` asks for that where it is written.
const CONFIG: &str = r#"
[handlers.move]
python = "move.handler"
[tables.orders]
key = "id"
consistent = CONSISTENT
rows = [{ id = "o1", status = "NEW" }]
[scenarios.both]
deliver = [
  { to = "move", event = { to = "SHIPPED" }, request = "ship" },
  { to = "move", event = { to = "CANCELLED" }, request = "cancel" },
]
[variants.guarded]
env = { GUARDED = "yes" }
[variants.blind]
breaks = ["legal", "as-the-model"]
[bound]
faults = 0
[as_if_once]
off = true
[constants.legal]
rows = [{ was = "NEW", is = "SHIPPED" }, { was = "NEW", is = "CANCELLED" }]
[constants.model]
rows = "model.json"
[promises.legal]
never = """
select was.status as was, o.status from orders o join orders_before was using (id)
where o.status <> was.status and not exists (select 1 from legal where was = was.status and "is" = o.status)"""
[promises.as-the-model]
at_rest = "select status, moves from orders where (status, moves) not in (select status, moves from model)"
"#;

#[test]
fn a_promise_sees_how_a_row_was_before_it_changed_and_what_a_model_allows() {
    if !has_python() {
        return;
    }
    let searched = ["false", "true"].map(|consistent| {
        let folder = folder();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        write("anechoic.toml", &CONFIG.replace("CONSISTENT", consistent));
        write("move.py", include_str!("handlers/move.py"));
        write(
            "model.json",
            r#"[{ "status": "SHIPPED", "moves": 1 }, { "status": "CANCELLED", "moves": 1 }]"#,
        );
        let output = anechoic(folder.path(), &["check", "--all"]);
        assert_exit(&output, 0);
        let printed = stdout(&output);
        for shown in [
            "✓ guarded holds every promise in the whole bound",
            "✓ blind is a specimen, and is caught",
            "its query finds was = 'SHIPPED', status = 'CANCELLED'",
            "its query finds status = 'CANCELLED', moves = 2",
        ] {
            assert!(printed.contains(shown), "{shown:?} is shown:\n{printed}");
        }
        numbers(printed, "both", "blind")
    });
    assert_eq!(searched[0], searched[1], "no read asks whether it sees the latest");
}
