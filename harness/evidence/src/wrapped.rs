use crate::{WIDTH, harmless};

/// A beginning, and what follows it in as many lines as it takes, each after so many spaces.
pub fn wrapped_at(first: &str, indent: usize, value: &str) -> String {
    wrapped_within(WIDTH, first, indent, value)
}

/// The same in lines of at most this width.
pub fn wrapped_within(width: u16, first: &str, indent: usize, value: &str) -> String {
    let (mut text, mut line) = (String::new(), first.to_string());
    // Whatever it holds, only we break it.
    for word in harmless(value, usize::MAX).split(' ') {
        if line.chars().count() + word.chars().count() > usize::from(width) && line.trim() != "" {
            text += &format!("{}\n", line.trim_end());
            line = " ".repeat(indent);
        }
        line += word;
        line.push(' ');
    }
    text + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::wrapped_at;

    #[test]
    fn what_is_wrapped_begins_again_under_its_beginning() {
        let text = wrapped_at("✗ ", 2, &"word ".repeat(30));
        assert!(text.lines().skip(1).all(|line| line.starts_with("  word")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
