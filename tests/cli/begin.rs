//! What `init` makes of what a project says of itself.
use super::{assert_exit, folder, installed, says, stderr, stdout};
use std::{fs, path::Path, process::Output};
use tempfile::TempDir;

/// A terminal has so many lines and columns.
pub(crate) const SCREEN: (usize, usize) = (24, 80);

pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, text).expect("written");
    }
}

pub(crate) fn configuration(folder: &Path) -> String {
    fs::read_to_string(folder.join("anechoic.toml")).expect("it is written")
}

/// Takes the mark of a comment away from this line, counted from 1, as the error asks for.
fn fill_in(folder: &Path, number: usize) {
    let text = configuration(folder);
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let line = &mut lines[number - 1];
    *line = line.strip_prefix("# ").expect("a line to fill in").to_string();
    fs::write(folder.join("anechoic.toml"), lines.join("\n")).expect("written");
}

/// Loads what was written, filling in the lines that the errors name, one after the other. Says what there is to check.
pub(crate) fn loaded(folder: &Path) -> String {
    for _ in 0..5 {
        let output = installed(folder, &["list"]);
        if output.status.code() == Some(0) {
            return stdout(&output).to_string();
        }
        assert_exit(&output, 4);
        let said = stderr(&output);
        let line = said.split("fill in line ").nth(1).and_then(|rest| rest.split(',').next()?.parse().ok());
        fill_in(folder, line.unwrap_or_else(|| panic!("it names the line to fill in: {said}")));
    }
    panic!("it asks for ever: {}", configuration(folder));
}

/// Begins in a folder with these files. What it says fits a screen, and the file loads once it is filled in.
#[track_caller]
fn begun(files: &[(&str, &str)], from: &str, says: &[&str], lines: &[&str]) -> (TempDir, Output) {
    let folder = folder();
    write(folder.path(), files);
    let output = installed(folder.path(), &["init"]);
    assert_exit(&output, 0);
    let said = stdout(&output);
    assert!(said.starts_with(&format!("anechoic.toml is written, from {from}\n")), "{said}");
    assert!(said.lines().count() <= SCREEN.0, "{said}");
    for part in says {
        assert!(said.contains(part), "{part:?} is said:\n{said}");
    }
    let text = configuration(folder.path());
    for line in lines {
        assert!(text.lines().any(|own| own == *line), "{line:?} is in it:\n{text}");
    }
    let listed = loaded(folder.path());
    assert!(listed.starts_with("scenarios\n"), "{listed}");
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".anechoic-")), "{left:?}");
    (folder, output)
}

const SAM: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
Globals:
  Function:
    Runtime: nodejs22.x
    Environment: {Variables: {TABLE: !Ref Orders, STAGE: !Ref Stage}}
Resources:
  PayFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [handlers/pay.ts]}}
    Properties:
      CodeUri: src/
      Handler: pay.handler
      Environment: {Variables: {QUEUE: !GetAtt Queue.Arn}}
      DurableConfig: {ExecutionTimeout: 3600}
      Events: {Pay: {Type: HttpApi, Properties: {Method: post, Path: /pay}}}
  NightlyFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Runtime: python3.12, Handler: jobs/nightly.run, Events: {T: {Type: Schedule}}}
  OldFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Runtime: java21, Handler: Old::handle}
  Queue: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub 'orders-${Stage}'
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
";

#[test]
fn from_a_sam_template() {
    let files = [("template.yaml", SAM), ("src/handlers/pay.ts", "export {}"), ("src/jobs/nightly.py", "")];
    let says = [
        "handler PayFunction: node handlers/pay.handler    template.yaml:10",
        "handler NightlyFunction: python jobs.nightly.run    template.yaml:19",
        "tables Orders    template.yaml:26",
        "OldFunction, all of it",
        "\nnext: anechoic check\n",
    ];
    // A timer's event is known, so that scenario runs at once, and the others wait as comments. Names are what they are here, and
    // what is made by deploying is not known.
    let lines = [
        "template = \"template.yaml\"    # template.yaml:26",
        "folder = \"src\"",
        "python = \"jobs.nightly.run\"",
        "TABLE = \"Orders\"",
        "STAGE = \"dev\"",
        "# node = \"handlers/pay.handler\"",
        "# durable = { timeout = 3600 }",
        "# # how a callback may come out: durable = { timeout = 3600, callbacks.NAME = [{ succeeds = true }, { fails = \"why\" }] }",
        "# # QUEUE = \"\"    # not known: it is made where it is deployed",
    ];
    let (at, _) = begun(&files, "template.yaml", &says, &lines);
    assert!(loaded(at.path()).contains("  NightlyFunction\n"), "{}", loaded(at.path()));
}

