//! What was meant by a word that there is not.

/// The one of the known words that takes the fewest changes; none, if all take too many to be meant.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let near = known.iter().map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), *known));
    near.min().filter(|(distance, known)| 3 * distance <= known.len() + 2).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_word_that_is_nearly_known_is_meant_and_another_is_not() {
        let known = ["task_completed", "task_failed", "task_cancelled"];
        assert_eq!(nearest("task_faild", &known), Some("task_failed"));
        assert_eq!(nearest("TASK_FAILED", &known), Some("task_failed"));
        assert_eq!(nearest("kiln", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
