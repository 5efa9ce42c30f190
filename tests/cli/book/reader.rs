//! Somebody who does what a page says.
use super::{
    super::folder,
    page::{Task, tasks},
};
use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A reader with a folder of their own.
pub(crate) struct Reader {
    folder: TempDir,
    path: OsString,
    /// What is typed where a page says `anechoic`.
    program: &'static str,
    /// What is put in the place of what a page leaves open.
    pub(crate) filled: Vec<(&'static str, String)>,
}

impl Reader {
    /// Has the command in the path, behind the programs of a folder `bin`.
    pub(crate) fn new() -> Reader {
        let binary = Path::new(env!("CARGO_BIN_EXE_anechoic")).parent().expect("a folder").to_path_buf();
        Reader::with("anechoic", vec![binary], |_| true)
    }

    /// Has no Rust, and the command from a package, where it is called like this.
    pub(crate) fn without_rust(program: &'static str) -> Reader {
        Reader::with(program, Vec::new(), |place| !place.join("cargo").exists())
    }

    fn with(program: &'static str, first: Vec<PathBuf>, is_kept: impl Fn(&Path) -> bool) -> Reader {
        let folder = folder();
        let path = env::var_os("PATH").unwrap_or_default();
        let rest = env::split_paths(&path).filter(|place| is_kept(place));
        let path = [folder.path().join("bin")].into_iter().chain(first).chain(rest);
        let path = env::join_paths(path).expect("a path");
        Reader { folder, path, program, filled: Vec::new() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folder that it is in.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.folder().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }

    /// Writes a program into the folder that comes first in the path.
    #[cfg(unix)]
    pub(crate) fn install(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let name = format!("bin/{name}");
        self.write(&name, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.folder().join(name), fs::Permissions::from_mode(0o755)).expect("allowed");
    }

    /// Does what a text says, which is of this page, but for what `is_typed` has typed elsewhere. Says whether it came to the end:
    /// what is installed from elsewhere may be out of reach.
    pub(crate) fn reads(&self, page: &str, text: &str, is_typed: impl Fn(&str) -> bool) -> bool {
        for task in tasks(text) {
            match task {
                Task::Write(file, text) => self.write(&file, &text),
                Task::Begin => drop(fs::remove_file(self.stands())),
                Task::Type(command, _) if !is_typed(&command) => {}
                Task::Type(command, shown) => {
                    let (code, printed) = self.types(&command);
                    if code != 0 && is_out_of_reach(&command) {
                        let said = writeln!(
                            io::stderr(),
                            "SKIPPED: the rest of {page}: `{command}` reaches nothing here"
                        );
                        said.expect("somebody listens");
                        return false;
                    }
                    let is_verdict = command.contains("anechoic") || command.contains("check.sh");
                    assert!(
                        code == 0 || is_verdict && [1, 3].contains(&code),
                        "{page}: `{command}` ends with {code}:\n{printed}"
                    );
                    if let Err(line) = is_printed(&shown, &printed) {
                        panic!("{page} shows after `{command}`\n{line}\nand it prints\n{printed}");
                    }
                }
            }
        }
        true
    }

    /// Types a command. Says how it ended and what it printed.
    pub(crate) fn types(&self, command: &str) -> (i32, String) {
        let mut typed = match command.strip_prefix("anechoic ") {
            Some(words) => format!("{} {words}", self.program),
            None => command.into(),
        };
        for (open, filled) in &self.filled {
            typed = typed.replace(open, filled);
        }
        // In a block, a line goes on where the one before it stood, with its variables.
        let stands = self.stands().display().to_string();
        let script = format!(
            "set -a; if [ -e '{stands}' ]; then . '{stands}'; fi\n{typed}\ncode=$?\n\
             {{ export -p; printf 'cd %q\\n' \"$PWD\"; }} > '{stands}'\nexit $code"
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &script])
            .current_dir(self.folder())
            .env("PATH", &self.path)
            .env("HOME", self.folder());
        for (cache, place) in [("npm_config_cache", ".npm"), ("PIP_CACHE_DIR", ".cache/pip")] {
            let home = env::var_os("HOME").unwrap_or_default();
            bash.env(cache, Path::new(&home).join(place));
        }
        let of_cargo = env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO"));
        let unwanted = ["CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "NODE_ENV"].map(String::from);
        for unwanted in of_cargo.chain(unwanted) {
            bash.env_remove(unwanted);
        }
        let output = bash.output().expect("bash");
        let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
        (output.status.code().unwrap_or(-1), printed.concat())
    }

    /// Where it is written down how a line of a block has left things.
    fn stands(&self) -> PathBuf {
        self.folder().join(".stands")
    }
}

/// What is installed from elsewhere may be out of reach; where nothing may be skipped, it must not.
fn is_out_of_reach(command: &str) -> bool {
    let installs = ["npm ", "pip "].iter().any(|word| command.contains(word));
    installs && env::var_os("ANECHOIC_NEEDS_ALL").is_none()
}

/// The lines, but for what is not seen on this machine alone: a second paragraph of what lies beyond the bound.
fn of_every_machine(printed: &str) -> Vec<&str> {
    let mut paragraphs = 0;
    let mut is_beyond = false;
    let is_kept = |line: &&str| {
        is_beyond = line.starts_with(" beyond ") || is_beyond && line.starts_with("          ");
        paragraphs = if line.is_empty() { 0 } else { paragraphs + u32::from(line.starts_with(" beyond ")) };
        !is_beyond || paragraphs < 2
    };
    printed.lines().filter(is_kept).collect()
}

/// Whether all lines that are shown are printed, in their order; `…` stands for any lines.
fn is_printed(shown: &str, printed: &str) -> Result<(), String> {
    let printed = of_every_machine(printed);
    let mut printed = printed.into_iter().map(str::trim_end);
    let mut may_skip = true;
    for line in shown.lines().map(str::trim_end) {
        if line.trim() == "…" {
            may_skip = true;
            continue;
        }
        let is_there = if may_skip { printed.any(|one| one == line) } else { printed.next() == Some(line) };
        if !is_there {
            return Err(line.into());
        }
        may_skip = false;
    }
    Ok(())
}
