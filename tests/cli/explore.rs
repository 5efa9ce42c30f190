//! `anechoic explore`: over HTTP, as any browser asks, and in a real one.
use super::{
    anechoic, assert_exit,
    chromium::Chromium,
    command, folder,
    handlers::{fixture, has_node, lives},
    says, stderr,
};
use anechoic::{Case, Catalogue, Client, Failed, Room, Scenario, Service, Situation, cli};
use serde_json::json;
use std::{
    convert::Infallible,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Read, Write, pipe},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// A page that is served, until it is dropped.
struct Served {
    process: Child,
    port: u16,
    /// Where it begins, as it was printed.
    start: String,
    /// Whoever stops listening to it would stop it.
    _said: BufReader<ChildStdout>,
}

impl Served {
    fn start(folder: &Path, arguments: &[&str]) -> Served {
        let mut process = command(folder, arguments);
        let mut process = process.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut said = BufReader::new(process.stdout.take().expect("piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("it says where");
        let address = line.trim().strip_prefix("explore  http://127.0.0.1:").expect(&line).to_string();
        let (port, start) = address.split_once('/').expect("a path");
        Served { process, port: port.parse().expect("a port"), start: format!("/{start}"), _said: said }
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let asked = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect(&answer);
        (status, answer)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path, &format!("127.0.0.1:{}", self.port))
    }

    /// A page, which is there.
    #[track_caller]
    fn page(&self, path: &str) -> String {
        let (status, page) = self.get(path);
        assert_eq!(status, 200, "{path}: {page}");
        page
    }

    /// Whether the process ends as it should when it is asked to.
    fn interrupt(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The links of the moves that could come next: where each leads, and what it is called.
fn moves(page: &str) -> Vec<(String, String)> {
    let section = page.split("<h2 id=\"next\">").nth(1).and_then(|rest| rest.split("</section>").next());
    let links = section.expect("a section").split("<li><a href=\"").skip(1);
    let link = |link: &str| {
        let (address, rest) = link.split_once("\">").expect("a link");
        (address.to_string(), rest.split("</a>").next().expect("its text").to_string())
    };
    links.map(link).collect()
}

/// The move that is called something like this.
#[track_caller]
fn choose(page: &str, part: &str) -> String {
    let moves = moves(page);
    let found = moves.iter().find(|(_, label)| label.contains(part));
    found.unwrap_or_else(|| panic!("{part:?} is not among {moves:?}")).0.clone()
}

#[test]
fn a_run_is_made_by_one_link_after_the_other_until_it_breaks_a_promise() {
    let folder = folder();
    let words =
        ["explore", "fail-task", "--variant", "gated", "--callers", "1", "--faults", "1", "--retries", "0"];
    let served = Served::start(folder.path(), &words);
    assert_eq!(served.start, "/");
    let first = served.page("/");
    assert!(first.contains("gated in fail-task") && first.contains("1 caller, up to 1 fault"), "{first}");
    let premise = choose(&first, "attempts of the store&#39;s client: 1");
    let began = served.page(&premise);
    assert!(began.contains("Or something goes wrong") && began.contains("is not broken so far"), "{began}");
    assert!(began.contains("<dt>task</dt><dd>HYDRATING</dd>"), "the state is there: {began}");
    let lost = served.page(&choose(&began, "lost acknowledgement"));
    for part in [
        "The run is over: all is quiet",
        "✗ exactly_one_event: 0 terminal events, expected 1: the task is FAILED",
        "✓ terminal_is_final is kept in this run",
        "<dt>task</dt><dd>FAILED</dd>",
        "<svg class=\"picture\"",
        "id=\"step-1\"",
    ] {
        assert!(lost.contains(part), "{part:?} is missing from\n{lost}");
    }
    assert!(moves(&lost).is_empty(), "nothing comes next");
    let back = lost.split("id=\"back\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(back, Some(&*premise), "the last choice can be taken back");

    let file = lost.split("<pre class=\"replay\" tabindex=\"0\">").nth(1).expect("a file");
    let file = file.split("</pre>").next().expect("all of it").replace("&#34;", "\"").replace("&#39;", "'");
    fs::write(folder.path().join("run.json"), file).expect("written");
    assert_exit(&anechoic(folder.path(), &["replay", "run.json"]), 1);
    assert_eq!(served.interrupt(), Some(0), "Ctrl-C ends it");
}

#[test]
fn a_saved_run_is_where_exploring_begins() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "gated"]), 1);
    let run = "target/anechoic/fail-task.gated.exactly_one_event.json";
    let served = Served::start(folder.path(), &["explore", run]);
    assert!(served.start.starts_with("/?run="), "{}", served.start);
    let page = served.page(&served.start);
    assert!(page.contains("✗ exactly_one_event: 0 terminal events") && moves(&page).is_empty(), "{page}");
    let output = anechoic(folder.path(), &["explore", run, "--faults", "1"]);
    assert_exit(&output, 2);
    let of_another = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert_exit(&anechoic(folder.path(), &["explore", &of_another.display().to_string()]), 4);
}

