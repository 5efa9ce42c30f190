//! What is answered to a browser. Only to one of this machine that asks for us by our own name: whoever lets a page of his point
//! at this port under another name gets nothing.
use crate::show::page::explore::{Explored, policy};
use anechoic_engine::{
    Subject,
    search::{Walked, walk},
};
use anechoic_evidence::harmless;
use tiny_http::{Header, Method, Request, Response};

/// Longer addresses are of no run that a page can show.
const LONGEST: usize = 1 << 20;

/// What is served.
pub(super) struct Served<'s> {
    pub(super) port: u16,
    pub(super) explored: Explored<'s>,
    pub(super) subject: &'s dyn Subject,
}

/// What is wrong with a request, as the status of its answer and in words.
type Refused = (u16, String);

impl Served<'_> {
    /// Answers a request. Whoever does not wait for the answer has had enough of it.
    pub(super) fn answer(&self, request: Request) {
        let host = request.headers().iter().find(|header| header.field.equiv("Host"));
        let host = host.map(|header| header.value.as_str().to_string());
        let page = self.page(request.method(), host.as_deref(), request.url());
        let (status, kind, text) = match page {
            Ok(page) => (200, "text/html; charset=utf-8", page),
            Err((status, why)) => (status, "text/plain; charset=utf-8", why + "\n"),
        };
        let mut response = Response::from_string(text).with_status_code(status);
        let headers = [
            ("Content-Type", kind),
            ("Content-Security-Policy", &policy()),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ];
        for (name, value) in headers {
            response.add_header(Header::from_bytes(name, value).expect("it is ours, and well-formed"));
        }
        let _ = request.respond(response);
    }

    fn page(&self, method: &Method, host: Option<&str>, url: &str) -> Result<String, Refused> {
        let port = self.port;
        if ![format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|ours| host == Some(ours)) {
            return Err((
                403,
                format!("this is served as http://127.0.0.1:{port}/, and under no other name"),
            ));
        }
        if ![Method::Get, Method::Head].contains(method) {
            return Err((405, "nothing is taken here; ask for a page with GET".into()));
        }
        if url.len() > LONGEST {
            return Err((414, "the address is too long for a run".into()));
        }
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        if path != "/" {
            let path = harmless(path, 200);
            return Err((404, format!("there is no {path} here; http://127.0.0.1:{port}/ is the start")));
        }
        let schedule = schedule(query).map_err(|why| (400, why))?;
        let walked: Walked =
            walk(self.subject, &schedule).map_err(|astray| (400, format!("run: {astray}")))?;
        Ok(self.explored.page(&schedule, walked))
    }
}

/// The choices of a run, as its address has them.
fn schedule(query: &str) -> Result<Vec<u32>, String> {
    let run = query.split('&').find_map(|part| part.strip_prefix("run=")).unwrap_or_default();
    let way = |way: &str| {
        let plain = !way.is_empty() && way.bytes().all(|byte| byte.is_ascii_digit());
        way.parse().ok().filter(|_| plain).ok_or_else(|| {
            format!("run: `{}` is no number of a choice; expected such as 0.2.1", harmless(way, 200))
        })
    };
    if run.is_empty() { Ok(Vec::new()) } else { run.split('.').map(way).collect() }
}

#[cfg(test)]
mod tests {
    use super::schedule;

    #[test]
    fn a_run_is_numbers_with_dots_between_them() {
        assert_eq!(schedule(""), Ok(vec![]));
        assert_eq!(schedule("run="), Ok(vec![]));
        assert_eq!(schedule("other=1&run=0.12.3"), Ok(vec![0, 12, 3]));
        for wrong in ["run=1..2", "run=-1", "run=+1", "run=a", "run=4294967296", "run=1.", "run=%31"] {
            assert!(schedule(wrong).is_err_and(|why| why.contains("expected such as 0.2.1")), "{wrong}");
        }
    }
}
