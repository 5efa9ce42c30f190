//! A process that is being told things: what it asks then, and when it asks no more.
use crate::{
    ask::{Answer, Ask, Ended},
    clock,
    handler::{Handler, Kind},
    helpers::Helpers,
    names::{self, Owner},
    process::{Process, Start, elsewhere, kill},
    quiet::{Runs, Threads},
    trouble::Trouble,
    wire::{Held, Wire},
};
use std::{
    borrow::Cow,
    fmt,
    net::{TcpListener, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

/// Who has no clock of ours and waits for time is waited for so long.
const REAL_TIME: Duration = Duration::from_secs(20);
/// As often may time pass while a handler waits for nothing else.
const MOST_TIMERS: usize = 10_000;

/// What a process did with what it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// What it asks for besides, each with a ticket of its own: they are counted from 0.
    pub(crate) asks: Vec<Arc<Ask>>,
    /// The tickets that it does not wait for any more.
    pub(crate) gone: Vec<u32>,
    pub(crate) over: Option<Ended>,
}

impl Step {
    /// The same as if the learner had done it.
    pub(crate) fn of_learner(&self, owner: Owner) -> Step {
        let renamed = |text: &str| match names::learnt_of(text, owner) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        let over = self.over.as_ref().map(|over| over.map(renamed));
        Step { asks: self.asks.iter().map(|ask| ask.map(renamed)).collect(), gone: self.gone.clone(), over }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asks = self.asks.iter().map(|ask| format!("{ask:?}"));
        let gone = self.gone.iter().map(|ticket| format!("gave up request {}", ticket + 1));
        let over = self.over.iter().map(|over| format!("{over:?}"));
        let all: Vec<String> = asks.chain(gone).chain(over).collect();
        if all.is_empty() { f.write_str("nothing") } else { f.write_str(&all.join(" and ")) }
    }
}

/// What a process is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    Answer(Answer),
    /// Its connection is closed.
    Nothing,
}

/// A process, and what it waits for.
pub(crate) struct Live {
    handler: Arc<Handler>,
    wire: Wire,
    process: Option<Process>,
    threads: Option<Threads>,
    helpers: Arc<Helpers>,
    /// What it asked, by ticket; those that are answered are gone.
    asked: Vec<Option<Held>>,
    /// What only the gate itself answers: for the next event, and for commands.
    next: Option<Held>,
    lines: Vec<Held>,
    has_line: bool,
    /// Of one that forks: it waits to be asked to.
    fork: Option<Held>,
    forks: bool,
    /// The process that it has forked, as that says.
    forked: Option<u32>,
    over: Option<Ended>,
    invocation: u32,
    /// Where it listens, if it does.
    port: u16,
    /// How often it was not answered, in all.
    pub(crate) hung_up: u32,
    /// Whether it has seen an event yet.
    pub(crate) is_fresh: bool,
}

impl Live {
    /// Starts a process, and waits until it waits for an event.
    pub(crate) fn start(handler: &Arc<Handler>) -> Result<Live, Trouble> {
        let failed = |why: String| Trouble::Start { handler: handler.name.clone(), why };
        let helpers =
            Helpers::get().map_err(|error| failed(format!("its helpers cannot be written: {error}")))?;
        let wire = Wire::open(1 + handler.services.len())
            .map_err(|error| failed(format!("no port on this machine: {error}")))?;
        let port = free_port().map_err(|error| failed(format!("no port for it: {error}")))?;
        let mut live = Live {
            handler: handler.clone(),
            wire,
            process: None,
            threads: None,
            helpers,
            asked: Vec::new(),
            next: None,
            lines: Vec::new(),
            has_line: false,
            fork: None,
            forks: false,
            forked: None,
            over: None,
            invocation: 0,
            port,
            hung_up: 0,
            is_fresh: true,
        };
        if handler.kind != Kind::Command {
            live.spawn("")?;
            live.wait_for_readiness()?;
        }
        Ok(live)
    }

