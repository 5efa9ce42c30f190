//! What is known by name, and not read: what it is, and what to do instead.
use crate::{
    binary::{is_binary, is_utf_32},
    definition::Object,
};
use serde_json::Value;
use std::fmt;

/// Something that is no trace, or none that is read.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    name: &'static str,
    instead: &'static str,
    /// Whether it goes along with traces and holds none of their records.
    pub(crate) is_aside: bool,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}, which is not read; {}", self.name, self.instead)
    }
}

const fn named(name: &'static str, instead: &'static str) -> Named {
    Named { name, instead, is_aside: false }
}

const OF_SQL: Named =
    named("a dump in SQL", "give its tables as CSV with a header, such as \\copy … csv header");

/// What begins with these bytes.
const BYTES: &[(&[u8], Named)] = &[
    (b"PAR1", named("Parquet", "give its rows as CSV or JSON lines")),
    (b"Obj\x01", named("Avro", "give its records as JSON lines (avro-tools tojson)")),
    (b"ORC", named("ORC", "give its rows as CSV or JSON lines")),
    (
        b"SQLite format 3\0",
        named("a SQLite database", "give its tables as CSV with a header (sqlite3 -csv -header)"),
    ),
    (b"PGDMP", named("a dump of PostgreSQL", "give its tables as CSV with a header (\\copy … csv header)")),
    (b"\xe0\x01\x00\xea", named("Amazon Ion", "export the table as DYNAMODB_JSON")),
    (b"$ion_1_0", named("Amazon Ion", "export the table as DYNAMODB_JSON")),
    (b"BZh", named("bzip2", "unpack it, or pack it with gzip or zstd")),
    (b"\xfd7zXZ\0", named("xz", "unpack it, or pack it with gzip or zstd")),
    (b"7z\xbc\xaf\x27\x1c", named("a 7z archive", "unpack it, or pack it as zip")),
    (b"\x04\x22\x4d\x18", named("LZ4", "unpack it, or pack it with gzip or zstd")),
    (b"\xff\x06\x00\x00sNaPpY", named("Snappy", "unpack it, or pack it with gzip or zstd")),
    (b"ARROW1", named("Arrow", "give its rows as CSV or JSON lines")),
    (b"\x89PNG", named("a PNG image", "give the records themselves, as text")),
    (b"\xff\xd8\xff", named("a JPEG image", "give the records themselves, as text")),
    (b"GIF8", named("a GIF image", "give the records themselves, as text")),
    (b"%PDF", named("PDF", "give the records themselves")),
    (b"\xd0\xcf\x11\xe0", named("an Office document", "save its table as CSV")),
    (b"<", named("HTML or XML", "give the records themselves, as JSON or CSV")),
    (b"INSERT INTO ", OF_SQL),
    (b"CREATE TABLE ", OF_SQL),
    (b"DROP TABLE ", OF_SQL),
    (b"PRAGMA foreign_keys", OF_SQL),
    (b"/*!", OF_SQL),
    (b"/*M!", OF_SQL),
    (b"-- MySQL dump", OF_SQL),
    (b"-- MariaDB dump", OF_SQL),
    (b"--\n-- PostgreSQL database", OF_SQL),
    (b"--\r\n-- PostgreSQL database", OF_SQL),
    (b"An error occurred (", named("what the AWS CLI says of an error", "run its command again")),
    (b"Unable to locate credentials", named("what the AWS CLI says of an error", "run its command again")),
    (b"---------", named("a table of the AWS CLI", "ask for --output json")),
    (
        b"***************************",
        named("rows as MySQL prints them for \\G", "ask without \\G, with --batch (-B)"),
    ),
    (b"-[ RECORD ", named("rows as psql prints them for \\x", "ask with \\x off, or for --csv")),
    (b"+--", named("a table as MySQL prints it", "ask for --batch (-B)")),
    (b"Items:\n", named("YAML of the AWS CLI", "ask for --output json")),
    (b"Count: ", named("YAML of the AWS CLI", "ask for --output json")),
    (b"events:\n", named("YAML of the AWS CLI", "ask for --output json")),
    (b"{'", named("what Python prints of a dict", "give it as json.dumps writes it")),
    (b"[{'", named("what Python prints of a list", "give it as json.dumps writes it")),
    (b"{ '", named("what JavaScript prints of an object", "give it as JSON.stringify writes it")),
];

