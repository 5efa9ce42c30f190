//! Times as texts, whose order is that of time only if their fractions are equally long.

/// So many digits have the fractions of the finest clocks.
const FRACTION: usize = 9;

/// A time such as `2026-05-04T10:00:00.5Z`, with a fraction of nine digits: `…00Z` is behind `…00.5Z` in the order of texts, and before it
/// in time. None, if the text is no time with seconds, or is so already.
pub(crate) fn padded(text: &str) -> Option<String> {
    const PATTERN: &[u8] = b"dddd-dd-ddtdd:dd:dd";
    let (start, rest) = text.split_at_checked(PATTERN.len())?;
    let fits = |(letter, pattern): (u8, &u8)| match pattern {
        b'd' => letter.is_ascii_digit(),
        b't' => matches!(letter, b'T' | b' '),
        _ => letter == *pattern,
    };
    if !start.bytes().zip(PATTERN).all(fits) {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
            rest.split_at_checked(end).filter(|(fraction, _)| !fraction.is_empty())?
        }
        None => ("", rest),
    };
    let is_right = fraction.len() < FRACTION && is_zone(zone);
    is_right.then(|| format!("{start}.{fraction:0<FRACTION$}{zone}"))
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [] | b"Z" => true,
        [b'+' | b'-', digits @ ..] => match digits {
            [a, b, b':', c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn a_time_with_seconds_has_nine_digits_of_them() {
        let same = |text: &str, expected: &str| assert_eq!(padded(text).as_deref(), Some(expected));
        same("2026-05-04T10:00:00Z", "2026-05-04T10:00:00.000000000Z");
        same("2026-05-04 10:00:00.5", "2026-05-04 10:00:00.500000000");
        same("2026-05-04T10:00:00.12345678+02:00", "2026-05-04T10:00:00.123456780+02:00");
        for text in [
            "2026-05-04",
            "2026-05-04T10:00Z",
            "2026-05-04T10:00:00.Z",
            "2026-05-04T10:00:00.123456789Z",
            "2026-05-04T10:00:00.1234567890Z",
            "2026-05-04T10:00:00 Uhr",
            "2026-05-04T10:00:00+0200",
            "at 2026-05-04T10:00:00",
            "é026-05-04T10:00:00",
        ] {
            assert_eq!(padded(text), None, "{text}");
        }
    }
}
