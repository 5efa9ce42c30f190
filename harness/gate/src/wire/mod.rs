//! The connections of one process: what it asks is held until it is answered.
mod message;

pub(crate) use message::Message;

use crate::network::Network;
use message::{LARGEST, Parsed};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    collections::BTreeMap,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

/// Nobody is waited for longer who does not take what is said to him.
const LONGEST: Duration = Duration::from_secs(10);

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    conn: u64,
    /// At which door it came in: 0, or that of an outside service.
    pub(crate) door: usize,
    pub(crate) message: Message,
}

/// All connections of one process. It has no thread of its own, on purpose: what [`pump`](Wire::pump) has not seen has not
/// been sent.
pub(crate) struct Wire {
    network: &'static Network,
    /// A port for what belongs to the platform, and one for each outside service.
    doors: Vec<(TcpListener, SocketAddr)>,
    conns: BTreeMap<u64, Conn>,
    next: u64,
    /// What the process has asked and not been told, in the order of arrival.
    pub(crate) held: Vec<Held>,
    /// What the process has answered to what it was asked, if it did before the connection ended.
    pub(crate) answered: Option<Option<Message>>,
    /// What came that is no HTTP.
    pub(crate) foreign: Option<String>,
}

struct Conn {
    stream: TcpStream,
    bytes: Vec<u8>,
    door: usize,
    /// We have asked on it.
    is_ours: bool,
    is_told_to_go_on: bool,
}

impl Wire {
    /// Opens so many doors in a network.
    pub(crate) fn open(network: &'static Network, doors: usize) -> io::Result<Wire> {
        let door = |_| {
            let listener = TcpListener::bind(("127.0.0.1", 0))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        Ok(Wire {
            network,
            doors: network.inside(move || (0..doors).map(door).collect())?,
            conns: BTreeMap::new(),
            next: 0,
            held: Vec::new(),
            answered: None,
            foreign: None,
        })
    }

    /// Where a door is, as `host:port`.
    pub(crate) fn address(&self, door: usize) -> String {
        self.doors[door].1.to_string()
    }

    /// The ports of all doors.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.doors.iter().map(|(_, address)| address.port()).collect()
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.conns.len()
    }

    /// Takes in what has arrived, waiting up to `wait` for the first byte. Whether anything did.
    pub(crate) fn pump(&mut self, wait: Duration) -> bool {
        let ids: Vec<u64> = self.conns.keys().copied().collect();
        let mut fds: Vec<PollFd<'_>> =
            self.doors.iter().map(|(listener, _)| PollFd::new(listener, PollFlags::IN)).collect();
        fds.extend(self.conns.values().map(|conn| PollFd::new(&conn.stream, PollFlags::IN)));
        let wait = Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ };
        if poll(&mut fds, Some(&wait)).unwrap_or(0) == 0 {
            return false;
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        drop(fds);
        for (door, _) in ready[..self.doors.len()].iter().enumerate().filter(|(_, ready)| **ready) {
            while let Ok((stream, _)) = self.doors[door].0.accept() {
                self.add(stream, door, false);
            }
        }
        for (id, _) in ids.into_iter().zip(&ready[self.doors.len()..]).filter(|(_, ready)| **ready) {
            self.read(id);
        }
        true
    }

    /// Whether of some request only a part has come. The kernel may keep the rest back for a while, though its sender sleeps.
    pub(crate) fn has_a_part(&self) -> bool {
        self.conns.values().any(|conn| !conn.is_ours && !conn.bytes.is_empty())
    }

    fn add(&mut self, stream: TcpStream, door: usize, is_ours: bool) {
        // A connection on which these cannot be set is a broken one, which the next read finds out.
        let _ = stream.set_nonblocking(true);
        let _ = stream.set_nodelay(true);
        let id = self.next;
        self.next += 1;
        self.conns.insert(id, Conn { stream, bytes: Vec::new(), door, is_ours, is_told_to_go_on: false });
    }

