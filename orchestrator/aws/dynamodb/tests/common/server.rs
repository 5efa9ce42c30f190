//! DynamoDB's interface over HTTP, and the real AWS client to it.
use anechoic_dynamodb::TableNames;
use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use std::{net::SocketAddr, sync::mpsc, thread, time::Duration};

/// Starts a server with the three tables, which lives as long as the process.
pub(crate) fn serve() -> SocketAddr {
    let (tell, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let database = dynoxide::Database::memory().expect("a database");
            let server = tokio::spawn(dynoxide::server::serve_on(listener, database));
            create_tables(&client(address)).await;
            tell.send(address).expect("somebody waits for it");
            server.await.expect("it serves as long as the process lives");
        });
    });
    address.recv().expect("it starts")
}

/// A client as an application would have it, but that it waits for milliseconds where that would wait for seconds.
pub(crate) fn client(address: SocketAddr) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .retry_config(retries)
        .http_client(http);
    Client::from_conf(config.build())
}

async fn create_tables(client: &Client) {
    let names = TableNames::default();
    let tables = [
        (&names.tasks, &["task_id"][..]),
        (&names.events, &["task_id", "event_id"]),
        (&names.counters, &["user_id"]),
    ];
    for (table, keys) in tables {
        let mut create = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
        for (key, kind) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
            let attribute = AttributeDefinition::builder().attribute_name(*key);
            let element = KeySchemaElement::builder().attribute_name(*key).key_type(kind);
            create = create
                .attribute_definitions(
                    attribute.attribute_type(ScalarAttributeType::S).build().expect("whole"),
                )
                .key_schema(element.build().expect("whole"));
        }
        create.send().await.expect("created");
    }
}
