//! Where names are looked up: in files of our own, in the places of the machine's. Otherwise some would be looked up by a program
//! outside, which no network keeps apart.
use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, unshare},
};
use std::{fs, io, path::Path};
use tempfile::TempDir;

/// Where a program outside may answer questions.
const CACHE: &str = "/run/nscd";

/// Files, and what is in them here.
fn files() -> [(&'static str, String); 3] {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    [
        ("/etc/resolv.conf", "nameserver 127.0.0.1\n".into()),
        ("/etc/nsswitch.conf", by_file_and_question(&read("/etc/nsswitch.conf"))),
        ("/etc/hosts", with_itself(&read("/etc/hosts"), read("/proc/sys/kernel/hostname").trim())),
    ]
}

/// The same, but that names of hosts are looked up in the file of them, and then asked for.
fn by_file_and_question(switch: &str) -> String {
    let others = switch.lines().filter(|line| !line.trim_start().starts_with("hosts:"));
    others.chain(["hosts: files dns"]).map(|line| format!("{line}\n")).collect()
}

/// The same, with the machine itself: a program that listens may want to know its own name, which is no question to anybody.
fn with_itself(hosts: &str, name: &str) -> String {
    let is_known = |name: &str| hosts.split_whitespace().any(|known| known == name);
    let missing = ["localhost", name].into_iter().filter(|name| !is_known(name));
    missing.fold(format!("{hosts}\n"), |hosts, name| format!("{hosts}127.0.0.1 {name}\n"))
}

/// For this thread and whatever it starts, those files are these.
///
/// # Errors
/// The machine does not permit it.
pub(super) fn replace() -> io::Result<()> {
    unshare(CloneFlags::CLONE_NEWNS)?;
    let nothing = None::<&str>;
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing)?;
    // What is mounted stays there without the folder.
    let folder = TempDir::new()?;
    for (number, (file, text)) in files().into_iter().enumerate() {
        let own = folder.path().join(number.to_string());
        fs::write(&own, text)?;
        // One that is not there is asked by nobody.
        if Path::new(file).exists() {
            mount(Some(&own), file, nothing, MsFlags::MS_BIND, nothing)?;
        }
    }
    if Path::new(CACHE).exists() {
        let empty = folder.path().join("empty");
        fs::create_dir(&empty)?;
        mount(Some(&empty), CACHE, nothing, MsFlags::MS_BIND, nothing)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_in_files_and_asked_for_and_all_else_is_as_it_was() {
        let switch = "passwd: files sss\nhosts: files resolve [!UNAVAIL=return] dns\n";
        assert_eq!(by_file_and_question(switch), "passwd: files sss\nhosts: files dns\n");
        assert_eq!(by_file_and_question(""), "hosts: files dns\n");
        assert_eq!(
            with_itself("127.0.0.1 localhost\n", "build-7"),
            "127.0.0.1 localhost\n\n127.0.0.1 build-7\n"
        );
        assert_eq!(with_itself("127.0.0.1 localhost build-7", "build-7"), "127.0.0.1 localhost build-7\n");
    }
}
