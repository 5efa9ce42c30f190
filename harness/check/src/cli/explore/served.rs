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
    let number = |text: &str| -> Option<u32> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| plain)
    };
    let mut schedule = Vec::new();
    for part in run.split('.').filter(|_| !run.is_empty()) {
        let (way, times) = part.split_once('*').unwrap_or((part, "1"));
        let Some((way, times)) = number(way).zip(number(times).filter(|times| *times > 0)) else {
            let part = harmless(part, 200);
            return Err(format!(
                "run: `{part}` is no number of a choice; expected such as 0.2.1, or 0*3.1 for 0.0.0.1"
            ));
        };
        if schedule.len() + times as usize > MOST_CHOICES {
            return Err(format!("run: it has more than {MOST_CHOICES} choices"));
        }
        schedule.extend(std::iter::repeat_n(way, times as usize));
    }
    Ok(schedule)
}

/// No run that is followed has more.
const MOST_CHOICES: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use super::schedule;
    use crate::show::page::explore::address;

    #[test]
    fn an_address_leads_to_its_run() {
        for run in [&[][..], &[0], &[0, 0, 0, 1, 12, 12], &[3; 10_000]] {
            let address = address(run);
            assert!(address.len() < 30, "{address}");
            assert_eq!(schedule(address.trim_start_matches("/?")), Ok(run.to_vec()));
        }
    }

    #[test]
    fn a_run_is_numbers_with_dots_between_them() {
        assert_eq!(schedule(""), Ok(vec![]));
        assert_eq!(schedule("run="), Ok(vec![]));
        assert_eq!(schedule("other=1&run=0.12.3"), Ok(vec![0, 12, 3]));
        assert_eq!(schedule("run=0*3.1"), Ok(vec![0, 0, 0, 1]));
        assert!(schedule("run=0*4294967295").is_err_and(|why| why.contains("more than 1000000 choices")));
        for wrong in [
            "run=0*0",
            "run=0*",
            "run=*2",
            "run=0*2*2",
            "run=1..2",
            "run=-1",
            "run=+1",
            "run=a",
            "run=4294967296",
            "run=1.",
            "run=%31",
        ] {
            assert!(schedule(wrong).is_err_and(|why| why.contains("expected such as 0.2.1")), "{wrong}");
        }
    }
}
