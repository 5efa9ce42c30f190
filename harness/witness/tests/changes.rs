//! Changes of rows: what must never be is looked for after each, where their order is known.
use Verdict::{CannotTell, Holds, Violated};
use anechoic_traces::Mapping;
use anechoic_witness::{Config, Judged, Source, Verdict, Witness};
use serde_json::{Value, json};

const ONCE: &str =
    "[promises.once]\nnever = 'select order_id from payments group by order_id having count(*) > 1'\n";
const HEARD: &str = "[promises.heard]\nnever = \"\"\"select id from shop o where o.status = 'PAID'\n\
    and not exists (select 1 from shop e where e.about = o.id)\"\"\"\n";

/// A change of a row, by its number and its second.
fn change(number: u32, second: Option<u32>, name: &str, table: &str, key: &str, row: Value) -> String {
    let typed = |row: &Value| -> Value {
        let members = row.as_object().expect("an object").iter();
        members
            .map(|(name, value)| (name.clone(), json!({"S": value})))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let image = if name == "REMOVE" { "OldImage" } else { "NewImage" };
    let mut record = json!({
        "eventName": name,
        "eventSourceARN": format!("arn:aws:dynamodb:eu-west-1:123456789012:table/{table}/stream/1"),
        "dynamodb": {"Keys": typed(&json!({key: row[key]})), image: typed(&row), "SequenceNumber": number.to_string()},
    });
    if let Some(second) = second {
        record["dynamodb"]["ApproximateCreationDateTime"] = json!(1_777_924_800 + second);
    }
    record.to_string() + "\n"
}

fn payment(number: u32, name: &str, id: &str, order: &str) -> String {
    change(number, Some(number), name, "payments", "payment_id", json!({"payment_id": id, "order_id": order}))
}

fn judge_while(config: &str, texts: &[String], go_on: &mut dyn FnMut() -> bool) -> Judged {
    let mut witness = Witness::new(Config::read(config).expect(config), config).expect(config).whole(true);
    for (number, text) in texts.iter().enumerate() {
        let source = Source { name: &format!("{number}.jsonl"), format: None, mapping: &Mapping::default() };
        witness.read(&source, &mut text.as_bytes()).expect("a trace");
    }
    witness.judge(go_on).promises.remove(0)
}

fn judge(config: &str, texts: &[String]) -> Judged {
    judge_while(config, texts, &mut || true)
}

#[track_caller]
fn assert_told(judged: &Judged, verdict: Verdict, why: &str) {
    assert_eq!(judged.verdict, verdict, "{}", judged.why);
    assert!(judged.why.contains(why), "{}", judged.why);
}

#[test]
fn what_was_broken_and_mended_was_broken() {
    let all = [
        payment(1, "INSERT", "p-1", "o-1"),
        payment(2, "INSERT", "p-2", "o-1"),
        payment(3, "REMOVE", "p-2", "o-1"),
    ];
    let judged = judge(ONCE, &[all.concat()]);
    assert_told(&judged, Violated, "after 0.jsonl:2: order_id = 'o-1'");
    assert_eq!(judged.at.as_deref(), Some("0.jsonl:2"));
    // The numbers tell the order, and not the lines or the files.
    assert_told(
        &judge(ONCE, &[all[1].clone(), [all[2].clone(), all[0].clone()].concat()]),
        Violated,
        "after 0.jsonl:1",
    );
    let changed = [
        payment(1, "INSERT", "p-1", "o-1"),
        payment(2, "MODIFY", "p-1", "o-2"),
        payment(3, "INSERT", "p-2", "o-1"),
    ];
    assert_told(&judge(ONCE, &[changed.concat()]), Holds, "3 records of payments");
}

#[test]
fn what_comes_at_one_time_may_be_one_transaction() {
    let row = |number, second, id: &str, status: &str, about: &str| {
        change(number, second, "INSERT", "shop", "id", json!({"id": id, "status": status, "about": about}))
    };
    let of = |seconds: [Option<u32>; 2]| {
        vec![row(1, seconds[0], "o-1", "PAID", "-") + &row(2, seconds[1], "e-1", "-", "o-1")]
    };
    assert_eq!(judge(HEARD, &of([Some(1), Some(1)])).verdict, Holds);
    assert_told(&judge(HEARD, &of([Some(1), Some(2)])), Violated, "after 0.jsonl:1: id = 'o-1'");
}

#[test]
fn what_begins_in_the_middle_is_a_part() {
    let judged = judge(ONCE, &[payment(1, "INSERT", "p-1", "o-1") + &payment(2, "MODIFY", "p-2", "o-2")]);
    assert_told(
        &judged,
        CannotTell,
        "its changes begin in the middle: 0.jsonl:2 changes a row that was there before",
    );
    let judged = judge(ONCE, &[payment(1, "MODIFY", "p-1", "o-1") + &payment(2, "INSERT", "p-2", "o-1")]);
    assert_told(&judged, Violated, "after 0.jsonl:2");
}

#[test]
fn changes_whose_order_is_not_known_are_not_looked_at_one_by_one() {
    let both = "[promises.x]\nnever = 'select a.id from a join b using (id) where a.n > b.n'\n";
    let of = |table: &str, n: &str| change(1, Some(1), "INSERT", table, "id", json!({"id": "i", "n": n}));
    assert_told(
        &judge(both, &[of("a", "1"), of("b", "2")]),
        CannotTell,
        "no order is known between the changes of a and b",
    );
    assert_told(&judge(both, &[of("a", "2"), of("b", "1")]), Violated, "id = 'i'");
    assert_told(
        &judge(&both.replace("never", "at_rest"), &[of("a", "1"), of("b", "2")]),
        Holds,
        "1 record of a",
    );
    let rows = r#"[{"payment_id":"p-1","order_id":"o-1"}]"#.to_string();
    let mut witness =
        Witness::new(Config::read(ONCE).expect("a config"), ONCE).expect("a witness").whole(true);
    for (name, text) in [("payments.json", &rows), ("changes.jsonl", &payment(1, "INSERT", "p-2", "o-2"))] {
        let source = Source { name, format: None, mapping: &Mapping::default() };
        witness.read(&source, &mut text.as_bytes()).expect("a trace");
    }
    let judged = witness.judge(&mut || true).promises.remove(0);
    assert_told(&judged, CannotTell, "the input has both rows and changes of it");
}

#[test]
fn when_the_time_ends_the_rest_is_looked_at_only_in_the_end() {
    let all = [
        payment(1, "INSERT", "p-1", "o-1"),
        payment(2, "INSERT", "p-2", "o-1"),
        payment(3, "REMOVE", "p-2", "o-1"),
    ];
    let mut left = 2;
    let mut go_on = || {
        left -= 1;
        left >= 0
    };
    let judged = judge_while(ONCE, &[all.concat()], &mut go_on);
    assert_told(&judged, CannotTell, "the time ended after 2 of 3 changes");
    assert_told(&judge_while(ONCE, &[all[..2].concat()], &mut || false), Violated, "order_id = 'o-1'");
}

/// A query is spared most changes if it finds no less in more rows, which its words tell. With words that do not, it is asked after
/// each; what is told is the same.
#[test]
fn a_query_that_is_spared_changes_finds_what_one_that_is_not_finds() {
    let query = |more: &str| {
        format!("select order_id from payments where 1 = 1 {more} group by order_id having count(*) > 1")
    };
    let config = format!(
        "[promises.spared]\nnever = \"{}\"\n[promises.each]\nnever = \"{}\"\n",
        query(""),
        query("and 1 is not null")
    );
    let (mut chance, mut told) = (7_u32, [0, 0]);
    let mut draw = |of: u32| {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (chance >> 16) % of
    };
    for _ in 0..200 {
        let mut there = std::collections::BTreeSet::new();
        let changes = (1..=9).map(|number| {
            let (id, order) = (draw(4), draw(9).to_string());
            let name = match there.contains(&id) {
                false => "INSERT",
                true if draw(2) == 0 => "MODIFY",
                true => "REMOVE",
            };
            if name == "REMOVE" {
                there.remove(&id)
            } else {
                there.insert(id)
            };
            payment(number, name, &id.to_string(), &order)
        });
        let changes: String = changes.collect();
        let mut witness =
            Witness::new(Config::read(&config).expect("a config"), &config).expect("a witness").whole(true);
        let source = Source { name: "a.jsonl", format: None, mapping: &Mapping::default() };
        witness.read(&source, &mut changes.as_bytes()).expect("a trace");
        let [spared, each] = &witness.judge(&mut || true).promises[..] else { panic!("two promises") };
        assert_eq!(
            (spared.verdict, &spared.at, &spared.why),
            (each.verdict, &each.at, &each.why),
            "{changes}"
        );
        told[usize::from(spared.verdict == Violated)] += 1;
    }
    assert!(told.iter().all(|verdicts| *verdicts > 20), "{told:?}");
}

#[test]
fn an_incremental_export_shows_what_changed_and_no_more() {
    let line = |id: &str, micros: u64| {
        format!(
            r#"{{"Metadata":{{"WriteTimestampMicros":{{"N":"{micros}"}}}},"Keys":{{"payment_id":{{"S":"{id}"}}}},"NewImage":{{"payment_id":{{"S":"{id}"}},"order_id":{{"S":"o-1"}}}}}}"#
        )
    };
    let config = format!("{ONCE}[tables.payments]\nkey = 'payment_id'\n[tables.orders]\n");
    let judged = judge(&config, &[line("p-1", 1_777_924_800_000_000)]);
    assert_told(&judged, CannotTell, "its changes begin in the middle");
    let judged =
        judge(&config, &[line("p-1", 1_777_924_800_000_000) + "\n" + &line("p-2", 1_777_924_800_000_001)]);
    assert_told(&judged, Violated, "order_id = 'o-1'");
}

#[test]
fn a_text_that_a_row_had_on_the_way_is_not_misspelt() {
    let order = |number: u32, name: &str, status: &str| {
        change(number, None, name, "orders", "id", json!({"id": "o-1", "status": status}))
    };
    let all = [order(1, "INSERT", "PAID"), order(2, "MODIFY", "REPAID")];
    let config = |status: &str| {
        format!(
            "[promises.p]\nnever = \"select id from orders where status = '{status}' and id = 'o-1' and 1 = 2\"\n"
        )
    };
    assert_told(&judge(&config("PAID"), &[all.concat()]), Holds, "2 records of orders");
    assert_told(
        &judge(&config("paid"), &[all.concat()]),
        CannotTell,
        "no row of orders has status 'paid' (perhaps",
    );
}
