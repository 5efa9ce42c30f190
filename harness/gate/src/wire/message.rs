//! HTTP/1.1 as it comes: whole messages out of bytes.
use std::ops::Range;

/// A request or a response, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// Of a request, its method.
    pub(crate) method: String,
    /// Of a request, its path and query.
    pub(crate) path: String,
    /// Of a response, its status.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub(crate) fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// What is at the beginning of these bytes.
pub(crate) enum Parsed {
    /// A whole message, of so many bytes.
    Whole(Message, usize),
    /// A part of one. Whether its sender waits to be told to go on.
    Part { expects: bool },
    /// No HTTP.
    Foreign,
}

/// No message that we read is larger.
pub(crate) const LARGEST: usize = 16 << 20;
const MOST_HEADERS: usize = 128;

pub(crate) fn request(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => {
            let mut message = Message {
                method: request.method.unwrap_or_default().into(),
                path: request.path.unwrap_or_default().into(),
                headers: owned(request.headers),
                ..Message::default()
            };
            body(&mut message, bytes, head, Some(0))
        }
        Ok(httparse::Status::Partial) => Parsed::Part { expects: false },
        Err(_) => Parsed::Foreign,
    }
}

/// A response; one without a length ends where its connection does.
pub(crate) fn response(bytes: &[u8], is_closed: bool) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => {
            let status = response.code.unwrap_or_default();
            let mut message = Message { status, headers: owned(response.headers), ..Message::default() };
            let has_none = matches!(status, 100..=199 | 204 | 304);
            let rest = if has_none { Some(0) } else { is_closed.then(|| bytes.len() - head) };
            body(&mut message, bytes, head, rest)
        }
        Ok(httparse::Status::Partial) => Parsed::Part { expects: false },
        Err(_) => Parsed::Foreign,
    }
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_string();
    headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect()
}

/// Adds the body, which has `rest` bytes if nothing says how many.
fn body(message: &mut Message, bytes: &[u8], head: usize, rest: Option<usize>) -> Parsed {
    let is_chunked = message.header("transfer-encoding").is_some_and(|how| how.contains("chunked"));
    let expects = message.header("expect").is_some_and(|what| what.eq_ignore_ascii_case("100-continue"));
    let length = message.header("content-length").map(str::parse::<usize>);
    let end = match (is_chunked, length, rest) {
        (true, ..) => match chunks(bytes, head) {
            Ok(Some((parts, end))) => {
                message.body = parts.into_iter().flat_map(|part| &bytes[part]).copied().collect();
                return Parsed::Whole(std::mem::take(message), end);
            }
            Ok(None) => None,
            Err(()) => return Parsed::Foreign,
        },
        (_, Some(Err(_)), _) => return Parsed::Foreign,
        (_, Some(Ok(length)), _) => head.checked_add(length),
        (_, None, rest) => rest.map(|rest| head + rest),
    };
    match end.filter(|end| *end <= bytes.len()) {
        Some(end) => {
            message.body = bytes[head..end].to_vec();
            Parsed::Whole(std::mem::take(message), end)
        }
        None => Parsed::Part { expects },
    }
}

/// The parts of a chunked body, and where it ends; nothing if it does not end yet.
#[expect(clippy::type_complexity, reason = "it is what it says")]
fn chunks(bytes: &[u8], from: usize) -> Result<Option<(Vec<Range<usize>>, usize)>, ()> {
    let (mut parts, mut at) = (Vec::new(), from);
    loop {
        let Some(rest) = bytes.get(at..) else { return Ok(None) };
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((start, size))) => (at + start, size),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(()),
        };
        let size = usize::try_from(size).map_err(drop)?;
        let end = start.checked_add(size).filter(|end| *end <= LARGEST).ok_or(())?;
        let Some(last) = bytes.get(end..end + 2) else { return Ok(None) };
        if last != b"\r\n" {
            return Err(());
        }
        if size == 0 {
            return Ok(Some((parts, end + 2)));
        }
        parts.push(start..end);
        at = end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(parsed: Parsed) -> Option<(Message, usize)> {
        match parsed {
            Parsed::Whole(message, end) => Some((message, end)),
            Parsed::Part { .. } | Parsed::Foreign => None,
        }
    }

    #[test]
    fn a_request_is_whole_only_when_its_last_byte_has_come() {
        let texts = [
            "GET /next?x=1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /a HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        ];
        for text in texts {
            for cut in 0..text.len() {
                assert!(matches!(request(&text.as_bytes()[..cut]), Parsed::Part { .. }), "{cut} of {text}");
            }
            let more = [text.as_bytes(), b"GET"].concat();
            let (message, end) = whole(request(&more)).expect("it is whole");
            assert_eq!(end, text.len());
            let has_body = message.method == "POST";
            assert_eq!(message.body, if has_body { b"hello".to_vec() } else { Vec::new() });
        }
        assert_eq!(
            whole(request(texts[0].as_bytes())).map(|(m, _)| m.route().to_string()),
            Some("/next".into())
        );
    }

    #[test]
    fn what_is_no_http_is_foreign() {
        for bytes in [&b"\x16\x03\x01\x02\0\x01"[..], b"POST /a HTTP/1.1\r\ncontent-length: x\r\n\r\n"] {
            assert!(matches!(request(bytes), Parsed::Foreign));
        }
        let chunked = b"POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n";
        assert!(matches!(request(chunked), Parsed::Foreign));
    }

    #[test]
    fn a_response_without_a_length_ends_with_its_connection() {
        let text = b"HTTP/1.1 200 OK\r\n\r\nhello";
        assert!(whole(response(text, false)).is_none());
        assert_eq!(whole(response(text, true)).map(|(message, _)| message.body), Some(b"hello".to_vec()));
        let none = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(whole(response(none, false)).map(|(message, _)| message.status), Some(204));
    }

    #[test]
    fn who_waits_to_be_told_to_go_on_is_told() {
        let text = b"PUT /a HTTP/1.1\r\nExpect: 100-continue\r\ncontent-length: 5\r\n\r\n";
        assert!(matches!(request(text), Parsed::Part { expects: true }));
    }
}
