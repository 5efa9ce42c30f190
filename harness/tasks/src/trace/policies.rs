//! Whose retries a trace may show: how the time between its events fits each runtime's policy.
use anechoic::{Policy, Preset};
use jiff::Timestamp;

/// How far the gaps of a trace fit a retry policy.
pub struct Fit {
    /// The policy, by its preset.
    pub preset: Preset,
    /// Whether it could have waited so.
    pub fits: bool,
    /// How, or why not.
    pub why: String,
}

/// What a handler may take itself, in seconds: as much longer may a gap be than the wait in it.
const OWN_TIME: f64 = 1.0;

/// The gaps between these times, in seconds.
pub(crate) fn gaps(times: &[Timestamp]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs_f64()).collect()
}

/// How the attempts at these times fit each policy.
pub(crate) fn fits(times: &[Timestamp]) -> Vec<Fit> {
    // Who counts only whole seconds may be wrong by one.
    let coarse = times.iter().all(|time| time.subsec_nanosecond() == 0);
    let (gaps, grain) = (gaps(times), if coarse { 1.0 } else { 0.0 });
    Policy::presets().into_iter().map(|preset| fit(preset, &gaps, grain)).collect()
}

fn fit(preset: Preset, gaps: &[f64], grain: f64) -> Fit {
    let attempts = gaps.len() + 1;
    let policy = &preset.policy;
    let bounds = |retry: usize| {
        let retry = u32::try_from(retry).unwrap_or(u32::MAX);
        (policy.delay(retry, 0.0).as_secs_f64(), policy.delay(retry, 1.0 - f64::EPSILON).as_secs_f64())
    };
    let outside = |(retry, gap): &(usize, &f64)| {
        let (least, most) = bounds(*retry);
        **gap < least - grain || **gap > most + grain + OWN_TIME
    };
    let why = if let Some(limit) = policy.attempts.filter(|limit| (*limit as usize) < attempts) {
        let gives_up =
            if limit == 1 { "never tries again".into() } else { format!("gives up after {limit} attempts") };
        Err(format!("{gives_up}, here are {attempts}"))
    } else if let Some((retry, gap)) = (1..).zip(gaps).find(outside) {
        let (least, most) = bounds(retry);
        let waits = if least == most { format!("{most} s") } else { format!("{least} to {most} s") };
        Err(format!("waits {waits} before retry {retry}, here {gap:.1} s"))
    } else {
        let exhausted = policy.attempts.is_some_and(|limit| limit as usize == attempts);
        let then = if exhausted { "exhausted with the last" } else { "would go on" };
        Ok(format!("all {} gaps fit; {then}", gaps.len()))
    };
    Fit { fits: why.is_ok(), why: why.unwrap_or_else(|why| why), preset }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_observed_gaps_fit_the_default_of_aws_and_no_other_limited_policy() {
        let seconds = [3, 4, 11, 28, 36, 59];
        let times = seconds.map(|second| Timestamp::from_second(second).expect("a time"));
        let fits = fits(&times);
        let fitting: Vec<&str> = fits.iter().filter(|fit| fit.fits).map(|fit| fit.preset.name).collect();
        assert_eq!(fitting, ["aws-default"]);
        assert_eq!(fits[0].why, "all 5 gaps fit; exhausted with the last");
        let why = |name| &fits.iter().find(|fit| fit.preset.name == name).expect("a preset").why;
        assert_eq!(why("dbos"), "gives up after 3 attempts, here are 6");
        assert_eq!(why("temporal"), "waits 2 s before retry 2, here 7.0 s");
        assert_eq!(why("aws-wait"), "waits 1 to 11 s before retry 3, here 17.0 s");
    }
}
