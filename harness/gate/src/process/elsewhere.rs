//! Whether a process talks to anybody but the gate, as the kernel tells.
use crate::network::{Entry, Network, State, all};
use std::{collections::BTreeSet, fmt, fs, net::SocketAddr};

/// The port of those who know names.
const OF_NAMES: u16 = 53;

/// A connection of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// By a network, to this address.
    Net(SocketAddr),
    /// To whoever knows the address of this host.
    Lookup(String),
    /// By a file, which has this name.
    File(String),
}

/// The sockets of a handler's processes.
pub(crate) struct Sockets {
    network: &'static Network,
    /// The ports at which they reach us.
    ours: Vec<u16>,
    /// The one at which we reach them.
    theirs: u16,
    /// Those that listen, which never become connections.
    listening: BTreeSet<u32>,
    /// How many files were open, and how many connections to us, at the last look.
    open: (u64, usize),
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Connection::Net(to) => write!(f, "{to}"),
            Connection::Lookup(name) | Connection::File(name) => f.write_str(name),
        }
    }
}

impl Sockets {
    pub(crate) fn new(network: &'static Network, ours: Vec<u16>, theirs: u16) -> Sockets {
        Sockets { network, ours, theirs, listening: BTreeSet::new(), open: (0, 0) }
    }

    /// The first connection of these processes that goes elsewhere, if so many go to us. Processes that have as many files and
    /// connections as at the last look have hardly a new one, and are looked at only if it matters more than usual; kernels before
    /// 6.2 do not tell.
    pub(crate) fn elsewhere(&mut self, processes: &[u32], to_us: usize, matters: bool) -> Option<Connection> {
        let open = (processes.iter().map(|process| files(*process)).sum(), to_us);
        if open.0 > 0 && open == self.open && !matters {
            return None;
        }
        self.open = open;
        let sockets: BTreeSet<u32> = processes.iter().flat_map(|process| sockets(*process)).collect();
        self.listening.retain(|socket| sockets.contains(socket));
        // The tables of the kernel are long.
        if sockets.len() <= to_us + self.listening.len() {
            return None;
        }
        let entries = self.network.inside(|| Ok(all())).ok()?;
        let entries: Vec<Entry> =
            entries.into_iter().filter(|entry| sockets.contains(&entry.number)).collect();
        let listening = || entries.iter().filter(|entry| entry.state == State::Listens);
        self.listening.extend(listening().map(|entry| entry.number));
        let listens = |port: u16| port == self.theirs || listening().any(|entry| entry.local == port);
        // They may call each other, and we call them.
        let is_known = |entry: &Entry| {
            let port = entry.remote.port();
            entry.remote.ip().is_loopback()
                && (self.ours.contains(&port) || listens(port) || listens(entry.local))
        };
        let by_a_network = entries.iter().find_map(|entry| match entry.state {
            State::Listens => None,
            // Some ask for names without being connected.
            State::Unconnected => self.network.looked_up(entry.local).map(Connection::Lookup),
            State::AtWork if is_known(entry) => None,
            State::AtWork if entry.remote.port() == OF_NAMES => {
                let name = self.network.looked_up(entry.local).map(Connection::Lookup);
                Some(name.unwrap_or(Connection::Net(entry.remote)))
            }
            State::AtWork => Some(Connection::Net(entry.remote)),
        });
        by_a_network.or_else(|| self.network.neighbour(sockets).map(Connection::File))
    }

    /// The processes are others from now on.
    pub(crate) fn forget(&mut self) {
        self.open = (0, 0);
    }
}

/// How many files a process has open; 0 if the kernel does not tell.
fn files(process: u32) -> u64 {
    fs::metadata(format!("/proc/{process}/fd")).map_or(0, |data| data.len())
}

/// The numbers of its sockets.
fn sockets(process: u32) -> Vec<u32> {
    let links = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten();
    let targets = links.filter_map(|link| fs::read_link(link.ok()?.path()).ok());
    targets
        .filter_map(|target| target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn who_calls_the_gate_and_itself_calls_nobody_else() {
        let address = |listener: &TcpListener| listener.local_addr().expect("it has one");
        let own = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = address(&own).port();
        let to_itself = TcpStream::connect(address(&own)).expect("it listens");
        let _from_itself = own.accept().expect("it has come");
        // Other tests of this process have connections, too, all of them to itself.
        let ports = [port, to_itself.local_addr().expect("it has one").port()];
        let elsewhere = || {
            let seen = Sockets::new(Network::of_all(), vec![], 0).elsewhere(&[std::process::id()], 0, true);
            seen.filter(|seen| matches!(seen, Connection::Net(to) if ports.contains(&to.port())))
        };
        assert_eq!(elsewhere(), None);
        drop(own);
        assert!(elsewhere().is_some());
    }
}
