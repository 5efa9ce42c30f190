//! The wheel and the npm package, built of this binary and tried where there is no Rust.
use super::{
    assert_exit, folder,
    handlers::{fixture, has_boto, has_node, is_skipped},
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

/// Functions of Python with a mistake, from `pip install` to a test that fails with the smallest run.
#[test]
fn with_pip_alone_somebody_comes_to_the_smallest_run_and_has_it_as_a_test_of_pytest() {
    let Some(packages) = packages() else { return };
    if !has_boto("order-outbox") {
        return;
    }
    let folder = folder();
    let wheel = file(packages, "anechoic-0.1.0-py3-none-", ".whl").display().to_string();
    let install = format!(
        "python3 -m venv new && new/bin/pip install --quiet --disable-pip-version-check pytest '{wheel}'"
    );
    assert_exit(&shell(folder.path(), &install), 0);
    let begun = shell(
        folder.path(),
        "! command -v cargo; new/bin/anechoic --version; ls new/share/man/man1/anechoic.1 new/share/zsh/site-functions/_anechoic",
    );
    assert_exit(&begun, 0);
    assert!(stdout(&begun).starts_with("anechoic 0.1.0\n"), "{}", stdout(&begun));
    let outbox = fixture("order-outbox").canonicalize().expect("it is there");
    let prepare = format!(
        "cp '{0}/app.py' '{0}/requirements.txt' . && ln -s '{0}/.venv' .venv && new/bin/anechoic init && cp anechoic.toml begun.toml",
        outbox.display()
    );
    assert_exit(&shell(folder.path(), &prepare), 0);
    // What `init` asks for: the events, who carries what others asked for, and the rows that are there.
    let fill = "sed -i 's/^# what it holds before a run: rows = .*order_id.*/rows = [{ order_id = \"o1\", status = \"NEW\" }]/; \
                s/^# deliver = .*\"confirm\".*/deliver = [{ to = \"confirm\", event = { order = \"o1\" } }, { to = \"relay\", as = \"carrier\" }]/; \
                s/^# \\(\\[handlers.relay\\].*\\)/\\1/; s/^# \\(python = \"app.relay\"\\)/\\1/; s/^# \\(program = .*\\)/\\1/; \
                s/^\\[bound\\]/[bound]/' anechoic.toml";
    assert_exit(&shell(folder.path(), fill), 0);
    fs::write(
        folder.path().join("test_outbox.py"),
        "from anechoic import check\n\n\ndef test_a_mail_is_sent_once():\n    check('anechoic.toml', 'confirm')\n\n\n\
         def test_without_faults_too():\n    check('anechoic.toml', 'confirm', arguments=['--faults', '0'])\n",
    )
    .expect("written");
    let output = shell(folder.path(), "new/bin/pytest -q");
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("1 failed, 1 passed"), "{printed}");
    for part in ["anechoic.Broken", "✗ confirm breaks as_if_once", "mail POST /mails", "POST /mails"] {
        assert!(printed.contains(part), "{part:?} is shown:\n{printed}");
    }
    // What cannot be said is no pass either.
    fs::write(
        folder.path().join("test_outbox.py"),
        "from anechoic import check\n\n\ndef test_nothing():\n    check('none.toml')\n",
    )
    .expect("written");
    let output = shell(folder.path(), "new/bin/pytest -q");
    assert_exit(&output, 1);
    assert!(stdout(&output).contains("anechoic.Inconclusive"), "{}", stdout(&output));
}

/// A webhook in TypeScript with a mistake, from `npm install` to a test that fails with the smallest run.
#[test]
fn with_npm_alone_somebody_comes_to_the_smallest_run_and_has_it_as_a_test_of_vitest() {
    let Some(packages) = packages() else { return };
    if !has_node("payment-webhook") {
        return;
    }
    let folder = folder();
    let webhook = fixture("payment-webhook").canonicalize().expect("it is there");
    let install = format!(
        "cp '{}/server.ts' '{}/package.json' . && npm install --silent --no-audit --no-fund '{}' '{}' vitest",
        webhook.display(),
        webhook.display(),
        file(packages, "anechoic-0.1.0", ".tgz").display(),
        file(packages, "anechoic-linux-", ".tgz").display()
    );
    assert_exit(&shell(folder.path(), &install), 0);
    let begun = shell(
        folder.path(),
        "! command -v cargo; npx anechoic --version; npx anechoic init; ls node_modules/anechoic/share/man/man1/anechoic.1",
    );
    assert_exit(&begun, 0);
    assert!(stdout(&begun).starts_with("anechoic 0.1.0\n"), "{}", stdout(&begun));
    // Its exit code is that of the program.
    assert_exit(&shell(folder.path(), "npx anechoic check"), 4);
    let fill = "sed -i 's/^# \\(deliver = .*\\)/\\1/; s/^# \\(request = .*\\)/\\1/; \
                s/^# what it holds before a run: .*/rows = [{ order_id = \"o1\", status = \"NEW\", cents = 1999 }]/' anechoic.toml";
    assert_exit(&shell(folder.path(), fill), 0);
    fs::write(
        folder.path().join("webhook.test.js"),
        "import { expect, test } from 'vitest';\nimport { check, Inconclusive } from 'anechoic';\n\
         test('a card is charged once', () => check('anechoic.toml', 'payment-webhook'), 600_000);\n\
         test('what cannot be said is no pass', () => expect(check('none.toml')).rejects.toThrow(Inconclusive));\n",
    )
    .expect("written");
    let output = shell(folder.path(), "NO_COLOR=1 npx vitest run 2>&1");
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("1 failed | 1 passed"), "{printed}");
    for part in ["Broken", "breaks as_if_once", "payments POST"] {
        assert!(printed.contains(part), "{part:?} is shown:\n{printed}");
    }
    // Where the package of this platform is missing, it says so.
    let output = shell(folder.path(), "rm -r node_modules/@anechoic; npx anechoic --version");
    assert_exit(&output, 70);
    assert!(
        stderr(&output).contains("is not installed; there is @anechoic/linux-x64"),
        "{}",
        stderr(&output)
    );
}
