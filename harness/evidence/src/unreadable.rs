//! Why a file or a folder cannot be read, and what to do about it.
use crate::shown;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What the file system says of a path, in words for people, and in a line of its own what to do next.
pub fn unreadable(path: &Path, error: &io::Error) -> String {
    let name = shown(path);
    let (what, next) = match error.kind() {
        io::ErrorKind::NotFound => ("there is nothing of this name".into(), named(path)),
        io::ErrorKind::PermissionDenied => {
            ("it may not be read".into(), format!("let it be read (chmod u+r {name}), or name another"))
        }
        io::ErrorKind::IsADirectory => ("it is a folder; expected a file".into(), inside(path)),
        io::ErrorKind::NotADirectory => ("it is no folder".into(), "name a folder".into()),
        io::ErrorKind::InvalidData => (error.to_string(), "name another file".into()),
        _ => (error.to_string(), "name another".into()),
    };
    format!("{name}: {what}\n  next: {next}")
}

/// What could have been meant: of the same folder, what has the same extension.
fn named(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return format!("check the path; there is no folder {}", shown(folder));
    }
    match like(folder, path) {
        Some(others) => format!("name what is there: {others}"),
        None => format!("check the name; ls {} shows what is there", shown(folder)),
    }
}

fn inside(folder: &Path) -> String {
    let any = like(folder, Path::new("any.json")).or_else(|| like(folder, Path::new("any.toml")));
    any.map_or_else(|| "name a file".into(), |files| format!("name a file in it: {files}"))
}

/// The first files of a folder that have this one's extension, and how many there are besides; nothing if there is none.
fn like(folder: &Path, path: &Path) -> Option<String> {
    const SHOWN: usize = 3;
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|file| file.extension() == path.extension() && file.is_file()).collect();
    files.sort();
    let plain = |file: &PathBuf| shown(file.strip_prefix(".").unwrap_or(file));
    let (first, rest) = files.split_at(files.len().min(SHOWN));
    let names: Vec<String> = first.iter().map(plain).collect();
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    (!names.is_empty()).then(|| names.join(", ") + &more)
}

#[cfg(test)]
mod tests {
    use super::unreadable;
    use std::{
        fs, io,
        path::{Path, PathBuf},
    };

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let missing = |name: &str| {
            let path = folder.join(name);
            let error = fs::metadata(&path).expect_err("it is not there");
            unreadable(&path, &error)
        };
        let told = missing("Crago.toml");
        assert!(told.contains("there is nothing of this name\n  next: name what is there: "), "{told}");
        assert!(told.ends_with("Cargo.toml"), "{told}");
        assert!(missing("none.xyz").contains("next: check the name; ls "));
        assert!(missing("nowhere/none.xyz").contains("next: check the path; there is no folder "));
    }

    #[test]
    fn whatever_it_is_there_is_something_to_do() {
        use io::ErrorKind::{InvalidData, IsADirectory, NotADirectory, Other, PermissionDenied};
        for kind in [InvalidData, IsADirectory, NotADirectory, Other, PermissionDenied] {
            let told = unreadable(Path::new("a.json"), &io::Error::new(kind, "something"));
            assert!(
                told.starts_with("a.json: ") && (told.contains("\n  next: name") || told.contains("chmod")),
                "{told}"
            );
        }
    }
}
