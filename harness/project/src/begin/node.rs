//! Handlers of a Node project that no template names: a server, or functions that look like those of Lambda.
use super::{
    Event, Handler, Place, Way,
    compiled::Compiler,
    project::{Source, pattern},
    tree,
};
use regex::Regex;
use serde_json::Value;
use std::{path::Path, sync::LazyLock};

static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(?:export\s+(?:const|async\s+function|function)\s+(handler|\w+Handler)\b|(?:module\.)?exports\.(handler|\w+Handler)\s*=)",
    )
});
/// What stands behind the name of a function that the SDK makes durable.
static DURABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[^;=]*=\s*withDurableExecution\b|^\s*withDurableExecution\b"));
static LISTENS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.listen\(|\bserve\("));
static PORT: LazyLock<Regex> = LazyLock::new(|| pattern(r#"process\.env(?:\.|\[['"])(\w*PORT)\b"#));
static ROUTE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\.(post|put|patch|delete)\(\s*['"`](/[^'"`]*)['"`]"#));
static PATH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:url|pathname|path)\s*===?\s*['"`](/[^'"`]*)['"`]"#));

/// The server of a project, if it has one, else its functions; else a line to fill in.
pub(crate) fn handlers(
    (folder, sources): (&Path, &[Source]),
    package: &Value,
    file: &str,
    text: &str,
) -> Vec<Handler> {
    if let Some(server) = server(sources, package, file, text) {
        return vec![server];
    }
    let compiler = Compiler::of(folder);
    let runs = |path: &str| run(path, folder, compiler.as_ref(), package);
    let functions: Vec<Handler> =
        sources.iter().flat_map(|source| functions(source, runs(&source.0))).collect();
    if !functions.is_empty() {
        return functions;
    }
    let line = "node = \"src/index.handler\"".into();
    let why = "nothing in the sources looks like a handler; name the function (FILE.FUNCTION), or use http = [\"node\", \"server.js\"]";
    vec![Handler::new(
        "handler",
        Place::of_keys(file, text, &["main"]),
        Way::Unknown { line, why: why.into() },
    )]
}

fn functions(
    (path, text): &Source,
    (file, remark): (String, Option<String>),
) -> impl Iterator<Item = Handler> {
    FUNCTION.captures_iter(text).map(move |found| {
        let whole = found.get(0).expect("all that was found");
        let function = found.get(1).or(found.get(2)).expect("one of both").as_str();
        let name = match (function, tree::stem(path)) {
            ("handler", "index") => {
                path.rsplit('/').nth(1).filter(|folder| *folder != "src").unwrap_or("handler")
            }
            ("handler", stem) => stem,
            (function, _) => function,
        };
        let at = Place::of_offset(path, text, whole.end());
        let remarks = remark.clone().into_iter().collect();
        let event = Event::read_in(text);
        let durable = DURABLE.is_match(&text[whole.end()..]).then_some(None);
        Handler { event, remarks, durable, ..Handler::new(name, at, Way::Node(format!("{file}.{function}"))) }
    })
}

/// The file that Node runs, without its ending: what is compiled of a source, where that is there or Node would not take the source as
/// it is, which is no module by the word of its `package.json`; else the source. And a remark, where it has yet to be compiled.
fn run(path: &str, folder: &Path, compiler: Option<&Compiler>, package: &Value) -> (String, Option<String>) {
    let is_module = package.get("type").is_none_or(|kind| kind != "commonjs");
    match compiler.and_then(|compiler| compiler.compiled(path)) {
        Some(file) if folder.join(format!("{file}.js")).is_file() => (file, None),
        Some(file) if !is_module => {
            let remark = format!("{file}.js is compiled first (npx tsc, or your build): it is not there yet");
            (file, Some(remark))
        }
        _ => (path.rsplit_once('.').map_or(path, |(file, _)| file).into(), None),
    }
}

/// The program that listens: that of the script `start` if it is one of Node, else the file in which something listens.
fn server(sources: &[Source], package: &Value, file: &str, text: &str) -> Option<Handler> {
    let (path, source) = sources.iter().find(|(_, text)| LISTENS.is_match(text))?;
    let start = package.pointer("/scripts/start").and_then(Value::as_str).unwrap_or_default();
    let started: Vec<String> = start.split_whitespace().map(String::from).collect();
    // What is built may not be there, and may not be what the sources say.
    let is_source = started.len() > 1
        && started[0] == "node"
        && sources.iter().any(|(path, _)| started[1..].contains(path));
    let (command, at) = match is_source {
        true => (started, Place::of_keys(file, text, &["scripts", "start"])),
        false => {
            let found = LISTENS.find(source).expect("it listens");
            (vec!["node".into(), path.clone()], Place::of_offset(path, source, found.start()))
        }
    };
    let port = PORT.captures(source).map(|found| found[1].to_string());
    let mut remarks = Vec::new();
    if port.is_none() {
        remarks.push("let it take its port from a variable: PORT, or the one that `port` names here".into());
    }
    let request = route(sources, &mut remarks);
    let way = Way::Http { command, port: port.filter(|port| port != "PORT"), request };
    let name = package.get("name").and_then(Value::as_str).unwrap_or("server");
    let name = name.rsplit('/').next().unwrap_or(name);
    Some(Handler { event: Event::body(), remarks, ..Handler::new(name, at, way) })
}

/// The first route that changes something; the others are told.
fn route(sources: &[Source], remarks: &mut Vec<String>) -> Option<String> {
    let routes = sources.iter().flat_map(|(_, text)| ROUTE.captures_iter(text));
    let routes = routes.map(|found| format!("{} {}", found[1].to_uppercase(), parameters_filled(&found[2])));
    let paths = sources.iter().flat_map(|(_, text)| PATH.captures_iter(text));
    let mut all: Vec<String> = routes.chain(paths.map(|found| format!("POST {}", &found[1]))).collect();
    all.dedup();
    first_of(all, remarks)
}

/// A first route; what else there is becomes a remark.
pub(crate) fn first_of(routes: Vec<String>, remarks: &mut Vec<String>) -> Option<String> {
    let (first, others) = routes.split_first()?;
    if !others.is_empty() {
        remarks.push(format!("it also answers {}", others.join(", ")));
    }
    Some(first.clone())
}

/// A path with o1, which the examples call things, for each of its parameters: `/orders/:id`, `/orders/{id}`, `/orders/<int:id>`.
pub(crate) fn parameters_filled(path: &str) -> String {
    let part =
        |part: &str| if part.starts_with([':', '{', '<']) { "o1".to_string() } else { part.to_string() };
    path.split('/').map(part).collect::<Vec<String>>().join("/")
}
