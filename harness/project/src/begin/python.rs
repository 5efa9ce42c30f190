//! Handlers of a Python project that no template names: a web application, or functions that look like those of Lambda.
use super::{
    Event, Handler, Place, Way,
    node::{first_of, parameters_filled},
    project::{Source, pattern},
    tree,
    way::venv,
};
use regex::Regex;
use std::{path::Path, sync::LazyLock};

static FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^def (\w+)\(\s*_?event\b[^,)]*,\s*_?context\b"));
/// What stands above a function that the SDK makes durable.
static DURABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^@(?:\w+\.)*durable_execution\b"));
static APPLICATION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^(\w+)\s*(?::\s*\w+\s*)?=\s*(FastAPI|Flask|Starlette)\("));
static ROUTE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"@\w+\.(post|put|patch|delete)\(\s*['"](/[^'"]*)['"]"#));
static METHODS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"@\w+\.route\(\s*['"](/[^'"]*)['"][^)]*methods\s*=\s*[\[(]\s*['"](POST|PUT|PATCH|DELETE)"#)
});

/// The web application of a project that this file says is one, if it has one, else its functions; else a line to fill in.
pub(crate) fn handlers(folder: &Path, sources: &[Source], file: &str) -> Vec<Handler> {
    // A layout with `src` is not a package of that name.
    let src = folder.join("src").is_dir() && !folder.join("src/__init__.py").is_file();
    let below = if src && sources.iter().all(|(path, _)| path.starts_with("src/")) { "src" } else { "" };
    let program = venv(folder, below);
    let within = |handler: Handler| Handler {
        folder: (!below.is_empty()).then(|| below.to_string()),
        program: program.clone().filter(|_| matches!(handler.way, Way::Python(_))),
        ..handler
    };
    let interpreter = program.clone().unwrap_or_else(|| "python3".into());
    if let Some(application) =
        sources.iter().find_map(|source| application(source, sources, below, &interpreter))
    {
        return vec![within(application)];
    }
    let functions: Vec<Handler> =
        sources.iter().flat_map(|source| functions(source, below)).map(within).collect();
    if !functions.is_empty() {
        return functions;
    }
    let line = "python = \"app.handler\"".into();
    let why = "nothing in the sources looks like a handler; name the function (MODULE.FUNCTION), or use http = [\"python3\", \"server.py\"]";
    let at = sources.first().map_or(Place::new(file, 1), |(path, _)| Place::new(path, 1));
    vec![Handler::new("handler", at, Way::Unknown { line, why: why.into() })]
}

fn module(path: &str, below: &str) -> String {
    let path = path.strip_prefix(below).unwrap_or(path).trim_start_matches('/');
    path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".")
}

fn functions<'s>((path, text): &'s Source, below: &'s str) -> impl Iterator<Item = Handler> + 's {
    FUNCTION.captures_iter(text).map(move |found| {
        let function = &found[1];
        let name =
            if ["handler", "lambda_handler"].contains(&function) { tree::stem(path) } else { function };
        let start = found.get(0).expect("all that was found").start();
        let at = Place::of_offset(path, text, start);
        // Decorators stand right above it.
        let above = text[..start].rsplit_once("\n\n").map_or(&text[..start], |(_, above)| above);
        let durable = DURABLE.is_match(above).then_some(None);
        let way = Way::Python(format!("{}.{function}", module(path, below)));
        Handler { event: Event::read_in(text), durable, ..Handler::new(name, at, way) }
    })
}

/// A web application, as its framework's own server runs it, with the port in the variable that this server knows.
fn application((path, text): &Source, sources: &[Source], below: &str, python: &str) -> Option<Handler> {
    let found = APPLICATION.captures(text)?;
    let application = format!("{}:{}", module(path, below), &found[1]);
    let at = Place::of_offset(path, text, found.get(0).expect("all that was found").start());
    let (command, port): (&[&str], &str) = match &found[2] {
        "Flask" => (&["-m", "flask", "--app", &application, "run"], "FLASK_RUN_PORT"),
        _ => (&["-m", "uvicorn", &application], "UVICORN_PORT"),
    };
    let command = [python].iter().chain(command).map(|word| word.to_string()).collect();
    let of = |text| {
        ROUTE
            .captures_iter(text)
            .map(|found| (found[1].to_uppercase(), found[2].to_string()))
            .chain(METHODS.captures_iter(text).map(|found| (found[2].to_string(), found[1].to_string())))
    };
    let routes = sources.iter().flat_map(|(_, text)| of(text));
    let routes = routes.map(|(method, path)| format!("{method} {}", parameters_filled(&path))).collect();
    let mut remarks = Vec::new();
    let request = first_of(routes, &mut remarks);
    let way = Way::Http { command, port: Some(port.into()), request };
    Some(Handler { event: Event::body(), remarks, ..Handler::new(tree::stem(path), at, way) })
}