    fn spawn(&mut self, event: &str) -> Result<(), Trouble> {
        let handler = self.handler.clone();
        let Handler { kind, folder, services, .. } = &*handler;
        let mut env = handler.env.clone();
        let doors = services.iter().enumerate();
        env.extend(
            doors.filter_map(|(at, name)| {
                Some((name.clone()?, format!("http://{}", self.wire.address(at + 1))))
            }),
        );
        if handler.forks() {
            env.push(("ANECHOIC_FORK".into(), "1".into()));
        }
        if let Kind::Http { port, .. } = kind {
            env.push((port.clone(), self.port.to_string()));
        }
        let command = self.handler.command(&self.helpers.path(""), event);
        let gate = self.wire.address(0);
        let input = (*kind == Kind::Command).then_some(event);
        let start = Start { command: &command, folder, env: &env, gate: &gate, input };
        let process = Process::start(&start, &self.helpers)
            .map_err(|why| Trouble::Start { handler: self.handler.name.clone(), why })?;
        self.threads = Some(Threads::of(process.id()));
        self.process = Some(process);
        Ok(())
    }

    fn wait_for_readiness(&mut self) -> Result<(), Trouble> {
        let end = Instant::now() + self.handler.patience;
        loop {
            self.wire.pump(Duration::from_millis(2));
            self.sort()?;
            if let Some(fork) = self.fork.take() {
                self.wire.answer(&fork, 200, &[], b"");
            }
            let is_ready = match &self.handler.kind {
                Kind::Lambda => self.next.is_some() && (self.has_line || self.handler.helper().is_none()),
                Kind::Http { .. } => TcpStream::connect(("127.0.0.1", self.port)).is_ok(),
                Kind::Command => true,
            };
            if is_ready {
                self.settle(end)?;
                return if self.asked.is_empty() {
                    Ok(())
                } else {
                    Err(self.stray("asks for something before it is told of an event; at its start a handler may ask for nothing yet".into()))
                };
            }
            let waits_for = match &self.handler.kind {
                Kind::Http { port, .. } => format!("does not listen at the port that is in {port}"),
                Kind::Lambda | Kind::Command => "does not ask for an event".into(),
            };
            if let Some(status) = self.process.as_mut().and_then(Process::ended) {
                return Err(self.stray(format!("{waits_for}: it ended with {status}")));
            }
            if Instant::now() > end {
                return Err(
                    self.stray(format!("{waits_for} within {} seconds", self.handler.patience.as_secs()))
                );
            }
        }
    }

    /// Makes a fresh process of it, if that can be had for less than a start.
    pub(crate) fn renew(&mut self) -> Result<bool, Trouble> {
        let Some(forked) = self.forked.take() else { return Ok(false) };
        kill(forked);
        let end = Instant::now() + self.handler.patience;
        while self.fork.is_none() && Instant::now() < end {
            self.wire.pump(Duration::from_millis(1));
            self.sort()?;
        }
        self.asked.clear();
        self.lines.clear();
        self.next = None;
        self.over = None;
        self.has_line = false;
        self.invocation = 0;
        self.hung_up = 0;
        self.is_fresh = true;
        self.wait_for_readiness()?;
        Ok(true)
    }

