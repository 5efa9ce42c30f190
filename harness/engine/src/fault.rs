use std::{fmt, str::FromStr};

/// What a fault does to an operation, and to whoever asked for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effect {
    /// The operations that it can happen to.
    on: &'static [On],
    /// Whether the request is applied.
    pub(crate) applied: Applied,
    /// What becomes of its sender.
    pub(crate) sender: Sender,
}

/// A kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Read,
    Write,
    Checkpoint,
}

/// Whether a request is applied that something goes wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    Never,
    AtOnce,
    /// At some later time, or never.
    Later,
    /// At once, but not all of it.
    InPart,
}

impl Applied {
    /// Whether nothing of it is applied when it goes wrong.
    pub(crate) const fn is_not_now(self) -> bool {
        matches!(self, Applied::Never | Applied::Later)
    }
}

/// What becomes of the sender of such a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// It is told that no answer came.
    IsNotAnswered,
    /// It is told why not.
    IsRefused,
    /// It is answered with an older version of what it reads.
    IsAnsweredWithThePast,
    /// It dies.
    Dies,
}

/// The faults: a row for each. Those that happen to no operation are moves of their own.
macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident = $name:literal, on [$($on:ident),*], $applied:ident, $sender:ident;)+) => {
        /// What may go wrong with an operation. Which of them happen, and when, is a choice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $($(#[$doc])* $fault),+
        }

        impl Fault {
            /// All of them.
            pub const ALL: [Fault; [$($name),+].len()] = [$(Fault::$fault),+];

            /// The name.
            pub const fn name(self) -> &'static str {
                match self { $(Fault::$fault => $name),+ }
            }

            /// What it does.
            pub(crate) const fn effect(self) -> Effect {
                match self {
                    $(Fault::$fault => Effect {
                        on: &[$(On::$on),*],
                        applied: Applied::$applied,
                        sender: Sender::$sender,
                    }),+
                }
            }
        }
    };
}

faults! {
    /// Not applied; the caller gets an error.
    Rejected = "rejected", on [Read, Write, Checkpoint], Never, IsNotAnswered;
    /// Applied; the caller gets the same error. For a read, that is a rejection.
    LostAcknowledgement = "lost acknowledgement", on [Write, Checkpoint], AtOnce, IsNotAnswered;
    /// Not applied; the caller dies before it is sent.
    CrashBefore = "crash before", on [Read, Write, Checkpoint], Never, Dies;
    /// Applied; the caller dies before it is answered. For a read, it does not matter on which side of it one dies.
    CrashAfter = "crash after", on [Write, Checkpoint], AtOnce, Dies;
    /// The caller dies while the write is under way; it is applied at some later time.
    LateWrite = "late write", on [Write, Checkpoint], Later, Dies;
    /// The caller lives, and waits no longer: it gets an error, and the write is applied at some later time.
    LateAnswer = "late answer", on [Write, Checkpoint], Later, IsNotAnswered;
    /// Not applied, and the caller is told so, in one of the ways in which the service can refuse.
    Refused = "refused", on [Read, Write], Never, IsRefused;
    /// Applied in part, by a service whose batches can be torn; the caller gets an error.
    TornBatch = "torn batch", on [Write], InPart, IsNotAnswered;
    /// A read that is answered with an older version.
    StaleRead = "stale read", on [Read], AtOnce, IsAnsweredWithThePast;
    /// The handler is invoked a second time, beside the first.
    DuplicateInvocation = "duplicate invocation", on [], Never, IsNotAnswered;
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
pub struct Faults(u32);

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

    /// What can go wrong with a read.
    pub const OF_A_READ: Faults = Faults::on(On::Read);
    /// What can go wrong with a write.
    pub const OF_A_WRITE: Faults = Faults::on(On::Write);
    /// What can go wrong with a checkpoint.
    pub const OF_A_CHECKPOINT: Faults = Faults::on(On::Checkpoint);

    /// What happens only to a request of which its service says how: [refusals](crate::Service::refusals),
    /// [tears](crate::Service::tears), [older versions](crate::Service::older_versions).
    pub const OFFERED: Faults = Faults::of(&[Fault::Refused, Fault::TornBatch, Fault::StaleRead]);

    const fn on(operation: On) -> Faults {
        let (mut bits, mut index) = (0, 0);
        while index < Fault::ALL.len() {
            let (fault, mut at) = (Fault::ALL[index], 0);
            while at < fault.effect().on.len() {
                if fault.effect().on[at] as u8 == operation as u8 {
                    bits |= 1 << fault as u8;
                }
                at += 1;
            }
            index += 1;
        }
        Faults(bits)
    }

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
    fn what_can_go_wrong_with_each_operation_is_in_the_rows() {
        use Fault::{
            CrashAfter, CrashBefore, LateAnswer, LateWrite, LostAcknowledgement, Refused, Rejected,
            StaleRead, TornBatch,
        };
        assert_eq!(Faults::OF_A_READ, Faults::of(&[Rejected, CrashBefore, Refused, StaleRead]));
        let checkpoint = Faults::of(&[Rejected, LostAcknowledgement, CrashBefore, CrashAfter]);
        let late = Faults::of(&[LateWrite, LateAnswer]);
        assert_eq!(Faults::OF_A_CHECKPOINT, checkpoint.union(late));
        let of_a_service = Faults::OFFERED.without(Faults::of(&[StaleRead]));
        assert_eq!(of_a_service, Faults::of(&[Refused, TornBatch]));
        assert_eq!(Faults::OF_A_WRITE, checkpoint.union(late).union(of_a_service));
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
