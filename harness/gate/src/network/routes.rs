//! Where packets go in a network of its own, which only has the device that leads back to itself.
use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::{
    AddressFamily, RouteNetlinkMessage,
    address::{AddressAttribute, AddressMessage},
    link::{LinkFlags, LinkMessage},
    route::{RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType},
};
use nix::sys::socket::{
    AddressFamily as Family, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket,
};
use std::{io, net::IpAddr, os::fd::AsRawFd};

/// The device that leads back is the first of every network.
const LOOPBACK: u32 = 1;

/// From here on, whoever calls an address outside waits: the device gives back what is sent there, and as it is for nobody here and is
/// not sent on, it is dropped.
pub(super) fn lead_nowhere() -> io::Result<()> {
    let mut link = LinkMessage::default();
    link.header.index = LOOPBACK;
    (link.header.flags, link.header.change_mask) = (LinkFlags::Up, LinkFlags::Up);
    ask(RouteNetlinkMessage::SetLink(link), 0)?;
    ask(RouteNetlinkMessage::NewRoute(to_all(AddressFamily::Inet)), NLM_F_CREATE)?;
    // Some machines have no addresses of this kind, and then nobody calls one.
    let _ = ask(RouteNetlinkMessage::NewRoute(to_all(AddressFamily::Inet6)), NLM_F_CREATE);
    Ok(())
}

/// From here on, this address is here.
pub(super) fn have(address: IpAddr) -> io::Result<()> {
    let mut message = AddressMessage::default();
    (message.header.family, message.header.prefix_len) = match address {
        IpAddr::V4(_) => (AddressFamily::Inet, 32),
        IpAddr::V6(_) => (AddressFamily::Inet6, 128),
    };
    message.header.index = LOOPBACK;
    message.attributes = vec![AddressAttribute::Local(address), AddressAttribute::Address(address)];
    ask(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE)
}

fn to_all(address_family: AddressFamily) -> RouteMessage {
    let mut route = RouteMessage::default();
    route.header = RouteHeader {
        address_family,
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::Static,
        scope: RouteScope::Link,
        kind: RouteType::Unicast,
        ..RouteHeader::default()
    };
    route.attributes = vec![RouteAttribute::Oif(LOOPBACK)];
    route
}

/// Asks the kernel for this, and waits until it is so.
fn ask(message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    let mut message = NetlinkMessage::new(header, NetlinkPayload::from(message));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    let kernel = socket(Family::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute)?;
    sendto(kernel.as_raw_fd(), &bytes, &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
    let mut answer = [0; 4096];
    let length = recv(kernel.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    match NetlinkMessage::<RouteNetlinkMessage>::deserialize(&answer[..length]).map(|answer| answer.payload) {
        Ok(NetlinkPayload::Error(refused)) if refused.code.is_some() => Err(refused.to_io()),
        Ok(NetlinkPayload::Error(_)) => Ok(()),
        other => Err(io::Error::other(format!("the kernel answers {other:?}"))),
    }
}
