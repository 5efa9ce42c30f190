use std::{fmt, str::FromStr};

/// What may go wrong with an operation. Which of them happen, and when, is a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Not applied; the caller gets an error.
    Rejected,
    /// Applied; the caller gets the same error.
    LostAcknowledgement,
    /// Not applied; the caller dies before it is sent.
    CrashBefore,
    /// Applied; the caller dies before it is answered.
    CrashAfter,
    /// The caller dies while the write is under way; it is applied at some later time.
    LateWrite,
    /// A read that is answered with an older version.
    StaleRead,
    /// The handler is invoked a second time, beside the first.
    DuplicateInvocation,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 7] = [
        Fault::Rejected,
        Fault::LostAcknowledgement,
        Fault::CrashBefore,
        Fault::CrashAfter,
        Fault::LateWrite,
        Fault::StaleRead,
        Fault::DuplicateInvocation,
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Rejected => "rejected",
            Fault::LostAcknowledgement => "lost acknowledgement",
            Fault::CrashBefore => "crash before",
            Fault::CrashAfter => "crash after",
            Fault::LateWrite => "late write",
            Fault::StaleRead => "stale read",
            Fault::DuplicateInvocation => "duplicate invocation",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No fault has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of fault")]
pub struct UnknownFault(pub String);

impl FromStr for Fault {
    type Err = UnknownFault;
    fn from_str(name: &str) -> Result<Fault, UnknownFault> {
        Fault::ALL.into_iter().find(|fault| fault.name() == name).ok_or_else(|| UnknownFault(name.into()))
    }
}

/// A set of faults.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Faults(u8);

impl Faults {
    /// No fault.
    pub const NONE: Faults = Faults(0);
    /// Every fault.
    pub const ALL: Faults = Faults((1 << Fault::ALL.len()) - 1);

    /// These faults.
    pub const fn of(faults: &[Fault]) -> Faults {
        let (mut bits, mut index) = (0, 0);
        while index < faults.len() {
            bits |= 1 << faults[index] as u8;
            index += 1;
        }
        Faults(bits)
    }

    /// What can go wrong with a read: a lost answer is a rejection, and it does not matter on which side of it one dies.
    pub const OF_A_READ: Faults = Faults::of(&[Fault::Rejected, Fault::CrashBefore, Fault::StaleRead]);
    /// What can go wrong with a write.
    pub const OF_A_WRITE: Faults = Faults::of(&[
        Fault::Rejected,
        Fault::LostAcknowledgement,
        Fault::CrashBefore,
        Fault::CrashAfter,
        Fault::LateWrite,
    ]);
    /// What can go wrong with a checkpoint.
    pub const OF_A_CHECKPOINT: Faults =
        Faults::of(&[Fault::Rejected, Fault::LostAcknowledgement, Fault::CrashBefore, Fault::CrashAfter]);

    /// Whether the fault is one of them.
    pub const fn contains(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u8) != 0
    }

    /// These and those.
    #[must_use]
    pub const fn union(self, other: Faults) -> Faults {
        Faults(self.0 | other.0)
    }

    /// Those that are in these and not in those.
    #[must_use]
    pub const fn without(self, other: Faults) -> Faults {
        Faults(self.0 & !other.0)
    }

    /// Those that are both in these and in those.
    #[must_use]
    pub const fn intersection(self, other: Faults) -> Faults {
        Faults(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// They, in order.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.into_iter().filter(move |fault| self.contains(*fault))
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_back_from_its_name() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!("late".parse::<Fault>(), Err(UnknownFault("late".into())));
        assert_eq!(format!("{:<9}|", Fault::Rejected), "rejected |", "in columns");
    }

    #[test]
    fn a_set_holds_what_was_put_into_it_and_nothing_else() {
        let one = Faults::of(&[Fault::Rejected, Fault::StaleRead]);
        let other = Faults::of(&[Fault::StaleRead, Fault::LateWrite]);
        assert_eq!(one.union(other), Faults::of(&[Fault::LateWrite, Fault::Rejected, Fault::StaleRead]));
        assert_eq!(one.without(other), Faults::of(&[Fault::Rejected]));
        assert_eq!(one.intersection(other), Faults::of(&[Fault::StaleRead]));
        assert!(Faults::NONE.is_empty() && !one.is_empty() && Faults::ALL.iter().eq(Fault::ALL));
        assert_eq!(format!("{one:?}"), "{Rejected, StaleRead}");
    }
}
