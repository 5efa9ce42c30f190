//! The port at which a program is told to listen.
use crate::network::Network;
use std::{
    collections::hash_map::RandomState,
    fs,
    hash::BuildHasher,
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket},
    ops::RangeInclusive,
    time::Duration,
};

/// So many are tried before there is said to be none.
const TRIES: u16 = 1_000;
/// Where the machine does not tell, these are those that it gives to whoever calls somebody.
const USUALLY_GIVEN: RangeInclusive<u16> = 32_768..=60_999;
/// Below are those of well-known services.
const FIRST: u16 = 10_000;
/// Whoever listens lets somebody in within this.
const MOMENT: Duration = Duration::from_secs(1);

/// A port that is kept for a program: as long as this lives, no other check gives it away.
///
/// A program takes a while until it listens. Of the ports that the machine gives to whoever calls somebody, one may be given
/// away by then; even to the very connection that is to show whether somebody listens there, which then reaches itself, and takes
/// the port from the program. So it is none of those.
pub(crate) struct Port {
    number: u16,
    network: &'static Network,
    /// The program listens by TCP, so this takes nothing from it.
    _kept: UdpSocket,
}

impl Port {
    /// One of a network at which nobody listens there.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn free(network: &'static Network) -> io::Result<Port> {
        network.inside(move || Port::of(network))
    }

    fn of(network: &'static Network) -> io::Result<Port> {
        let range = not_given(&given());
        let count = range.end() - range.start() + 1;
        let from = (RandomState::new().hash_one(count) % u64::from(count)) as u16;
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for at in 0..count.min(TRIES) {
            let number = range.start() + ((u32::from(from) + u32::from(at)) % u32::from(count)) as u16;
            let kept = UdpSocket::bind((Ipv4Addr::LOCALHOST, number));
            match kept.and_then(|kept| TcpListener::bind((Ipv4Addr::UNSPECIFIED, number)).map(|_| kept)) {
                Ok(kept) => return Ok(Port { number, network, _kept: kept }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    /// Whether somebody listens there.
    pub(crate) fn is_served(&self) -> bool {
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, self.number));
        // Who lets nobody in must not keep others waiting.
        let probe = move || TcpStream::connect_timeout(&to, MOMENT)?.shutdown(Shutdown::Both);
        self.network.inside(probe).is_ok()
    }
}

/// The ports that the machine gives to whoever calls somebody.
fn given() -> RangeInclusive<u16> {
    let text = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut bounds = text.split_whitespace().filter_map(|bound| bound.parse().ok());
    bounds.next().zip(bounds.next()).map_or(USUALLY_GIVEN, |(low, high)| low..=high)
}

/// The longer of those below and above; if they are too few to choose from, any will do that is free.
fn not_given(given: &RangeInclusive<u16>) -> RangeInclusive<u16> {
    let below = FIRST..=given.start().saturating_sub(1);
    let above = given.end().saturating_add(1).max(FIRST)..=u16::MAX;
    let longer = if below.len() >= above.len() { below } else { above };
    if longer.len() < usize::from(TRIES) { FIRST..=u16::MAX } else { longer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn none_is_given_twice_or_to_whoever_calls_somebody() {
        let ports: Vec<Port> = (0..200).map(|_| Port::free(Network::of_all()).expect("a port")).collect();
        let numbers: BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 200);
        let given = given();
        assert!(not_given(&given).len() < 10_000 || numbers.iter().all(|number| !given.contains(number)));
    }

    #[test]
    fn whoever_listens_there_is_seen() {
        let port = Port::free(Network::of_all()).expect("a port");
        assert!(!port.is_served());
        let _program = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port.number())).expect("it is free");
        assert!(port.is_served());
    }

    #[test]
    fn the_longer_range_is_taken() {
        for (given, range) in [
            (32_768..=60_999, 10_000..=32_767),
            (15_000..=32_767, 32_768..=65_535),
            (1_024..=65_535, 10_000..=65_535),
            (60_000..=65_535, 10_000..=59_999),
        ] {
            assert_eq!(not_given(&given), range, "{given:?}");
        }
    }
}
