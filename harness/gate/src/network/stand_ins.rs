//! In the places of those who listen on this machine. Whoever called one of them and were told that nobody is there would go on
//! as in an outage, and nobody would know.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket},
    sync::{Mutex, PoisonError},
};

/// The state of a socket that listens.
const LISTENS: &str = "0A";

/// Listeners that never answer, by port.
#[derive(Default)]
pub(super) struct StandIns(Mutex<BTreeMap<u16, Vec<TcpListener>>>);

impl StandIns {
    /// Listens at these ports, and at no others any more. Must be called in the network apart.
    pub(super) fn at(&self, ports: &BTreeSet<u16>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|port, _| ports.contains(port));
        for port in ports {
            // A port that is kept for a program in there is not taken from it.
            if !all.contains_key(port) && UdpSocket::bind((Ipv4Addr::LOCALHOST, *port)).is_ok() {
                // One of the newer addresses may stand for the older ones, too.
                let six = TcpListener::bind((Ipv6Addr::UNSPECIFIED, *port));
                let four = TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port));
                all.insert(*port, four.into_iter().chain(six).collect());
            }
        }
    }
}

/// The ports of this machine at which somebody listens.
pub(super) fn listening() -> BTreeSet<u16> {
    let tables = ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/self/net/{table}")));
    let lines = tables.iter().flatten().flat_map(|table| table.lines().skip(1));
    lines.filter_map(port).collect()
}

fn port(line: &str) -> Option<u16> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, state) = (fields.next()?, fields.nth(1)?);
    (state == LISTENS).then(|| u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_on_this_machine_is_known() {
        let ours = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let number = ours.local_addr().expect("it has one").port();
        assert!(listening().contains(&number));
        let others = |ports: BTreeSet<u16>| ports.contains(&number);
        drop(ours);
        assert!(!others(listening()));
    }
}
