//! The wheel and the npm package, built of this binary and tried where there is no Rust.
use super::{
    assert_exit,
    book::reader::Reader,
    folder,
    handlers::{has_python, is_skipped, node},
    stderr, stdout,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};
use tempfile::TempDir;

/// A shell in which there is no Rust, but Node and Python.
fn shell(folder: &Path, script: &str) -> Output {
    let path = std::env::var("PATH").expect("a path");
    let without_rust = path.split(':').filter(|place| !Path::new(place).join("cargo").exists());
    let path = without_rust.collect::<Vec<&str>>().join(":");
    let mut command = Command::new("bash");
    command.args(["-euc", script]).current_dir(folder);
    let of_rust = std::env::vars()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("CARGO") || name.starts_with("RUST"));
    for name in of_rust.chain(["CI".into(), "NODE_ENV".into()]) {
        command.env_remove(name);
    }
    command.env("PATH", path).output().expect("bash runs")
}

/// The packages, built once for all tests; none where Node, Python or their registries are missing, which is said.
pub(crate) fn packages() -> Option<&'static Path> {
    static BUILT: LazyLock<Result<TempDir, String>> = LazyLock::new(|| {
        let folder = folder();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci/package.sh");
        let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let script = format!("'{}' '{}' {target} .", script.display(), env!("CARGO_BIN_EXE_anechoic"));
        let output = shell(folder.path(), &script);
        if output.status.success() {
            Ok(folder)
        } else {
            Err(format!("{}{}", stdout(&output), stderr(&output)))
        }
    });
    let how = BUILT.as_ref().err().cloned().unwrap_or_default();
    let is_there = cfg!(target_os = "linux") && BUILT.is_ok();
    (!is_skipped("What packs a wheel and npm packages", is_there, &how))
        .then(|| BUILT.as_ref().expect("they are built").path())
}

fn file(packages: &Path, beginning: &str, ending: &str) -> PathBuf {
    let all = fs::read_dir(packages).expect("a folder").flatten().map(|entry| entry.path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        name.starts_with(beginning) && name.ends_with(ending)
    };
    all.filter(is_it).min().unwrap_or_else(|| panic!("{beginning}…{ending} is built"))
}

#[test]
fn every_package_has_its_checksum_and_the_archive_what_the_others_carry() {
    let Some(packages) = packages() else { return };
    assert_exit(&shell(packages, "sha256sum --check --quiet *.sha256; [ $(ls *.sha256 | wc -l) = 4 ]"), 0);
    let archive = file(packages, "anechoic-0.1.0-", "-gnu.tar.gz");
    let output = shell(packages, &format!("tar -tzf '{}'", archive.display()));
    for part in [
        "/anechoic\n",
        "/share/man/man1/anechoic-check.1\n",
        "/share/bash-completion/completions/anechoic\n",
        "/LICENSE-MIT\n",
    ] {
        assert!(stdout(&output).contains(part), "{part}: {}", stdout(&output));
    }
}

/// The page for Python, from an empty folder without Rust to the smallest run, and the same as a test of pytest; then mended.
#[test]
fn with_pip_alone_the_page_is_followed_to_the_smallest_run_and_has_it_as_a_test_of_pytest() {
    let Some(packages) = packages() else { return };
    if !has_python() {
        return;
    }
    let reader = Reader::without_rust(".venv/bin/anechoic");
    let wheel = file(packages, "anechoic-0.1.0-py3-none-", ".whl").display().to_string();
    let install = format!(".venv/bin/pip install --quiet --disable-pip-version-check pytest '{wheel}'");
    // As the page on continuous integration has it.
    reader.write("test_signup.py", &of_ci("python", "signup"));
    let ran = follow(&reader, "docs/python.md", &install, ".venv/bin/pytest -q");
    let Some([broken, mended]) = ran else { return };
    for part in ["1 failed", "anechoic.Broken", "✗ signup breaks as_if_once", "UpdateItem invitations"] {
        assert!(broken.contains(part), "{part:?} is shown:\n{broken}");
    }
    assert!(mended.contains("1 passed"), "{mended}");
    let (code, printed) =
        reader.types("ls .venv/share/man/man1/anechoic.1 .venv/share/zsh/site-functions/_anechoic");
    assert_eq!(code, 0, "{printed}");
    // What cannot be said is no pass either.
    reader.write("test_signup.py", &of_ci("python", "signup").replace("anechoic.toml", "none.toml"));
    let (code, printed) = reader.types(".venv/bin/pytest -q");
    assert!(code == 1 && printed.contains("anechoic.Inconclusive"), "{printed}");
}

/// The page for TypeScript, in the same way, as a test of vitest.
#[test]
fn with_npm_alone_the_page_is_followed_to_the_smallest_run_and_has_it_as_a_test_of_vitest() {
    let Some(packages) = packages() else { return };
    if !node() {
        return;
    }
    let reader = Reader::without_rust("npx anechoic");
    let install = format!(
        "npm install --silent --no-audit --no-fund '{}' '{}' vitest",
        file(packages, "anechoic-0.1.0", ".tgz").display(),
        file(packages, "anechoic-linux-", ".tgz").display()
    );
    reader.write("refund.test.js", &of_ci("js", "Refund"));
    let ran = follow(&reader, "docs/typescript.md", &install, "NO_COLOR=1 npx vitest run 2>&1");
    let Some([broken, mended]) = ran else { return };
    for part in ["1 failed", "Broken", "breaks as_if_once", "bank POST"] {
        assert!(broken.contains(part), "{part:?} is shown:\n{broken}");
    }
    assert!(mended.contains("1 passed"), "{mended}");
    reader.write("refund.test.js", &of_ci("js", "Refund").replace("anechoic.toml", "none.toml"));
    let (code, printed) = reader.types("NO_COLOR=1 npx vitest run 2>&1");
    assert!(code == 1 && printed.contains("Inconclusive"), "{printed}");
    // Its exit code is that of the program.
    assert_eq!(reader.types("npx anechoic --config none.toml check").0, 4);
    // Where the package of this platform is missing, it says so.
    let (code, printed) = reader.types("rm -r node_modules/@anechoic; npx anechoic --version");
    assert_eq!(code, 70, "{printed}");
    assert!(printed.contains("is not installed; there is @anechoic/linux-x64"), "{printed}");
}

/// Follows a page whose handler has a mistake and then none; the packages are installed after its own. What is printed by the test
/// before it is mended and after that. Nothing, where something is out of reach.
fn follow(reader: &Reader, page: &str, install: &str, test: &str) -> Option<[String; 2]> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page)).expect("a page");
    let (needs, rest) = text.split_once("## Begin").expect("its packages come first");
    let (broken, mended) = rest.split_once("## Mend it").expect("a mistake, and none");
    if !reader.reads(page, needs, |_| true) {
        return None;
    }
    let (code, printed) = reader.types(&format!("! command -v cargo && {install}"));
    assert_eq!(code, 0, "{printed}");
    let mut ran = [(broken, 1), (mended, 0)].into_iter().map(|(text, exit)| {
        assert!(reader.reads(page, text, |_| true));
        let (code, printed) = reader.types(test);
        assert_eq!(code, exit, "{printed}");
        printed
    });
    Some([ran.next()?, ran.next()?])
}

/// The test that the page on continuous integration shows in a language, of this case.
fn of_ci(language: &str, case: &str) -> String {
    let page = include_str!("../../docs/ci.md");
    let block = page.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
    block.expect("a test").replace("\"keyed\"", &format!("{case:?}"))
}
