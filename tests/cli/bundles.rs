//! A handler in one file with the SDK that it uses: whose chance is whose is told by what a bundler leaves of the modules.
use super::{anechoic, assert_exit, folder, handlers, stdout};
use std::{fs, process::Command};

const BUNDLE: &str = include_str!("handlers/bundle.mjs");

const CONFIG: &str = r#"
[handlers.charge]
node = "bundle.handler"

[services.pay]
url_in = "PAY_URL"
answers = [{ on = "POST /charges", keyed = true }]

[variants.keyless]

[variants.keyed]
env = { KEYED = "1" }

[scenarios.order]
deliver = [{ to = "charge", event = { order = "o1" } }]
"#;

/// How many histories of it there are, in a check that finds one version wrong and one right.
fn histories(bundle: &str, map: Option<&str>) -> u64 {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("anechoic.toml", CONFIG);
    write("bundle.mjs", bundle);
    if let Some(map) = map {
        write("bundle.mjs.map", map);
    }
    let output = anechoic(folder.path(), &["check", "--all"]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("✗ keyless breaks as_if_once"), "{printed}");
    assert!(printed.contains("✓ keyed holds every promise in the whole bound"), "{printed}");
    assert!(!printed.contains("own_chance"), "{printed}");
    let told = printed.split("order, keyed: told again to fresh processes, which did the same: all ").nth(1);
    let number = told.and_then(|told| told.split_whitespace().next()?.parse().ok());
    number.unwrap_or_else(|| panic!("it says what was told again:\n{printed}"))
}

/// A map that says of each line from which module it is, as the comments do.
fn map(bundle: &str) -> String {
    const SAME: &str = "AACA";
    const NEXT: &str = "ACCA";
    let names = bundle.lines().filter_map(|line| line.strip_prefix("// "));
    let names: Vec<String> = names.map(|name| format!("\"../{name}\"")).collect();
    let mut lines = bundle.lines().map(|line| if line.starts_with("// ") { NEXT } else { SAME });
    lines.next();
    let lines: Vec<&str> = ["AAAA"].into_iter().chain(lines).collect();
    format!(r#"{{"version":3,"sources":[{}],"names":[],"mappings":"{}"}}"#, names.join(","), lines.join(";"))
}

fn base64(text: &str) -> String {
    let script = "process.stdout.write(Buffer.from(process.argv[1]).toString('base64'))";
    let output = Command::new("node").args(["-e", script, text]).output().expect("Node");
    String::from_utf8(output.stdout).expect("letters")
}

#[test]
fn the_chance_of_an_sdk_is_not_the_handlers_own_in_a_bundle_either() {
    if !handlers::node() {
        return;
    }
    let said = histories(BUNDLE, None);
    // Without its names, and as a tool that makes it small leaves it.
    let bare = BUNDLE.replace("// node_modules", "//").replace("// charge.mjs", "//");
    let map = map(BUNDLE);
    let beside = format!("{bare}//# sourceMappingURL=bundle.mjs.map\n");
    assert_eq!(histories(&beside, Some(&map)), said);
    let inside = format!("{bare}//# sourceMappingURL=data:application/json;base64,{}\n", base64(&map));
    assert_eq!(histories(&inside, None), said);
    // Nobody says whose it is, so it may be the handler's own, and each process is learnt by itself: the verdicts are the same.
    let lost = histories(&beside, None);
    assert!(lost > said, "{lost} {said}");
    assert_eq!(histories(&bare, None), lost);
}