/// What a file is that begins with these bytes, if it is known by name.
pub(crate) fn of_bytes(head: &[u8]) -> Option<Named> {
    if is_utf_32(head) {
        return Some(named("UTF-32", "rewrite it: iconv -f utf-32 -t utf-8"));
    }
    let text = head.trim_ascii_start();
    let found = BYTES.iter().find(|(begins, _)| head.starts_with(begins) || text.starts_with(begins));
    let of_syslog = named(
        "a log whose times have no year",
        "write them as RFC 3339 (journalctl -o short-iso; RSYSLOG_FileFormat)",
    );
    let of_nothing = named(
        "binary data of no kind that is known",
        "give its records as JSON, one on each line (as exporters of OTLP do with encoding: json)",
    );
    let behind = behind_priority(text);
    let found = found.map(|(_, named)| *named).filter(|_| behind.is_none());
    found
        .or_else(|| has_no_year(behind.unwrap_or(text)).then_some(of_syslog))
        .or_else(|| is_binary(head).then_some(of_nothing))
}

/// What follows the number in angle brackets with which a line of syslog begins, which is no tag of HTML.
fn behind_priority(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"<")?;
    let digits = inner.iter().take_while(|byte| byte.is_ascii_digit()).count();
    inner[digits..].strip_prefix(b">").filter(|_| (1..=3).contains(&digits))
}

/// What a text is that begins with this line and cannot be read as anything, if it is known by name.
pub(crate) fn of_line(line: &str) -> Option<Named> {
    let is_access = line.contains("] \"") && line.contains(" HTTP/") && line.contains(" - ");
    let of_access = named(
        "an access log of a web server",
        "tell by patterns what its lines say: `text` in a --mapping, or in a configuration",
    );
    let of_yaml = named("YAML, as it seems", "ask for JSON: --output json, or yq -o json");
    is_access.then_some(of_access).or_else(|| begins_yaml(line).then_some(of_yaml))
}

/// Whether a document of YAML may begin so: `orders:`, `- order_id: o-1`.
fn begins_yaml(line: &str) -> bool {
    let is_name = |name: &str| {
        let mut letters = name.chars();
        letters.next().is_some_and(char::is_alphabetic)
            && letters.all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
    };
    let line = line.trim_end();
    let of_list = line.strip_prefix("- ").and_then(|member| member.split_once(": "));
    line == "---"
        || line.strip_suffix(':').is_some_and(is_name)
        || of_list.is_some_and(|(name, _)| is_name(name))
}

/// Whether this begins like `May 28 20:26:40`.
fn has_no_year(text: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let is_month = MONTHS.iter().any(|month| text.starts_with(month));
    is_month && matches!(text.get(3..10), Some([b' ', _, b'0'..=b'9', b' ', _, _, b':']))
}

/// What changes of a database come as, where the rows are what is wanted.
const ROWS_INSTEAD: &str = "give the rows of its tables";

