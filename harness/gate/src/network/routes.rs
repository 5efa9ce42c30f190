//! Where packets go in a network of its own, which only has the device that leads back to itself.
use super::netlink;
use netlink_packet_core::{NLM_F_ACK, NLM_F_CREATE};
use netlink_packet_route::{
    AddressFamily, RouteNetlinkMessage,
    address::{AddressAttribute, AddressMessage},
    link::{LinkFlags, LinkMessage},
    route::{RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType},
};
use nix::sys::socket::SockProtocol;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The device that leads back is the first of every network.
const LOOPBACK: u32 = 1;

/// Addresses of documents, which are nobody's.
const OWN: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const OWN_6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// From here on, whoever calls an address outside waits: the device gives back what is sent there, and as it is for nobody here and is
/// not sent on, it is dropped.
pub(super) fn lead_nowhere() -> io::Result<()> {
    let mut link = LinkMessage::default();
    link.header.index = LOOPBACK;
    (link.header.flags, link.header.change_mask) = (LinkFlags::Up, LinkFlags::Up);
    ask(RouteNetlinkMessage::SetLink(link), 0)?;
    ask(RouteNetlinkMessage::NewRoute(to_all(AddressFamily::Inet)), NLM_F_CREATE)?;
    // Whoever has no address but its own is told of none by some who know names.
    have(OWN.into())?;
    // Some machines have no addresses of this kind, and then nobody calls one.
    let _ = ask(RouteNetlinkMessage::NewRoute(to_all(AddressFamily::Inet6)), NLM_F_CREATE);
    let _ = have(OWN_6.into());
    Ok(())
}

fn have(address: IpAddr) -> io::Result<()> {
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

fn ask(message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
    netlink::ask(SockProtocol::NetlinkRoute, message, NLM_F_ACK | flags).map(drop)
}
