use anechoic_orchestrator::{Comments, Error, TaskId};
use anechoic_sqlite::CommentId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ureq::{
    Agent,
    http::{HeaderValue, Response, StatusCode, Uri, header},
};

/// Who answers, in the words of errors.
const SERVICE: &str = "GitHub";

/// GitHub's REST interface for comments on pull requests.
///
/// A request is sent once. The token goes into its header and nowhere else.
pub struct Github {
    agent: Agent,
    base: String,
    authorization: HeaderValue,
}

#[derive(Serialize, Deserialize)]
struct Body {
    body: Option<String>,
}

impl Github {
    /// The interface at this address, used with this token.
    ///
    /// # Errors
    /// In words, if the address is none, would show the token to others, or if the token cannot be one.
    pub fn new(base: &str, token: &str) -> Result<Github, String> {
        let uri: Uri =
            base.parse().map_err(|_| format!("{base} is no address, such as https://api.github.com"))?;
        let safe = match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => true,
            (Some("http"), Some(host)) => ["localhost", "127.0.0.1", "[::1]"].contains(&host),
            _ => false,
        };
        if !safe {
            return Err(format!(
                "{base} begins with neither https:// nor http://localhost, and would show the token"
            ));
        }
        let authorization =
            (!token.is_empty()).then(|| HeaderValue::from_str(&format!("Bearer {token}")).ok());
        let mut authorization = authorization.flatten().ok_or("GITHUB_TOKEN holds no token")?;
        authorization.set_sensitive(true);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A connection that was kept may be gone, and a request on it would have to be sent again.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent("anechoic-tasks");
        Ok(Github { agent: config.build().into(), base: base.trim_end_matches('/').into(), authorization })
    }

    /// One comment.
    pub(crate) fn comment<'g>(&'g self, id: &CommentId) -> Comment<'g> {
        let CommentId { repository, number } = id;
        Comment { github: self, url: format!("{}/repos/{repository}/issues/comments/{number}", self.base) }
    }
}

/// The comment of the one task that is spoken of.
pub(crate) struct Comment<'g> {
    github: &'g Github,
    url: String,
}

impl Comment<'_> {
    fn headers<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        request
            .header(header::AUTHORIZATION, &self.github.authorization)
            .header(header::ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
    }
}

impl Comments for Comment<'_> {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        let response = self.headers(self.github.agent.get(&self.url)).call();
        let mut response = granted(response)?;
        let comment: Body = response.body_mut().read_json().map_err(|_| Error::NoAnswer(SERVICE))?;
        Ok(comment.body.unwrap_or_default())
    }

    async fn edit(&self, _: TaskId, body: &str) -> Result<(), Error> {
        let comment = Body { body: Some(body.into()) };
        granted(self.headers(self.github.agent.patch(&self.url)).send_json(comment)).map(drop)
    }
}

/// A refusal is GitHub's word that asking again would not help; whatever else is not success is no answer.
fn granted(response: Result<Response<ureq::Body>, ureq::Error>) -> Result<Response<ureq::Body>, Error> {
    let response = response.map_err(|_| Error::NoAnswer(SERVICE))?;
    let status = response.status();
    let rate_limited = response.headers().get("x-ratelimit-remaining").is_some_and(|left| left == "0")
        || response.headers().contains_key(header::RETRY_AFTER);
    let later = status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
        || (status == StatusCode::FORBIDDEN && rate_limited);
    match status {
        _ if status.is_success() => Ok(response),
        _ if later => Err(Error::NoAnswer(SERVICE)),
        _ => Err(Error::Refused { service: SERVICE, reason: status.to_string() }),
    }
}