/// What an object is that has all of these members; a pointer leads to one within another.
const MEMBERS: &[(&[&str], Named)] = &[
    (
        &["hits", "took"],
        named("a result of Elasticsearch", "give what it found as lines (jq -c '.hits.hits[]._source')"),
    ),
    (&["status", "data"], named("a result of Loki or Prometheus", "give its lines (logcli query -o jsonl)")),
    (&["resourceMetrics"], named("OTLP metrics", "give spans or logs")),
    (&["resource_metrics"], named("OTLP metrics", "give spans or logs")),
    (&["resourceProfiles"], named("OTLP profiles", "give spans or logs")),
    (&["resource_profiles"], named("OTLP profiles", "give spans or logs")),
    (
        &["Count", "ScannedCount"],
        named(
            "an answer with a count and no items",
            "ask for the items: aws dynamodb scan without --select COUNT",
        ),
    ),
    (
        &["Traces", "UnprocessedTraceIds"],
        named("traces of AWS X-Ray", "give the logs or rows of the same time"),
    ),
    (
        &["trace_id", "id", "start_time"],
        named("a segment of AWS X-Ray", "give the logs or rows of the same time"),
    ),
    (
        &["eventVersion", "userIdentity"],
        named("a CloudTrail event", "it does not say what was written; give the table's stream or rows"),
    ),
    (&["eventVersion", "s3"], named("a notification of S3", "give the object that it names")),
    (&["requestContext", "headers"], named("a request of API Gateway", "give the logs or rows")),
    (&["Table"], named("the description of a table", "give its rows: aws dynamodb scan")),
    (&["queryId"], named("the id of a Logs Insights query", "give its results: aws logs get-query-results")),
    (&["ExecutionArn", "Status"], named("the description of an execution", "give its history")),
    (
        &["executionArn", "status", "startDate"],
        named("the description of an execution", "give its history: aws stepfunctions get-execution-history"),
    ),
    (&["MetricDataResults"], named("metrics of CloudWatch", "give logs or rows")),
    (&["logStreams"], named("a list of log streams", "give their events: aws logs filter-log-events")),
    (&["logGroups"], named("a list of log groups", "give their events: aws logs filter-log-events")),
    (&["TableNames"], named("a list of tables", "give their rows: aws dynamodb scan")),
    (&["__type"], named("what AWS says of an error", "run its command again")),
    (
        &["operationType", "clusterTime"],
        named(
            "a change stream of MongoDB",
            "give the documents (mongoexport), or jq -c .fullDocument of what was inserted",
        ),
    ),
    (
        &["op", "source", "after"],
        named("a change of Debezium", "give the rows of its tables, or jq -c .after of what was inserted"),
    ),
    (
        &["/payload/op", "/payload/source"],
        named(
            "a change of Debezium",
            "give the rows of its tables, or jq -c .payload.after of what was inserted",
        ),
    ),
    (&["database", "table", "type", "data"], named("a change of Maxwell", ROWS_INSTEAD)),
    (&["columnnames", "columnvalues"], named("a change of wal2json", ROWS_INSTEAD)),
    (&["action", "schema", "table", "columns"], named("a change of wal2json", ROWS_INSTEAD)),
    (
        &["numberOfRecordsUpdated"],
        named(
            "an answer of the RDS Data API",
            "ask with --format-records-as JSON, and give jq -r .formattedRecords of it",
        ),
    ),
    (&["/rows/0/f/0/v"], named("an answer of BigQuery", "ask with bq query --format=json")),
    (
        &["name", "fields", "createTime"],
        named("a document of Firestore", "export it, and give its fields as plain JSON"),
    ),
    (
        &["/ResultSet/Rows"],
        named("an answer of Athena", "give the CSV that it leaves in its output location"),
    ),
    (
        &["/Tables/0/Columns"],
        named("an answer of Azure Monitor", "ask with az monitor log-analytics query --output json"),
    ),
    (
        &["/tables/0/columns"],
        named("an answer of Azure Monitor", "ask with az monitor log-analytics query --output json"),
    ),
    (
        &["/log/entries", "/log/version"],
        named("requests that a browser recorded (HAR)", "give the logs or rows"),
    ),
    (&["cursor", "node"], named("an edge of GraphQL", "give the nodes (jq -c '.. | .node? // empty')")),
    (&["eventID", "dateCreated", "tags"], named("an issue's event of Sentry", "give the logs or rows")),
    (
        &["/metadata/contents", "results"],
        named("an answer of New Relic", "give its events (jq -c '.results[].events[]')"),
    ),
    (&["errorType", "errorMessage"], named("what Lambda returns of an error", "give the logs or rows")),
];

/// Files of an export to S3 beside its data.
const ASIDE: &[&[&str]] = &[
    &["dataFileS3Key", "itemCount"],
    &["manifestFilesS3Key"],
    &["tableArn", "itemCount"],
    &["exportArn", "s3Bucket"],
    &["exportArn", "itemCount"],
];

/// What a value is, if it is known by name.
pub(crate) fn named_value(value: &Value) -> Option<Named> {
    match value {
        Value::Array(_) => Some(named(
            "a list of values without names",
            "ask for their names, too, such as --query 'Items[].{task_id: task_id, status: status}'",
        )),
        Value::Object(object) => named_object(object),
        _ => None,
    }
}

/// What an object is, if it is known by name.
pub(crate) fn named_object(object: &Object) -> Option<Named> {
    let is_there = |name: &str| match name.strip_prefix('/') {
        Some(path) => at(object, path).is_some(),
        None => object.contains_key(name),
    };
    let has = |members: &[&str]| members.iter().all(|name| is_there(name));
    if ASIDE.iter().any(|members| has(members)) {
        return Some(Named { is_aside: true, ..named("a manifest of an export", "give the data") });
    }
    let of_members = MEMBERS.iter().find(|(members, _)| has(members)).map(|(_, named)| *named);
    of_members.or_else(|| is_of_avro(object).then_some(OF_AVRO))
}

/// What a pointer leads to, whose steps are names or places in a list.
fn at<'v>(object: &'v Object, path: &str) -> Option<&'v Value> {
    let mut steps = path.split('/');
    let first = object.get(steps.next()?)?;
    steps.try_fold(first, |value, step| match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })
}

const OF_AVRO: Named = named(
    "JSON of Avro, whose values say their types",
    "give it without them (jq -c 'map_values(if type == \"object\" then .[] else . end)')",
);

/// Whether what a value says of a thing is said with types that are not read.
pub(crate) fn says_types(value: &Value) -> bool {
    value.as_object().is_some_and(is_of_avro)
}

/// Whether all values are objects that name their type in Avro, or are nothing.
fn is_of_avro(object: &Object) -> bool {
    const TYPES: [&str; 7] = ["string", "bytes", "int", "long", "float", "double", "boolean"];
    let is_typed = |value: &Value| {
        value
            .as_object()
            .is_some_and(|typed| typed.len() == 1 && typed.keys().all(|name| TYPES.contains(&&**name)))
    };
    object.values().any(is_typed) && object.values().all(|value| value.is_null() || is_typed(value))
}

