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

/// Lines of at most this width: one that is wider goes on below, a little further in than it begins.
pub fn lines_within(width: u16, text: &str) -> String {
    let line = |line: &str| {
        let begins = line.trim_start_matches(' ');
        let indent = line.len() - begins.len();
        wrapped_within(width, &line[..indent], indent + 2, begins)
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{lines_within, wrapped_at};

    #[test]
    fn each_line_is_broken_by_itself_and_stays_where_it_begins() {
        let text = lines_within(20, "error: something is wrong here\n\n  next: mend it, and ask again\n");
        assert_eq!(text, "error: something is\n  wrong here\n\n  next: mend it, and\n    ask again\n");
    }

    #[test]
    fn what_is_wrapped_begins_again_under_its_beginning() {
        let text = wrapped_at("✗ ", 2, &"word ".repeat(30));
        assert!(text.lines().skip(1).all(|line| line.starts_with("  word")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
