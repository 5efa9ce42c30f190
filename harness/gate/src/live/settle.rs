//! When a process asks no more, and what it has asked for until then.
use super::Live;
use crate::{
    ask::{Ask, Ended},
    handler::Kind,
    inspect,
    process::{Connection, Process},
    quiet::Runs,
    step::Step,
    trouble::Trouble,
    wire::Held,
};
use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

/// Who has no clock of ours and waits for time is waited for so long.
const REAL_TIME: Duration = Duration::from_secs(20);
/// Who has a clock of ours, and waits for nothing, is looked at again so long.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
/// The longest answer that Lambda takes, in bytes, and what it says of a longer one.
const LONGEST_ANSWER: usize = 6_291_556;
const TOO_LONG: &str = "Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (6291556 bytes).";
/// As often may time pass while a handler waits for nothing else.
const MOST_TIMERS: usize = 10_000;

impl Live {
    /// Gives what nobody here knows of a moment to come.
    pub(crate) fn linger(&mut self) -> Result<(), Trouble> {
        self.listen_for_a_moment();
        self.is_still_quiet()
    }

    fn listen_for_a_moment(&mut self) {
        const MOMENT: Duration = Duration::from_millis(30);
        let end = Instant::now() + MOMENT;
        while Instant::now() < end {
            self.wire.pump(end.saturating_duration_since(Instant::now()));
        }
    }

    /// It was quiet when it was left, so it must have asked for nothing since.
    pub(super) fn is_still_quiet(&mut self) -> Result<(), Trouble> {
        let known = self.asked.len();
        while self.wire.pump(Duration::ZERO) {}
        self.sort()?;
        match self.asked.get(known).and_then(Option::as_ref).map(Ask::of) {
            None => Ok(()),
            Some(late) => Err(self.stray(format!(
                "asks for {late:?} although it had been quiet: a timer or a thread that nobody here knows of{}",
                self.about_timers()
            ))),
        }
    }

    /// Waits in real time for a timer of its own to fire. If none does in the time that it is given, nothing has happened.
    pub(super) fn wait_for_a_timer(&mut self) -> Result<Step, Trouble> {
        /// A busy machine fires late.
        const LATE: Duration = Duration::from_secs(1);
        let known = self.asked.len();
        let end = self.quiet_since + self.handler.timers.unwrap_or_default() + LATE;
        loop {
            self.settle(Instant::now() + self.patience())?;
            self.find_the_end();
            let has_given_up = self.asked.iter().flatten().any(|held| !self.wire.waits(held));
            if has_given_up || self.asked.len() > known || self.over.is_some() {
                // What is due at one time fires one after the other.
                self.listen_for_a_moment();
                break;
            }
            if Instant::now() > end {
                break;
            }
            self.wire.pump(Duration::from_millis(5));
        }
        self.goes_on(known)
    }

    /// Waits until it waits, and tells what it asks for besides.
    pub(super) fn go_on(&mut self) -> Result<Step, Trouble> {
        self.goes_on(self.asked.len())
    }

