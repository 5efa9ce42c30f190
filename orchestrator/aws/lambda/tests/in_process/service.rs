//! A durable-execution service, by a script: it stores checkpoints, invokes the function again, and lets things happen.
use anechoic_lambda::Request;
use anechoic_orchestrator::Status;
use aws_durable_execution_sdk::{
    BoxError, DurableContext, InvocationPayload, LambdaClient, Options, lambda_runtime::LambdaEvent, wrap,
};
use aws_sdk_lambda::config::{
    BehaviorVersion, Config, Credentials, Region, StalledStreamProtectionConfig, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::Poll,
};

/// What happens to a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The invocation dies before it is stored.
    CrashBefore,
    /// The invocation dies after it is stored.
    CrashAfter,
    /// It is not stored, and the SDK is told so.
    Reject,
    /// It is stored, and the SDK is told that it is not.
    LoseAnswer,
}

pub(crate) const FAULTS: [Fault; 4] =
    [Fault::CrashBefore, Fault::CrashAfter, Fault::Reject, Fault::LoseAnswer];

/// How an execution ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Succeeded(String),
    Failed(String),
}

#[derive(Debug, Default)]
struct State {
    operations: Vec<Value>,
    token: u64,
    now: u64,
    /// When the next timer is due.
    wake_at: Option<u64>,
    checkpoints: usize,
    faults: Vec<(usize, Fault)>,
    happened: usize,
    crashed: bool,
    attempts: BTreeMap<String, u32>,
}

/// What happens, and what has happened.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    state: Arc<Mutex<State>>,
    /// What every function answers that is asked.
    answer: &'static str,
}

impl Script {
    /// Every function answers so, and these faults happen, each to the checkpoint of that number.
    pub(crate) fn answering(answer: &'static str, faults: &[(usize, Fault)]) -> Script {
        let state = State { faults: faults.into(), ..State::default() };
        Script { state: Arc::new(Mutex::new(state)), answer }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("whole")
    }

    pub(crate) fn now(&self) -> u64 {
        self.state().now
    }

    pub(crate) fn happened(&self) -> usize {
        self.state().happened
    }

    /// How often a step of this name was begun.
    pub(crate) fn attempts(&self, step: &str) -> u32 {
        self.state().attempts.get(step).copied().unwrap_or(0)
    }

    /// The client that speaks to this service, and to nothing else.
    pub(crate) fn client(&self) -> LambdaClient {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(self.clone());
        LambdaClient::from_conf(config.build())
    }
}

impl State {
    fn store(&mut self, update: &Value) {
        let found = self.operations.iter().position(|operation| operation["Id"] == update["Id"]);
        let index = found.unwrap_or_else(|| {
            self.operations.push(json!({
                "Id": update["Id"], "Type": update["Type"], "SubType": update["SubType"], "Name": update["Name"],
                "StartTimestamp": 0.0, "StepDetails": { "Attempt": 0 },
            }));
            self.operations.len() - 1
        });
        let operation = &mut self.operations[index];
        let details = |operation: &mut Value, key: &str, value: &Value| {
            operation["StepDetails"][key] = value.clone();
        };
        match update["Action"].as_str().expect("an action") {
            "START" if update["Type"] == "WAIT" => {
                let end = self.now + update["WaitOptions"]["WaitSeconds"].as_u64().expect("a time");
                operation["Status"] = json!("STARTED");
                operation["WaitDetails"] = json!({ "ScheduledEndTimestamp": end });
                self.wake_at = Some(end);
            }
            "START" => {
                operation["Status"] = json!("STARTED");
                *self.attempts.entry(update["Name"].as_str().unwrap_or_default().into()).or_default() += 1;
            }
            "SUCCEED" => {
                operation["Status"] = json!("SUCCEEDED");
                details(operation, "Result", &update["Payload"]);
            }
            "FAIL" => {
                operation["Status"] = json!("FAILED");
                details(operation, "Error", &update["Error"]);
            }
            "RETRY" => {
                operation["Status"] = json!("PENDING");
                let attempt = operation["StepDetails"]["Attempt"].as_u64().unwrap_or(0) + 1;
                details(operation, "Attempt", &json!(attempt));
                details(operation, "Error", &update["Error"]);
                let delay = update["StepOptions"]["NextAttemptDelaySeconds"].as_u64().expect("a delay");
                self.wake_at = Some(self.now + delay);
            }
            other => panic!("the script knows no {other}"),
        }
    }

