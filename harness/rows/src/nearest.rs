/// The one of the known words that was most likely meant; none, if all of them are too far away.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let near = known.into_iter().map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), known));
    near.min().filter(|(distance, known)| 3 * distance <= known.chars().count() + 2).map(|(_, known)| known)
}

/// The same for a sentence: ` (perhaps orders)`, or nothing.
pub fn perhaps<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|known| format!(" (perhaps {known})")).unwrap_or_default()
}

/// Whether a value is likely another, misspelt: by its case, its blanks and signs, or one letter, or two of many. What differs in its
/// digits is another value, and so is what two letters more make of a word, such as `INACTIVE` of `ACTIVE`.
pub(crate) fn is_misspelt(value: &str, other: &str) -> bool {
    let kept = |text: &str, is_kept: fn(char) -> bool| -> String {
        text.to_lowercase().chars().filter(|letter| is_kept(*letter)).collect()
    };
    let [one, two] = [value, other].map(|text| kept(text, char::is_alphanumeric));
    if one == two {
        return !one.is_empty();
    }
    let [digits, other_digits] = [value, other].map(|text| kept(text, char::is_numeric));
    let shortest = one.chars().count().min(two.chars().count());
    let is_longer = |long: &str, short: &str| long.starts_with(short) || long.ends_with(short);
    match strsim::osa_distance(&one, &two) {
        _ if digits != other_digits => false,
        1 => shortest >= 4,
        2 => shortest >= 8 && !is_longer(&one, &two) && !is_longer(&two, &one),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_misspelt, nearest};

    #[test]
    fn a_value_is_misspelt_by_a_letter_or_two_and_another_is_another() {
        for (value, other) in [
            ("paid", "PAID"),
            ("PAID ", "PAID"),
            ("in-progress", "IN_PROGRESS"),
            ("chargd", "charged"),
            ("PENDNG", "PENDING"),
            ("CONFIRMATOIN", "CONFIRMATION"),
            ("CONFRMATON", "CONFIRMATION"),
        ] {
            assert!(is_misspelt(value, other) && is_misspelt(other, value), "{value} {other}");
        }
        for (value, other) in [
            ("LOST", "SENT"),
            ("VOID", "PAID"),
            ("DE", "DK"),
            ("ord-1001", "ord-1002"),
            ("2026-05-04", "2026-05-05"),
            ("INACTIVE", "ACTIVE"),
            ("UNVERIFIED", "VERIFIED"),
            ("-", "?"),
        ] {
            assert!(!is_misspelt(value, other) && !is_misspelt(other, value), "{value} {other}");
        }
    }

    #[test]
    fn a_word_that_is_nearly_known_is_meant_and_another_is_not() {
        let known = ["orders", "order_items", "charges"];
        assert_eq!(nearest("oders", known), Some("orders"));
        assert_eq!(nearest("CHARGES", known), Some("charges"));
        assert_eq!(nearest("kiln", known), None);
        assert_eq!(nearest("", known), None);
    }
}
