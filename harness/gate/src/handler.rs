//! A handler: a program that is started and told of an event, in one of the ways in which that is done.
use crate::{durable::Durable, inspect};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// How a handler is told of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks for events at the Lambda Runtime API.
    Lambda,
    /// It is started for each, and reads it from its standard input: its exit code says whether it is done. Fields of the event
    /// that are named in braces in its command are put in.
    Command,
    /// It listens at a port, whose number is in this variable, and is sent a request.
    Http {
        /// The variable.
        port: String,
        /// The method of the request.
        method: String,
        /// Its path.
        path: String,
    },
}

/// A program, as the user has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// What it is called.
    pub name: String,
    /// How it is told of an event.
    pub kind: Kind,
    /// The program and its arguments. Of those of a language, the helper is put in by [`Handler::node`] and
    /// [`Handler::python`].
    pub command: Vec<String>,
    /// In which folder it runs.
    pub folder: PathBuf,
    /// What its environment has besides.
    pub env: Vec<(String, String)>,
    /// Whether what it draws at random does not show who drew it. For functions of Node and Python it is found out, when all goes
    /// well or by a search that begins anew.
    pub own_chance: bool,
    /// Whether each delivery gets a process of its own, although a process could serve several.
    pub fresh: bool,
    /// A process that is busy for longer is busy with something else than we know of. Long, since the machine may be busy, too.
    pub patience: Duration,
    /// So long it is waited, in real time, whether a timer of its own fires where it awaits an answer, if its clock is its own. None if
    /// such timers are not tried.
    pub timers: Option<Duration>,
    /// If its executions are durable, how.
    pub durable: Option<Arc<Durable>>,
    /// The outside services that it calls: by the variable that tells it where, in the order of the [site](crate::Site).
    pub services: Vec<Option<String>>,
}

/// Stands for the folder of the helpers in a command.
const HELPERS: &str = "{anechoic}";

impl Handler {
    /// The command that runs a function of a Node module as a Lambda handler: `FILE.FUNCTION`, and `.mjs`, `.js`, `.cjs`, `.mts` or `.ts` is
    /// found.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn node(name: &str, folder: &std::path::Path) -> Result<Vec<String>, String> {
        let (file, function) = name
            .rsplit_once('.')
            .filter(|(file, function)| !file.is_empty() && !function.is_empty())
            .ok_or_else(|| format!("`{name}` is not FILE.FUNCTION, as `dist/index.handler` is"))?;
        const ENDINGS: [&str; 5] = ["mjs", "js", "cjs", "mts", "ts"];
        let files = ENDINGS.map(|ending| format!("{file}.{ending}"));
        let found = files.iter().find(|file| folder.join(file).is_file());
        let found = found.ok_or_else(|| {
            format!("there is none of {} in {}; is it built?", files.join(", "), folder.display())
        })?;
        Ok(["node", &format!("{HELPERS}/lambda.mjs"), found, function].map(String::from).into())
    }

    /// The command that runs a function of a Python module as a Lambda handler, `MODULE.FUNCTION`, by this interpreter.
    pub fn python(name: &str, interpreter: &str) -> Vec<String> {
        [interpreter, &format!("{HELPERS}/lambda.py"), name].map(String::from).into()
    }

    /// Whether it is a function of a language in which a process can be had by forking another.
    pub(crate) fn forks(&self) -> bool {
        self.helper().is_some_and(|helper| helper.ends_with(".py")) && !inspect::is_on()
    }

    /// The helper of its language, which owns its time and chance, if it is a function of one.
    pub(crate) fn helper(&self) -> Option<&str> {
        self.command.get(1).filter(|word| word.starts_with(HELPERS)).map(String::as_str)
    }

    /// How often a process of it may be hung up on before another takes its place: clients give up trying again when it happens all
    /// the time, those of the AWS SDKs after 50 attempts in vain, and a run has 20 faults at most. Who never tries again, as is
    /// said to the SDKs by a variable, does not give that up.
    pub(crate) fn most_hang_ups(&self) -> u32 {
        let tries_once = |(name, value): &(String, String)| name == "AWS_MAX_ATTEMPTS" && value == "1";
        if self.env.iter().any(tries_once) { u32::MAX } else { 28 }
    }

    /// The command for an event.
    pub(crate) fn command(&self, helpers: &str, event: &str) -> Vec<String> {
        let event: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
        let put_in = |word: &String| {
            let mut word = word.replace(HELPERS, helpers);
            let fields = event.as_object().into_iter().flatten().filter(|_| self.kind == Kind::Command);
            for (name, value) in fields {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                word = word.replace(&format!("{{{name}}}"), &value);
            }
            word
        };
        self.command.iter().map(put_in).collect()
    }
}