    /// Time passes until the next timer fires.
    fn wake(&mut self) {
        self.now = self.wake_at.take().expect("whoever waits has a timer").max(self.now);
        for operation in &mut self.operations {
            if operation["Status"] == "PENDING" {
                operation["Status"] = json!("READY");
            }
            if operation["Type"] == "WAIT" && operation["Status"] == "STARTED" {
                operation["Status"] = json!("SUCCEEDED");
            }
        }
    }

    fn checkpoint(&mut self, updates: &[Value]) -> Option<HttpResponse> {
        let number = self.checkpoints;
        self.checkpoints += 1;
        let fault = self.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault);
        self.happened += usize::from(fault.is_some());
        self.crashed |= matches!(fault, Some(Fault::CrashBefore | Fault::CrashAfter));
        match fault {
            Some(Fault::CrashBefore) => return None,
            Some(Fault::Reject) => return Some(failure()),
            _ => {}
        }
        updates.iter().for_each(|update| self.store(update));
        self.token += 1;
        match fault {
            Some(Fault::CrashAfter) => None,
            Some(Fault::LoseAnswer) => Some(failure()),
            _ => {
                let changed =
                    |operation: &&Value| updates.iter().any(|update| update["Id"] == operation["Id"]);
                let operations: Vec<&Value> = self.operations.iter().filter(changed).collect();
                let token = format!("token {}", self.token);
                let answer =
                    json!({ "CheckpointToken": token, "NewExecutionState": { "Operations": operations } });
                Some(response(200, &answer.to_string()))
            }
        }
    }
}

fn response(status: u16, body: &str) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/json");
    response
}

fn failure() -> HttpResponse {
    let mut response = response(500, r#"{"message":"it is not known what became of it"}"#);
    response.headers_mut().insert("x-amzn-errortype", "ServiceException");
    response
}

impl HttpClient for Script {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if !request.uri().contains("/checkpoint") {
            assert!(request.uri().contains("/functions/a-function/invocations"), "{}", request.uri());
            return HttpConnectorFuture::ready(Ok(response(200, self.answer)));
        }
        let body: Value = serde_json::from_slice(request.body().bytes().expect("a body")).expect("JSON");
        let updates = body["Updates"].as_array().cloned().unwrap_or_default();
        match self.state().checkpoint(&updates) {
            Some(answer) => HttpConnectorFuture::ready(Ok(answer)),
            // Whoever sent it is dead.
            None => HttpConnectorFuture::new(std::future::pending()),
        }
    }
}

/// Invokes the handler again and again, as the service does, until the execution has ended.
pub(crate) async fn execute<F>(
    handler: impl Fn(Request, DurableContext) -> F + Send + Sync + 'static,
    script: &Script,
    request: &Value,
) -> End
where
    F: Future<Output = Result<Status, BoxError>> + Send,
{
    let options = Options::builder().lambda_client(script.client()).build().expect("valid");
    let function = wrap(handler, options);
    for _invocation in 0..100 {
        let payload = payload(script, request);
        let payload: InvocationPayload = serde_json::from_value(payload).expect("an invocation");
        let mut invocation = pin!(function(LambdaEvent::new(payload, Default::default())));
        let returned = poll_fn(|context| {
            let poll = invocation.as_mut().poll(context).map(Some);
            // A crashed invocation is not polled again, only dropped.
            if std::mem::take(&mut script.state().crashed) { Poll::Ready(None) } else { poll }
        });
        match returned.await {
            None | Some(Err(_)) => script.state().now += 1,
            Some(Ok(response)) => {
                let response = serde_json::to_value(&response).expect("JSON");
                match response["Status"].as_str() {
                    Some("PENDING") => script.state().wake(),
                    Some("SUCCEEDED") => {
                        return End::Succeeded(response["Result"].as_str().unwrap_or_default().into());
                    }
                    _ => return End::Failed(response.to_string()),
                }
            }
        }
    }
    panic!("the execution does not end: {:?}", script.state());
}

fn payload(script: &Script, request: &Value) -> Value {
    let state = script.state();
    let input = json!({ "InputPayload": request.to_string() });
    let mut operations = vec![
        json!({ "Id": "execution", "Type": "EXECUTION", "Status": "STARTED", "ExecutionDetails": input }),
    ];
    operations.extend(state.operations.iter().cloned());
    json!({
        "DurableExecutionArn": "arn:aws:lambda:us-east-1:0:function:anechoic",
        "CheckpointToken": format!("token {}", state.token),
        "InitialExecutionState": { "Operations": operations },
    })
}
