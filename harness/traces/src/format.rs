use std::{fmt, str::FromStr};

/// What a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Items of a DynamoDB table, typed, one JSON object each.
    Item,
    /// What a query or a scan returned.
    Query,
    /// Lines of a DynamoDB export to S3; also what `get-item` returned.
    S3Export,
    /// Records of a DynamoDB stream.
    Stream,
    /// What `filter-log-events` or `get-log-events` returned.
    LogEvents,
    /// A CloudWatch log exported to S3: a time and a message on each line.
    LogText,
    /// The result of a Logs Insights query, as CSV.
    InsightsCsv,
    /// The result of a Logs Insights query, as JSON.
    Insights,
    /// What `GetDurableExecutionHistory` returned.
    DurableHistory,
    /// OpenTelemetry spans, as OTLP JSON.
    Otlp,
    /// Our own: one JSON object for each thing that happened.
    Jsonl,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 11] = [
        Format::Item,
        Format::Query,
        Format::S3Export,
        Format::Stream,
        Format::LogEvents,
        Format::LogText,
        Format::InsightsCsv,
        Format::Insights,
        Format::DurableHistory,
        Format::Otlp,
        Format::Jsonl,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Item => "item",
            Format::Query => "query",
            Format::S3Export => "s3-export",
            Format::Stream => "stream",
            Format::LogEvents => "log-events",
            Format::LogText => "log-text",
            Format::InsightsCsv => "insights-csv",
            Format::Insights => "insights-json",
            Format::DurableHistory => "durable-history",
            Format::Otlp => "otlp",
            Format::Jsonl => "jsonl",
        }
    }

    /// What it is, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Format::Item => "DynamoDB items",
            Format::Query => "DynamoDB query or scan output",
            Format::S3Export => "DynamoDB S3 export",
            Format::Stream => "DynamoDB stream records",
            Format::LogEvents => "CloudWatch filter-log-events or get-log-events",
            Format::LogText => "CloudWatch Logs export",
            Format::InsightsCsv => "Logs Insights CSV",
            Format::Insights => "Logs Insights JSON",
            Format::DurableHistory => "durable execution history",
            Format::Otlp => "OTLP JSON spans",
            Format::Jsonl => "Anechoic JSON Lines",
        }
    }
}

/// No format goes by this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no format `{0}`")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        let named = Format::ALL.into_iter().find(|format| format.name() == name);
        named.ok_or_else(|| UnknownFormat(name.into()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