#[test]
fn what_makes_no_sense_is_refused_and_said() {
    let folder = folder();
    let served = Served::start(folder.path(), &["explore", "fail-task", "--callers", "1"]);
    for (path, status, why) in [
        ("/?run=99", 400, "choice 1 is way 99, and there are "),
        ("/?run=0.x", 400, "`x` is no number of a choice; expected such as 0.2.1"),
        (&format!("/?run={}0", "0.".repeat(500)), 400, "the run is over after "),
        ("/etc/passwd", 404, "there is no /etc/passwd here"),
        ("//elsewhere", 404, "there is no //elsewhere here"),
    ] {
        let (found, answer) = served.get(path);
        assert!(found == status && answer.contains(why), "{path}: {answer}");
    }
    let own = format!("127.0.0.1:{}", served.port);
    assert_eq!(served.ask("POST", "/", &own).0, 405);
    assert_eq!(served.ask("GET", "/", &format!("localhost:{}", served.port)).0, 200);
    for host in ["evil.example", "127.0.0.1", "evil.example:80", ""] {
        let (status, answer) = served.ask("GET", "/", host);
        assert!(status == 403 && answer.contains("under no other name"), "{host}: {answer}");
    }
    let port = served.port.to_string();
    let taken = anechoic(folder.path(), &["explore", "fail-task", "--port", &port]);
    assert_exit(&taken, 2);
    assert!(says(&taken, "nothing can be served at 127.0.0.1"), "{}", stderr(&taken));
    for (words, part) in [
        (&["explore", "nothing"][..], "`nothing` is no file and no scenario"),
        (
            &["explore", "fail-task", "--variant", "nobody"],
            "`nobody` is not checked in fail-task; expected one of: unguarded",
        ),
        (&["explore", "fail-task", "--given", "moon=full"], "nothing of the name `moon`"),
    ] {
        let output = anechoic(folder.path(), words);
        assert_exit(&output, 2);
        assert!(says(&output, part), "{}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_but_this_machine_is_listened_to() {
    let folder = folder();
    let served = Served::start(folder.path(), &["explore", "fail-task", "--callers", "1"]);
    let port = format!(":{:04X} ", served.port);
    let listening = |table: &str| -> Vec<String> {
        let table = fs::read_to_string(table).unwrap_or_default();
        let lines = table.lines().filter(|line| line.contains(&port) && line.contains(" 0A "));
        lines.filter_map(|line| line.split_whitespace().nth(1)).map(str::to_string).collect()
    };
    assert_eq!(listening("/proc/net/tcp"), [format!("0100007F:{:04X}", served.port)]);
    assert_eq!(listening("/proc/net/tcp6"), Vec::<String>::new());
}

#[test]
fn a_browser_clicks_through_a_run_and_goes_back() {
    let folder = folder();
    let words = ["explore", "fail-task", "--variant", "gated", "--callers", "2", "--faults", "2"];
    let served = Served::start(folder.path(), &words);
    let Some(mut page) = Chromium::start() else { return };
    let here = format!("http://127.0.0.1:{}/", served.port);
    page.open_at(&here, 1280);
    let follow = |page: &mut Chromium, part: &str| {
        let click = format!(
            "[...document.querySelectorAll('.moves a')].find((link) => link.textContent.includes({part:?})).href"
        );
        let to = page.evaluate(&click);
        page.click(to.as_str().expect("a link"));
    };
    follow(&mut page, "client: 1");
    let moves = "document.querySelectorAll('.moves a').length";
    let began = page.evaluate(moves);
    assert!(began.as_u64() > Some(10), "{began}");
    follow(&mut page, "late write");
    assert_eq!(page.evaluate("document.querySelectorAll('.picture a').length > 0"), json!(true));
    assert_eq!(page.evaluate("document.scripts.length"), json!(0));
    look_at(&mut page, "explore");
    page.back();
    assert_eq!(page.evaluate(moves), began, "back is back");
    page.assert_asks_only(&here);
}

/// Takes pictures of a page in both widths and both looks, of which nothing sticks out.
fn look_at(page: &mut Chromium, name: &str) {
    for (width, window) in [(390, "phone"), (1280, "desktop")] {
        page.resize(width);
        let wide = page.evaluate("document.scrollingElement.scrollWidth");
        assert!(wide.as_u64() <= Some(width.into()), "{wide} wide in a window of {width}");
        for look in ["light", "dark"] {
            page.wear(look);
            page.picture(&format!("{name}.{window}.{look}.png"));
        }
    }
}

#[test]
fn six_callers_are_explored_at_any_width() {
    let folder = folder();
    let words = ["explore", "fail-task", "--variant", "gated", "--callers", "6", "--faults", "1"];
    let served = Served::start(folder.path(), &words);
    let Some(mut page) = Chromium::start() else { return };
    let here = format!("http://127.0.0.1:{}/", served.port);
    page.open_at(&here, 1280);
    // Each caller in turn, as far as they go.
    for step in 0..8 {
        let moves = "[...document.querySelectorAll('.moves a')].map((link) => link.href)";
        let moves = page.evaluate(moves);
        let moves = moves.as_array().expect("links");
        let Some(next) = moves.get(step.min(moves.len().saturating_sub(1))) else { break };
        page.click(next.as_str().expect("a link"));
    }
    let names = page.evaluate(
        "new Set([...document.querySelectorAll('.picture .name text')].map((name) => name.textContent)).size",
    );
    assert!(names.as_u64() >= Some(6), "{names}");
    look_at(&mut page, "explore.six");
    page.assert_asks_only(&here);
}

/// Counts to so many.
#[derive(Debug, Default, Hash)]
struct Counter(u32);

impl Service for Counter {
    type Request = ();
    type Response = u32;
    type Answer = ();

    fn apply(&mut self, _: &()) -> u32 {
        self.0 += 1;
        self.0
    }
}

struct Counting;

impl Scenario for Counting {
    type Service = Counter;

    fn service(&self) -> Counter {
        Counter::default()
    }

    fn set_up(&self, room: &mut Room<Counter>, _: &[usize]) {
        room.callers("count", 1, |counter: Client<Counter>| async move {
            for _ in 0..10_000 {
                counter.call(()).await?;
            }
            Ok::<(), Failed>(())
        });
    }

    fn as_if_once(&self) -> bool {
        false
    }
}

/// In a run without a fault there is one way at each step, so its page has all of them.
#[test]
fn a_run_of_10_000_steps_is_explored_in_the_part_that_matters() {
    let (said, told) = pipe().expect("a pipe");
    thread::spawn(move || {
        let catalogue = Catalogue::new("counting", vec![Case::new("counting", |_: &Situation| Counting)]);
        let words = ["counting", "explore", "counting", "--faults", "0"].map(OsString::from);
        let mut out = told;
        cli::run::<Infallible>(&catalogue, words, &mut out, false)
    });
    let mut line = String::new();
    // Whoever stops listening to it would stop it.
    let mut said = BufReader::new(said);
    said.read_line(&mut line).expect("it says where");
    let here = line.trim().strip_prefix("explore  ").expect(&line).to_string();
    let Some(mut page) = Chromium::start() else { return };
    page.open_at(&here, 1280);
    let shown = page.evaluate("document.querySelectorAll('.run tbody tr[id]').length");
    assert!(shown.as_u64() > Some(100) && shown.as_u64() <= Some(2_001), "{shown}");
    let text = page.evaluate("document.body.textContent");
    let text = text.as_str().expect("text");
    assert!(text.contains("10000 steps") || text.contains("10,000 steps"), "the number is said");
    assert!(text.contains("are left out"), "and that not all of it is shown");
    look_at(&mut page, "explore.long");
    page.assert_asks_only(&here);
}

#[test]
fn the_handlers_of_an_anechoic_toml_are_explored_as_they_are() {
    if !has_node("payment-webhook") {
        return;
    }
    let folder = folder();
    let config = fixture("payment-webhook").join("anechoic.toml").display().to_string();
    let served = Served::start(folder.path(), &["--config", &config, "explore", "blindly"]);
    let mut page = served.page("/");
    let mut steps = 0;
    // One delivery to its end, then the other: it charges once.
    while let Some((next, _)) = moves(&page).first() {
        assert!(!page.contains("all is quiet"), "it goes on: {page}");
        page = served.page(next);
        steps += 1;
        assert!(steps < 50, "it goes on for ever: {page}");
    }
    for part in
        ["The run is over: all is quiet", "✓ as_if_once is kept in this run", "payments POST /charges"]
    {
        assert!(page.contains(part), "{part:?} is missing from\n{page}");
    }
    let children = format!("/proc/{0}/task/{0}/children", served.process.id());
    let children = fs::read_to_string(children).unwrap_or_default();
    let children: Vec<&str> = children.split_whitespace().collect();
    assert!(!children.is_empty(), "it has processes at work");
    assert_eq!(served.interrupt(), Some(0));
    let began = Instant::now();
    while children.iter().any(|id| lives(id)) {
        assert!(began.elapsed() < Duration::from_secs(20), "no process is left behind: {children:?}");
        sleep(Duration::from_millis(20));
    }
}
