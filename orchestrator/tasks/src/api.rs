//! The address of GitHub's REST interface, and who may see the token on the way there.
use std::net::IpAddr;
use ureq::{Proxy, http::Uri};

/// An address to which the token may go.
pub(crate) struct Api {
    /// The address, without a password and a slash at its end.
    pub(crate) base: String,
    /// The proxy that stands in between and sees only what is encrypted.
    pub(crate) proxy: Option<Proxy>,
    host: String,
}

impl Api {
    /// The interface at this address, if the token is safe on the way there, or its host is one of those to which it may go
    /// in clear.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn new(text: &str, plain_http: &[String]) -> Result<Api, String> {
        let shown = without_password(text);
        let no_address = || format!("{shown} is no address, such as https://api.github.com");
        let uri: Uri = text.parse().map_err(|_| no_address())?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(no_address)?;
        let host = authority.host();
        let place = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, place)| place);
        let has_port = place != host;
        if host.is_empty() || (has_port && authority.port_u16().is_none_or(|port| port == 0)) {
            return Err(format!("{shown} has no host, or a port that is none from 1 to 65535"));
        }
        let is_here = is_loopback(host);
        match scheme {
            "https" => {}
            "http" if is_here || plain_http.iter().any(|named| named == host) => {}
            "http" => {
                return Err(format!(
                    "{shown} would show the token to everybody on the way; use https, or ask for it with --plain-http {host}"
                ));
            }
            _ => return Err(format!("{shown} begins with neither https:// nor http://")),
        }
        // A proxy on the way of plain HTTP would read the token, and on the way to this machine there is none.
        let proxy = if scheme == "https" && !is_here { Proxy::try_from_env() } else { None };
        let proxy = proxy.filter(|proxy| !proxy.is_no_proxy(&uri));
        let base = format!("{scheme}://{place}{}", uri.path().trim_end_matches('/'));
        Ok(Api { base, proxy, host: place.into() })
    }

    /// Whom a connection is made to, for the words of errors.
    pub(crate) fn peer(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy {}:{}", proxy.host(), proxy.port()),
            None => self.host.clone(),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || plain.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// An address to print, however little of one it is: what stands before the last `@` may be a password.
fn without_password(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let Some((_, rest)) = rest.rsplit_once('@') else { return text.into() };
    if scheme.is_empty() { format!("…@{rest}") } else { format!("{scheme}://…@{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Api::new(text, &["intranet".into()]).err().expect(text)
    }

    #[test]
    fn a_token_goes_in_clear_nowhere_but_here_or_where_it_was_asked_for() {
        for text in [
            "https://api.github.com",
            "http://localhost:1",
            "http://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]:8080",
        ] {
            assert_eq!(Api::new(text, &[]).map(|api| api.base), Ok(text.to_string()));
        }
        for text in [
            "http://api.github.com",
            "http://localhost.example.org",
            "http://localhost@example.org",
            "http://127.0.0.1.example.org",
            "http://128.0.0.1",
            "http://intranet.example.org",
        ] {
            assert!(refused(text).contains("would show the token"), "{text}");
        }
        assert!(Api::new("http://intranet:8080/api/v3/", &["intranet".into()]).is_ok());
        assert!(refused("ftp://localhost").contains("neither https:// nor http://"));
    }

    #[test]
    fn what_is_no_address_is_called_so() {
        for text in ["github", "https://", "", "http://local host", "//x"] {
            assert!(refused(text).contains("is no address"), "{text}");
        }
        for text in
            ["http://localhost:0", "http://localhost:65536", "http://localhost:99999/", "http://[::1]:70000"]
        {
            assert!(refused(text).contains("from 1 to 65535"), "{text}: {}", refused(text));
        }
    }

    #[test]
    fn no_password_is_printed_or_used() {
        for text in [
            "http://me:hush@example.org/",
            "ftp://me:hush@localhost",
            "me:hush@localhost",
            "https://me:hu@sh@loc alhost",
            "https://me:hush@localhost:0",
            "https://me:hush/@localhost",
        ] {
            let shown = refused(text);
            assert!(!shown.contains("hush") && !shown.contains("hu@") && !shown.contains("me"), "{shown}");
        }
        let base = Api::new("https://me:hush@example.org:444/api/v3/", &[]).map(|api| api.base);
        assert_eq!(base, Ok("https://example.org:444/api/v3".to_string()));
    }
}
