//! Stands between client and server, and lets things happen to requests.
use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) operation: String,
    /// Which try of the client's it is, counted from 1.
    pub(crate) attempt: u32,
    pub(crate) body: String,
}

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is carried out and answered.
    Pass,
    /// It is carried out, and the connection drops before the answer.
    LoseAnswer,
    /// It is not carried out, and the answer is this: 400, with this body.
    Refuse(String),
}

/// Forwards requests, each as `fate` decides; writes down what it has seen.
pub(crate) fn start(
    server: SocketAddr,
    fate: impl Fn(&Seen) -> Fate + Send + Sync + 'static,
) -> (SocketAddr, Arc<Mutex<Vec<Seen>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let log = Arc::<Mutex<Vec<Seen>>>::default();
    let (fate, written) = (Arc::new(fate), log.clone());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (fate, log) = (fate.clone(), written.clone());
            // A connection that ends is no error.
            thread::spawn(move || drop(forward(client, server, &*fate, &log)));
        }
    });
    (address, log)
}

fn forward(
    mut client: TcpStream,
    server: SocketAddr,
    fate: &dyn Fn(&Seen) -> Fate,
    log: &Mutex<Vec<Seen>>,
) -> io::Result<()> {
    let mut requests = BufReader::new(client.try_clone()?);
    let mut server = TcpStream::connect(server)?;
    let mut answers = BufReader::new(server.try_clone()?);
    loop {
        let request = Message::read(&mut requests)?;
        let seen = Seen {
            operation: request.header("x-amz-target").rsplit('.').next().unwrap_or_default().into(),
            attempt: request
                .header("amz-sdk-request")
                .split("; ")
                .find_map(|part| part.strip_prefix("attempt=")?.parse().ok())
                .unwrap_or(0),
            body: String::from_utf8_lossy(&request.body).into_owned(),
        };
        let fate = fate(&seen);
        log.lock().expect("whole").push(seen);
        if let Fate::Refuse(body) = &fate {
            let length = body.len();
            let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\n";
            write!(client, "{head}content-length: {length}\r\n\r\n{body}")?;
            continue;
        }
        request.write(&mut server)?;
        let answer = Message::read(&mut answers)?;
        if let Fate::LoseAnswer = fate {
            return Ok(());
        }
        answer.write(&mut client)?;
    }
}

/// An HTTP message whose body has a known length.
struct Message {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Message {
    fn read(from: &mut impl BufRead) -> io::Result<Message> {
        let mut message = Message { head: Vec::new(), body: Vec::new() };
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == "\r\n" {
                break;
            }
            message.head.push(line);
        }
        message.body = vec![0; message.header("content-length").parse().unwrap_or(0)];
        from.read_exact(&mut message.body)?;
        Ok(message)
    }

    fn header(&self, name: &str) -> &str {
        let value = self.head.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        value.unwrap_or_default()
    }

    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(self.head.concat().as_bytes())?;
        to.write_all(b"\r\n")?;
        to.write_all(&self.body)
    }
}
