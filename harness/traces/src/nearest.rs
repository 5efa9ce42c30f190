//! What was meant by a word that there is not.

/// The one of the known words that takes the fewest changes; none, if all take too many to be meant.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = known.iter().map(|known| (distance(word, known), *known));
    near.min().filter(|(distance, known)| 3 * distance <= known.len() + 2).map(|(_, known)| known)
}

/// How many letters have to be changed, added or taken away.
fn distance(one: &str, other: &str) -> usize {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (one, other) = (lower(one), lower(other));
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, beside) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != beside);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
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
