//! What is known of a project, as the text of an `anechoic.toml`.
use super::{Begun, Found, Guess, Handler, Place, Service, Table, Way};
use serde_json::Value;
use std::collections::BTreeSet;

/// The text and what is to be said of it.
pub(crate) fn write(from: String, besides: Vec<String>, mut found: Found) -> Begun {
    tell_names_apart(&mut found.handlers);
    let mut page = Page { from, besides, ..Page::default() };
    page.line(format!(
        "# Begun by `anechoic init` from {}. Behind each # is where a guess comes from;",
        page.from
    ));
    page.line("# FILL IN marks what could not be guessed. `anechoic check` searches every run of it.");
    if let Some((template, at)) = &found.template {
        let names = list(found.tables.iter().map(|table| &table.name));
        page.guessed(&format!("template = {}", text(template)), format!("tables {names}"), at);
    }
    // A scenario that lacks something stops a check, so there is one only if no other runs.
    let runs = found.handlers.iter().any(is_whole);
    let (whole, lacking): (Vec<&Handler>, Vec<&Handler>) =
        found.handlers.iter().partition(|handler| is_whole(handler));
    for (at, handler) in whole.into_iter().chain(lacking).enumerate() {
        page.handler(handler, &found.services, is_whole(handler) || (at == 0 && !runs));
    }
    found.tables.iter().for_each(|table| page.table(table));
    found.services.iter().for_each(|service| page.service(service));
    page.line("");
    page.line("# One fault in a run for a first look; 2 is the usual bound, and takes longer.");
    page.line("[bound]");
    page.line("faults = 1");
    for (what, at) in &found.left_out {
        page.guesses.push(Guess { what: format!("left out {what}"), from: at.to_string() });
    }
    Begun {
        text: page.text,
        from: page.from,
        besides: page.besides,
        is_unsynthesized: false,
        guesses: page.guesses,
        runs,
        missing: page.missing,
    }
}

/// Whether a handler can be started and it is known what is delivered to it.
fn is_whole(handler: &Handler) -> bool {
    let is_started = match &handler.way {
        Way::Http { request, .. } => request.is_some(),
        Way::Unknown { .. } => false,
        Way::Node(_) | Way::Python(_) => true,
    };
    is_started && (handler.event.is_whole || handler.event.file.is_some())
}

/// Two functions of one name get numbers.
fn tell_names_apart(handlers: &mut [Handler]) {
    let mut taken = BTreeSet::new();
    for handler in handlers {
        let plain = handler.name.clone();
        let mut number = 2;
        while !taken.insert(handler.name.clone()) {
            handler.name = format!("{plain}-{number}");
            number += 1;
        }
    }
}

#[derive(Default)]
struct Page {
    text: String,
    from: String,
    besides: Vec<String>,
    guesses: Vec<Guess>,
    missing: Vec<(usize, String)>,
}

