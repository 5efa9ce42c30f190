//! Whether a process talks to anybody but the gate, as the kernel tells.
use crate::network::Network;
use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// States of a connection that somebody is at: established, or being made.
const AT_WORK: [&str; 2] = ["01", "02"];

/// How many files a process has open; 0 if the kernel does not tell.
pub(crate) fn files(process: u32) -> u64 {
    fs::metadata(format!("/proc/{process}/fd")).map_or(0, |data| data.len())
}

/// A connection of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// By a network.
    Net {
        /// Its port at the process.
        from: u16,
        /// To whom it goes.
        to: SocketAddr,
    },
    /// By a file, which has this name.
    File(String),
}

/// The first connection that goes elsewhere. A process that has no more sockets than these many, which are
/// known, is not looked at further: the tables of the kernel are long.
pub(crate) fn elsewhere(network: &Network, process: u32, ours: &[u16], known: usize) -> Option<Connection> {
    let links = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    let targets = links.filter_map(|link| fs::read_link(link.ok()?.path()).ok());
    let sockets: BTreeSet<u32> = targets
        .filter_map(|target| target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok())
        .collect();
    if sockets.len() <= known {
        return None;
    }
    let by_a_network = ["tcp", "tcp6", "udp", "udp6"].into_iter().find_map(|table| {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}")).ok()?;
        let lines = table.lines().skip(1);
        // Most lines are of connections that are over; only of the others all is taken apart.
        let at_work = lines.filter(|line| {
            line.split_ascii_whitespace().nth(3).is_some_and(|state| AT_WORK.contains(&state))
        });
        at_work.map(|line| line.split_ascii_whitespace().collect::<Vec<&str>>()).find_map(|fields| {
            let (local, remote, inode) = (fields.get(1)?, fields.get(2)?, fields.get(9)?);
            let to = SocketAddr::from(address(remote)?);
            let from = address(local)?.1;
            let is_ours = to.ip().is_loopback() && (ours.contains(&to.port()) || is_served(&table, from));
            (sockets.contains(&inode.parse().ok()?) && to.port() != 0 && !is_ours)
                .then_some(Connection::Net { from, to })
        })
    });
    by_a_network.or_else(|| network.neighbour(&sockets).map(Connection::File))
}

/// Whether somebody listens at this port: then it was we who called.
fn is_served(table: &str, port: u16) -> bool {
    table.lines().skip(1).any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let listens = fields.get(3) == Some(&"0A");
        listens
            && fields.get(1).and_then(|local| address(local)).is_some_and(|(_, listening)| listening == port)
    })
}

/// An address as `/proc/net` writes it: words of the machine's byte order, in hexadecimal.
fn address(text: &str) -> Option<(IpAddr, u16)> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words: Option<Vec<[u8; 4]>> = (0..host.len() / 8)
        .map(|word| u32::from_str_radix(host.get(word * 8..word * 8 + 8)?, 16).ok().map(u32::to_ne_bytes))
        .collect();
    match words?.as_slice() {
        [word] => Some((Ipv4Addr::from(*word).into(), port)),
        [a, b, c, d] => {
            let bytes: [u8; 16] = [*a, *b, *c, *d].concat().try_into().ok()?;
            let address = Ipv6Addr::from(bytes);
            Some((address.to_ipv4_mapped().map_or(address.into(), Into::into), port))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn who_talks_to_the_gate_alone_talks_to_nobody_else() {
        let listen = || TcpListener::bind("127.0.0.1:0").expect("a port");
        let (gate, other) = (listen(), listen());
        let address = |listener: &TcpListener| listener.local_addr().expect("it has one");
        assert_eq!(
            super::address("0100007F:1F90").map(|(host, port)| format!("{host}:{port}")),
            Some("127.0.0.1:8080".into())
        );
        let _line = TcpStream::connect(address(&gate)).expect("it listens");
        // Other tests of this process may have connections, too; those of this one are known.
        let seen = || elsewhere(Network::of_all(), std::process::id(), &[address(&gate).port()], 0);
        let before = seen();
        let _secret = TcpStream::connect(address(&other)).expect("it listens");
        assert!(
            before
                .is_none_or(|before| !matches!(before, Connection::Net { to, .. } if to == address(&other)))
        );
        assert!(seen().is_some());
    }
}
