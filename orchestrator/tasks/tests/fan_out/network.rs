//! The token goes nowhere but to GitHub, and whoever cannot be reached is named.
use crate::{Bench, COMMENT, TOKEN, bench, code, stderr};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Command, Output},
    sync::{Arc, Mutex},
    thread,
};

/// A proxy that writes down whatever it is sent, and answers nothing.
fn proxy() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let hears = heard.clone();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A request comes in as many pieces as it likes, and ends with an empty line.
            let lines = BufReader::new(connection).split(b'\n').map_while(Result::ok);
            for line in lines.take_while(|line| line != b"\r") {
                hears.lock().expect("whole").extend_from_slice(&line);
            }
        }
    });
    (format!("http://me:hush@{address}"), heard)
}

fn through(mut command: Command, proxy: &str) -> Output {
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy").output().expect("it runs")
}

fn to(bench: &Bench, api: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks"));
    command.arg("--file").arg(bench.file()).args(["fan-out", "--once", "--api", api]);
    command.args(more).env("GITHUB_TOKEN", TOKEN);
    command
}

#[tokio::test]
async fn no_proxy_stands_between_this_machine_and_itself() {
    let bench = bench();
    bench.failed(1, COMMENT).await;
    let (proxy, heard) = proxy();
    let output = through(bench.command(&["--once"]), &proxy);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert_eq!(bench.github.patches().len(), 1);
    assert!(heard.lock().expect("whole").is_empty(), "the proxy was asked");
}

#[tokio::test]
async fn a_proxy_sees_no_token_and_its_password_is_not_printed() {
    let bench = bench();
    bench.failed(1, COMMENT).await;
    let (proxy, heard) = proxy();
    let output = through(to(&bench, "https://api.example.org", &[]), &proxy);
    assert_eq!(code(&output), Some(3));
    assert!(
        stderr(&output).starts_with("error: GitHub did not answer: the proxy 127.0.0.1:"),
        "{}",
        stderr(&output)
    );
    assert!(!stderr(&output).contains("hush") && !stderr(&output).contains(TOKEN), "{}", stderr(&output));
    let heard = String::from_utf8_lossy(&heard.lock().expect("whole")).into_owned();
    assert!(heard.starts_with("CONNECT api.example.org:443 ") && !heard.contains(TOKEN), "{heard}");
    // Plain HTTP that was asked for goes through none, which would read the token; there is no such host.
    let output = through(to(&bench, "http://api.invalid:9", &["--plain-http", "api.invalid"]), &proxy);
    assert_eq!(code(&output), Some(3), "{}", stderr(&output));
    assert!(!stderr(&output).contains("proxy"), "{}", stderr(&output));
}

/// A port at which nobody listens.
fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// A server that says the same to everybody, in clear, and closes the connection.
fn says(word: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(word.as_bytes());
        }
    });
    address
}

#[tokio::test]
async fn whoever_cannot_be_reached_is_named_and_why() {
    let bench = bench();
    bench.failed(1, COMMENT).await;
    let (closed, silent) = (closed(), says(""));
    let (here, other) = (says("HTTP/1.1 400 Bad Request\r\n\r\n"), says("220 ready for mail\r\n"));
    for (api, why) in [
        (format!("http://{closed}"), format!("{closed} refused the connection; is a server there?")),
        (format!("https://{closed}"), format!("{closed} refused the connection; is a server there?")),
        (format!("https://{here}"), format!("TLS with {here} failed: ")),
        (format!("http://{silent}"), format!("{silent} dropped the connection")),
        (format!("http://{other}"), format!("what {other} says is not HTTP: ")),
    ] {
        let output = to(&bench, &api, &[]).output().expect("it runs");
        assert_eq!(code(&output), Some(3), "{api}");
        let said = format!("error: GitHub did not answer: {why}");
        assert!(stderr(&output).starts_with(&said), "{api}: {}", stderr(&output));
    }
    for port in ["0", "65536", "99999"] {
        let output = to(&bench, &format!("http://127.0.0.1:{port}"), &[]).output().expect("it runs");
        assert_eq!(code(&output), Some(2));
        assert!(stderr(&output).contains("a port that is none from 1 to 65535"), "{}", stderr(&output));
    }
}

#[test]
fn a_token_goes_over_plain_http_only_where_it_was_asked_for_and_no_password_is_printed() {
    let bench = bench();
    let address = "http://me:hush@api.example.org/";
    let output = to(&bench, address, &[]).output().expect("it runs");
    assert_eq!(code(&output), Some(2));
    let said = "http://…@api.example.org/ would show the token to everybody on the way; use https, or ask for it with \
                --plain-http api.example.org";
    assert_eq!(stderr(&output), format!("error: {said}\n"));
    // The file is missing, so nothing is asked of anybody.
    let output =
        to(&bench, address, &["--plain-http=api.example.org", "--file=none.db"]).output().expect("it runs");
    assert_eq!(code(&output), Some(4), "{}", stderr(&output));
}
