//! Why a request over HTTP was not answered, in words.
use std::{io, time::Duration};
use ureq::{
    Body, Error,
    http::{Response, StatusCode, header},
};

/// What came of a request to this peer, instead of an answer within this time.
pub(crate) fn of_error(error: &Error, peer: &str, patience: Duration) -> String {
    match error {
        Error::Io(error) => of_io(error, peer),
        Error::Timeout(_) => format!("{peer} said nothing for {patience:?}"),
        Error::HostNotFound => format!("nobody knows a host {peer}"),
        Error::ConnectProxyFailed(why) => format!("{peer} does not connect: {why}"),
        Error::Tls(_) | Error::Pem(_) | Error::Rustls(_) => format!("TLS with {peer} failed: {error}"),
        Error::Protocol(error) => format!("what {peer} says is not HTTP: {error}"),
        error => error.to_string(),
    }
}

fn of_io(error: &io::Error, peer: &str) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("{peer} refused the connection; is a server there?"),
        // What the TLS library makes of what came: nothing else here reads data that can be invalid.
        io::ErrorKind::InvalidData => format!("TLS with {peer} failed: {error}"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            format!("{peer} dropped the connection")
        }
        io::ErrorKind::UnexpectedEof => format!("{peer} dropped the connection before it had answered"),
        _ => format!("no connection to {peer}: {error}"),
    }
}

/// Why an answer is none, if asking again may help.
pub(crate) fn of_status(response: &Response<Body>) -> Option<String> {
    let (status, headers) = (response.status(), response.headers());
    let rate_limited = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0")
        || headers.contains_key(header::RETRY_AFTER);
    match status {
        StatusCode::FORBIDDEN if rate_limited => Some("it has had too many requests for now".into()),
        StatusCode::TOO_MANY_REQUESTS => Some("it has had too many requests for now".into()),
        StatusCode::REQUEST_TIMEOUT => Some(status.to_string()),
        _ if status.is_server_error() => Some(status.to_string()),
        _ => None,
    }
}
