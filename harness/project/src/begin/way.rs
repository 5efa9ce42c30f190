//! How a function of Lambda is started here, by its runtime and its handler.
use super::{Way, tree};
use std::path::Path;

/// How a function is told of events, and the interpreter if it is not the usual one. `below` is the folder of its code,
/// `sources` are those of which a bundler makes what `handler` names.
pub(crate) fn way(
    folder: &Path,
    below: &str,
    runtime: &str,
    handler: &str,
    sources: &[&str],
) -> (Way, Option<String>) {
    let code = folder.join(below);
    let unknown = |line: &str, why: String| (Way::Unknown { line: line.into(), why }, None);
    if runtime.starts_with("nodejs") {
        return match node(&code, handler, sources) {
            Some(name) => (Way::Node(name), None),
            None => unknown(
                &format!("node = {}", toml::Value::from(handler)),
                format!("no file of {handler} is there; build it, or name its source"),
            ),
        };
    }
    if runtime.starts_with("python") {
        let name = handler.replace('/', ".");
        let module = name.rsplit_once('.').map_or("", |(module, _)| module).replace('.', "/");
        let is_there = code.join(format!("{module}.py")).is_file() || code.join(module).is_dir();
        return match is_there {
            true => (Way::Python(name), venv(folder, below)),
            false => unknown(
                &format!("python = {}", toml::Value::from(name)),
                format!("no file of {handler} is there"),
            ),
        };
    }
    let line = "lambda = [\"./bootstrap\"]";
    match runtime {
        "" => unknown(line, "its runtime is not said; put here the program that asks the Lambda Runtime API for events, or use node or python".into()),
        runtime if runtime.starts_with("provided") => {
            unknown(line, "put here the built program, such as target/lambda/NAME/bootstrap, as it runs on this machine".into())
        }
        runtime => unknown(line, format!("put here how {runtime} is started; the program asks the Lambda Runtime API for events")),
    }
}

/// The function, by a file that is there: what is built, else its source, which Node runs as it is.
fn node(code: &Path, handler: &str, sources: &[&str]) -> Option<String> {
    let (file, function) = handler.rsplit_once('.')?;
    let stem = tree::stem(file);
    let of_sources = sources.iter().filter(|source| tree::stem(source) == stem);
    let of_sources =
        of_sources.map(|source| source.rsplit_once('.').map_or(*source, |(path, _)| path).to_string());
    let built =
        ["dist/", "build/", "lib/", "out/", ".build/"].iter().find_map(|folder| file.strip_prefix(folder));
    let instead = built.into_iter().flat_map(|rest| [format!("src/{rest}"), rest.to_string()]);
    let mut all = [file.to_string()].into_iter().chain(of_sources).chain(instead);
    let is_there = |file: &String| NODE.iter().any(|ending| code.join(format!("{file}.{ending}")).is_file());
    all.find(is_there).map(|file| format!("{}.{function}", file.trim_start_matches("./")))
}

/// How files are called that Node runs.
pub(crate) const NODE: [&str; 5] = ["mjs", "js", "cjs", "mts", "ts"];

/// The interpreter of a virtual environment, from the folder of the code.
pub(crate) fn venv(folder: &Path, below: &str) -> Option<String> {
    let depth = below.split('/').filter(|part| !part.is_empty()).count();
    let places = [".venv/bin/python", "venv/bin/python"];
    let own =
        places.iter().find(|place| folder.join(below).join(place).exists()).map(|place| place.to_string());
    let above = places.iter().find(|place| folder.join(place).exists());
    own.or_else(|| above.map(|place| format!("{}{place}", "../".repeat(depth))))
}
