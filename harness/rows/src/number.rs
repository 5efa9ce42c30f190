//! Texts that spell numbers, plain or as money.
use crate::Cell;

/// A number that a text spells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: Cell,
    /// Whether it begins with a zero that a number would not have, as names do: `007`.
    pub(crate) is_padded: bool,
}

/// More digits might be rounded.
const MOST: usize = 15;
/// With a `+` and so many digits, it is rather a telephone.
const TELEPHONE: usize = 7;
/// A space, and those that do not break a line.
const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];
/// In SQL, in files and in what people write.
const MINUS: [char; 2] = ['-', '\u{2212}'];
const SYMBOLS: [char; 14] = ['$', '€', '£', '¥', '₹', '₩', '₽', '₺', '₪', '₫', '฿', '₴', '₦', '₱'];
const CODES: [&str; 23] = [
    "USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "BRL", "MXN", "ZAR", "SGD", "HKD", "KRW", "TRY",
];

/// The number that a text spells: with a sign in front or a minus behind or in brackets, with a currency in front or behind,
/// its thousands apart, and `.` or `,` before its fraction. None, if it has too many digits, or may be something else: a date,
/// a version, an address.
pub(crate) fn number(text: &str) -> Option<Number> {
    let Bare { is_below, is_above, is_money, digits } = bare(text)?;
    if !is_below && !is_money && is_address(digits) {
        return None;
    }
    let (whole, fraction) = parts(digits)?;
    // No name begins with a minus.
    let is_padded = !is_below && whole.len() > 1 && whole.starts_with('0');
    let whole = whole.trim_start_matches('0');
    let length = whole.len() + fraction.as_ref().map_or(0, String::len);
    if length > MOST || is_above && !is_money && fraction.is_none() && length >= TELEPHONE {
        return None;
    }
    let value = match fraction {
        None => {
            let value: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            Cell::Integer(if is_below { -value } else { value })
        }
        Some(fraction) => {
            let value: f64 = format!("0{whole}.{fraction}0").parse().ok()?;
            Cell::Real(if is_below { -value } else { value })
        }
    };
    Some(Number { value, is_padded })
}

/// A number without what says more of it.
struct Bare<'t> {
    is_below: bool,
    is_above: bool,
    is_money: bool,
    digits: &'t str,
}

/// Takes the sign and the currency away, each of which may be there once.
fn bare(text: &str) -> Option<Bare<'_>> {
    let (mut signs, mut currencies) = (0, 0);
    let mut bare = Bare { is_below: false, is_above: false, is_money: false, digits: text };
    loop {
        let digits = bare.digits;
        let within = digits.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let below = digits.strip_prefix(MINUS).or_else(|| digits.strip_suffix(MINUS));
        if let Some(rest) = below.or(within.map(|within| within.trim_matches(SPACES))) {
            (signs, bare.is_below, bare.digits) = (signs + 1, true, rest);
        } else if let Some(rest) = digits.strip_prefix('+') {
            (signs, bare.is_above, bare.digits) = (signs + 1, true, rest);
        } else if let Some(rest) = without_currency(digits) {
            (currencies, bare.is_money, bare.digits) = (currencies + 1, true, rest.trim_matches(SPACES));
        } else {
            return (signs <= 1 && currencies <= 1).then_some(bare);
        }
    }
}

fn without_currency(text: &str) -> Option<&str> {
    let symbol = text.strip_prefix(SYMBOLS).or_else(|| text.strip_suffix(SYMBOLS));
    let code = || CODES.iter().find_map(|code| text.strip_prefix(code).or_else(|| text.strip_suffix(code)));
    symbol.or_else(code)
}

