//! What a value shows of itself, field by field.
use crate::Text;
use std::fmt;

/// The fields of a struct by their names, as its `Debug` form has them; of anything else, all of it as one.
pub(crate) fn fields(value: &impl fmt::Debug) -> Vec<(Text, String)> {
    let text = format!("{value:?}");
    split(&text).unwrap_or_else(|| vec![("state".into(), text.clone())])
}

fn split(text: &str) -> Option<Vec<(Text, String)>> {
    let (name, inner) = text.strip_suffix(" }")?.split_once(" { ")?;
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name(name) {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = inner;
    while !rest.is_empty() {
        let (field, value) = rest.split_once(": ")?;
        if !is_name(field) {
            return None;
        }
        let end = end_of_value(value);
        fields.push((Text::Owned(field.into()), value[..end].to_string()));
        rest = value[end..].strip_prefix(", ").unwrap_or(&value[end..]);
    }
    Some(fields)
}

/// Where a value ends that others may follow: at the first comma outside of brackets and quotes.
fn end_of_value(text: &str) -> usize {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some('"'),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "only shown")]
    struct Shop {
        paid: bool,
        keys: Vec<(u32, &'static str)>,
        note: &'static str,
        inner: Option<Counter>,
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "only shown")]
    struct Counter(u32);

    #[derive(Debug)]
    struct Nothing {}

    #[test]
    fn a_struct_shows_its_fields_and_anything_else_itself() {
        let shop = Shop {
            paid: true,
            keys: vec![(1, "a, b: }"), (2, "\"")],
            note: "x, y: z",
            inner: Some(Counter(3)),
        };
        let shown = fields(&shop);
        let shown: Vec<(&str, &str)> = shown.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(
            shown,
            [
                ("paid", "true"),
                ("keys", r#"[(1, "a, b: }"), (2, "\"")]"#),
                ("note", r#""x, y: z""#),
                ("inner", "Some(Counter(3))")
            ]
        );
        for (value, shown) in [(fields(&Counter(3)), "Counter(3)"), (fields(&Nothing {}), "Nothing")] {
            assert_eq!(value, [("state".into(), shown.to_string())]);
        }
    }
}
