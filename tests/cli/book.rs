//! The pages of the book are followed word for word: their files are written, their commands are run, and what is printed is what
//! they show.
use super::{
    folder,
    handlers::{has_python, node},
    packages::packages,
};
use std::{
    env, fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A thing that a page asks its reader to do.
enum Task {
    /// To write this into a file of this name.
    Write(String, String),
    /// To type this, and to see that.
    Type(String, String),
}

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// What a page asks for, in its order: a block of code under a line that is a file's name, and whatever follows a `$`.
fn tasks(text: &str) -> Vec<Task> {
    let mut tasks = Vec::new();
    let (mut lines, mut named) = (text.lines(), None);
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            match (language, named.take()) {
                ("console", _) => tasks.extend(typed(&block)),
                (_, Some(name)) => tasks.push(Task::Write(name, block.join("\n") + "\n")),
                _ => {}
            }
        } else if !line.trim().is_empty() {
            named = file_name(line);
        }
    }
    tasks
}

/// `orders.json`, at the end of a paragraph that has nothing else in backquotes, names the block that follows.
fn file_name(line: &str) -> Option<String> {
    let name = line.trim_end_matches(':').strip_suffix('`')?.rsplit('`').next()?;
    let is_name = name.contains('.') && !name.contains([' ', '(']);
    is_name.then(|| name.to_string())
}

fn typed(block: &[&str]) -> Vec<Task> {
    let mut typed: Vec<Task> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), typed.last_mut()) {
            (Some(command), _) => typed.push(Task::Type(command.into(), String::new())),
            (None, Some(Task::Type(_, shown))) => *shown += &format!("{line}\n"),
            (None, _) => panic!("a block of the console begins with a command, and not with {line:?}"),
        }
    }
    typed
}

/// Whether all lines that are shown are printed, in their order; `…` stands for any lines.
fn is_printed(shown: &str, printed: &str) -> Result<(), String> {
    let mut printed = printed.lines().map(str::trim_end);
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

/// What is installed from elsewhere may be out of reach; where nothing may be skipped, it must not.
fn is_out_of_reach(command: &str) -> bool {
    let installs = ["npm ", "pip ", ".venv/bin/pip "].iter().any(|word| command.contains(word));
    installs && env::var_os("ANECHOIC_NEEDS_ALL").is_none()
}

/// Does what a page says, in an empty folder, with `anechoic` in the path.
fn follow(name: &str) {
    follow_in(&folder(), name);
}

/// The same in a folder that is not empty.
fn follow_in(folder: &TempDir, name: &str) {
    let text = fs::read_to_string(page(name)).expect("a page");
    let tasks = tasks(&text);
    assert!(tasks.iter().any(|task| matches!(task, Task::Type(..))), "{name} has something to type");
    let binary = Path::new(env!("CARGO_BIN_EXE_anechoic")).parent().expect("a folder").to_path_buf();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).expect("a path");
    let mut stands = folder.path().to_path_buf();
    for task in tasks {
        match task {
            Task::Write(file, text) => {
                let file = stands.join(file);
                fs::create_dir_all(file.parent().expect("a folder")).expect("made");
                fs::write(file, text).expect("written");
            }
            Task::Type(command, shown) => {
                let script =
                    format!("{command}\ncode=$?\npwd > '{}'\nexit $code", pwd(folder.path()).display());
                let mut bash = Command::new("bash");
                bash.args(["-c", &script]).current_dir(&stands).env("PATH", &path);
                for unwanted in ["CARGO", "CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
                    bash.env_remove(unwanted);
                }
                let output = bash.output().expect("bash");
                let printed =
                    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
                let printed = printed.concat();
                if !output.status.success() && is_out_of_reach(&command) {
                    writeln!(
                        io::stderr(),
                        "SKIPPED: the rest of docs/{name}: `{command}` reaches nothing here"
                    )
                    .expect("somebody listens");
                    return;
                }
                if let Err(line) = is_printed(&shown, &printed) {
                    panic!("docs/{name} shows after `{command}`\n{line}\nand it prints\n{printed}");
                }
                let now = fs::read_to_string(pwd(folder.path())).expect("where it stands");
                stands = PathBuf::from(now.trim_end());
            }
        }
    }
}

/// Where it is written down in which folder a command has ended.
fn pwd(folder: &Path) -> PathBuf {
    folder.join(".stands")
}

#[test]
fn a_handler_in_typescript() {
    if node() {
        follow("typescript.md");
    }
}

#[test]
fn a_handler_in_python() {
    if has_python() {
        follow("python.md");
    }
}

/// The packages that the page has others build are those of this binary.
#[cfg(target_os = "linux")]
#[test]
fn to_install_the_command() {
    let Some(packages) = packages() else { return };
    if has_python() && node() {
        let folder = folder();
        std::os::unix::fs::symlink(packages, folder.path().join("packages")).expect("linked");
        follow_in(&folder, "install.md");
    }
}

#[test]
fn how_to_read_a_run() {
    follow("reading.md");
}

#[test]
fn a_trace_in_hand() {
    follow("trace.md");
}
