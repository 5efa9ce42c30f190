//! What a check of an `anechoic.toml` leaves open, however it comes out.
use crate::config::Config;
use anechoic_gate::is_apart;

/// What lies beyond every bound; each paragraph but the first hangs on the machine or on the handlers.
pub(crate) fn beyond(config: &Config) -> String {
    let mut beyond = String::from(
        "more deliveries and retries, more faults; a process that serves several deliveries at once; the clock: every \
                  delivery begins at the same time, and time passes where a handler waits for nothing else, or once before an answer",
    );
    if let Err(why) = is_apart() {
        beyond += "\nwho goes past the gate and is told at once that nobody is there: handlers have no network apart (";
        beyond = beyond + &why + ")";
    }
    let handlers = config.handlers.iter().map(|(name, handler)| (name, handler.get_ref()));
    for (name, handler) in handlers.filter(|(_, handler)| handler.may_own_its_clock()) {
        let later = handler.timers.as_ref().map(|timers| format!(", and later than {} s,", timers.get_ref()));
        let later = later.unwrap_or_default();
        beyond += &format!(
            "\ntimers of {name}, if its clock is its own: those that fire before an answer{later} are not tried"
        );
    }
    beyond
}
