use crate::{
    api::Api,
    unanswered::{of_error, of_status},
};
use anechoic_orchestrator::{Comments, Error, TaskId};
use anechoic_sqlite::CommentId;
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, time::Duration};
use ureq::{
    Agent, Body,
    http::{HeaderValue, Response, header},
};

/// Who answers, in the words of errors.
const SERVICE: &str = "GitHub";

/// So long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// GitHub's REST interface for comments on pull requests.
///
/// A request is sent once. The token goes into its header and nowhere else.
pub struct Github {
    agent: Agent,
    api: Api,
    authorization: HeaderValue,
    /// Why the last request that was not answered was not.
    fault: RefCell<Option<String>>,
}

/// A comment, in JSON.
#[derive(Serialize, Deserialize)]
struct Text {
    body: Option<String>,
}

impl Github {
    /// The interface at this address, used with this token, which goes over plain HTTP only to this machine and to the
    /// hosts that are named.
    ///
    /// # Errors
    /// In words, if the address is none, would show the token to others, or if the token cannot be one.
    pub fn new(address: &str, plain_http: &[String], token: &str) -> Result<Github, String> {
        let api = Api::new(address, plain_http)?;
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
            .timeout_global(Some(PATIENCE))
            .proxy(api.proxy.clone())
            .user_agent("anechoic-tasks");
        Ok(Github { agent: config.build().into(), api, authorization, fault: RefCell::default() })
    }

    /// Why the last request that went unanswered did, and forgets it.
    pub(crate) fn take_fault(&self) -> Option<String> {
        self.fault.take()
    }

    fn no_answer(&self, why: String) -> Error {
        self.fault.replace(Some(why));
        Error::NoAnswer(SERVICE)
    }

    /// A refusal is GitHub's word that asking again would not help; whatever else is not success is no answer.
    fn granted(&self, response: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Error> {
        let response =
            response.map_err(|error| self.no_answer(of_error(&error, &self.api.peer(), PATIENCE)))?;
        match of_status(&response) {
            _ if response.status().is_success() => Ok(response),
            Some(why) => Err(self.no_answer(why)),
            None => Err(Error::Refused { service: SERVICE, reason: response.status().to_string() }),
        }
    }

    /// One comment.
    pub(crate) fn comment<'g>(&'g self, id: &CommentId) -> Comment<'g> {
        let CommentId { repository, number } = id;
        Comment {
            github: self,
            url: format!("{}/repos/{repository}/issues/comments/{number}", self.api.base),
        }
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
        let github = self.github;
        let mut response = github.granted(self.headers(github.agent.get(&self.url)).call())?;
        let text: Result<Text, _> = response.body_mut().read_json();
        let text = text.map_err(|error| {
            github.no_answer(match error {
                ureq::Error::Json(_) => "what came is no comment in JSON".into(),
                error => of_error(&error, &github.api.peer(), PATIENCE),
            })
        })?;
        Ok(text.body.unwrap_or_default())
    }

    async fn edit(&self, _: TaskId, body: &str) -> Result<(), Error> {
        let text = Text { body: Some(body.into()) };
        let response = self.headers(self.github.agent.patch(&self.url)).send_json(text);
        self.github.granted(response).map(drop)
    }
}