#[cfg(test)]
mod tests {
    use super::{named_value, of_bytes, of_line};
    use serde_json::json;

    #[test]
    fn yaml_is_known_by_its_first_line() {
        for line in ["orders:", "- order_id: o-1", "---\r"] {
            let named = of_line(line).map(|named| named.to_string()).unwrap_or_default();
            assert!(
                named.starts_with("it is YAML, as it seems, which is not read; ask for JSON"),
                "{line}: {named}"
            );
        }
        for line in ["hello world:", "- charged", "level: info", ":", "2026-05-04:"] {
            assert!(of_line(line).is_none(), "{line}");
        }
    }

    #[test]
    fn what_is_not_read_is_named_with_what_to_do_instead() {
        for (bytes, said) in [
            (&b"PAR1\x15\x04"[..], "it is Parquet, which is not read; give its rows as CSV or JSON lines"),
            (b"\nAn error occurred (ExpiredToken) when", "it is what the AWS CLI says of an error"),
            (
                b"----------\n|  Scan  |",
                "it is a table of the AWS CLI, which is not read; ask for --output json",
            ),
            (b"May  8 20:26:40 host it failed", "a log whose times have no year"),
            (b"<34>May  8 20:26:40 host it failed", "a log whose times have no year"),
            (b"<html>", "HTML or XML"),
            (b"*************************** 1. row ***************************\ntask_id: t", "--batch"),
            (b"-[ RECORD 1 ]-+---\ntask_id | t", "--csv"),
            (b"\x89PNG\r\n\x1a\n", "a PNG image, which is not read; give the records themselves"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
            (b"GIF89a", "a GIF image"),
            (b"ARROW1\0\0", "it is Arrow, which is not read; give its rows as CSV"),
            (b"-- MySQL dump 10.13", "a dump in SQL, which is not read; give its tables as CSV"),
            (b"--\n-- PostgreSQL database dump\n--", "a dump in SQL"),
            (b"INSERT INTO orders VALUES", "a dump in SQL"),
            (b"\xff\xfe\0\0{\0\0\0", "it is UTF-32, which is not read; rewrite it: iconv -f utf-32 -t utf-8"),
            (
                b"\n\x12\n\x04\x08\x01",
                "binary data of no kind that is known, which is not read; give its records as JSON",
            ),
        ] {
            let named = of_bytes(bytes).map(|named| named.to_string()).unwrap_or_default();
            assert!(named.contains(said), "{named}");
        }
        assert!(of_bytes(b"May I ask 10:20").is_none());
        assert!(of_bytes(b"<34>1 2026-05-28T20:26:40Z host app - - - it failed").is_none());
        for (value, said) in [
            (json!({"op": "c", "source": {}, "after": {}}), "Debezium"),
            (json!({"payload": {"op": "c", "source": {}, "after": {}}}), "jq -c .payload.after"),
            (json!({"database": "d", "table": "t", "type": "insert", "data": {}}), "Maxwell"),
            (json!({"kind": "insert", "columnnames": [], "columnvalues": []}), "wal2json"),
            (json!({"operationType": "insert", "clusterTime": {}, "fullDocument": {}}), "MongoDB"),
            (json!({"numberOfRecordsUpdated": 0, "formattedRecords": "[]"}), "--format-records-as JSON"),
            (json!({"rows": [{"f": [{"v": "x"}]}], "totalRows": "1"}), "bq query --format=json"),
            (json!({"name": "n", "fields": {}, "createTime": "t"}), "Firestore"),
            (json!({"ResultSet": {"Rows": []}}), "Athena"),
            (json!({"Tables": [{"Columns": []}]}), "Azure Monitor"),
            (json!({"log": {"version": "1.2", "entries": []}}), "HAR"),
            (json!({"cursor": "c", "node": {}}), "GraphQL"),
            (json!({"eventID": "e", "dateCreated": "d", "tags": []}), "Sentry"),
            (json!({"results": [], "metadata": {"contents": []}}), "New Relic"),
            (json!({"task_id": {"string": "t"}, "status": null}), "Avro"),
        ] {
            let named = named_value(&value).map(|named| named.to_string()).unwrap_or_default();
            assert!(named.contains(said), "{value}: {named}");
        }
        let named = |value| named_value(&value).map(|named| (named.to_string(), named.is_aside));
        assert!(named(json!({"Table": {}})).is_some_and(|(said, _)| said.contains("aws dynamodb scan")));
        assert!(named(json!({"itemCount": 0, "dataFileS3Key": "a"})).is_some_and(|(_, aside)| aside));
        assert_eq!(named(json!({"task_id": "t"})), None);
    }
}
