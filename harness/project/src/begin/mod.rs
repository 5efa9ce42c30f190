//! A first `anechoic.toml`, made of what a project already says of itself: its functions, their tables, how they are started.
mod cloudformation;
mod compiled;
mod event;
mod node;
mod place;
mod project;
mod python;
mod reach;
mod serverless;
mod tree;
mod values;
mod way;
mod write;

use crate::error::MOST;
use anechoic::evidence::{read_text, unreadable};
use serde_json::Value;
use std::{
    io,
    path::{Path, PathBuf},
};

pub(crate) use place::Place;
use project::Project;

/// The files that a configuration is begun from, the best first, in words for people.
const SOURCES: &str = "template.yaml (.yml, .json), cdk.out/*.template.json\n              (`npx cdk synth` makes it), serverless.yml, package.json,\n              pyproject.toml, requirements.txt";

/// Why nothing could be begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// None of the files is there that say something.
    #[error(
        "no file in {} says how handlers are run\n  looked for: {SOURCES}\n  next: go to the folder that has one, or write an \
         anechoic.toml by hand;\n        for a Node function `confirm` in app.js these lines will do:\n\n  [handlers.confirm]\n  node = \
         \"app.confirm\"\n  [scenarios.confirm]\n  deliver = [{{ to = \"confirm\", event = {{ order = \"o1\" }}, times = 2 }}]",
        .0.display()
    )]
    Nothing(PathBuf),
    /// A file cannot be read.
    #[error("{}", unreadable(.path, .error))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A file is not what its name says.
    #[error("{}: {what}\n  next: mend it, or name another file: anechoic init --from FILE", .path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// A configuration to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The text of the `anechoic.toml`.
    pub text: String,
    /// The file that it was begun from.
    pub from: String,
    /// Others that could be begun from.
    pub besides: Vec<String>,
    /// Whether it is a project of CDK that has not been made into templates, which say more.
    pub is_unsynthesized: bool,
    /// What was guessed, in the order of the text.
    pub guesses: Vec<Guess>,
    /// Whether there is something to check already, and what is missing is a comment for later.
    pub runs: bool,
    /// The lines of the text, counted from 1, that are to be filled in, each with what is missing.
    pub missing: Vec<(usize, String)>,
}

/// Something that was guessed, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What, in a line.
    pub what: String,
    /// The file and line that it was guessed from: `template.yaml:12`.
    pub from: String,
}

/// What is known of a project. Everything has the place that it is known from.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The file that declares the tables.
    pub(crate) template: Option<(String, Place)>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) tables: Vec<Table>,
    pub(crate) services: Vec<Service>,
    /// What was seen and left out, and why.
    pub(crate) left_out: Vec<(String, Place)>,
}

#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) name: String,
    pub(crate) at: Place,
    pub(crate) way: Way,
    /// The folder that it runs in, if it is not that of the file.
    pub(crate) folder: Option<String>,
    /// The interpreter, if it is not the usual one.
    pub(crate) program: Option<String>,
    /// Its variables: a value, or why it is not known.
    pub(crate) env: Vec<(String, Result<String, String>)>,
    /// Whether it is a durable function, and after how many seconds an execution ends.
    pub(crate) durable: Option<Option<u64>>,
    pub(crate) event: Event,
    /// What else is to be known of it.
    pub(crate) remarks: Vec<String>,
}

impl Handler {
    /// The one that somebody has to name, since this file names none.
    fn in_no_file(file: &str) -> Handler {
        let line = "node = \"src/index.handler\"".into();
        let why =
            format!("{file} declares no function; name yours here, or use python, http, lambda or command");
        Handler::new("handler", Place::new(file, 1), Way::Unknown { line, why })
    }

    /// One of which no more is known.
    pub(crate) fn new(name: &str, at: Place, way: Way) -> Handler {
        Handler {
            name: name.into(),
            at,
            way,
            folder: None,
            program: None,
            env: Vec::new(),
            durable: None,
            event: Event::of("", "", ""),
            remarks: Vec::new(),
        }
    }
}

/// How a handler is told of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Node(String),
    Python(String),
    Http {
        command: Vec<String>,
        port: Option<String>,
        request: Option<String>,
    },
    /// Not known: a line to fill in, and what is to be put there.
    Unknown {
        line: String,
        why: String,
    },
}

/// What is delivered to a handler.
#[derive(Debug)]
pub(crate) struct Event {
    /// What it is like, in words: `a message of SQS`.
    pub(crate) like: String,
    /// An example, as JSON.
    pub(crate) example: Value,
    /// Whether the example is all that there is to it.
    pub(crate) is_whole: bool,
    /// A file that has one.
    pub(crate) file: Option<String>,
}