/// A row to start from fits the key of its table.
#[test]
fn a_key_that_is_a_number_is_shown_as_one() {
    const LEDGER: &str = "Resources:
  Ledger:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: seq, AttributeType: N}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: seq, KeyType: RANGE}]
  Pay:
    Type: AWS::Serverless::Function
    Properties: {Handler: pay.handler, Runtime: nodejs22.x}
";
    begun(
        &[("template.yaml", LEDGER), ("pay.js", "")],
        "template.yaml",
        &[],
        &["# what it holds before a run: rows = [{ pk = \"o1\", seq = 1 }]"],
    );
}

#[test]
fn from_a_template_in_json_and_one_of_cdk() {
    let of = |metadata: &str, code: &str| {
        format!(
            r#"{{
  "Resources": {{
    "Orders": {{
      "Type": "AWS::DynamoDB::Table",
      "Properties": {{
        "AttributeDefinitions": [{{"AttributeName": "pk", "AttributeType": "S"}}],
        "KeySchema": [{{"AttributeName": "pk", "KeyType": "HASH"}}]
      }}
    }},
    "Confirm": {{
      "Type": "AWS::Lambda::Function",
      "Properties": {{
        "Runtime": "nodejs22.x", "Handler": "index.handler", {code}
        "Environment": {{"Variables": {{"TABLE": {{"Ref": "Orders"}}, "URL": {{"Fn::GetAtt": ["Api", "Url"]}}}}}}
      }}{metadata}
    }},
    "LogRetentionaae0": {{"Type": "AWS::Lambda::Function", "Properties": {{"Runtime": "nodejs22.x", "Handler": "index.handler"}}}}
  }}
}}"#
        )
    };
    let plain = of("", r#""Code": "dist","#);
    let files = [("template.json", plain.as_str()), ("dist/index.js", "")];
    let lines = ["[handlers.Confirm]    # template.json:10", "folder = \"dist\"", "TABLE = \"Orders\""];
    begun(&files, "template.json", &["left out LogRetentionaae0: a function of CDK's own"], &lines);

    let cdk = of(r#", "Metadata": {"aws:asset:path": "asset.0a1b"}"#, "");
    let files = [("cdk.out/Shop.template.json", cdk.as_str()), ("cdk.out/asset.0a1b/index.js", "")];
    let lines = [
        "folder = \"cdk.out/asset.0a1b\"",
        "template = \"cdk.out/Shop.template.json\"    # cdk.out/Shop.template.json:3",
    ];
    begun(&files, "cdk.out/Shop.template.json", &["handler Confirm: node index.handler"], &lines);
}

/// Tables are declared in one place, and what runs in another, or nowhere.
#[test]
fn from_a_template_that_declares_no_function() {
    let table = "Resources:\n  Orders:\n    Type: AWS::Serverless::SimpleTable\n";
    let server = "app.post('/pay', pay);\napp.listen(process.env.PORT);\n";
    let files = [("template.yaml", table), ("package.json", "{\"name\": \"shop\"}"), ("server.js", server)];
    let lines = [
        "template = \"template.yaml\"    # template.yaml:2",
        "http = [\"node\", \"server.js\"]",
        "request = \"POST /pay\"",
    ];
    begun(&files, "template.yaml", &["handler shop: node server.js    server.js:2"], &lines);

    let folder = folder();
    write(folder.path(), &[("template.yaml", table)]);
    assert_exit(&installed(folder.path(), &["init"]), 0);
    let output = installed(folder.path(), &["check"]);
    assert_exit(&output, 4);
    assert!(
        says(&output, "scenario `handler` delivers nothing\n  next: fill in line"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn from_a_serverless_yml() {
    let service = "
service: shop
custom: {table: orders-prod}
provider:
  name: aws
  runtime: nodejs22.x
  environment: {TABLE: '${self:custom.table}', STAGE: '${sls:stage}', ARN: !GetAtt Orders.Arn}
functions:
  pay:
    handler: src/pay.handler
    events: [{httpApi: POST /pay}]
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: ${self:custom.table}
        AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
        KeySchema: [{AttributeName: pk, KeyType: HASH}]
";
    let files = [("serverless.yml", service), ("src/pay.ts", "")];
    let lines = [
        "template = \"serverless.yml\"    # serverless.yml:14",
        "node = \"src/pay.handler\"",
        "TABLE = \"Orders\"",
        "STAGE = \"dev\"",
        "# ARN = \"\"    # not known: it is made where it is deployed",
        "[tables.Orders]    # serverless.yml:14",
    ];
    begun(&files, "serverless.yml", &["handler pay: node src/pay.handler    serverless.yml:9"], &lines);
}

#[test]
fn from_a_package_json_with_a_server_or_with_functions() {
    let server = "import express from 'express';\nconst app = express();\napp.post('/orders/:id/pay', pay);\napp.delete('/orders/:id', drop);\n\
                  const cards = process.env.CARDS_URL;\nfetch(`${cards}/charges`);\napp.listen(process.env.HTTP_PORT);\n";
    let package =
        "{\n  \"name\": \"@acme/shop\",\n  \"scripts\": {\n    \"start\": \"node src/server.mjs\"\n  }\n}";
    let files = [("package.json", package), ("src/server.mjs", server)];
    let lines = [
        "http = [\"node\", \"src/server.mjs\"]",
        "port = \"HTTP_PORT\"",
        "request = \"POST /orders/o1/pay\"",
        "# it also answers DELETE /orders/o1",
        "answers = [{ on = \"POST /charges\", body = { id = \"{n}\" } }]",
    ];
    begun(&files, "package.json", &["handler shop: node src/server.mjs    package.json:4"], &lines);

    let function = "export const handler = async (event) => {\n  const table = process.env.ORDERS_TABLE ?? 'orders';\n  \
                    await db.send(new GetItemCommand({ TableName: table, Key: { order_id: { N: '1' } } }));\n};\n";
    let files = [("package.json", "{}"), ("src/pay.js", function), ("src/pay.test.js", function)];
    let lines = ["node = \"src/pay.handler\"", "ORDERS_TABLE = \"orders\"", "key = \"order_id:N\""];
    begun(&files, "package.json", &["handler pay: node src/pay.handler    src/pay.js:1"], &lines);
    // What is compiled is run where it is there, or where Node would not take the source as it is.
    let config = ("tsconfig.json", "{\"compilerOptions\": {\"outDir\": \"dist\", \"rootDir\": \"src\"}}");
    let compiled = [("package.json", "{}"), config, ("src/pay.ts", function), ("dist/pay.js", "")];
    let said = "handler pay: node dist/pay.handler    src/pay.ts:1";
    begun(&compiled, "package.json", &[said], &["node = \"dist/pay.handler\""]);
    let uncompiled = folder();
    let plain = ("package.json", "{\"type\": \"commonjs\"}");
    write(uncompiled.path(), &[plain, config, ("src/pay.ts", function)]);
    assert!(stdout(&installed(uncompiled.path(), &["init"])).contains(said));
    let remark = "# dist/pay.js is compiled first (npx tsc, or your build): it is not there yet";
    let text = configuration(uncompiled.path());
    assert!(text.contains("node = \"dist/pay.handler\"") && text.contains(remark), "{text}");
    // Where nothing looks like a handler, it is asked for; a project of CDK says more once it is a template.
    let folder = folder();
    write(folder.path(), &[("package.json", "{}"), ("cdk.json", "{}"), ("tool.js", "console.log(1)")]);
    let output = installed(folder.path(), &["init"]);
    assert_exit(&output, 0);
    assert!(stdout(&output).contains("`npx cdk synth`"), "{}", stdout(&output));
    assert!(stdout(&output).contains("next: fill in lines 6 and 10; "), "{}", stdout(&output));
    assert!(configuration(folder.path()).contains("\n# node = \"src/index.handler\"\n"));
    let output = installed(folder.path(), &["check"]);
    assert_exit(&output, 4);
    assert!(says(&output, "; 2 lines are marked FILL IN"), "{}", stderr(&output));
}

#[test]
fn from_a_pyproject_or_requirements() {
    let api = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.post(\"/orders/{id}\")\nasync def order(id: str): ...\n";
    let files = [
        ("pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("src/shop/__init__.py", ""),
        ("src/shop/main.py", api),
    ];
    let lines = [
        "http = [\"python3\", \"-m\", \"uvicorn\", \"shop.main:app\"]",
        "port = \"UVICORN_PORT\"",
        "request = \"POST /orders/o1\"",
        "folder = \"src\"",
    ];
    begun(&files, "pyproject.toml", &["src/shop/main.py:3"], &lines);
    let flask = "app = Flask(__name__)\n@app.route('/pay', methods=['POST'])\ndef pay(): ...\n";
    let lines = [
        "http = [\"python3\", \"-m\", \"flask\", \"--app\", \"web:app\", \"run\"]",
        "request = \"POST /pay\"",
    ];
    begun(&[("requirements.txt", "flask"), ("web.py", flask)], "requirements.txt", &["handler web"], &lines);
    let function = "def handler(event, context):\n    boto3.resource('dynamodb').Table('orders').get_item(Key={'id': 1})\n";
    let lines = [
        "python = \"pay.handler\"",
        "[tables.orders]    # pay.py:2",
        "key = \"id\"",
        "deliver = [{ to = \"pay\", event = \"events/pay.json\", times = 2 }]    # events/pay.json:1",
    ];
    let files = [
        ("requirements.txt", "boto3"),
        ("pay.py", function),
        ("events/pay.json", "{}"),
        ("events/other.json", "{}"),
    ];
    begun(&files, "requirements.txt", &["the event of pay: events/pay.json, delivered twice"], &lines);
}

/// A delivery is an execution, which goes on by itself; a second one would be a second execution.
#[test]
fn a_durable_function_is_seen_without_a_template() {
    let (event, config) = ("{\"id\": \"o1\"}", "events/order.json");
    let once = "deliver = [{ to = \"order\", event = \"events/order.json\" }]    # events/order.json:1";
    let of_node = [
        "export const handler = withDurableExecution(async (event, context) => {});\n",
        "export const handler: DurableLambdaHandler =\n  withDurableExecution(async (event) => {});\n",
        "exports.handler = withDurableExecution(run);\n",
    ];
    for source in of_node {
        let files = [("package.json", "{}"), ("order.js", source), (config, event)];
        begun(&files, "package.json", &["the event of order: events/order.json "], &["durable = true", once]);
    }
    let source = "@tracer.capture\n@durable_execution\ndef handler(event: dict, context: DurableContext) -> str:\n    pass\n";
    let files = [("requirements.txt", ""), ("order.py", source), (config, event)];
    begun(&files, "requirements.txt", &[], &["durable = true", once]);
    // Beside one that is durable, another is not.
    let source = "export const plainHandler = async (event) => {};\nexport const handler = withDurableExecution(run);\n";
    let (at, _) =
        begun(&[("package.json", "{}"), ("order.js", source), (config, event)], "package.json", &[], &[]);
    assert_eq!(configuration(at.path()).matches("durable = true").count(), 1);
}

#[test]
fn another_file_is_named_and_what_is_there_is_left_alone() {
    let folder = folder();
    write(
        folder.path(),
        &[("template.yaml", "Resources: {}"), ("serverless.yml", "a: 1"), ("package.json", "{")],
    );
    for (from, code, said) in [
        ("serverless.yml", 4, "it has no `provider`"),
        ("package.json", 4, "it is no JSON"),
        ("none.json", 4, "none.json: there is nothing of this name"),
    ] {
        let output = installed(folder.path(), &["init", "--from", from]);
        assert_exit(&output, code);
        assert!(says(&output, said), "{}", stderr(&output));
        assert!(!folder.path().join("anechoic.toml").exists());
    }
    write(folder.path(), &[("anechoic.toml", "mine")]);
    let output = installed(folder.path(), &["init"]);
    assert_exit(&output, 2);
    assert!(says(&output, "is left as it is\n  next: "), "{}", stderr(&output));
    assert_eq!(configuration(folder.path()), "mine");
}
