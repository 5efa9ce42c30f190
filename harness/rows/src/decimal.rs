//! Numbers as they are spelt in decimals, exactly.

/// A number, as far as it is whole, and the rest of it in units of 10^-24. Both have its sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) whole: i128,
    pub(crate) units: i128,
}

/// So many digits of a fraction are exact. A real number has 17 digits at most, and few of these are so far behind the point.
const PLACES: usize = 24;
const UNIT: i128 = 10_i128.pow(PLACES as u32);
/// Wholes of so many digits leave room for 10^11 of them in a sum.
const DIGITS: usize = 27;

impl Decimal {
    /// What a text spells without an exponent; none, if that has too many digits.
    pub(crate) fn spelt(text: &str) -> Option<Decimal> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0');
        if whole.len() > DIGITS || fraction.len() > PLACES {
            return None;
        }
        let of = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        let scale = 10_i128.pow((PLACES - fraction.len()) as u32);
        Some(Decimal { whole: sign * of(whole)?, units: sign * of(fraction)? * scale })
    }

    /// The number that the shortest spelling of a real one says: of `0.1` this is a tenth, and not what its bits are.
    pub(crate) fn of(real: f64) -> Option<Decimal> {
        /// Up to here all integers are real numbers.
        const WHOLE: f64 = 9e15;
        /// No longer spelling is looked at.
        const MOST: f64 = 1e27;
        if real.fract() == 0.0 && real.abs() < WHOLE {
            return Some(Decimal { whole: real as i128, units: 0 });
        }
        // What is not finite is not below.
        if real.abs() < MOST { Decimal::spelt(&real.to_string()) } else { None }
    }

    /// The nearest real number.
    pub(crate) fn to_real(self) -> f64 {
        let carried = self.whole + self.units.div_euclid(UNIT);
        let rest = self.units.rem_euclid(UNIT);
        let (sign, whole, units) = match carried < 0 && rest > 0 {
            true => ("-", -(carried + 1), UNIT - rest),
            false => ("", carried, rest),
        };
        let spelt = format!("{sign}{whole}.{units:0>PLACES$}");
        spelt.parse().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_number_comes_back_as_it_was() {
        for real in [0.1, -0.1, 7.5, -1234.56, 1e23, -1e-7, 123_456_789.123_456_78, 9e15, 0.0, -3.0] {
            assert_eq!(Decimal::of(real).map(Decimal::to_real), Some(real), "{real}");
        }
        for real in [1e27, 1e-25, f64::INFINITY, f64::NAN] {
            assert_eq!(Decimal::of(real), None, "{real}");
        }
        assert_eq!(Decimal::spelt("+.5").map(Decimal::to_real), Some(0.5));
        assert_eq!(Decimal::spelt("-12.").map(Decimal::to_real), Some(-12.0));
        assert_eq!(Decimal { whole: 1, units: -10_i128.pow(23) }.to_real(), 0.9);
        assert_eq!(Decimal { whole: -1, units: 10_i128.pow(23) }.to_real(), -0.9);
    }
}
