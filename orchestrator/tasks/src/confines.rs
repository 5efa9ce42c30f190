//! What a program may see and how long it may take.
use std::env;
use tokio::process::Command;

/// What every program may see of the environment: how it finds other programs and speaks to people. No secret is among it.
const SEEN: [&str; 14] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TERM",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
];

/// Leaves a program no variable of the environment but harmless ones and those of these names.
pub(crate) fn confine(command: &mut Command, asked_for: &[String]) {
    command.env_clear();
    for (name, value) in env::vars_os() {
        let seen = name.to_str().is_some_and(|name| {
            SEEN.contains(&name) || name.starts_with("LC_") || asked_for.iter().any(|asked| asked == name)
        });
        if seen {
            command.env(name, value);
        }
    }
}
