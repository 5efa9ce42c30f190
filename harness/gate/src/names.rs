//! What a process has drawn at random, told apart by who drew it.
//!
//! The bytes that [`preload.cjs`](https://nodejs.org/api/cli.html#-r---require-module) and its sibling for Python hand out begin
//! with `a9ec`, the number of who draws them, and their ordinal. So a drawn name is known in whatever it is written into, as a
//! UUID or in hexadecimal digits; and since what a process does depends on which names are the same and not on what they are,
//! what was learnt of one process is true of another when its names are put in.
use std::borrow::Cow;

/// Who draws names: a process of a run. 0 is the one that all are learnt with.
pub(crate) type Owner = u16;

/// The process that all is learnt with.
pub(crate) const LEARNER: Owner = 0;
/// Owners from here on are somebody else, for the one who is learnt: the first stranger that it hears of, the second...
const STRANGERS: Owner = 0x8000;
/// Owners from here on are durable executions, which have names, too.
const EXECUTIONS: Owner = 0x7f00;

/// A name that was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    owner: Owner,
    ordinal: u16,
}

/// Who is who between a run and what was learnt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    own: Owner,
    /// Nothing was learnt of another: all is as it is.
    is_own: bool,
    /// The strangers, in the order in which it heard of them.
    strangers: Vec<Owner>,
}

impl Names {
    pub(crate) fn of(own: Owner) -> Names {
        Names { own, is_own: false, strangers: Vec::new() }
    }

    /// The names of somebody who was learnt as who he is.
    pub(crate) fn as_they_are() -> Names {
        Names { is_own: true, ..Names::default() }
    }

    /// What a run says, in the names of what was learnt.
    pub(crate) fn learnt<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if self.is_own {
            return Cow::Borrowed(text);
        }
        renamed(text, |Name { owner, ordinal }| {
            if owner == self.own {
                return Name { owner: LEARNER, ordinal };
            }
            let at = self.strangers.iter().position(|known| *known == owner).unwrap_or_else(|| {
                self.strangers.push(owner);
                self.strangers.len() - 1
            });
            Name { owner: STRANGERS + at as Owner, ordinal }
        })
    }

    /// What was learnt, in the names of this run.
    pub(crate) fn told<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_own {
            return Cow::Borrowed(text);
        }
        renamed(text, |Name { owner, ordinal }| {
            let owner = match owner.checked_sub(STRANGERS) {
                Some(at) => self.strangers.get(usize::from(at)).copied().unwrap_or(owner),
                None if owner == LEARNER => self.own,
                None => owner,
            };
            Name { owner, ordinal }
        })
    }
}

/// The same text with other names in the places of those that are in it.
fn renamed(text: &str, mut other: impl FnMut(Name) -> Name) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while let Some(digits) = next(bytes, &mut at) {
        let number = |digits: &[usize]| {
            digits.iter().fold(0, |number, at| number << 4 | hex(bytes[*at]).unwrap_or_default())
        };
        let name = Name { owner: number(&digits[..4]), ordinal: number(&digits[4..]) };
        let new = other(name);
        if new == name {
            continue;
        }
        let is_upper = digits.iter().any(|at| bytes[*at].is_ascii_uppercase());
        let mut written = format!("{:04x}{:04x}", new.owner, new.ordinal);
        if is_upper {
            written.make_ascii_uppercase();
        }
        for (at, digit) in digits.into_iter().zip(written.chars()) {
            out += &text[done..at];
            out.push(digit);
            done = at + 1;
        }
    }
    if done == 0 { Cow::Borrowed(text) } else { Cow::Owned(out + &text[done..]) }
}

/// The same text, in which this owner's names are the learner's.
pub(crate) fn learnt_of(text: &str, own: Owner) -> Cow<'_, str> {
    renamed(text, |Name { owner, ordinal }| Name {
        owner: if owner == own { LEARNER } else { owner },
        ordinal,
    })
}

/// The same text for people, in which a UUID that was drawn is `#2.1`: the first that the second actor drew. What the same
/// actor drew when it began again has a letter: `#2b.1`.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while let Some(digits) = next(bytes, &mut at) {
        let begin = digits[0] - MARK.len();
        let is_uuid = text.get(begin..begin + UUID.len()).is_some_and(|uuid| {
            uuid.bytes()
                .zip(UUID.bytes())
                .all(|(own, shape)| if shape == b'-' { own == b'-' } else { hex(own).is_some() })
        });
        if !is_uuid {
            continue;
        }
        let number = |digits: &[usize]| {
            digits.iter().fold(0, |number, at| number << 4 | hex(bytes[*at]).unwrap_or_default())
        };
        let (owner, ordinal) = (number(&digits[..4]), number(&digits[4..]));
        let (actor, begun) = of_actor(owner);
        out += &text[done..begin];
        out += &match (owner, begun) {
            (LEARNER, _) => format!("#{ordinal}"),
            (_, 1) => format!("#{}.{ordinal}", actor + 1),
            (_, begun) => format!("#{}{}.{ordinal}", actor + 1, char::from(b'a' + (begun - 1).min(25) as u8)),
        };
        done = begin + UUID.len();
        at = done;
    }
    if done == 0 { Cow::Borrowed(text) } else { Cow::Owned(out + &text[done..]) }
}

const UUID: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/// As many times an actor begins, each time with names of its own.
const MOST_BEGINNINGS: u32 = 64;

