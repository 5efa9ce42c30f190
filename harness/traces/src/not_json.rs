//! What looks like JSON to whoever wrote it.

/// What of a line is often taken for JSON and is none.
pub(crate) fn no_json(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    if text.contains(['\u{201c}', '\u{201d}', '\u{201e}']) {
        return Some(
            "its quotes are those of a word processor, and JSON has \"…\"; copy it as plain text".into(),
        );
    }
    let is_value = |word: &&&str| {
        text.match_indices(**word).any(|(at, _)| text[..at].trim_end().ends_with([':', ',', '[']))
    };
    let word =
        ["NaN", "-Infinity", "Infinity", "None", "True", "False", "undefined"].iter().find(is_value)?;
    Some(format!(
        "`{word}` is a word of another language, and JSON has null, true, false and numbers; write one of these in its place"
    ))
}
