//! The kernel's tables of sockets, as `/proc` tells them.
use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// The states of a connection by which an answer may come, those of a socket that listens, and of one that is not connected.
const AT_WORK: [&str; 4] = ["01", "02", "04", "05"];
const LISTENS: &str = "0A";
const UNCONNECTED: &str = "07";

/// A line of them.
pub(crate) struct Entry {
    pub(crate) local: u16,
    pub(crate) remote: SocketAddr,
    pub(crate) state: State,
    /// The number of the socket.
    pub(crate) number: u32,
}

/// What a socket does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    AtWork,
    Listens,
    Unconnected,
}

/// The sockets in the network of this thread.
pub(crate) fn all() -> Vec<Entry> {
    let tables = ["tcp", "tcp6", "udp", "udp6"].into_iter();
    let texts = tables.filter_map(|table| fs::read_to_string(format!("/proc/thread-self/net/{table}")).ok());
    texts.flat_map(|table| table.lines().skip(1).filter_map(entry).collect::<Vec<Entry>>()).collect()
}

/// What a line tells of a socket; most are of connections that are over.
fn entry(line: &str) -> Option<Entry> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, remote, state) = (fields.next()?, fields.next()?, fields.next()?);
    let state = match state {
        LISTENS => State::Listens,
        UNCONNECTED => State::Unconnected,
        state if AT_WORK.contains(&state) => State::AtWork,
        _ => return None,
    };
    let number = fields.nth(5)?.parse().ok()?;
    Some(Entry { local: address(local)?.1, remote: address(remote)?.into(), state, number })
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

    #[test]
    fn an_address_is_read_as_the_kernel_writes_it() {
        let read = address("0100007F:1F90").map(|(host, port)| format!("{host}:{port}"));
        assert_eq!(read, Some("127.0.0.1:8080".into()));
    }
}