    /// The same, where so many of its requests were told before.
    fn goes_on(&mut self, known: usize) -> Result<Step, Trouble> {
        let mut waited = None;
        for timers in 0.. {
            self.settle(Instant::now() + self.patience())?;
            if self.has_come_somewhere() {
                break;
            }
            // As time passes, it would give up whoever does not answer past the gate, and nothing would show it.
            if let Some(connection) = self.elsewhere(true) {
                return Err(self.strays(&connection));
            }
            // Nothing else can happen, so time passes. A busy machine may carry what was said some time after it was said; what
            // was said before something that has come there has come there, too.
            if self.has_line && timers < MOST_TIMERS {
                self.command(r#"{"do":"report"}"#);
                self.settle(Instant::now() + self.patience())?;
                if self.has_come_somewhere() {
                    break;
                }
                self.command(r#"{"do":"advance"}"#);
                self.settle(Instant::now() + self.patience())?;
                if self.has_fired() {
                    continue;
                }
            }
            let since = *waited.get_or_insert_with(Instant::now);
            let patience = inspect::patience(if self.has_line { ON_ITS_WAY } else { REAL_TIME });
            if since.elapsed() < patience {
                self.wire.pump(Duration::from_millis(5));
                continue;
            }
            return Err(self.stray("waits for something that is neither an answer nor a timer".into()));
        }
        // Of what comes at once, the order says nothing.
        let heard = |text: &str| match self.doors.heard(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        let of = |held: &Option<Held>| held.as_ref().map(|held| Arc::new(Ask::of(held)).map(heard));
        self.asked[known..].sort_by_cached_key(|held| of(held).map(|ask| format!("{ask:?}")));
        let asks = self.asked[known..].iter().filter_map(of).collect();
        let over = self.over.as_ref().map(|over| over.map(heard));
        let given_up = self
            .asked
            .iter_mut()
            .enumerate()
            .filter_map(|(at, held)| held.take_if(|held| !self.wire.waits(held)).map(|_| at as u32));
        let gone = given_up.collect();
        if let Some(connection) = self.elsewhere(self.over.is_some()) {
            return Err(self.strays(&connection));
        }
        let waits = self.over.is_none() && self.asks_for_something();
        let may_wake = waits && self.is_armed && !self.has_woken;
        self.quiet_since = Instant::now();
        Ok(Step { asks, gone, may_wake, over })
    }

    /// To whom it talks, if that is not the gate. It may matter more than usual not to miss it.
    pub(super) fn elsewhere(&mut self, matters: bool) -> Option<Connection> {
        if inspect::is_on() {
            return None;
        }
        let mut processes = self.threads.as_ref()?.processes();
        // Not every kernel tells of it.
        processes.extend(self.forked.filter(|forked| !processes.contains(forked)));
        self.sockets.elsewhere(&processes, self.wire.connections(), matters)
    }

    /// Whether it is at its end, or waits for an answer.
    fn has_come_somewhere(&mut self) -> bool {
        self.find_the_end();
        self.over.is_some() || self.asked.iter().flatten().any(|held| self.wire.waits(held))
    }

    /// It talks to somebody past the gate.
    pub(super) fn strays(&mut self, connection: &Connection) -> Trouble {
        let outcome = self.network.outcome(connection);
        self.stray(format!(
            "talks to {connection}, past the gate ({outcome}): point it at the gate by a variable, or declare whom it calls as a service"
        ))
    }

    /// Takes the end of the delivery, where that is not a request.
    pub(super) fn find_the_end(&mut self) {
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
        if ended.is_some() {
            // A body that goes on may end a process that had asked for its next event already.
            self.next = None;
        }
        // Who forks asks for the next one when the last has ended.
        let ended = ended.or(self.fork.as_ref().map(|_| "an error".into()));
        if let (Some(how), None) = (ended, &self.over) {
            self.over = Some(Ended::Exited(format!("its process ends with {how}").into()));
        }
    }

    /// Whether it has drawn what nobody knows as drawn, as far as it says: asks for its latest word.
    pub(crate) fn has_drawn(&mut self) -> Result<bool, Trouble> {
        if !self.has_line {
            return Ok(false);
        }
        self.command(r#"{"do":"report"}"#);
        self.settle(Instant::now() + self.patience())?;
        Ok(self.lines.iter().any(|line| said(&line.message.body)["drew"] == true))
    }

    /// Whether a timer fired at the last command.
    pub(super) fn has_fired(&self) -> bool {
        self.lines.iter().any(|line| said(&line.message.body)["fired"] == true)
    }

    /// Gives all preloads of its processes a command.
    pub(super) fn command(&mut self, command: &str) {
        for line in std::mem::take(&mut self.lines) {
            self.wire.answer(&line, 200, &[], command.as_bytes());
        }
    }

    /// Waits until the process waits.
    pub(super) fn settle(&mut self, end: Instant) -> Result<(), Trouble> {
        // It has just been told something, and hardly answers faster than this.
        self.wire.pump(Duration::from_micros(300));
        let mut pause = Duration::from_micros(30);
        loop {
            while self.wire.pump(Duration::ZERO) {}
            self.sort()?;
            let is_listening = !self.has_line || !self.lines.is_empty();
            if is_listening && let Some(before) = self.asleep() {
                // What was on its way at the first look has come before the second, and has changed what that sees.
                let is_whole = self.backlog.is_empty() && !self.wire.has_a_part();
                let is_still = is_whole && !self.wire.pump(Duration::ZERO);
                if is_still && self.have_slept(&before) && !self.wire.pump(Duration::ZERO) {
                    return self.sort();
                }
            }
            // Who forks asks for the next process when the last has ended.
            if self.fork.is_some() || self.process.as_mut().is_none_or(|process| process.ended().is_some()) {
                while self.wire.pump(Duration::ZERO) {}
                return self.sort();
            }
            if Instant::now() > end {
                // It may have more to say than anybody takes.
                if let Some(connection) = self.elsewhere(true) {
                    return Err(self.strays(&connection));
                }
                let printed = self.process.as_mut().map_or(0, Process::printed);
                return Err(self.stray(format!(
                    "is still busy after {} seconds, and has printed {printed} bytes",
                    self.patience().as_secs()
                )));
            }
            // What prints without end must not fill the disk.
            self.process.as_mut().map(Process::printed);
            self.wire.pump(pause);
            pause = (pause * 3 / 2).min(Duration::from_micros(500));
        }
    }

    /// What helps if its timers fire where it awaits an answer.
    fn about_timers(&self) -> &'static str {
        match (self.has_line, self.handler.timers) {
            (false, None) => {
                ". Timers of a program whose clock is its own are tried with `timers = SECONDS` of the handler"
            }
            _ => "",
        }
    }

    pub(super) fn asleep(&mut self) -> Option<Runs> {
        self.threads.as_mut()?.asleep()
    }

    pub(super) fn have_slept(&mut self, since: &Runs) -> bool {
        self.threads.as_mut().is_some_and(|threads| threads.have_slept(since))
    }

    /// Puts what was asked where it belongs, and answers what only concerns us.
    pub(super) fn sort(&mut self) -> Result<(), Trouble> {
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
                // Which is told, and asks for nothing.
                _ if held.door == 0 && route == "/anechoic/armed" => {
                    self.is_armed = said(&held.message.body)["armed"] == true;
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
                    let is_too_long = held.message.body.len() > LONGEST_ANSWER;
                    self.over = Some(match path.ends_with("/response") {
                        true if is_too_long => Ended::Failed(TOO_LONG.into()),
                        true => Ended::Answered(body.into()),
                        false => Ended::Failed(message_of(&body).into()),
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

    pub(crate) fn stray(&mut self, what: String) -> Trouble {
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
