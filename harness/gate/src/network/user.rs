//! A user namespace, in which whoever may make no networks may make some.
use nix::{
    sched::{CloneFlags, unshare},
    unistd::{getegid, geteuid},
};
use std::fs;

/// The right to make networks, among those that `/proc` tells as bits.
const ADMINISTERS: u64 = 1 << 21;
/// Where this says 1, a user namespace can be had, but no right in it, and not even one's own name.
pub(super) const RESTRICTED: &str = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/// Goes into one, if it is needed and permitted. Everybody keeps the user and the group that they have.
pub(super) fn enter() {
    let (user, group) = (geteuid(), getegid());
    // Root would lose what it may do with the files of others.
    if may_already() || user.is_root() || is_restricted() {
        return;
    }
    if unshare(CloneFlags::CLONE_NEWUSER).is_err() {
        return;
    }
    // Only whoever may not change its groups may say who it is.
    for (file, what) in [
        ("setgroups", "deny".to_string()),
        ("uid_map", format!("{user} {user} 1")),
        ("gid_map", format!("{group} {group} 1")),
    ] {
        // What is not permitted here leaves us without a network apart, which is said when somebody goes past the gate.
        let _ = fs::write(format!("/proc/self/{file}"), what);
    }
}

fn may_already() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rights = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let rights = rights.and_then(|rights| u64::from_str_radix(rights.trim(), 16).ok());
    rights.is_some_and(|rights| rights & ADMINISTERS != 0)
}

/// Whether nobody but root may make a network here.
pub(super) fn is_restricted() -> bool {
    fs::read_to_string(RESTRICTED).is_ok_and(|text| text.trim() == "1")
}
