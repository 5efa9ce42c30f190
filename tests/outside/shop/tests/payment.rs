use anechoic::{Scenario, Situation};
use shop::Payment;

#[anechoic::test(faults = 1)]
fn a_card_is_charged_once() -> impl Scenario {
    Payment { clicks: 1 }
}

mod together {
    use super::*;

    #[anechoic::test(faults = 0, callers = 1..=2)]
    fn two_clicks_charge_once(at: &Situation) -> impl Scenario {
        Payment { clicks: at.callers }
    }
}
