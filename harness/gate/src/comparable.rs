//! What of a row is compared with other runs: of ids only which are the same, and no times.

/// Ids that were met, in the order in which they came.
pub(crate) type Ids = Vec<String>;

/// The same text, in which ids are numbered as they come and times are only said to be there.
pub(crate) fn comparable(text: &str, ids: &mut Ids) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = match time(rest) {
            0 => rest.find(|letter: char| !is_of_word(letter)).unwrap_or(rest.len()),
            length => {
                out += "<time>";
                rest = &rest[length..];
                continue;
            }
        };
        let (word, after) = rest.split_at(word.max(first.len_utf8()));
        if is_seconds(word) {
            out += "<time>";
        } else if is_id(word) {
            let at = ids.iter().position(|known| known == word).unwrap_or_else(|| {
                ids.push(word.into());
                ids.len() - 1
            });
            out += &format!("#{}", at + 1);
        } else {
            out += word;
        }
        rest = after;
    }
    out
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// How long the time is that a text begins with, such as `2026-01-01T00:00:00.000Z`; 0 if it begins with none.
pub(crate) fn time(text: &str) -> usize {
    const SHAPE: &[u8] = b"0000-00-00T00:00";
    let bytes = text.as_bytes();
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b' '),
        other => byte == other,
    };
    if bytes.len() < SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return 0;
    }
    let more =
        bytes[SHAPE.len()..].iter().take_while(|byte| byte.is_ascii_digit() || b":.+-Z".contains(byte));
    SHAPE.len() + more.count()
}

/// A number of seconds or milliseconds since 1970 that is within some years of when runs take place.
fn is_seconds(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number && matches!(word.len(), 10 | 13) && ("17".."19").contains(&&word[..2])
}

/// What looks as only an id does: a UUID, a ULID, many hexadecimal digits, a long word of mixed letters.
fn is_id(word: &str) -> bool {
    let has = |of: fn(&u8) -> bool| word.bytes().any(|byte| of(&byte));
    let (digit, upper, lower) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    let parts: Vec<usize> = word.split('-').map(str::len).collect();
    let is_hex = |word: &str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = parts == [8, 4, 4, 4, 12] && is_hex(&word.replace('-', ""));
    let is_ulid = word.len() == 26
        && digit
        && word.as_bytes()[0] <= b'7'
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() && !b"ILOUilou".contains(&byte));
    let is_long_hex = word.len() >= 24 && digit && (upper || lower) && is_hex(word);
    is_uuid || is_ulid || is_long_hex || (word.len() >= 20 && digit && upper && lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_ids_only_which_are_the_same_counts_and_no_times() {
        let text = |ulid: &str, time: &str| {
            format!(
                "id={ulid} at={time} expires=1767229200 by=6ba7b810-9dad-11d1-80b4-00c04fd430c8 again={ulid} n=5 to=pear-1"
            )
        };
        let one = text("01KDVDNA06NNNNNNNNNNNNNNNN", "2026-01-01T00:00:00.006Z");
        let other = text("01KDVDNA00ABCDEFGH12345678", "2026-01-01T00:00:00+00:00");
        let shown = comparable(&one, &mut Ids::new());
        assert_eq!(shown, "id=#1 at=<time> expires=<time> by=#2 again=#1 n=5 to=pear-1");
        assert_eq!(comparable(&other, &mut Ids::new()), shown);
        assert_eq!(comparable("V1StGXR8_Z5jdHi6B-myT", &mut Ids::new()), "#1");
    }

    #[test]
    fn words_stay() {
        for text in [
            "",
            "status=PAID",
            "cents=1999",
            "ch_1",
            "2026-01-01",
            "ü=é; [1, 2]",
            "the-longest-word-of-all-words",
        ] {
            assert_eq!(comparable(text, &mut Ids::new()), text);
        }
    }
}
