//! What the environment says, which beats what the code says.
use super::Checker;
use crate::{kept::is_ci, situation::limits};
use anechoic_evidence::harmless;
use std::{ffi::OsString, ops::RangeInclusive, path::PathBuf, time::Duration};

/// How runs are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Every run, but for what would show nothing new.
    Exhaustive,
    /// Every run.
    Naive,
    /// A sample, every way with the same probability.
    Random,
    /// A sample in which priorities change a few times: good at orders that are rare.
    Pct,
}

/// Whether new counterexamples are kept beside the test, for a review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// They are kept, unless `CI` is set.
    #[default]
    Auto,
    /// They are kept, also if `CI` is set.
    New,
    /// They are never kept.
    No,
}

/// The variables that are set.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// Those that beat the code, each with its value.
    set: Vec<String>,
    faults: Option<u64>,
    callers: Option<RangeInclusive<usize>>,
    retries: Option<u64>,
    max_time: Option<Duration>,
    seed: Option<u64>,
    how: Option<How>,
    update: Update,
    pub(super) replay: Option<PathBuf>,
    pub(super) report: Option<PathBuf>,
}

impl Environment {
    /// Reads the variables.
    ///
    /// # Errors
    /// The variable, its value, and what was expected.
    pub(super) fn read(get: impl Fn(&str) -> Option<OsString>) -> Result<Environment, String> {
        let text = |name: &str| get(name).map(|value| value.to_string_lossy().into_owned());
        let path = |name: &str| match get(name) {
            Some(value) if value.is_empty() => Err(format!("{name} is empty, expected a path")),
            value => Ok(value.map(PathBuf::from)),
        };
        let beating = ["FAULTS", "CALLERS", "RETRIES", "MAX_TIME", "SEED", "SEARCH"];
        let set = beating.iter().filter_map(|name| {
            let name = format!("ANECHOIC_{name}");
            Some(format!("{name}={}", harmless(&text(&name)?, 200)))
        });
        Ok(Environment {
            set: set.collect(),
            faults: parsed(text, "ANECHOIC_FAULTS", number(limits::FAULTS))?,
            callers: parsed(text, "ANECHOIC_CALLERS", callers)?,
            retries: parsed(text, "ANECHOIC_RETRIES", number(limits::RETRIES))?,
            max_time: parsed(text, "ANECHOIC_MAX_TIME", duration)?,
            seed: parsed(text, "ANECHOIC_SEED", number(0..=u64::MAX))?,
            how: parsed(text, "ANECHOIC_SEARCH", how)?,
            update: parsed(text, "ANECHOIC_UPDATE", update)?.unwrap_or_default(),
            replay: path("ANECHOIC_REPLAY")?,
            report: path("ANECHOIC_REPORT_DIR")?,
        })
    }

    /// Changes what the code says.
    ///
    /// # Errors
    /// What does not go together.
    pub(super) fn beat(&self, checker: &mut Checker) -> Result<(), String> {
        let asked = &mut checker.asked;
        asked.faults = self.faults.map(|faults| faults as u32).or(asked.faults);
        asked.retries = self.retries.map(|retries| retries as u32).or(asked.retries);
        asked.callers = self.callers.clone().unwrap_or_else(|| asked.callers.clone());
        checker.max_time = self.max_time.unwrap_or(checker.max_time);
        checker.how = self.how.unwrap_or(checker.how);
        let is_sample = matches!(checker.how, How::Random | How::Pct);
        // A seed of the code is for the search of the code, which the environment may have changed.
        checker.seed = self.seed.or(checker.seed.filter(|_| is_sample || self.how.is_none()));
        match (self.seed, is_sample) {
            (Some(seed), false) => Err(format!(
                "ANECHOIC_SEED is {seed}, and this search makes every run; expected ANECHOIC_SEARCH=random or pct beside it"
            )),
            _ => Ok(()),
        }
    }