/// Whether it is an address of IPv4, which may look like thousands.
fn is_address(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// The digits before and behind the sign of the fraction.
fn parts(text: &str) -> Option<(String, Option<String>)> {
    let between: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some((last, sign)) = between.last().copied() else {
        return (!text.is_empty()).then(|| (text.into(), None));
    };
    let (before, behind) = (&text[..last], &text[last + sign.len_utf8()..]);
    let is_once = between.iter().filter(|(_, other)| *other == sign).count() == 1;
    let thousands = || sign == ',' && between.len() == 1 && behind.len() == 3 && is_first_group(before);
    if !matches!(sign, '.' | ',') || !is_once || thousands() {
        return Some((together(text)?, None));
    }
    if before.is_empty() && behind.is_empty() {
        return None;
    }
    let whole = if before.chars().all(|c| c.is_ascii_digit()) { before.into() } else { together(before)? };
    Some((whole, Some(behind.into())))
}

/// Whether thousands may begin with these digits.
fn is_first_group(digits: &str) -> bool {
    (1..=3).contains(&digits.len()) && digits != "0"
}

/// The digits of a number whose thousands are all apart by the same sign.
fn together(text: &str) -> Option<String> {
    let sign = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(sign, ',' | '.' | '\'') && !SPACES.contains(&sign) {
        return None;
    }
    let mut groups = text.split(sign);
    let is_right = is_first_group(groups.next()?)
        && groups.all(|group| group.len() == 3)
        && text.chars().all(|c| c == sign || c.is_ascii_digit());
    is_right.then(|| text.chars().filter(|c| *c != sign).collect())
}

#[cfg(test)]
mod tests {
    use super::{Number, number};
    use crate::Cell;

    fn value(text: &str) -> Option<Cell> {
        number(text).map(|Number { value, .. }| value)
    }

    #[test]
    fn numbers_and_money_are_read_however_they_are_written() {
        for text in [
            "-7.5",
            "-7.50",
            "−7.50",
            "7.50-",
            "(7.50)",
            "-7,50",
            "-$7.50",
            "$-7.50",
            "($7.50)",
            "$(7.50)",
            "-7,50 €",
            "EUR -7.50",
            "-EUR7.50",
            "-7.50 USD",
            "-£7.50",
            "7.50\u{a0}CHF-",
            "-07.50",
        ] {
            assert_eq!(value(text), Some(Cell::Real(-7.5)), "{text}");
        }
        for text in ["-1.234,50", "-1,234.50", "-1 234,50", "-1'234.50", "-1234.5", "-1\u{202f}234,50"] {
            assert_eq!(value(text), Some(Cell::Real(-1234.5)), "{text}");
        }
        for text in ["7500", "7,500", "7 500", "7'500", "$7,500", "+7500", "JPY 7500"] {
            assert_eq!(value(text), Some(Cell::Integer(7500)), "{text}");
        }
        assert_eq!(value("1,234,567"), Some(Cell::Integer(1_234_567)));
        assert_eq!(value("1.234.567"), Some(Cell::Integer(1_234_567)));
        assert_eq!(value("7.500"), Some(Cell::Real(7.5)), "a single point is before a fraction");
        assert_eq!(value("1234,567"), Some(Cell::Real(1234.567)));
        assert_eq!(value("0,125"), Some(Cell::Real(0.125)));
        assert_eq!((value(".5"), value("5.")), (Some(Cell::Real(0.5)), Some(Cell::Real(5.0))));
        assert_eq!((value("-0"), value("000")), (Some(Cell::Integer(0)), Some(Cell::Integer(0))));
    }

    #[test]
    fn what_begins_with_a_zero_may_be_a_name() {
        assert!(["007", "030 123 456", "00.5"].iter().all(|text| number(text).unwrap().is_padded));
        assert!(["0", "0.5", "70", "-007"].iter().all(|text| !number(text).unwrap().is_padded));
    }

    #[test]
    fn what_may_be_something_else_is_no_number() {
        for text in [
            "",
            "-",
            "$",
            ".",
            "-.",
            "EUR",
            "()",
            "A12",
            "o-1",
            "1-2",
            "--1",
            "-1-",
            "$$1",
            "-(1)",
            "2026-05-04",
            "04.05.2026",
            "2026.05.04",
            "10:30",
            "1.2.3",
            "10.20.30.40",
            "127.100.200.100",
            "1,2,3",
            "12,34,567",
            "1 23",
            "1,234 567",
            "1.234,567.8",
            "+4915112345678",
            "+49 151 123 456",
            "030/1234",
            "555-1234",
            "1e5",
            "0x10",
            "7 %",
            "1234567890123456",
            "0.1234567890123456",
            "٣",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
