//! What is looked up by name. Nobody answers, so that whoever asks waits until that is seen, and its question says for whom.
use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, UdpSocket},
    sync::{Mutex, PoisonError},
};

/// The port of those who know names.
const PORT: u16 = 53;
/// A question has as much before the name.
const HEADER: usize = 12;

pub(super) struct Lookups {
    /// In the place of whoever knows names.
    socket: UdpSocket,
    /// What was asked for last, by the port that it was asked from.
    asked: Mutex<BTreeMap<u16, String>>,
}

impl Lookups {
    /// Listens where [`files`](super::files) leads whoever looks a name up. Must be called in the network apart.
    pub(super) fn listen() -> io::Result<Lookups> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT))?;
        socket.set_nonblocking(true)?;
        Ok(Lookups { socket, asked: Mutex::default() })
    }

    /// The name that was looked up last from this port.
    pub(super) fn from(&self, port: u16) -> Option<String> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mut question = [0; 512];
        while let Ok((length, asker)) = self.socket.recv_from(&mut question) {
            if let Some(name) = name(&question[..length]) {
                asked.insert(asker.port(), name);
            }
        }
        asked.get(&port).cloned()
    }
}

/// The name in a question: parts, each after its length.
fn name(question: &[u8]) -> Option<String> {
    let mut rest = question.get(HEADER..)?;
    let mut parts = Vec::new();
    while let Some((&length @ 1..=63, after)) = rest.split_first() {
        let (part, after) = after.split_at_checked(usize::from(length))?;
        parts.push(String::from_utf8_lossy(part));
        rest = after;
    }
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_says_for_whom() {
        let question = |name: &[u8]| [&[0; HEADER][..], name, &[0, 0, 1, 0, 1]].concat();
        assert_eq!(name(&question(b"\x03api\x06stripe\x03com")), Some("api.stripe.com".into()));
        for wrong in [&b""[..], &[0; HEADER], &question(b""), &[&[0; HEADER][..], b"\x09api"].concat()] {
            assert_eq!(name(wrong), None);
        }
    }
}