    fn read(&mut self, id: u64) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let mut chunk = [0; 1 << 16];
        let is_closed = loop {
            match conn.stream.read(&mut chunk) {
                Ok(0) => break true,
                Ok(count) => conn.bytes.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break true,
            }
            if conn.bytes.len() > LARGEST {
                self.foreign.get_or_insert_with(|| format!("a message of over {LARGEST} bytes"));
                break true;
            }
        };
        if conn.is_ours {
            match message::response(&conn.bytes, is_closed) {
                Parsed::Whole(message, _) => self.answered = Some(Some(message)),
                _ if is_closed => self.answered = Some(None),
                Parsed::Part { .. } | Parsed::Foreign => return,
            }
            return self.close(id);
        }
        self.take_in(id);
        if is_closed {
            self.close(id);
        }
    }

    fn take_in(&mut self, id: u64) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        while !conn.bytes.is_empty() {
            match message::request(&conn.bytes) {
                Parsed::Whole(message, end) => {
                    conn.bytes.drain(..end);
                    conn.is_told_to_go_on = false;
                    self.held.push(Held { conn: id, door: conn.door, message });
                }
                Parsed::Part { expects } => {
                    if expects && !conn.is_told_to_go_on {
                        conn.is_told_to_go_on = true;
                        let _ = conn.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
                    }
                    return;
                }
                Parsed::Foreign => {
                    let is_tls = conn.bytes.starts_with(&[0x16, 3]);
                    let what = if is_tls { "TLS" } else { "something that is no HTTP" };
                    self.foreign.get_or_insert_with(|| what.into());
                    return self.close(id);
                }
            }
        }
    }

    /// Takes a held request out, to be decided upon.
    pub(crate) fn take(&mut self, at: usize) -> Held {
        self.held.remove(at)
    }

    /// Whether the sender of a request that was taken still waits for its answer.
    pub(crate) fn waits(&self, held: &Held) -> bool {
        self.conns.contains_key(&held.conn)
    }

    pub(crate) fn answer(&mut self, to: &Held, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let Some(conn) = self.conns.get_mut(&to.conn) else { return };
        let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        // One write, so that no look sees a part of it.
        let bytes = [head.as_bytes(), body].concat();
        if write(&mut conn.stream, &bytes).is_err() {
            self.close(to.conn);
        }
    }

    /// Closes the connection instead of answering.
    pub(crate) fn hang_up(&mut self, on: &Held) {
        self.close(on.conn);
    }

    /// Asks the process something, at a port of its own.
    pub(crate) fn ask(&mut self, port: u16, request: &[u8]) -> io::Result<()> {
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = self.network.inside(move || TcpStream::connect_timeout(&to, LONGEST))?;
        write(&mut stream, request)?;
        self.answered = None;
        self.add(stream, 0, true);
        Ok(())
    }

    fn close(&mut self, conn: u64) {
        if let Some(conn) = self.conns.remove(&conn) {
            // A process that is just being started has a copy of all that is open until its program begins, and with that the
            // connection would stay open behind our back. One that is broken already cannot be shut down and need not be.
            let _ = conn.stream.shutdown(Shutdown::Both);
        }
        self.held.retain(|held| held.conn != conn);
    }
}

/// Writes all of it, also to a socket that does not block.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    // Who does not read what it asked for is not waited for without end.
    stream.set_write_timeout(Some(LONGEST))?;
    stream.write_all(bytes)?;
    stream.set_nonblocking(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_hung_up_on_knows_at_once_although_somebody_has_a_copy_of_the_connection() {
        let mut wire = Wire::open(Network::of_all(), 1).expect("a port");
        let mut asker = TcpStream::connect(wire.address(0)).expect("a connection");
        asker.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("it is sent");
        while wire.held.is_empty() {
            wire.pump(Duration::from_secs(10));
        }
        let held = wire.take(0);
        let copy = wire.conns[&held.conn].stream.try_clone().expect("a copy");
        wire.hang_up(&held);
        asker.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
        assert_eq!(asker.read(&mut [0]).expect("the connection has ended"), 0);
        drop(copy);
    }
}
