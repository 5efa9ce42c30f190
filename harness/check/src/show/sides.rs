//! Two runs side by side, for people.
use super::{table::table, words::plural};
use anechoic_engine::Record;
use anechoic_evidence::{Side, sides as lay};

/// Two runs, line by line; what only one of them did stands alone.
pub fn sides(left: &Record, right: &Record) -> String {
    let sides = lay(left, right);
    let cell = |side: &Option<(u32, String)>| match side {
        Some((number, text)) => [number.to_string(), text.clone()],
        None => [String::new(), String::new()],
    };
    let rows = sides.iter().map(|side| {
        let sign = if side.parts {
            "◀"
        } else if side.is_same() {
            ""
        } else {
            "≠"
        };
        let [[left_number, left], [right_number, right]] = [cell(&side.left), cell(&side.right)];
        vec![left_number, left, sign.into(), right_number, right]
    });
    let header = ["#", "the first run", "", "#", "the second run"].map(String::from).to_vec();
    table(header, rows.collect()) + "\n" + &verdict(&sides)
}

fn verdict(sides: &[Side]) -> String {
    let differ = sides.iter().filter(|side| !side.is_same()).count();
    match sides.iter().find(|side| side.parts) {
        None => "the runs are the same, step by step\n".into(),
        Some(side) => {
            let number = |side: &Option<(u32, String)>| {
                side.as_ref().map_or("no step".into(), |(number, _)| format!("step {number}"))
            };
            let (left, right) = (number(&side.left), number(&side.right));
            format!(
                "they part at ◀: {left} of the first, {right} of the second; {} in all not the same\n",
                plural(differ as u64, "line")
            )
        }
    }
}
