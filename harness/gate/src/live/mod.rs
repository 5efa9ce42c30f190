//! A process that is being told things.
mod doors;
mod settle;

use doors::Doors;

use crate::{
    ask::{Answer, Ended},
    clock,
    handler::{Handler, Kind},
    helpers::Helpers,
    inspect,
    names::{LEARNER, Owner},
    network::Network,
    process::{Port, Process, Sockets, Start, kill},
    quiet::{Backlog, Threads},
    step::{Step, Told},
    trouble::Trouble,
    wire::{Held, Wire},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A process, and what it waits for.
pub(crate) struct Live {
    handler: Arc<Handler>,
    network: &'static Network,
    wire: Wire,
    doors: Doors,
    process: Option<Process>,
    threads: Option<Threads>,
    backlog: Backlog,
    helpers: Arc<Helpers>,
    /// What it asked, by ticket; those that are answered are gone.
    asked: Vec<Option<Held>>,
    /// What only the gate itself answers: for the next event, and for commands.
    next: Option<Held>,
    lines: Vec<Held>,
    has_line: bool,
    sockets: Sockets,
    /// Of its own timers, as it says.
    is_armed: bool,
    /// Time has passed since it was answered last; it does not pass again before it is answered.
    has_woken: bool,
    /// Of one that forks: it waits to be asked to.
    fork: Option<Held>,
    forks: bool,
    /// The process that it has forked, as that says.
    forked: Option<u32>,
    over: Option<Ended>,
    invocation: u32,
    /// As whom it draws names.
    owner: Owner,
    /// Where it listens, if it does.
    port: Port,
    /// Since when it has waited.
    quiet_since: Instant,
    /// How often it was not answered, in all.
    pub(crate) hung_up: u32,
    /// Whether it has seen an event yet.
    pub(crate) is_fresh: bool,
}

impl Live {
    /// Starts a process, which comes to wait for an event by itself.
    pub(crate) fn start(handler: &Arc<Handler>) -> Result<Live, Trouble> {
        let failed = |why: String| Trouble::Start { handler: handler.name.clone(), why };
        let helpers =
            Helpers::get().map_err(|error| failed(format!("its helpers cannot be written: {error}")))?;
        let network = Network::of_handlers();
        let wire = Wire::open(network, 1 + handler.services.len())
            .map_err(|error| failed(format!("no port on this machine: {error}")))?;
        let port = Port::free(network).map_err(|error| failed(format!("no port for it: {error}")))?;
        let sockets = Sockets::new(network, wire.ports(), port.number());
        let mut live = Live {
            handler: handler.clone(),
            network,
            doors: Doors::new(port.number(), wire.ports()),
            wire,
            process: None,
            threads: None,
            backlog: Backlog::open(),
            helpers,
            asked: Vec::new(),
            next: None,
            lines: Vec::new(),
            has_line: false,
            sockets,
            is_armed: false,
            has_woken: false,
            fork: None,
            forks: false,
            forked: None,
            over: None,
            invocation: 0,
            owner: LEARNER,
            port,
            quiet_since: Instant::now(),
            hung_up: 0,
            is_fresh: true,
        };
        if handler.kind != Kind::Command {
            live.spawn("")?;
        }
        Ok(live)
    }

    /// Waits until one that was started waits for an event.
    pub(crate) fn ready(mut self) -> Result<Live, Trouble> {
        if self.handler.kind != Kind::Command {
            self.wait_for_readiness()?;
        }
        Ok(self)
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
            env.push((port.clone(), self.port.number().to_string()));
        }
        let mut command = self.handler.command(&self.helpers.path(""), event);
        let mut name = format!("handler `{}`", handler.name);
        if inspect::is_on() {
            name += &inspect::prepare(&mut command, &mut env)
                .map_err(|why| Trouble::Start { handler: handler.name.clone(), why })?;
        }
        let gate = self.wire.address(0);
        let input = (*kind == Kind::Command).then_some(event);
        let network = self.network;
        network.stand_in();
        let start =
            Start { name: &name, command: &command, folder, env: &env, network, gate: Some(&gate), input };
        let process = Process::start(&start, &self.helpers)
            .map_err(|why| Trouble::Start { handler: self.handler.name.clone(), why })?;
        self.sockets.forget();
        self.threads = Some(Threads::of(process.id()));
        self.process = Some(process);
        Ok(())
    }

    fn wait_for_readiness(&mut self) -> Result<(), Trouble> {
        let end = Instant::now() + self.patience();
        loop {
            self.wire.pump(Duration::from_millis(2));
            self.sort()?;
            if let Some(fork) = self.fork.take() {
                self.wire.answer(&fork, 200, &[], b"");
            }
            // What sleeps while it is loaded sleeps in virtual time; unless it waits for somebody past the gate, whom it would give up.
            if let Some(before) = self.asleep() {
                if let Some(connection) = self.elsewhere(true) {
                    return Err(self.strays(&connection));
                }
                if self.have_slept(&before) {
                    self.command(r#"{"do":"advance"}"#);
                }
            }
            let is_ready = match &self.handler.kind {
                Kind::Lambda => self.next.is_some() && (self.has_line || self.handler.helper().is_none()),
                Kind::Http { .. } => self.port.is_served(),
                Kind::Command => true,
            };
            if is_ready {
                self.settle(end)?;
                if !self.asked.is_empty() {
                    return Err(self.stray("asks for something before it is told of an event; at its start a handler may ask for nothing yet".into()));
                }
                // Somebody else may have listened there, who took the port from it.
                if self.process.as_mut().and_then(Process::ended).is_none() {
                    return Ok(());
                }
            }
            let waits_for = match &self.handler.kind {
                Kind::Http { port, .. } => format!("does not listen at the port that is in {port}"),
                Kind::Lambda | Kind::Command => "does not ask for an event".into(),
            };
            if let Some(status) = self.process.as_mut().and_then(Process::ended) {
                return Err(self.stray(format!("{waits_for}: it ended with {status}")));
            }
            if Instant::now() > end {
                return Err(self.stray(format!("{waits_for} within {} seconds", self.patience().as_secs())));
            }
        }
    }

    /// Makes a fresh process of it, if that can be had for less than a start.
    pub(crate) fn renew(&mut self) -> Result<bool, Trouble> {
        let Some(forked) = self.forked.take() else { return Ok(false) };
        kill(forked);
        let end = Instant::now() + self.patience();
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
        self.sockets.forget();
        self.is_fresh = true;
        self.wait_for_readiness()?;
        Ok(true)
    }

    /// Tells it of an event, so many milliseconds after the beginning. Names that it draws are this owner's.
    pub(crate) fn begin(&mut self, event: &str, at: u64, owner: Owner) -> Result<Step, Trouble> {
        self.is_still_quiet()?;
        self.is_fresh &= self.invocation == 0;
        self.invocation += 1;
        let now = clock::BEGINNING + at;
        // What goes on beside keeps its timers, and all goes by its names.
        let command = if self.asks_for_something() {
            serde_json::json!({"do": "set", "now": now})
        } else {
            self.asked.clear();
            self.owner = owner;
            self.is_armed = false;
            serde_json::json!({"do": "reset", "now": now, "owner": owner, "seed": owner})
        };
        self.over = None;
        self.has_woken = false;
        self.command(&command.to_string());
        match &self.handler.clone().kind {
            Kind::Lambda => {
                // An answer that is written before the reset has come back could be read before it.
                self.settle(Instant::now() + self.patience())?;
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
                self.wire.answer(&next, 200, &headers, self.doors.said(event).as_bytes());
            }
            Kind::Http { method, path, .. } => {
                self.settle(Instant::now() + self.patience())?;
                let event = self.doors.said(event);
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{event}",
                    self.port.number(),
                    event.len()
                );
                if let Err(error) = self.wire.ask(self.port.number(), request.as_bytes()) {
                    return Err(self.stray(format!("does not take a connection: {error}")));
                }
            }
            Kind::Command => self.spawn(event)?,
        }
        self.go_on()
    }

    /// Tells it what became of something that it asked for.
    pub(crate) fn tell(&mut self, ticket: u32, told: &Told) -> Result<Step, Trouble> {
        if *told == Told::Time && !self.has_line {
            return self.wait_for_a_timer();
        }
        self.is_still_quiet()?;
        self.has_woken = *told == Told::Time;
        if self.has_woken {
            self.command(r#"{"do":"advance","own":true}"#);
            return self.go_on();
        }
        let held = self.asked.get_mut(ticket as usize).and_then(Option::take);
        let Some(held) = held else {
            return Err(self.stray(format!("does not wait for its request number {} any more", ticket + 1)));
        };
        match told {
            Told::Answer(answer) => {
                let headers: Vec<(&str, &str)> =
                    answer.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                self.wire.answer(&held, answer.status, &headers, self.doors.said(&answer.body).as_bytes());
            }
            Told::Nothing | Told::Time => {
                self.hung_up += 1;
                self.wire.hang_up(&held);
            }
        }
        self.go_on()
    }

    /// A process that is busy for longer is busy with something else than we know of.
    pub(super) fn patience(&self) -> Duration {
        inspect::patience(self.handler.patience)
    }

    /// Whether it waits for an event and for nothing else.
    pub(crate) fn is_idle(&self) -> bool {
        let waits = self.asks_for_something();
        let is_ready = match self.handler.kind {
            Kind::Lambda => self.next.is_some(),
            Kind::Http { .. } => true,
            Kind::Command => self.process.is_none(),
        };
        is_ready && !waits && (self.invocation == 0 || self.over.is_some())
    }

    /// Whether it waits for an answer.
    pub(crate) fn asks_for_something(&self) -> bool {
        self.asked.iter().any(Option::is_some)
    }

    /// How long it has waited in vain, if timers of its own run meanwhile.
    pub(crate) fn has_waited(&self) -> Option<Duration> {
        self.handler.timers.filter(|_| !self.has_line).map(|_| self.quiet_since.elapsed())
    }

    /// Whether it was never told of an event.
    pub(crate) fn is_unused(&self) -> bool {
        self.invocation == 0
    }

    /// As whom it draws names.
    pub(crate) fn owner(&self) -> Owner {
        self.owner
    }

    /// Whether the gate owns its clock.
    pub(crate) fn has_clock_of_ours(&self) -> bool {
        self.has_line
    }

    /// Whose process it is.
    pub(crate) fn name(&self) -> &str {
        &self.handler.name
    }

    /// Lets it come to its end: all that it asks for is refused in a way in which no client tries again. After some hang-ups a client
    /// tries nothing again any more, which would be another client.
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
            self.tell(at as u32, &Told::Answer(denied()))?;
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
}

/// What no client of AWS tries again.
fn denied() -> Answer {
    let kind = "AccessDeniedException";
    let body = serde_json::json!({"__type": kind, "message": "nobody waits for this any more"});
    let mut answer = Answer::json(400, body.to_string());
    answer.headers.push(("x-amzn-errortype".into(), kind.into()));
    answer
}
