//! Pairs of a name and a value in a text: `task_id=t-1 said="it failed"`.

/// The pairs of a text, in their order, and whether there is anything else in it.
pub(crate) fn pairs(text: &str) -> (Vec<(&str, String)>, bool) {
    let mut pairs = Vec::new();
    let (mut rest, mut has_more) = (text, false);
    let says = |text: &str| text.contains(|letter: char| letter.is_alphanumeric());
    while let Some(at) = rest.find('=') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let begins = before
            .rfind(|letter| !is_of_name(letter))
            .map_or(0, |last| last + before[last..].chars().next().map_or(1, char::len_utf8));
        let (value, length) = value(after);
        let name = &before[begins..];
        let stands_alone =
            before[..begins].chars().next_back().is_none_or(|letter| " \t\n([{,;|".contains(letter));
        if name.starts_with(|letter: char| letter.is_alphabetic() || "_@".contains(letter)) && stands_alone {
            has_more |= says(&before[..begins]);
            pairs.push((name, value));
            rest = &after[length..];
        } else {
            has_more |= says(before);
            rest = after;
        }
    }
    (pairs, has_more || says(rest))
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "_.-@".contains(letter)
}

/// A value, and how many bytes it takes.
fn value(text: &str) -> (String, usize) {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut is_escaped = false;
        let end = quoted.find(|letter| {
            let ends = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            ends
        });
        let end = end.unwrap_or(quoted.len());
        let value = serde_json::from_str(&format!("\"{}\"", &quoted[..end]));
        return (value.unwrap_or_else(|_| quoted[..end].into()), (end + 2).min(text.len()));
    }
    let end = text.find(|letter: char| letter.is_whitespace() || ",;)]}|".contains(letter));
    let end = end.unwrap_or(text.len());
    (text[..end].into(), end)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn pairs_are_found_alone_quoted_and_in_a_sentence() {
        let found = |text| {
            pairs(text).0.into_iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>()
        };
        assert_eq!(
            found("level=error msg=\"it \\\"failed\\\"\" task_id=t-1"),
            ["level:error", "msg:it \"failed\"", "task_id:t-1"]
        );
        assert_eq!(
            found("it failed (task_id=t, status=FAILED) at x=="),
            ["task_id:t", "status:FAILED", "x:="]
        );
        assert_eq!(found("a == b, https://x/?a=b&c=d, 7=8, ü=ö"), ["ü:ö"]);
        assert_eq!(found("a=\"open"), ["a:open"]);
        assert_eq!((pairs("a=1, b=2").1, pairs("so a=1").1, pairs("a=1 so").1), (false, true, true));
    }
}
