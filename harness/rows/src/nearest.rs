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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_word_that_is_nearly_known_is_meant_and_another_is_not() {
        let known = ["orders", "order_items", "charges"];
        assert_eq!(nearest("oders", known), Some("orders"));
        assert_eq!(nearest("CHARGES", known), Some("charges"));
        assert_eq!(nearest("kiln", known), None);
        assert_eq!(nearest("", known), None);
    }
}
