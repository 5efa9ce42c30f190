use std::{borrow::Cow, path::Path};

/// Text from elsewhere, so that it shows what it holds and does nothing else: control characters, and the invisible
/// ones that turn the direction of what follows, are spelt out, and no more than so many characters are shown.
pub fn harmless(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most && !text.chars().any(acts) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len().min(most));
    let mut left = text.chars();
    for character in left.by_ref().take(most) {
        if acts(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    match left.count() {
        0 => {}
        more => shown += &format!("… ({more} more characters)"),
    }
    shown.into()
}

/// A path, in a line.
pub fn shown(path: &Path) -> String {
    harmless(&path.display().to_string(), usize::MAX).into()
}

/// The same for text of many lines.
pub fn harmless_lines(text: &str) -> String {
    spelt_out(text, |character| character.escape_default().to_string())
}

/// JSON that means the same and only shows: what would act is escaped, as JSON escapes it. It stands in strings only.
pub fn harmless_json(json: &str) -> String {
    spelt_out(json, |character| format!("\\u{:04x}", u32::from(character)))
}

/// Text of many lines, in which whatever would act is spelt in this way.
fn spelt_out(text: &str, spell: impl Fn(char) -> String) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push('\n'),
            _ if acts(character) => shown += &spell(character),
            _ => shown.push(character),
        }
    }
    shown
}

/// Whether a character does something instead of being seen.
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        // These are no characters, and no XML may hold them.
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(character, '\u{fdd0}'..='\u{fdef}')
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_would_act_is_spelt_out() {
        let hostile = "a\u{1b}[2J\u{202e}b\r\n\u{feff}<b>";
        assert_eq!(harmless(hostile, 100), "a\\u{1b}[2J\\u{202e}b\\r\\n\\u{feff}<b>");
        assert_eq!(harmless("→ שלום – ok", 100), "→ שלום – ok");
    }

    #[test]
    fn json_means_the_same_when_it_only_shows() {
        let hostile = "\u{9b}2J\u{202e}\u{7f}é\n";
        let json = super::harmless_json(&serde_json::to_string_pretty(&[hostile]).expect("JSON"));
        assert_eq!(json, "[\n  \"\\u009b2J\\u202e\\u007fé\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).expect("JSON"), [hostile]);
    }

    #[test]
    fn what_is_very_long_is_cut_and_says_so() {
        assert_eq!(harmless(&"x".repeat(1000), 3), "xxx… (997 more characters)");
        assert_eq!(harmless("éé", 3), "éé");
    }
}