impl Page {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text += line.as_ref();
        self.text.push('\n');
    }

    /// A line that was guessed from somewhere.
    fn guessed(&mut self, line: &str, what: String, at: &Place) {
        self.line(format!("{line}    # {at}"));
        self.guesses.push(Guess { what, from: at.to_string() });
    }

    /// A line that somebody has to write, after the sentence that says what to put there.
    fn missing(&mut self, line: &str, what: &str, says: &str) {
        self.line(format!("# FILL IN: {says}; then take the \"# \" away"));
        self.line(format!("# {line}"));
        self.missing.push((self.text.lines().count(), what.into()));
    }

    /// A handler and its scenario; as a comment if it is not to count yet.
    fn handler(&mut self, handler: &Handler, services: &[Service], counts: bool) {
        let before = (self.text.len(), self.missing.len());
        self.line("");
        let name = key(&handler.name);
        self.guessed(
            &format!("[handlers.{name}]"),
            format!("handler {}: {}", handler.name, started(&handler.way)),
            &handler.at,
        );
        self.way(handler);
        if let Some(folder) = &handler.folder {
            self.line(format!("folder = {}", text(folder)));
        }
        if let Some(program) = &handler.program {
            self.line(format!("program = {}", text(program)));
        }
        handler.remarks.iter().for_each(|remark| self.line(format!("# {remark}")));
        self.durable(handler);
        self.env(&name, handler, services);
        self.scenario(&name, handler);
        if !counts {
            let added = self.text.split_off(before.0);
            for line in added.lines() {
                self.line(if line.is_empty() { String::new() } else { format!("# {line}") });
            }
            self.missing.truncate(before.1);
            // The first line of it is empty.
            let line = self.text[..before.0].lines().count() + 2;
            self.missing.push((line, format!("{}, all of it", handler.name)));
        }
    }

    fn way(&mut self, handler: &Handler) {
        match &handler.way {
            Way::Node(name) => self.line(format!("node = {}", text(name))),
            Way::Python(name) => self.line(format!("python = {}", text(name))),
            Way::Unknown { line, why } => {
                self.missing(line, &format!("how {} is started", handler.name), why)
            }
            Way::Http { command, port, request } => {
                self.line(format!("http = [{}]", list(command.iter().map(|word| text(word)))));
                if let Some(port) = port {
                    self.line(format!("port = {}", text(port)));
                }
                match request {
                    Some(request) => self.line(format!("request = {}", text(request))),
                    None => self.missing(
                        "request = \"POST /webhook\"",
                        &format!("the request that {} answers", handler.name),
                        "the method and path that change something",
                    ),
                }
            }
        }
    }

    fn durable(&mut self, handler: &Handler) {
        match handler.durable {
            None => {}
            Some(None) => self.line("durable = true"),
            Some(Some(seconds)) => {
                self.line(format!("durable = {{ timeout = {seconds} }}"));
                self.line(format!(
                    "# how a callback may come out: durable = {{ timeout = {seconds}, callbacks.NAME = [{{ succeeds = true }}, {{ fails = \"why\" }}] }}"
                ));
            }
        }
    }

    fn env(&mut self, name: &str, handler: &Handler, services: &[Service]) {
        // The gate itself says where a service is.
        let is_served = |variable: &str| services.iter().any(|service| service.url_in == variable);
        let all: Vec<_> = handler.env.iter().filter(|(variable, _)| !is_served(variable)).collect();
        if all.is_empty() {
            return;
        }
        self.line("");
        self.line(format!("[handlers.{name}.env]"));
        for (variable, value) in all {
            match value {
                Ok(value) => self.line(format!("{} = {}", key(variable), text(value))),
                Err(why) => self.line(format!("# {} = \"\"    # not known: {why}", key(variable))),
            }
        }
    }

    fn scenario(&mut self, name: &str, handler: &Handler) {
        self.line("");
        self.line(format!("[scenarios.{name}]"));
        let to = text(&handler.name);
        // A durable function goes on by itself; a second delivery is a second execution.
        let (times, how_often) = match handler.durable {
            Some(_) => ("", ""),
            None => (", times = 2", ", delivered twice"),
        };
        let deliver = |event: String| format!("deliver = [{{ to = {to}, event = {event}{times} }}]");
        let example = json(&handler.event.example);
        match &handler.event.file {
            Some(file) => {
                let what = format!("the event of {}: {file}{how_often}", handler.name);
                self.guessed(&deliver(text(file)), what, &Place::new(file, 1));
            }
            None if handler.event.is_whole => self.line(deliver(example)),
            None => {
                let what = format!("the event of {}", handler.name);
                self.missing(
                    &deliver(example),
                    &what,
                    &format!("the event, {}, as JSON or a file with it", handler.event.like),
                );
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let of_key: Vec<String> = table
            .key
            .iter()
            .map(|part| {
                let (name, kind) = part.rsplit_once(':').unwrap_or((part, "S"));
                format!("{} = {}", key(name), if kind == "N" { "1" } else { "\"o1\"" })
            })
            .collect();
        let row = if of_key.is_empty() { "id = \"o1\"".into() } else { of_key.join(", ") };
        self.line("");
        if table.is_declared {
            self.line(format!("[tables.{}]    # {}", key(&table.name), table.at));
        } else {
            let what = format!("table {}, key {}", table.name, list(table.key.iter()));
            self.guessed(&format!("[tables.{}]", key(&table.name)), what, &table.at);
            match table.key.as_slice() {
                [] => self.missing(
                    "key = \"id\"",
                    &format!("the key of table {}", table.name),
                    "by which attributes a row is one and no other",
                ),
                [one] => self.line(format!("key = {}", text(one))),
                several => self.line(format!("key = [{}]", list(several.iter().map(|part| text(part))))),
            }
        }
        self.line(format!("# what it holds before a run: rows = [{{ {row} }}]"));
    }

    fn service(&mut self, service: &Service) {
        self.line("");
        let what = format!("service {}, at the URL in {}", service.name, service.url_in);
        self.guessed(&format!("[services.{}]", key(&service.name)), what, &service.at);
        self.line(format!("url_in = {}", text(&service.url_in)));
        match &service.on {
            Some(on) => {
                self.line(format!("answers = [{{ on = {}, body = {{ id = \"{{n}}\" }} }}]", text(on)))
            }
            None => {
                self.line("# what it answers: answers = [{ on = \"POST /path\", body = { id = \"{n}\" } }]")
            }
        }
        self.line("# keyed = true in an answer: it knows a second call with the same idempotency-key");
    }
}

fn started(way: &Way) -> String {
    match way {
        Way::Node(name) => format!("node {name}"),
        Way::Python(name) => format!("python {name}"),
        Way::Http { command, .. } => command.join(" "),
        Way::Unknown { .. } => "how it is started is not known".into(),
    }
}

fn list(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    parts.map(|part| part.as_ref().to_string()).collect::<Vec<String>>().join(", ")
}

/// A key of TOML, in quotes if it needs them.
fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if !name.is_empty() && name.chars().all(is_bare) { name.into() } else { text(name) }
}

fn text(text: &str) -> String {
    // A text of several lines would be written over several, and a comment has one.
    let plain = toml::Value::from(text).to_string();
    if plain.contains('\n') { Value::from(text).to_string() } else { plain }
}

/// JSON as a value of TOML, which has no null.
fn json(value: &Value) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_else(|_| "{}".into())
}
