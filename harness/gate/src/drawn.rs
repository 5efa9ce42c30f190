//! What a process draws by chance that nobody here owns: what its twin, which was told the same, says otherwise.
//!
//! Each such word is given a name of its own, in its own shape. Of many hexadecimal digits, a UUID among them, the name shows who
//! drew it, as in [`names`](crate::names).
use crate::names::{Owner, drawn_digits};
use xxhash_rust::xxh3::xxh3_64;

/// A word that is shorter could be anything else: it would be taken for chance where it is none.
const SHORTEST: usize = 6;
/// So many hexadecimal digits show who drew them.
const MARKED: usize = 12;

/// What was drawn so far.
#[derive(Debug)]
pub(crate) struct Drawn {
    owner: Owner,
    words: Vec<Word>,
    /// Something was drawn whose name does not show who drew it.
    pub(crate) is_unmarked: bool,
}

#[derive(Debug)]
struct Word {
    name: String,
    /// As each of the two says it.
    said: [String; 2],
}

impl Drawn {
    pub(crate) fn new(owner: Owner) -> Drawn {
        Drawn { owner, words: Vec::new(), is_unmarked: false }
    }

    /// What both say, with names in the places of what was drawn; nothing if that is not all in which they differ.
    pub(crate) fn named(&mut self, one: &str, other: &str) -> Option<String> {
        if one == other {
            return Some(one.into());
        }
        let (mut out, mut ones, mut others) = (String::new(), words(one), words(other));
        loop {
            match (ones.next(), others.next()) {
                (None, None) => return Some(out),
                (Some(one), Some(other)) if one == other => out += one,
                (Some(one), Some(other)) => out += &self.name(one, other)?,
                _ => return None,
            }
        }
    }

    fn name(&mut self, one: &str, other: &str) -> Option<String> {
        if let Some(known) = self.words.iter().find(|word| word.said[0] == one && word.said[1] == other) {
            return Some(known.name.clone());
        }
        let are_words = [one, other]
            .iter()
            .all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        if !are_words || one.len().min(other.len()) < SHORTEST {
            return None;
        }
        let ordinal = u16::try_from(self.words.len() + 1).ok()?;
        let digits = one.bytes().filter(u8::is_ascii_hexdigit).count();
        let is_marked = digits >= MARKED && one.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        self.is_unmarked |= !is_marked;
        let mut fill: Box<dyn Iterator<Item = u8>> = if is_marked {
            Box::new(drawn_digits(self.owner, ordinal))
        } else {
            Box::new(noise(self.owner, ordinal))
        };
        let mut letter = |byte: u8| {
            if byte == b'-' {
                return byte;
            }
            let fill = fill.next().unwrap_or_default();
            match byte {
                _ if is_marked && byte.is_ascii_uppercase() => HEX[usize::from(fill)].to_ascii_uppercase(),
                _ if is_marked => HEX[usize::from(fill)],
                // No number begins with a zero.
                b'0'..=b'9' => b'1' + fill % 9,
                b'A'..=b'Z' => b'A' + fill % 26,
                _ => b'a' + fill % 26,
            }
        };
        let name = one.bytes().map(|byte| char::from(letter(byte))).collect::<String>();
        self.words.push(Word { name: name.clone(), said: [one.into(), other.into()] });
        Some(name)
    }

    /// What is said to one of the two, in its own words.
    pub(crate) fn said_to(&self, which: usize, text: &str) -> String {
        let own = |word| self.words.iter().find(|known| known.name == word).map(|known| &*known.said[which]);
        words(text).map(|word| own(word).unwrap_or(word)).collect()
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Numbers below 256 that hang on nothing else.
fn noise(owner: Owner, ordinal: u16) -> impl Iterator<Item = u8> {
    (0_u64..).map(move |at| {
        let all = (u64::from(owner) << 32 | u64::from(ordinal) << 16 | at).to_le_bytes();
        xxh3_64(&all).to_le_bytes()[0]
    })
}

/// The text in pieces: UUIDs, words of letters and digits, and what is between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_in_word = |letter: char| letter.is_ascii_alphanumeric();
        let length = match uuid(rest) {
            Some(length) => length,
            None if is_in_word(first) => rest.find(|letter| !is_in_word(letter)).unwrap_or(rest.len()),
            None => rest.find(is_in_word).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

/// How long the UUID is that a text begins with.
fn uuid(text: &str) -> Option<usize> {
    const LENGTH: usize = 36;
    let begin = text.as_bytes().get(..LENGTH)?;
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    begin.iter().enumerate().all(fits).then_some(LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_and_found_again() {
        let mut drawn = Drawn::new(3);
        let of = |id: &str, token: &str| {
            format!("{{\"id\":\"order_{id}\",\"token\":\"{token}\",\"again\":\"{id}\",\"n\":7}}")
        };
        let (id, twins) = ("6ba7b810-9dad-41d1-80b4-00c04fd430c8", "0f8fad5b-d9cb-469f-a165-70867728950e");
        let one = of(id, "01KDVDNA06NNNN");
        let named = drawn.named(&one, &of(twins, "01KDVDNA06MMMM")).expect("they say the same");
        assert!(named.contains("\"id\":\"order_a9ec0003-0001-4000-00a9-ec0003000140\""), "{named}");
        assert!(named.ends_with("\"again\":\"a9ec0003-0001-4000-00a9-ec0003000140\",\"n\":7}"), "{named}");
        assert!(drawn.is_unmarked, "who drew the token does not show");
        assert_eq!(drawn.said_to(0, &named), one);
        assert_eq!(drawn.said_to(1, &named), of(twins, "01KDVDNA06MMMM"));
        assert_eq!(drawn.named("pear", "pear").as_deref(), Some("pear"));
    }

    #[test]
    fn what_is_short_or_of_another_shape_is_no_chance() {
        let mut drawn = Drawn::new(0);
        assert_eq!(drawn.named("{\"n\":7}", "{\"n\":8}"), None);
        assert_eq!(drawn.named("a b", "a b c"), None);
        assert_eq!(drawn.named("POST /a-longer/way", "POST /a_longer/way"), None);
    }
}
