//! In the places of those who listen on this machine. Whoever called one of them and were told that nobody is there would go on
//! as in an outage, and nobody would know.
use super::table::{State, all};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket},
    sync::{Mutex, PoisonError},
};

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

/// The ports at which somebody listens in the network of this thread.
pub(super) fn listening() -> BTreeSet<u16> {
    let listening = all().into_iter().filter(|entry| entry.state == State::Listens);
    listening.map(|entry| entry.local).collect()
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
