//! A real browser, told what to do over its DevTools protocol. Of the whole protocol these tests need a dozen
//! methods, which is why they speak it themselves.
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

pub(crate) struct Chromium {
    process: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    sent: u64,
    /// All that the browser said without being asked.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts the browser of this machine. Where there is none, says so on the terminal, past the test's captured output.
    pub(crate) fn start() -> Option<Chromium> {
        let Some(program) = find() else {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: the page is not tried in a browser: no chromium on this machine (ANECHOIC_CHROMIUM names one)"
            );
            return None;
        };
        let profile = super::folder();
        let mut process = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the browser starts");
        let said = BufReader::new(process.stderr.take().expect("piped"));
        let address = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_string))
            .expect("the browser says where it listens");
        let (socket, _) = tungstenite::connect(address).expect("it does");
        let mut chromium =
            Chromium { process, socket, session: None, sent: 0, events: Vec::new(), _profile: profile };
        let target = chromium.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = chromium.ask("Target.attachToTarget", attach);
        chromium.session = session["sessionId"].as_str().map(str::to_string);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            chromium.ask(&format!("{domain}.enable"), json!({}));
        }
        chromium.ask("Page.setLifecycleEventsEnabled", json!({"enabled": true}));
        Some(chromium)
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("the browser listens");
        loop {
            let answer = self.hear();
            if answer["id"] == json!(self.sent) {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn hear(&mut self) -> Value {
        let message = self.socket.read().expect("the browser answers");
        serde_json::from_str(message.to_text().expect("text")).unwrap_or_default()
    }

    /// Opens a file in a window of this width, and waits until all of it is there.
    pub(crate) fn open(&mut self, file: &Path, anchor: &str, width: u32) {
        self.open_at(&format!("file://{}{anchor}", file.display()), width);
    }

    /// The same of an address.
    pub(crate) fn open_at(&mut self, address: &str, width: u32) {
        self.resize(width);
        self.wear("light");
        // From elsewhere, lest another anchor be no new page.
        self.go("about:blank");
        self.events.clear();
        self.go(address);
    }

    pub(crate) fn resize(&mut self, width: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", size);
    }

    /// Follows the link that leads there, by a click, and waits until the page is there.
    pub(crate) fn click(&mut self, address: &str) {
        let seen = self.events.len();
        let link = format!("[...document.links].find((link) => link.href === {address:?}).click()");
        self.evaluate(&link);
        self.await_load(seen);
    }

    /// Goes back, as the button does.
    pub(crate) fn back(&mut self) {
        let seen = self.events.len();
        let history = self.ask("Page.getNavigationHistory", json!({}));
        let before = history["currentIndex"].as_u64().expect("a place") as usize - 1;
        let entry = history["entries"][before]["id"].clone();
        self.ask("Page.navigateToHistoryEntry", json!({"entryId": entry}));
        self.await_load(seen);
    }

    /// Waits for the next page, counted from so many events.
    fn await_load(&mut self, seen: usize) {
        // A page that was left may have been kept as it was, and is not loaded again then.
        let is_over = |event: &Value| {
            event["method"] == json!("Page.loadEventFired")
                || event["params"]["type"] == json!("BackForwardCacheRestore")
        };
        while !self.events[seen..].iter().any(is_over) {
            let event = self.hear();
            self.events.push(event);
        }
    }

    /// Goes to an address, and waits until this very load is over: an earlier one may be told of late.
    fn go(&mut self, url: &str) {
        let loader = self.ask("Page.navigate", json!({"url": url}))["loaderId"].clone();
        let is_over =
            |event: &Value| event["params"]["loaderId"] == loader && event["params"]["name"] == json!("load");
        while !self.events.iter().any(is_over) {
            let event = self.hear();
            self.events.push(event);
        }
    }

    /// Asks the page for its light look, or its dark one.
    pub(crate) fn wear(&mut self, scheme: &str) {
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.ask("Emulation.setEmulatedMedia", scheme);
    }

    /// What an expression comes to on the page.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", asked);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.ask("Input.dispatchKeyEvent", json!({"type": kind, "key": key, "text": key}));
        }
    }

    /// Keeps a picture of the page, to be looked at.
    pub(crate) fn picture(&mut self, name: &str) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let picture = self.ask("Page.captureScreenshot", json!({"captureBeyondViewport": true}));
        let bytes = BASE64_STANDARD.decode(picture["data"].as_str().expect("data")).expect("base64");
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), bytes).expect("written");
    }

    /// Asserts that the page asked for nothing but itself, and complained of nothing.
    #[track_caller]
    pub(crate) fn assert_quiet(&self) {
        self.assert_asks_for(|url| {
            url.starts_with("file://") && (url.contains(".html") || url.ends_with(".svg"))
        });
    }

    /// The same of a page that is served there, and asks for others there.
    #[track_caller]
    pub(crate) fn assert_asks_only(&self, there: &str) {
        self.assert_asks_for(|url| url.starts_with(there) || url == "data:,");
    }

    #[track_caller]
    fn assert_asks_for(&self, is_own: impl Fn(&str) -> bool) {
        for event in &self.events {
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => {
                    let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                    assert!(is_own(url), "a request left the page: {url}");
                }
                "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded" => {
                    panic!("the page complained: {event}");
                }
                _ => {}
            }
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("ANECHOIC_CHROMIUM") {
        return Some(named.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let places = env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}
