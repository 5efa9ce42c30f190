//! A server with GitHub's interface for comments, to which things happen.
use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// The connection drops; nothing was done.
    DropBefore,
    /// It was carried out; then the connection drops.
    DropAfter,
    /// It is answered as if it had been carried out, and was not.
    Forget,
    /// Nothing was done; the answer has this status and these further headers.
    Answer(&'static str, &'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) authorization: String,
    pub(crate) accept: String,
}

#[derive(Default)]
struct State {
    comments: BTreeMap<String, String>,
    patches: Vec<(String, String)>,
    requests: Vec<Request>,
    troubles: VecDeque<Trouble>,
}

pub(crate) struct Github {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Github {
    pub(crate) fn start() -> Github {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::<Mutex<State>>::default();
        let served = state.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A client that goes away in the middle of a request is none of our concern.
                let _ = serve(connection, &served);
            }
        });
        Github { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What happens to the next edits.
    pub(crate) fn on_patch(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.state.lock().expect("whole").troubles.extend(troubles);
    }

    /// What a comment says.
    pub(crate) fn comment(&self, comment: &str) -> String {
        self.state.lock().expect("whole").text(comment)
    }

    /// A person writes a comment, or over it.
    pub(crate) fn write(&self, comment: &str, text: &str) {
        self.state.lock().expect("whole").comments.insert(comment.into(), text.into());
    }

    /// The edits that were carried out: which comment, and what it says since.
    pub(crate) fn patches(&self) -> Vec<(String, String)> {
        self.state.lock().expect("whole").patches.clone()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().expect("whole").requests.clone()
    }
}

impl State {
    fn text(&self, comment: &str) -> String {
        self.comments.get(comment).map_or("Working on it.", String::as_str).into()
    }
}

fn serve(connection: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line)? {
            // Whoever was killed before it had asked has asked nothing.
            0 => return Ok(()),
            _ if line == "\r\n" => break,
            _ => {}
        }
        head.push(line.trim_end().to_string());
    }
    let header = |name: &str| {
        let value = head.iter().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_string())
        });
        value.unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let mut words = head.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let comment = path.strip_prefix("/repos/").unwrap_or_default().replacen("/issues/comments/", "/", 1);

    let mut state = state.lock().expect("whole");
    state.requests.push(Request { authorization: header("authorization"), accept: header("accept") });
    let trouble = (method == "PATCH").then(|| state.troubles.pop_front()).flatten();
    match trouble {
        Some(Trouble::DropBefore) => return Ok(()),
        Some(Trouble::Answer(status, headers)) => return answer(connection, status, headers, "{}"),
        Some(Trouble::DropAfter | Trouble::Forget) | None => {}
    }
    if method == "PATCH" && !matches!(trouble, Some(Trouble::Forget)) {
        let sent: serde_json::Value = serde_json::from_slice(&body)?;
        let text = sent["body"].as_str().expect("a comment has a text").to_string();
        state.comments.insert(comment.clone(), text.clone());
        state.patches.push((comment.clone(), text));
    }
    if let Some(Trouble::DropAfter) = trouble {
        return Ok(());
    }
    let text = state.text(&comment);
    answer(connection, "200 OK", "", &serde_json::json!({ "id": 1, "body": text }).to_string())
}

fn answer(mut connection: TcpStream, status: &str, headers: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}
