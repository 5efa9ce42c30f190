//! The texts with which a promise compares columns.
use crate::{assert_told, judge, scan};
use anechoic_witness::Verdict::{CannotTell, Holds, Violated};

#[test]
fn a_text_that_spells_a_number_is_neither_below_nor_above_one_unless_the_query_says_so() {
    let of =
        |below: &str| format!("[promises.paid]\nnever = \"select order_id from payments where {below}\"\n");
    let refund = [("payments.csv", "payment_id,order_id,amount\np-1,o-1,3.00\np-2,o-2,-7.50\n")];
    let why = "`payments.amount` holds texts such as '3.00', which may mean 3.0; if they do";
    assert_told(&of("amount < 0"), &refund, CannotTell, why);
    assert_told(&of("amount > 100"), &refund, CannotTell, why);
    let said = &judge(&of("amount < 0"), &refund, &[]).promises[0].why;
    assert!(said.chars().count() < 250, "it is read in one breath: {said}");
    assert_told(&of("cast(amount as real) < 0"), &refund, Violated, "order_id = 'o-2'");
    assert_told(&of("cast(amount as real) > 100"), &refund, Holds, "2 records");
    assert_told(&of("amount = '-7.50'"), &refund, Violated, "order_id = 'o-2'");
    // In JSON, too, money is often a text.
    let item = r#"{"payment_id":{"S":"p-1"},"order_id":{"S":"1001"},"amount":{"S":"-3"}}"#;
    let items = scan(&[item.into()]);
    assert_told(&of("amount < 0"), &[("payments.json", &items)], CannotTell, "cast(… as real)");
    assert_told(&of("order_id = '1001'"), &[("payments.json", &items)], Violated, "order_id = '1001'");
}

#[test]
fn what_rests_on_a_text_that_no_row_has_is_no_pass_if_it_is_likely_misspelt() {
    let orders = r#"[{"order_id":"o-1","status":"PAID"},{"order_id":"o-2","status":"PENDING"}]"#;
    let outbox = r#"[{"event_id":"e-1","order_id":"o-1","kind":"OrderPaid"}]"#;
    let files = [("orders.json", orders), ("outbox.json", outbox)];
    let asks = |condition: &str| {
        format!(
            "[promises.p]\nat_rest = \"select o.order_id from orders o left join outbox e using (order_id) where {condition}\"\n"
        )
    };
    let told = "no row of orders has status 'paid' (perhaps 'PAID'; it has PAID, PENDING)";
    for condition in [
        "o.status = 'paid' and e.order_id is null",
        "'paid' = status and e.order_id is null",
        "o.status in ('paid', 'REFUNDED') and e.order_id is null",
        "e.order_id is null and o.status <> 'paid' and o.order_id = 'o-3'",
    ] {
        assert_told(&asks(condition), &files, CannotTell, told);
    }
    let notes = |condition: &str, verdict| {
        let testimony = judge(&asks(condition), &files, &[]);
        assert_eq!(testimony.worst(), Some(verdict), "{condition}: {:?}", testimony.promises);
        testimony.notes.join("; ")
    };
    // What must never be is likely not there, and who names both spellings knows of both.
    assert_eq!(
        notes("o.status = 'LOST'", Holds),
        "no row of orders has status 'LOST' (it has PAID, PENDING)"
    );
    assert_eq!(
        notes("o.status in ('paid', 'PAID') and e.order_id is null", Holds),
        "no row of orders has status 'paid' (it has PAID, PENDING)"
    );
    assert_eq!(
        notes("o.status like 'PAID %' and o.order_id not glob 'x*'", Holds),
        "no row of orders has order_id glob 'x*' (it has o-1, o-2); no row of orders has status like 'PAID %' (it has PAID, PENDING)"
    );
    assert_eq!(notes("o.status like 'paid' and e.kind = 'OrderPaid' and e.order_id is null", Holds), "");
    // What is found is there.
    assert_eq!(notes("o.status <> 'paid'", Violated), told);
}
