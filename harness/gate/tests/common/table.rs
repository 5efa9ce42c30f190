//! A Lambda handler that does what its event says: a table of steps. `handlers/table.py` is the same in Python.
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env,
    hash::{BuildHasher, RandomState},
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

type Headers = Vec<(String, String)>;

/// Asks somebody something, on a connection of its own. The status and the body.
fn ask(host: &str, head: &str, headers: &[(&str, &str)], body: &str) -> io::Result<(u16, Headers, String)> {
    let mut stream = TcpStream::connect(host)?;
    let mut text =
        format!("{head} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
    stream.write_all(format!("{text}\r\n{body}").as_bytes())?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut told, mut length) = (String::new(), Vec::new(), 0);
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        told.push((name.to_string(), value.to_string()));
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok((status, told, String::from_utf8_lossy(&bytes).into_owned()))
}

fn host(variable: &str) -> String {
    env::var(variable).unwrap_or_default().replace("http://", "")
}

fn dynamo(operation: &str, mut body: Value) -> io::Result<(u16, Value)> {
    body["TableName"] = "cells".into();
    let target = format!("DynamoDB_20120810.{operation}");
    let (status, _, said) =
        ask(&host("AWS_ENDPOINT_URL"), "POST /", &[("x-amz-target", &target)], &body.to_string())?;
    Ok((status, serde_json::from_str(&said)?))
}

/// A UUID that nobody else has drawn.
fn name() -> String {
    let drawn = || RandomState::new().hash_one(0);
    let digits = format!("{:016x}{:016x}", drawn(), drawn());
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// What its clock shows.
fn now() -> String {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string()
}

fn attempt(step: &Value, seen: &BTreeMap<String, i64>) -> io::Result<(bool, Option<i64>)> {
    let cell = step["cell"].as_str().unwrap_or_default();
    let key = json!({"id": {"S": cell}});
    let item = |id: &str, number: i64| json!({"Item": {"id": {"S": id}, "n": {"N": number.to_string()}}});
    match step["do"].as_str().unwrap_or_default() {
        "read" => {
            let (_, said) = dynamo("GetItem", json!({"Key": key}))?;
            let number = said["Item"]["n"]["N"].as_str().and_then(|number| number.parse().ok());
            return Ok((true, Some(number.unwrap_or(0))));
        }
        "set" => drop(dynamo("PutItem", item(cell, seen.get(cell).unwrap_or(&0) + 1))?),
        "add" => {
            let values = json!({":one": {"N": "1"}});
            let add =
                json!({"Key": key, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": values});
            dynamo("UpdateItem", add)?;
        }
        "once" => {
            let mut put = item(cell, 1);
            put["ConditionExpression"] = "attribute_not_exists(id)".into();
            return Ok((dynamo("PutItem", put)?.0 == 200, None));
        }
        // Where it is compared with what draws nothing, it goes by its cell.
        "name" if env::var_os("DRAWS").is_none() => {
            drop(dynamo("PutItem", item(&format!("name-{cell}"), 1))?)
        }
        "name" => {
            let mut put = item(&name(), 1);
            put["Item"]["at"] = json!({"N": now()});
            drop(dynamo("PutItem", put)?);
        }
        _ => {
            let key = step["key"].as_str().map(|key| ("idempotency-key", key));
            let headers: Vec<(&str, &str)> = key.into_iter().collect();
            ask(&host("EFFECTS_URL"), "POST /effects", &headers, &json!({"cell": cell}).to_string())?;
        }
    }
    Ok((true, None))
}

fn tried(step: &Value, seen: &BTreeMap<String, i64>) -> io::Result<(bool, Option<i64>)> {
    let tries = step["tries"].as_u64().unwrap_or(1);
    let mut last = attempt(step, seen);
    for _ in 1..tries {
        if last.is_ok() {
            break;
        }
        last = attempt(step, seen);
    }
    last
}

fn handle(event: &Value) -> io::Result<&'static str> {
    let mut seen = BTreeMap::new();
    for steps in event["steps"].as_array().into_iter().flatten() {
        let steps: Vec<&Value> = steps.as_array().into_iter().flatten().collect();
        let results: Vec<io::Result<(bool, Option<i64>)>> = match steps.as_slice() {
            [step] => vec![tried(step, &seen)],
            steps => thread::scope(|scope| {
                let seen = &seen;
                let all: Vec<_> = steps.iter().map(|step| scope.spawn(move || tried(step, seen))).collect();
                all.into_iter().map(|one| one.join().unwrap_or(Ok((false, None)))).collect()
            }),
        };
        let mut went_well = true;
        for (step, result) in steps.iter().zip(results) {
            let (is_done, read) = result?;
            went_well &= is_done;
            if let Some(number) = read {
                seen.insert(step["cell"].as_str().unwrap_or_default().to_string(), number);
            }
        }
        if event["stops"] == true && !went_well {
            return Ok("stopped");
        }
    }
    Ok("done")
}

/// Serves events until nobody asks any more.
pub(crate) fn serve() -> io::Result<()> {
    let runtime = host("AWS_LAMBDA_RUNTIME_API");
    loop {
        let (_, headers, event) = ask(&runtime, "GET /2018-06-01/runtime/invocation/next", &[], "")?;
        let id = headers.iter().find(|(name, _)| name == "lambda-runtime-aws-request-id");
        let id = id.map_or("", |(_, id)| id);
        let (path, said) = match handle(&serde_json::from_str(&event)?) {
            Ok(answer) => ("response", json!(answer)),
            Err(error) => {
                ("error", json!({"errorType": "io", "errorMessage": format!("{:?}", error.kind())}))
            }
        };
        ask(&runtime, &format!("POST /2018-06-01/runtime/invocation/{id}/{path}"), &[], &said.to_string())?;
    }
}
