//! Who is reached by a socket of the file system: no network keeps that apart.
use super::netlink::ask;
use netlink_packet_core::NLM_F_DUMP;
use netlink_packet_sock_diag::{
    SockDiagMessage,
    constants::{SOCK_SEQPACKET, SOCK_STREAM},
    unix::{ShowFlags, StateFlags, UnixRequest, UnixResponse, nlas::UnixDiagName},
};
use nix::sys::socket::SockProtocol;
use std::{collections::BTreeSet, io};

/// A socket by which nothing can be said or heard any more.
const BOTH_WAYS: u8 = 3;
/// Who is asked which users a machine has, is asked by every program that wants to know its own.
const OF_USERS: [&str; 2] = ["/var/lib/sss/", "/run/systemd/userdb/"];

/// Who is at the other end of one of these sockets, and is none of them: the name at which somebody listens. Of one that was not let in
/// yet, nobody knows it. One that only sends (to a log of the machine) waits for nobody, and does not count; nor does one whose other
/// end is closed.
pub(super) fn outside(sockets: &BTreeSet<u32>) -> io::Result<Option<String>> {
    let all = dump()?;
    let (own, others): (Vec<_>, Vec<_>) =
        all.iter().partition(|socket| sockets.contains(&socket.header.inode));
    let waits_in_here = |caller: &UnixResponse| {
        own.iter()
            .filter_map(|socket| socket.pending_connections())
            .flatten()
            .any(|at| *at == caller.header.inode)
    };
    Ok(own.iter().filter(|socket| talks(socket)).find_map(|caller| match caller.peer()? {
        // A socket that was not let in yet has no number.
        0 => (!waits_in_here(caller)).then(|| "a program of this machine".into()),
        // Whoever is let in has the name of the one who listens.
        peer => {
            let name = others.iter().find(|other| other.header.inode == peer)?.name().map(said)?;
            (!OF_USERS.iter().any(|known| name.starts_with(known))).then_some(name)
        }
    }))
}

/// Whether something can still be said or heard by it.
fn talks(socket: &UnixResponse) -> bool {
    let is_open = socket.shutdown_state().is_none_or(|shut| shut != BOTH_WAYS);
    is_open && [SOCK_STREAM, SOCK_SEQPACKET].contains(&socket.header.kind)
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
        show_flags: ShowFlags::PEER | ShowFlags::NAME | ShowFlags::ICONS,
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
    fn who_is_outside_has_a_name_and_who_is_among_them_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let listener = UnixListener::bind(&path).expect("it listens");
        let connect = || UnixStream::connect(&path).expect("it is there");
        let outside =
            |sockets: &[u32]| outside(&sockets.iter().copied().collect()).expect("the kernel tells");
        let ours = connect();
        assert_eq!(outside(&[number(&ours)]).as_deref(), Some("a program of this machine"), "not let in yet");
        assert_eq!(outside(&[number(&ours), number(&listener)]), None, "it waits in here");
        let (theirs, _) = listener.accept().expect("it has come");
        assert_eq!(outside(&[number(&ours)]).as_deref(), path.to_str());
        assert_eq!(outside(&[number(&ours), number(&theirs)]), None);
        let (one, other) = UnixStream::pair().expect("a pair");
        assert_eq!(outside(&[number(&one), number(&other)]), None);
        drop(other);
        assert_eq!(outside(&[number(&one)]), None, "nobody is there any more");
    }
}
