use crate::{
    scene::Cast,
    specimens::{Atomic, Gated, Unguarded},
    storage::Storage,
};
use anechoic::Room;
use anechoic_model::Promise;

/// A version of the handlers that can be checked.
pub struct Variant {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// The promises that it is there to break; none for what ships.
    pub breaks: &'static [Promise],
    /// Brings its handlers into a room.
    pub(crate) enter: fn(&Cast, &mut Room<Storage>),
}

/// All versions, in the order of reports.
pub const VARIANTS: &[Variant] = &[
    Variant {
        name: "unguarded",
        about: "as observed: emits and releases whether or not the transition won",
        breaks: &[Promise::ExactlyOneEvent, Promise::CounterDoesNotDrift, Promise::EveryFailureIsAnnounced],
        enter: Cast::enter::<Unguarded>,
    },
    Variant {
        name: "gated",
        about: "as the issue proposes: emits and releases only if the transition won",
        breaks: &[
            Promise::ExactlyOneEvent,
            Promise::CounterDoesNotDrift,
            Promise::EveryFailureIsAnnounced,
            Promise::AgreesWithModel,
        ],
        enter: Cast::enter::<Gated>,
    },
    Variant {
        name: "atomic",
        about: "what ships: one idempotent batch",
        breaks: &[],
        enter: Cast::enter::<Atomic>,
    },
];

impl Variant {
    /// The version of this name.
    pub fn named(name: &str) -> Option<&'static Variant> {
        VARIANTS.iter().find(|variant| variant.name == name)
    }

    /// Whether it is wrong on purpose.
    pub fn is_specimen(&self) -> bool {
        !self.breaks.is_empty()
    }
}
