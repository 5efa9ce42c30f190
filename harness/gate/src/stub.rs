//! An outside service as the user has it: a program that stands for it, and is asked.
//!
//! It is taken for a function of what it was asked since it began. What it answered once is known; and where a run goes another
//! way, it begins anew and is asked the same again, which it must answer as before.
use crate::{
    ask::{Answer, Ask, canonical},
    helpers::Helpers,
    network::Network,
    outside::{Call, only_reads},
    process::{Port, Process, Start},
    wire::Wire,
};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use xxhash_rust::xxh3::xxh3_128;

/// It answers within this, or not at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that stands for an outside service.
pub struct Stub {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// In which folder it runs.
    pub folder: PathBuf,
    /// The variable that tells it the port at which it is to listen.
    pub port: String,
    /// What brings it back to its beginning, as a method and a path; if there is none, it is started anew.
    pub reset: Option<(String, String)>,
    /// Where it tells what it holds: a list of objects, which are the rows of the service.
    pub rows: Option<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: Option<Running>,
    known: FxHashMap<(u128, u128), Arc<Answer>>,
}

struct Running {
    process: Process,
    port: Port,
    /// All that it was asked.
    asked: u128,
    count: usize,
}

/// Why a stub is none.
type Wrong = String;

impl Stub {
    /// A program that runs when somebody asks for it.
    pub fn new(
        (command, folder): (Vec<String>, PathBuf),
        port: String,
        reset: Option<(String, String)>,
        rows: Option<String>,
    ) -> Stub {
        Stub { command, folder, port, reset, rows, state: Mutex::default() }
    }

    /// Starts it, to see whether that can be done.
    pub(crate) fn rehearse(&self) -> Result<(), Wrong> {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.running.is_none() { self.begin(&mut state.running) } else { Ok(()) }
    }

    /// What it answers to a request after all of these.
    pub(crate) fn ask(&self, before: &[Call], ask: &Ask) -> Result<Arc<Answer>, Wrong> {
        let request = request(&ask.method, &ask.path, &ask.body, ask.key.as_deref());
        self.answer(before, &ask.method, &request)
    }

    /// What it holds after all of these.
    pub(crate) fn rows(&self, after: &[Call]) -> Result<Vec<Map<String, Value>>, Wrong> {
        let Some(path) = &self.rows else {
            return Ok(after.iter().filter(|call| call.answer.is_fine()).map(Call::row).collect());
        };
        let answer = self.answer(after, "GET", &request("GET", path, "", None))?;
        serde_json::from_str(&answer.body).map_err(|error| {
            format!("is to tell its rows at {path} as a list of objects, and says {}: {error}", answer.body)
        })
    }

    fn answer(&self, before: &[Call], method: &str, request: &[u8]) -> Result<Arc<Answer>, Wrong> {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (history(before), xxh3_128(request));
        if let Some(known) = state.known.get(&key) {
            return Ok(known.clone());
        }
        self.bring_to(state, before)?;
        let Some(running) = &mut state.running else { return Err("is not running".into()) };
        let answer = Arc::new(running.ask(request)?);
        if !only_reads(method) {
            running.asked = next(running.asked, request);
            running.count += 1;
        }
        state.known.insert(key, answer.clone());
        Ok(answer)
    }

    /// Lets it be asked all of these since its beginning, and nothing else.
    fn bring_to(&self, state: &mut State, before: &[Call]) -> Result<(), Wrong> {
        let is_on_the_way = |running: &Running| {
            running.count <= before.len() && running.asked == history(&before[..running.count])
        };
        if !state.running.as_ref().is_some_and(is_on_the_way) {
            self.begin(&mut state.running)?;
        }
        let Some(running) = &mut state.running else { return Err("is not running".into()) };
        for call in &before[running.count..] {
            let request = call.request();
            let now = running.ask(&request)?;
            if now != call.answer {
                let what = format!("{} {}", call.method, call.path);
                return Err(format!(
                    "does not answer {what} again as before: it said {} {}, and now {} {}",
                    call.answer.status, call.answer.body, now.status, now.body
                ));
            }
            running.asked = next(running.asked, &request);
            running.count += 1;
        }
        Ok(())
    }

    fn begin(&self, running: &mut Option<Running>) -> Result<(), Wrong> {
        if let (Some(running), Some((method, path))) = (running.as_mut(), &self.reset) {
            let answer = running.ask(&request(method, path, "", None))?;
            if !answer.is_fine() {
                return Err(format!("answers {method} {path}, which is to reset it, with {}", answer.status));
            }
            (running.asked, running.count) = (0, 0);
            return Ok(());
        }
        // The one before it ends first.
        *running = None;
        let port = Port::free(Network::of_all()).map_err(|error| format!("has no port: {error}"))?;
        let env = [(self.port.clone(), port.number().to_string())];
        let start = Start {
            name: "a stub",
            command: &self.command,
            folder: &self.folder,
            env: &env,
            network: Network::of_all(),
            gate: None,
            input: None,
        };
        let helpers = Helpers::get().map_err(|error| error.to_string())?;
        let mut process = Process::start(&start, &helpers)?;
        let end = Instant::now() + PATIENCE;
        while !port.is_served() {
            let ended = process.ended().map(|status| format!("it ended with {status}"));
            let late = (Instant::now() > end).then(|| format!("within {} seconds", PATIENCE.as_secs()));
            if let Some(how) = ended.or(late) {
                let printed = process.tail();
                return Err(format!(
                    "does not listen at the port that is in {}: {how}; {printed}",
                    self.port
                ));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        *running = Some(Running { process, port, asked: 0, count: 0 });
        Ok(())
    }
}

impl Running {
    fn ask(&mut self, request: &[u8]) -> Result<Answer, Wrong> {
        let mut wire = Wire::open(Network::of_all(), 0).map_err(|error| error.to_string())?;
        wire.ask(self.port.number(), request)
            .map_err(|error| format!("takes no connection: {error}; {}", self.process.tail()))?;
        let end = Instant::now() + PATIENCE;
        while wire.answered.is_none() && Instant::now() < end {
            wire.pump(Duration::from_millis(20));
        }
        let Some(Some(message)) = wire.answered.take() else {
            return Err(format!("does not answer; {}", self.process.tail()));
        };
        let content_type =
            message.header("content-type").map(|kind| ("content-type".to_string(), kind.to_string()));
        let body = canonical(&message.body).into();
        Ok(Answer { status: message.status, headers: content_type.into_iter().collect(), body })
    }
}

impl Call {
    fn request(&self) -> Vec<u8> {
        request(&self.method, &self.path, &self.body, self.key.as_deref())
    }
}

fn request(method: &str, path: &str, body: &str, key: Option<&str>) -> Vec<u8> {
    let key = key.map_or_else(String::new, |key| format!("idempotency-key: {key}\r\n"));
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{kind}{key}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

fn history(calls: &[Call]) -> u128 {
    calls.iter().fold(0, |before, call| next(before, &call.request()))
}

fn next(before: u128, request: &[u8]) -> u128 {
    xxh3_128(&[&before.to_le_bytes(), request].concat())
}

impl fmt::Debug for Stub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stub").field(&self.command).finish()
    }
}