/// Who an actor is when it begins the n-th time, from 1.
pub(crate) fn owner(actor: u32, begun: u32) -> Owner {
    Owner::try_from(1 + actor * MOST_BEGINNINGS + begun).unwrap_or(EXECUTIONS - 1).min(EXECUTIONS - 1)
}

/// A name of the durable execution of this number among those of a run: its own, or that of one of its callbacks.
pub(crate) fn of_an_execution(number: usize, ordinal: u16) -> String {
    let owner = EXECUTIONS + (number as Owner).min(STRANGERS - EXECUTIONS - 1);
    let mut digits: Vec<u8> = drawn_digits(owner, ordinal).take(32).collect();
    // As a UUID of version 4 is written.
    (digits[12], digits[16]) = (4, 8 | (digits[16] & 3));
    let mut out = String::with_capacity(UUID.len());
    let mut digits = digits.into_iter();
    for shape in UUID.chars() {
        match shape {
            '-' => out.push('-'),
            _ => out.extend(digits.next().and_then(|digit| char::from_digit(u32::from(digit), 16))),
        }
    }
    out
}

fn of_actor(owner: Owner) -> (u32, u32) {
    let number = u32::from(owner.saturating_sub(1));
    (number / MOST_BEGINNINGS, number % MOST_BEGINNINGS)
}

/// The hexadecimal digits of what this owner draws, for as long as it is wanted.
pub(crate) fn drawn_digits(owner: Owner, ordinal: u16) -> impl Iterator<Item = u8> {
    let ([a, b], [c, d]) = (owner.to_be_bytes(), ordinal.to_be_bytes());
    let block = [0xa9, 0xec, a, b, c, d, 0x40, 0, 0];
    block.into_iter().flat_map(|byte: u8| [byte >> 4, byte & 15]).cycle()
}

/// With what a name begins.
const MARK: [u8; 4] = *b"a9ec";

/// Where the next name has the digits of its owner and its ordinal. Goes on behind it.
fn next(bytes: &[u8], at: &mut usize) -> Option<[usize; 8]> {
    let from = *at;
    // Of its digits the second is one that is rare in what is written otherwise.
    while let Some(offset) = memchr::memchr(b'9', &bytes[*at..]) {
        let second = *at + offset;
        *at = second + 1;
        let begins = |begin: &usize| *begin >= from && matches!(bytes[*begin], b'a' | b'A');
        let Some(begin) = second.checked_sub(1).filter(begins) else { continue };
        // A UUID has hyphens between some of its bytes.
        let digits = bytes[begin..].iter().enumerate().filter(|(_, byte)| **byte != b'-').take(12);
        let places: Vec<(usize, u8)> = digits.map(|(at, byte)| (begin + at, *byte)).collect();
        let is_marked = MARK.iter().zip(&places).all(|(mark, (_, byte))| byte.eq_ignore_ascii_case(mark));
        let is_name = places.len() == 12 && is_marked && places.iter().all(|(_, byte)| hex(*byte).is_some());
        if is_name {
            *at = places[11].0 + 1;
            return Some(std::array::from_fn(|digit| places[4 + digit].0));
        }
    }
    None
}

fn hex(byte: u8) -> Option<u16> {
    char::from(byte).to_digit(16).map(|digit| digit as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWN: &str = "a9ec0000-0001-4000-80a9-ec0000000140";

    #[test]
    fn a_uuid_and_a_key_in_hexadecimal_change_their_owner() {
        let text = format!("{{\"id\":\"{DRAWN}\",\"key\":\"A9EC00000002400000A9EC\",\"n\":\"a9\"}}");
        let mut names = Names::of(0x12);
        let told = names.told(&text).into_owned();
        assert_eq!(
            told,
            "{\"id\":\"a9ec0012-0001-4000-80a9-ec0012000140\",\"key\":\"A9EC00120002400000A9EC\",\"n\":\"a9\"}"
        );
        assert_eq!(names.learnt(&told), text);
        assert_eq!(learnt_of(&told, 0x12), text);
    }

    #[test]
    fn strangers_are_numbered_as_they_come_and_found_again() {
        let mut names = Names::of(1);
        let of = |owner| renamed(DRAWN, |name| Name { owner, ..name }).into_owned();
        let heard = [of(7), of(1), of(3), of(7)].map(|text| names.learnt(&text).into_owned());
        assert_eq!(heard, [of(0x8000), of(0), of(0x8001), of(0x8000)]);
        assert_eq!(heard.map(|text| names.told(&text).into_owned()), [of(7), of(1), of(3), of(7)]);
    }

    #[test]
    fn people_see_who_drew_a_uuid() {
        let of =
            |actor, begun| renamed(DRAWN, |name| Name { owner: owner(actor, begun), ..name }).into_owned();
        let text = format!("a={} b={} c={DRAWN} d=a9ec00000002400000a9ec", of(0, 1), of(1, 2));
        assert_eq!(shown(&text), "a=#1.1 b=#2b.1 c=#1 d=a9ec00000002400000a9ec");
        assert_eq!(shown("nothing"), "nothing");
    }

    #[test]
    fn what_is_no_name_stays() {
        for text in ["", "a9ec", "a9ec00", "a9ec000g0001", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "aa9ec"] {
            assert_eq!(renamed(text, |_| Name { owner: 9, ordinal: 9 }), text);
        }
    }
}
