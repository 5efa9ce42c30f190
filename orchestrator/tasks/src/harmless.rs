//! Text from elsewhere, so that it shows what it holds and does nothing else to a terminal.

/// The text, in which control characters, line breaks among them, and the invisible ones that turn the direction of what
/// follows are spelt out.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Tells a line to the standard error.
pub(crate) fn say(line: &str) {
    eprintln!("{}", harmless(line));
}

/// Tells of something that does not stop the command.
pub(crate) fn warn(line: &str) {
    say(&format!("warning: {line}"));
}

/// Whether a character does something instead of being seen.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_would_act_is_spelt_out_and_nothing_else() {
        let hostile = "a\u{1b}[2J\u{202e}b\r\n\t\u{9b}\u{feff}<b>";
        assert_eq!(harmless(hostile), "a\\u{1b}[2J\\u{202e}b\\r\\n\\t\\u{9b}\\u{feff}<b>");
        assert_eq!(harmless("→ שלום – ok"), "→ שלום – ok");
    }
}
