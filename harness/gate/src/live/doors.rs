//! The ports of a process: other ones for each, which must not show in what it says.
use std::borrow::Cow;

/// The ports at which a process reaches us, and the one at which it listens, and by which each goes in what is learnt.
pub(super) struct Doors(Vec<(String, String)>);

/// What is learnt has these in the places of a process's own.
const LEARNT: u16 = 9000;

impl Doors {
    pub(super) fn new(own: u16, ports: impl IntoIterator<Item = u16>) -> Doors {
        let all = std::iter::once(own).chain(ports).zip(LEARNT..);
        Doors(
            all.map(|(port, learnt)| (format!("127.0.0.1:{port}"), format!("127.0.0.1:{learnt}"))).collect(),
        )
    }

    /// What a process says, as any other of its kind would say it.
    pub(super) fn heard<'t>(&self, text: &'t str) -> Cow<'t, str> {
        replaced(text, self.0.iter().map(|(own, learnt)| (&**own, &**learnt)))
    }

    /// What is said to it.
    pub(super) fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        replaced(text, self.0.iter().map(|(own, learnt)| (&**learnt, &**own)))
    }
}

fn replaced<'t, 'p>(text: &'t str, all: impl Iterator<Item = (&'p str, &'p str)>) -> Cow<'t, str> {
    all.fold(Cow::Borrowed(text), |text, (from, to)| match text.contains(from) {
        true => Cow::Owned(text.replace(from, to)),
        false => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_shows() {
        let (one, other) = (Doors::new(41_000, [42_000, 43_000]), Doors::new(31_000, [32_000, 33_000]));
        let says = |port: u16| format!("no answer from \"http://127.0.0.1:{port}/charges\"");
        assert_eq!(one.heard(&says(43_000)), other.heard(&says(33_000)));
        assert_eq!(other.said(&one.heard(&says(42_000))), says(32_000));
        assert_eq!(one.heard(&says(44_000)), says(44_000));
    }
}
