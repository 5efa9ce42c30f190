//! Who is reached by a socket of the file system: no network keeps that apart, but it tells who listens in it.
use super::netlink::ask;
use netlink_packet_core::NLM_F_DUMP;
use netlink_packet_sock_diag::{
    SockDiagMessage,
    constants::{SOCK_SEQPACKET, SOCK_STREAM, TCP_LISTEN},
    unix::{ShowFlags, StateFlags, UnixRequest, UnixResponse, nlas::UnixDiagName},
};
use nix::sys::socket::SockProtocol;
use std::{collections::BTreeSet, io};

/// Who is at the other end of one of these sockets and does not listen in the network of this thread: the name at which somebody
/// listens. Of one that was not let in yet, nobody knows it. One that only sends (to a log of the machine) waits for nobody, and does
/// not count.
pub(super) fn outside(sockets: &BTreeSet<u32>) -> io::Result<Option<String>> {
    let all = dump()?;
    let (listening, connected): (Vec<_>, Vec<_>) =
        all.iter().partition(|socket| socket.header.state == TCP_LISTEN);
    let callers = connected.iter().filter(|socket| {
        sockets.contains(&socket.header.inode) && [SOCK_STREAM, SOCK_SEQPACKET].contains(&socket.header.kind)
    });
    Ok(callers.filter_map(|caller| caller.peer()).find_map(|number| {
        // Whoever is let in has the name of the one who listens.
        match connected.iter().find(|other| other.header.inode == number) {
            Some(other) => other
                .name()
                .filter(|name| !listening.iter().any(|socket| socket.name() == Some(name)))
                .map(said),
            None => Some("a program of this machine".into()),
        }
    }))
}

fn said(name: &UnixDiagName) -> String {
    match name {
        UnixDiagName::Pathname(path) => path.to_string_lossy().into_owned(),
        UnixDiagName::Abstract(name) => format!("@{}", String::from_utf8_lossy(name)),
    }
}

fn dump() -> io::Result<Vec<UnixResponse>> {
    let request = UnixRequest {
        state_flags: StateFlags::ESTABLISHED | StateFlags::LISTEN,
        inode: 0,
        show_flags: ShowFlags::PEER | ShowFlags::NAME,
        cookie: [u8::MAX; 8],
    };
    let all = ask(SockProtocol::NetlinkSockDiag, SockDiagMessage::UnixRequest(request), NLM_F_DUMP)?;
    Ok(all
        .into_iter()
        .filter_map(|answer| match answer {
            SockDiagMessage::UnixResponse(socket) => Some(*socket),
            _ => None,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::{fd::AsFd, linux::fs::MetadataExt, unix::net::UnixListener};
    use std::{fs::File, os::unix::net::UnixStream};

    fn number(socket: impl AsFd) -> u32 {
        let file = File::from(socket.as_fd().try_clone_to_owned().expect("a copy"));
        file.metadata().expect("it has some").st_ino() as u32
    }

    #[test]
    fn who_calls_somebody_in_the_same_network_is_not_outside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let listener = UnixListener::bind(&path).expect("it listens");
        let ours = UnixStream::connect(&path).expect("it is there");
        let _theirs = listener.accept().expect("it has come");
        let (one, _other) = UnixStream::pair().expect("a pair");
        assert_eq!(outside(&[number(&ours), number(&one)].into()).expect("the kernel tells"), None);
        drop(listener);
        let name = outside(&[number(&ours)].into()).expect("the kernel tells");
        assert_eq!(name.as_deref(), path.to_str());
    }
}