    /// Tells it of an event. Names that it draws are this owner's.
    pub(crate) fn begin(&mut self, event: &str, owner: Owner, seed: u32) -> Result<Step, Trouble> {
        self.is_still_quiet()?;
        self.is_fresh &= self.invocation == 0;
        self.invocation += 1;
        self.asked.clear();
        self.over = None;
        let reset = serde_json::json!({"do": "reset", "now": clock::BEGINNING, "owner": owner, "seed": seed});
        self.command(&reset.to_string());
        match &self.handler.clone().kind {
            Kind::Lambda => {
                // An answer that is written before the reset has come back could be read before it.
                self.settle(Instant::now() + self.handler.patience)?;
                let Some(next) = self.next.take() else {
                    return Err(self.stray("does not ask for an event".into()));
                };
                let id = format!("00000000-0000-4000-8000-{:012}", 1);
                let headers = [
                    ("lambda-runtime-aws-request-id", id.as_str()),
                    ("lambda-runtime-deadline-ms", "4102444800000"),
                    (
                        "lambda-runtime-invoked-function-arn",
                        "arn:aws:lambda:us-east-1:000000000000:function:handler",
                    ),
                    ("content-type", "application/json"),
                ];
                self.wire.answer(&next, 200, &headers, event.as_bytes());
            }
            Kind::Http { method, path, .. } => {
                self.settle(Instant::now() + self.handler.patience)?;
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{event}",
                    self.port,
                    event.len()
                );
                if let Err(error) = self.wire.ask(self.port, request.as_bytes()) {
                    return Err(self.stray(format!("does not take a connection: {error}")));
                }
            }
            Kind::Command => self.spawn(event)?,
        }
        self.go_on()
    }

    /// Tells it what became of something that it asked for.
    pub(crate) fn tell(&mut self, ticket: u32, told: &Told) -> Result<Step, Trouble> {
        self.is_still_quiet()?;
        let held = self.asked.get_mut(ticket as usize).and_then(Option::take);
        let Some(held) = held else {
            return Err(self.stray(format!("does not wait for its request number {} any more", ticket + 1)));
        };
        match told {
            Told::Answer(answer) => {
                let headers: Vec<(&str, &str)> =
                    answer.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                self.wire.answer(&held, answer.status, &headers, answer.body.as_bytes());
            }
            Told::Nothing => {
                self.hung_up += 1;
                self.wire.hang_up(&held);
            }
        }
        self.go_on()
    }

    /// Gives what nobody here knows of a moment to come.
    pub(crate) fn linger(&mut self) -> Result<(), Trouble> {
        const MOMENT: Duration = Duration::from_millis(30);
        let end = Instant::now() + MOMENT;
        while Instant::now() < end {
            self.wire.pump(end.saturating_duration_since(Instant::now()));
        }
        self.is_still_quiet()
    }

    /// It was quiet when it was left, so it must have asked for nothing since.
    fn is_still_quiet(&mut self) -> Result<(), Trouble> {
        let known = self.asked.len();
        while self.wire.pump(Duration::ZERO) {}
        self.sort()?;
        match self.asked.get(known).and_then(Option::as_ref).map(Ask::of) {
            None => Ok(()),
            Some(late) => Err(self.stray(format!(
                "asks for {late:?} although it had been quiet: a timer or a thread that nobody here knows of"
            ))),
        }
    }

    /// Whether it waits for an event and for nothing else.
    pub(crate) fn is_idle(&self) -> bool {
        let waits = self.asked.iter().any(Option::is_some);
        let is_ready = match self.handler.kind {
            Kind::Lambda => self.next.is_some(),
            Kind::Http { .. } => true,
            Kind::Command => self.process.is_none(),
        };
        is_ready && !waits && (self.invocation == 0 || self.over.is_some())
    }

    /// Whether it was never told of an event.
    pub(crate) fn is_unused(&self) -> bool {
        self.invocation == 0
    }

    /// Whose process it is.
    pub(crate) fn name(&self) -> &str {
        &self.handler.name
    }

    /// Lets it come to its end: nothing that it asks for is answered.
    pub(crate) fn abandon(&mut self) -> Result<(), Trouble> {
        if self.handler.kind == Kind::Command {
            self.process = None;
            self.asked.clear();
            self.over.get_or_insert(Ended::Failed("".into()));
            return Ok(());
        }
        for _ in 0..100 {
            if self.is_idle() {
                return Ok(());
            }
            let Some(at) = self.asked.iter().position(Option::is_some) else { break };
            self.tell(at as u32, &Told::Nothing)?;
        }
        Err(self.stray("does not come to its end".into()))
    }

    /// The last that it printed.
    pub(crate) fn output(&mut self) -> String {
        self.process.as_mut().map(Process::tail).unwrap_or_default()
    }

    /// What it has printed since this was asked last.
    pub(crate) fn news(&mut self) -> String {
        self.process.as_mut().map(Process::news).unwrap_or_default()
    }

    /// Waits until it waits, and tells what it asks for besides.
    fn go_on(&mut self) -> Result<Step, Trouble> {
        let known = self.asked.len();
        let mut waited = None;
        for timers in 0.. {
            self.settle(Instant::now() + self.handler.patience)?;
            self.find_the_end();
            let waits = self.asked.iter().flatten().any(|held| self.wire.waits(held));
            if self.over.is_some() || waits {
                break;
            }
            // Nothing else can happen, so time passes.
            if self.has_line && timers < MOST_TIMERS {
                self.command(r#"{"do":"advance"}"#);
                self.settle(Instant::now() + self.handler.patience)?;
                if self.has_fired() {
                    continue;
                }
            }
            let since = *waited.get_or_insert_with(Instant::now);
            if !self.has_line && since.elapsed() < REAL_TIME {
                self.wire.pump(Duration::from_millis(5));
                continue;
            }
            return Err(self.hangs());
        }
        // Of what comes at once, the order says nothing.
        let of = |held: &Option<Held>| held.as_ref().map(|held| Arc::new(Ask::of(held)));
        self.asked[known..].sort_by_cached_key(|held| of(held).map(|ask| format!("{ask:?}")));
        let asks = self.asked[known..].iter().filter_map(of).collect();
        let given_up = self
            .asked
            .iter_mut()
            .enumerate()
            .filter_map(|(at, held)| held.take_if(|held| !self.wire.waits(held)).map(|_| at as u32));
        let gone = given_up.collect();
        if let Some(elsewhere) = self.elsewhere() {
            return Err(self.stray(format!("talks to {elsewhere}, past the gate")));
        }
        Ok(Step { asks, gone, over: self.over.clone() })
    }

    /// To whom it talks, if that is not the gate.
    fn elsewhere(&self) -> Option<String> {
        let process = self.forked.or(self.process.as_ref().map(Process::id))?;
        // The one that forks has a connection of its own.
        let known = self.wire.connections() - usize::from(self.forks);
        elsewhere(process, &self.wire.ports(), known)
    }

    fn hangs(&mut self) -> Trouble {
        let elsewhere = self.elsewhere();
        self.stray(match elsewhere {
            Some(elsewhere) => format!("waits for {elsewhere}, past the gate: point it at the gate by a variable, or declare it as a service"),
            None => "waits for something that is neither an answer nor a timer".into(),
        })
    }

    /// Takes the end of the delivery, where that is not a request.
    fn find_the_end(&mut self) {
        match self.handler.kind {
            Kind::Http { .. } => {
                if let Some(answered) = self.wire.answered.take() {
                    self.over = Some(match answered {
                        Some(answer) if answer.status < 500 => {
                            let body = crate::ask::canonical(&answer.body);
                            Ended::Answered(format!("{} {body}", answer.status).into())
                        }
                        Some(answer) => Ended::Failed(format!("answers with {}", answer.status).into()),
                        None => Ended::Failed("closes the connection without an answer".into()),
                    });
                }
            }
            Kind::Command => {
                if let Some(status) = self.process.as_mut().and_then(Process::ended) {
                    self.over = Some(match status.code() {
                        Some(0) => Ended::Answered("exit code 0".into()),
                        _ => Ended::Failed(format!("ends with {status}").into()),
                    });
                    self.process = None;
                }
            }
            Kind::Lambda => {}
        }
        let ended = self.process.as_mut().and_then(Process::ended).map(|status| status.to_string());
        // Who forks asks for the next one when the last has ended.
        let ended = ended.or(self.fork.as_ref().map(|_| "an error".into()));
        if let (Some(how), None) = (ended, &self.over) {
            self.over = Some(Ended::Failed(format!("its process ends with {how}").into()));
        }
    }

    /// Whether a timer fired at the last command.
    fn has_fired(&self) -> bool {
        self.lines.iter().any(|line| said(&line.message.body)["fired"] == true)
    }

    /// Gives all preloads of its processes a command.
    fn command(&mut self, command: &str) {
        for line in std::mem::take(&mut self.lines) {
            self.wire.answer(&line, 200, &[], command.as_bytes());
        }
    }

    /// Waits until the process waits.
    fn settle(&mut self, end: Instant) -> Result<(), Trouble> {
        // It has just been told something, and hardly answers faster than this.
        self.wire.pump(Duration::from_micros(300));
        let mut pause = Duration::from_micros(30);
        loop {
            while self.wire.pump(Duration::ZERO) {}
            self.sort()?;
            let is_listening = !self.has_line || !self.lines.is_empty();
            if is_listening && let Some(before) = self.asleep() {
                let is_still = !self.wire.pump(Duration::ZERO);
                if is_still && self.asleep() == Some(before) && !self.wire.pump(Duration::ZERO) {
                    return self.sort();
                }
            }
            if self.process.as_mut().and_then(Process::ended).is_some() {
                while self.wire.pump(Duration::ZERO) {}
                return self.sort();
            }
            if Instant::now() > end {
                let printed = self.process.as_mut().map_or(0, Process::printed);
                return Err(self.stray(format!(
                    "is still busy after {} seconds, and has printed {printed} bytes",
                    self.handler.patience.as_secs()
                )));
            }
            // What prints without end must not fill the disk.
            self.process.as_mut().map(Process::printed);
            self.wire.pump(pause);
            pause = (pause * 3 / 2).min(Duration::from_micros(500));
        }
    }

    fn asleep(&mut self) -> Option<Runs> {
        self.threads.as_mut()?.asleep()
    }

    /// Puts what was asked where it belongs, and answers what only concerns us.
    fn sort(&mut self) -> Result<(), Trouble> {
        if let Some(what) = self.wire.foreign.take() {
            let hint = if what == "TLS" {
                ": it wants to reach somebody by https. Point its client at http:// by the variable that says where, such as AWS_ENDPOINT_URL"
            } else {
                ""
            };
            return Err(self.stray(format!("speaks {what} to the gate{hint}")));
        }
        while !self.wire.held.is_empty() {
            let held = self.wire.take(0);
            let route = held.message.route().to_string();
            let runtime = (held.door == 0).then(|| route.strip_prefix("/2018-06-01/runtime")).flatten();
            match runtime {
                _ if held.door == 0 && route == "/anechoic/line" => {
                    self.has_line = true;
                    if self.forks {
                        self.forked = pid_of(&held.message.body);
                    }
                    self.lines.push(held);
                }
                _ if held.door == 0 && route == "/anechoic/fork" => {
                    self.forks = true;
                    self.fork = Some(held);
                }
                Some("/invocation/next") => self.next = Some(held),
                Some("/init/error") => {
                    let said = String::from_utf8_lossy(&held.message.body).into_owned();
                    return Err(self.stray(format!("cannot be loaded: {}", message_of(&said))));
                }
                Some(path) if path.ends_with("/response") || path.ends_with("/error") => {
                    let body = crate::ask::canonical(&held.message.body);
                    self.over = Some(if path.ends_with("/response") {
                        Ended::Answered(body.into())
                    } else {
                        Ended::Failed(message_of(&body).into())
                    });
                    self.wire.answer(
                        &held,
                        202,
                        &[("content-type", "application/json")],
                        b"{\"status\":\"OK\"}",
                    );
                }
                _ => self.asked.push(Some(held)),
            }
        }
        Ok(())
    }

    fn stray(&mut self, what: String) -> Trouble {
        Trouble::Stray { handler: self.handler.name.clone(), what, output: self.output() }
    }
}

/// What an error of a runtime says, for people.
fn message_of(body: &str) -> String {
    let error: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    match (error["errorType"].as_str(), error["errorMessage"].as_str()) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        _ => body.into(),
    }
}

fn said(body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn pid_of(body: &[u8]) -> Option<u32> {
    u32::try_from(said(body)["pid"].as_u64()?).ok()
}

/// A port that is free now.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
