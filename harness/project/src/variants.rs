//! Versions of the handlers beside each other: each scenario with each of them, and a table of what troubles each.
use crate::{
    config::{Config, Variant},
    error::{ConfigError, Source, instead},
};
use anechoic::{
    AS_IF_ONCE, About, Asked, Catalogue, EVERY_RUN_ENDS, Fault, Faults, Situation, Trouble, Troubles,
    Variant as Version,
};
use std::collections::BTreeMap;

/// The versions that a file declares, the worst first; one without a name if it declares none.
pub(crate) fn versions(config: &Config) -> Vec<(Option<&str>, BTreeMap<String, String>)> {
    let mut all: Vec<(&String, &Variant)> = config.variants.iter().collect();
    all.sort_by_key(|(_, variant)| std::cmp::Reverse(variant.breaks.len()));
    match all.is_empty() {
        true => vec![(None, BTreeMap::new())],
        false => all.into_iter().map(|(name, variant)| (Some(name.as_str()), variant.env.clone())).collect(),
    }
}

/// The same catalogue with what is said of its versions.
pub(crate) fn declared(
    mut catalogue: Catalogue,
    config: &Config,
    source: &Source<'_>,
) -> Result<Catalogue, ConfigError> {
    if config.variants.is_empty() {
        return Ok(catalogue);
    }
    let known: Vec<String> = config
        .promises
        .iter()
        .map(|promise| promise.name.clone())
        .chain([AS_IF_ONCE, EVERY_RUN_ENDS].map(String::from))
        .collect();
    for version in &mut catalogue.variants {
        let Some(variant) = config.variants.get(&*version.name) else { continue };
        for promise in &variant.breaks {
            if !known.contains(promise.get_ref()) {
                let instead = instead(promise.get_ref(), known.iter());
                let what = format!("there is no promise `{}`{instead}", promise.get_ref());
                return Err(source.wrong(promise.span(), what));
            }
        }
        *version = Version {
            about: variant.about.clone().into(),
            breaks: variant.breaks.iter().map(|promise| promise.get_ref().clone().into()).collect(),
            unseen: variant.unseen.clone().map(Into::into),
            ..Version::new(version.name.clone())
        };
    }
    catalogue.troubles = Troubles { about: ABOUT.into(), kinds: kinds(&catalogue.scenarios) };
    Ok(catalogue)
}

const ABOUT: &str = "Each row allows one kind of trouble and no other, in one scenario: nothing at all; or one fault, of this kind.";

const KINDS: [(&str, &[Fault]); 8] = [
    ("no fault", &[]),
    ("rejected", &[Fault::Rejected]),
    ("lost acknowledgement", &[Fault::LostAcknowledgement]),
    ("crash", &[Fault::CrashBefore, Fault::CrashAfter]),
    ("late write", &[Fault::LateWrite]),
    ("late answer", &[Fault::LateAnswer]),
    ("stale read", &[Fault::StaleRead]),
    ("duplicate invocation", &[Fault::DuplicateInvocation]),
];

fn kinds(scenarios: &[About]) -> Vec<Trouble> {
    let each = scenarios.iter().flat_map(|scenario| KINDS.iter().map(move |kind| (scenario, kind)));
    let each = each.map(|(scenario, (name, faults))| {
        let scenario = scenario.name.clone();
        let row = Trouble::new(format!("{scenario}: {name}"), move |asked: &Asked| {
            let kinds = Faults::of(faults);
            let at = Situation { kinds, ..asked.within(u32::from(!faults.is_empty())) };
            vec![(scenario.clone(), at)]
        });
        // Whether handlers meet a fault is seen when they run; that somebody acts is known.
        if faults.is_empty() { row } else { row.if_it_can_come() }
    });
    each.collect()
}