/// A table, with as much of its key as is known.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) at: Place,
    /// The attributes of its key.
    pub(crate) key: Vec<String>,
    /// Whether the template says all of it.
    pub(crate) is_declared: bool,
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) url_in: String,
    pub(crate) at: Place,
    /// A request that it is sent: `POST /charges`.
    pub(crate) on: Option<String>,
}

/// The configuration that a folder's own files make, from the best of them or from the one that is named. `ask` is asked for what
/// they do not say, a question at a time; it may not know either.
///
/// # Errors
/// If there is nothing to begin from, or a file is not what its name says.
pub fn begin(
    folder: &Path,
    named: Option<&str>,
    ask: &mut dyn FnMut(&str) -> Option<String>,
) -> Result<Begun, BeginError> {
    let mut sources = sources(folder);
    if let Some(named) = named {
        sources.retain(|source| source != named);
        sources.insert(0, named.into());
    }
    let from = sources.first().ok_or_else(|| BeginError::Nothing(shown(folder)))?.clone();
    let project = Project::read(folder);
    let mut found = of(folder, &project, &from)?;
    // Tables may be declared in one place, and what runs in another.
    if found.handlers.is_empty() {
        found.handlers =
            match sources[1..].iter().find(|other| matches!(kind(other), Kind::Package | Kind::Python)) {
                Some(other) => of(folder, &project, other)?.handlers,
                None => vec![Handler::in_no_file(&from)],
            };
    }
    project.add_what_they_reach(&mut found);
    for handler in &mut found.handlers {
        event::complete(folder, handler, ask);
    }
    let is_unsynthesized = folder.join("cdk.json").is_file() && tree::stacks(folder).is_empty();
    Ok(Begun { is_unsynthesized, ..write::write(from, sources.split_off(1), found) })
}

/// What one of its files says of a project.
fn of(folder: &Path, project: &Project, file: &str) -> Result<Found, BeginError> {
    let path = if folder == Path::new(".") { file.into() } else { folder.join(file) };
    let text = match read_text(&path, MOST) {
        Ok(text) => text,
        Err(error) => return Err(BeginError::Unreadable { path, error }),
    };
    let found = match kind(file) {
        Kind::Template => cloudformation::found(folder, file, &text),
        Kind::Serverless => serverless::found(folder, file, &text),
        Kind::Package => project.handlers_in_node(file, &text),
        Kind::Python => Ok(project.handlers_in_python(file)),
    };
    found.map_err(|what| BeginError::Wrong { path, what })
}

enum Kind {
    Template,
    Serverless,
    Package,
    Python,
}

fn kind(file: &str) -> Kind {
    let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    match &*name {
        "package.json" => Kind::Package,
        "pyproject.toml" | "requirements.txt" => Kind::Python,
        name if name.starts_with("serverless.") => Kind::Serverless,
        _ => Kind::Template,
    }
}

/// The files of a folder that say how its handlers are run, the best first.
pub fn sources(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = ["template.yaml", "template.yml", "template.json"].map(String::from).into();
    all.extend(tree::stacks(folder));
    all.extend(
        ["serverless.yml", "serverless.yaml", "package.json", "pyproject.toml", "requirements.txt"]
            .map(String::from),
    );
    all.retain(|file| folder.join(file).is_file());
    all
}

fn shown(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_event_is_asked_for_until_it_is_one_and_nothing_leaves_it_to_be_filled_in() {
        let folder = std::env::temp_dir().join(format!("anechoic-begin-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("created");
        fs::write(folder.join("requirements.txt"), "").expect("written");
        fs::write(folder.join("pay.py"), "def handler(event, context):\n    pass\n").expect("written");
        let told = |answers: &[&str]| {
            let mut answers = answers.iter().map(|answer| (*answer).to_string());
            let mut asked = Vec::new();
            let begun = begin(&folder, None, &mut |question| {
                asked.push(question.to_string());
                answers.next()
            });
            (begun.expect("it is begun"), asked)
        };
        // Neither is JSON that TOML can hold, nor a file.
        let (begun, asked) = told(&["order o1", "{\"order\": null}", "{\"order\": \"o7\"}"]);
        assert_eq!(asked.len(), 3);
        assert!(asked[0].starts_with("what is delivered to pay (whatever it is invoked with)?"), "{asked:?}");
        assert!(begun.runs && begun.text.contains("event = { order = \"o7\" }, times = 2"), "{}", begun.text);
        let (begun, asked) = told(&["", "{}"]);
        assert_eq!((asked.len(), begun.runs, begun.missing.len()), (1, false, 1));
        fs::remove_dir_all(&folder).expect("removed");
    }
}
