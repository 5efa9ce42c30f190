//! Handlers at the gate: how many requests a second are held, decided upon and answered, beside the same requests to a server that
//! answers at once, and to the embedded engine without any process.
use anechoic::{Bound, search::Path as Choices};
use anechoic_gate::{AtTheGate, Attribute, Deliver, Handler, Kind, Of, Program, Scene, Site, TableSpec};
use comfy_table::{Table, presets};
use dynoxide::Database;
use serde_json::json;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// So many requests a handler makes for one event, and so many events there are.
const REQUESTS: u64 = 200;
const EVENTS: u64 = 10;
const ROUNDS: usize = 3;

/// Measures each in rounds, and prints the medians.
pub(crate) fn compare() -> io::Result<()> {
    let languages = [("Node", "node", "calls.mjs"), ("Python", "python3", "calls.py")];
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["requests a second", "at the gate", "to a server that answers at once"]);
    for (language, program, file) in languages {
        let (mut held, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            held.push(at_the_gate(program, file)?);
            bare.push(by_itself(program, file)?);
        }
        table.add_row([language.to_string(), median(held), median(bare)]);
    }
    let alone = (0..ROUNDS).map(|_| engine_alone()).collect::<io::Result<_>>()?;
    table.add_row(["the engine, no process".to_string(), median(alone), String::new()]);
    println!("{table}");
    Ok(())
}

fn median(mut rates: Vec<f64>) -> String {
    rates.sort_by(f64::total_cmp);
    format!("{:.0}", rates[rates.len() / 2])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("handlers")
}

/// Each event is new, so that all of its requests are told to a process.
fn at_the_gate(program: &str, file: &str) -> io::Result<f64> {
    let command = match program {
        "node" => Handler::node("calls.handler", &folder()).map_err(io::Error::other)?,
        _ => Handler::python("calls.handler", program),
    };
    let handler = Handler {
        name: file.into(),
        kind: Kind::Lambda,
        command,
        folder: folder(),
        env: Vec::new(),
        own_chance: false,
        fresh: false,
        durable: None,
        patience: Duration::from_secs(60),
        timers: None,
        services: Vec::new(),
    };
    let cells = TableSpec {
        name: "cells".into(),
        key: vec![Attribute { name: "id".into(), kind: "S".into() }],
        indexes: Default::default(),
        rows: Vec::new(),
        is_consistent: true,
        past_as: None,
    };
    let site = Arc::new(Site::new(vec![cells], Vec::new()).map_err(io::Error::other)?);
    let to = Arc::new(Program::new(handler));
    to.rehearse().map_err(io::Error::other)?;
    let began = Instant::now();
    for event in 0..EVENTS {
        let event = json!({"count": REQUESTS, "first": event * REQUESTS}).to_string().into();
        let deliver = Deliver { of: Of::Request("calls".into()), to: to.clone(), event, times: 1 };
        let scene = Scene {
            site: site.clone(),
            deliver: vec![deliver],
            judge: None,
            ignored: Vec::new(),
            as_if_once: false,
            refuses: Vec::new(),
            confirmed: 0,
        };
        // One calm run; what it asks for is known when it is made once more.
        Choices::default().run(&AtTheGate::new(scene, Bound::faults(0)));
    }
    let seconds = began.elapsed().as_secs_f64();
    let told = to.effort().told;
    assert!(
        told >= EVENTS * REQUESTS,
        "every request was told to a process: {:?}, {:?}",
        to.effort(),
        site.trouble()
    );
    Ok((EVENTS * REQUESTS) as f64 / seconds)
}

/// The same program, and a server that says the same to everything.
fn by_itself(program: &str, file: &str) -> io::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || listener.incoming().flatten().try_for_each(serve));
    let run = |requests: u64| {
        let began = Instant::now();
        let count = requests.to_string();
        let status = Command::new(program)
            .arg(folder().join(file))
            .arg(count)
            .env("AWS_ENDPOINT_URL", &url)
            .status()?;
        assert!(status.success(), "{program} {file} ends with {status}");
        io::Result::Ok(began.elapsed().as_secs_f64())
    };
    // Its start is not counted.
    let start = run(1)?;
    Ok((EVENTS * REQUESTS) as f64 / (run(EVENTS * REQUESTS)? - start))
}

fn serve(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else {
                if line.trim_end().is_empty() { break } else { continue }
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        reader.read_exact(&mut vec![0; length])?;
        stream.write_all(b"HTTP/1.1 200 -\r\ncontent-length: 2\r\n\r\n{}")?;
    }
}

fn engine_alone() -> io::Result<f64> {
    let database = Database::memory().map_err(|error| io::Error::other(error.to_string()))?;
    let create = json!({
        "TableName": "cells",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let failed = |error: dynoxide::DynoxideError| io::Error::other(error.to_string());
    database.create_table(serde_json::from_value(create)?).map_err(failed)?;
    let began = Instant::now();
    for number in 0..EVENTS * REQUESTS {
        let update = json!({
            "TableName": "cells",
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": number.to_string()}},
        });
        let answer = database.update_item(serde_json::from_value(update)?).map_err(failed)?;
        serde_json::to_value(answer)?;
    }
    Ok((EVENTS * REQUESTS) as f64 / began.elapsed().as_secs_f64())
}
