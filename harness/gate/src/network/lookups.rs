//! What is looked up by name. Nobody answers, so that whoever asks waits until that is seen, and its question says for whom.
use super::routes;
use std::{
    collections::BTreeMap,
    fs, io,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Mutex, PoisonError},
};

/// The port of those who know names.
const PORT: u16 = 53;
/// A question has as much before the name.
const HEADER: usize = 12;

pub(super) struct Lookups {
    /// In the places of those who know names.
    sockets: Vec<UdpSocket>,
    /// What was asked for last, by the port that it was asked from.
    asked: Mutex<BTreeMap<u16, String>>,
}

impl Lookups {
    /// Listens where this machine's programs ask. Must be called in the network apart.
    pub(super) fn listen() -> io::Result<Lookups> {
        let text = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        let open = |address: IpAddr| -> io::Result<UdpSocket> {
            if !address.is_loopback() {
                routes::have(address)?;
            }
            let socket = UdpSocket::bind((address, PORT))?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        };
        // One that cannot be in its place is somewhere outside like all others: who asks it waits, and only the name is not known.
        let sockets = who_knows(&text).into_iter().filter_map(|address| open(address).ok()).collect();
        Ok(Lookups { sockets, asked: Mutex::default() })
    }

    /// The name that is looked up from this port, there.
    pub(super) fn of(&self, from: u16, to: SocketAddr) -> Option<String> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mut question = [0; 512];
        for socket in &self.sockets {
            while let Ok((length, asker)) = socket.recv_from(&mut question) {
                if let Some(name) = name(&question[..length]) {
                    asked.insert(asker.port(), name);
                }
            }
        }
        (to.port() == PORT).then(|| asked.get(&from).cloned()).flatten()
    }
}

/// The addresses of those who are asked for names, as a `resolv.conf` says.
fn who_knows(text: &str) -> Vec<IpAddr> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse().ok())?
    });
    let all: Vec<IpAddr> = lines.collect();
    if all.is_empty() { vec![Ipv4Addr::LOCALHOST.into()] } else { all }
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

    #[test]
    fn those_who_know_names_are_where_the_machine_says() {
        let text = "# one\nsearch example.com\nnameserver 10.0.0.2\nnameserver  fd00::1\nnameserver fe80::1%eth0\noptions ndots:5\n";
        assert_eq!(
            who_knows(text),
            ["10.0.0.2", "fd00::1"].map(|address| address.parse::<IpAddr>().expect("an address"))
        );
        assert_eq!(who_knows(""), [Ipv4Addr::LOCALHOST]);
    }
}