    /// What is to be said of them beside a verdict: a variable that was forgotten in a shell is not to make a test green
    /// without a word.
    pub(super) fn remarks(&self, has_callers: bool) -> String {
        let mut text = String::new();
        if !self.set.is_empty() {
            text += &format!("  as the environment says: {}\n", self.set.join(", "));
        }
        if self.callers.is_some() && !has_callers {
            text +=
                "  ANECHOIC_CALLERS has no meaning here: the scenario does not ask for a number of callers\n";
        }
        text
    }

    /// Whether new counterexamples are kept.
    pub(super) fn keeps(&self) -> bool {
        match self.update {
            Update::Auto => !is_ci(),
            Update::New => true,
            Update::No => false,
        }
    }
}

/// The value of a variable, or what was expected.
fn parsed<T>(
    text: impl Fn(&str) -> Option<String>,
    name: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    let Some(value) = text(name) else { return Ok(None) };
    let wrong = |expected| format!("{name} is `{}`, expected {expected}", harmless(&value, 200));
    parse(value.trim()).map(Some).map_err(wrong)
}

fn number(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<u64, String> {
    move |text| {
        let expected = match *range.end() {
            u64::MAX => format!("a whole number from {}", range.start()),
            end => format!("a whole number from {} to {end}", range.start()),
        };
        text.parse().ok().filter(|number| range.contains(number)).ok_or(expected)
    }
}

fn callers(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (from, to) = text.split_once("..=").unwrap_or((text, text));
    let number = number(limits::CALLERS);
    let range = number(from).and_then(|from| Ok(from as usize..=number(to)? as usize)).ok();
    let (least, most) = (limits::CALLERS.start(), limits::CALLERS.end());
    let expected =
        || format!("a number of callers or a range of them, from {least} to {most}, such as 2 or 1..=3");
    range.filter(|range| !range.is_empty()).ok_or_else(expected)
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "a time with its unit, such as 60s or 5m".into())
}

fn how(text: &str) -> Result<How, String> {
    match text {
        "exhaustive" => Ok(How::Exhaustive),
        "naive" => Ok(How::Naive),
        "random" => Ok(How::Random),
        "pct" => Ok(How::Pct),
        _ => Err("exhaustive, naive, random or pct".into()),
    }
}

fn update(text: &str) -> Result<Update, String> {
    match text {
        "auto" => Ok(Update::Auto),
        "new" => Ok(Update::New),
        "no" => Ok(Update::No),
        _ => Err("auto, new or no".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Environment, String> {
        Environment::read(|asked| (asked == name).then(|| value.into()))
    }

    #[test]
    fn a_value_that_means_nothing_is_named_with_its_variable_and_what_was_expected() {
        for (name, value, expected) in [
            ("ANECHOIC_FAULTS", "many", "a whole number from 0 to 20"),
            ("ANECHOIC_FAULTS", "21", "a whole number from 0 to 20"),
            ("ANECHOIC_CALLERS", "0", "such as 2 or 1..=3"),
            ("ANECHOIC_CALLERS", "3..=1", "such as 2 or 1..=3"),
            ("ANECHOIC_RETRIES", "-1", "a whole number from 0 to 100"),
            ("ANECHOIC_MAX_TIME", "60", "a time with its unit"),
            ("ANECHOIC_MAX_TIME", "-1s", "a time with its unit"),
            ("ANECHOIC_SEED", "x", "a whole number from 0"),
            ("ANECHOIC_SEARCH", "bfs", "exhaustive, naive, random or pct"),
            ("ANECHOIC_UPDATE", "yes", "auto, new or no"),
        ] {
            let error = read(name, value).expect_err(value);
            assert!(
                error.starts_with(&format!("{name} is `{value}`")) && error.contains(expected),
                "{error}"
            );
        }
        assert!(read("ANECHOIC_REPLAY", "").expect_err("no path").contains("expected a path"));
        assert!(read("ANECHOIC_FAULT", "many").is_ok(), "not ours");
    }

    #[test]
    fn numbers_and_ranges_of_callers_are_read() {
        assert_eq!(read("ANECHOIC_CALLERS", "2").expect("a number").callers, Some(2..=2));
        assert_eq!(read("ANECHOIC_CALLERS", "1..=3").expect("a range").callers, Some(1..=3));
    }
}
