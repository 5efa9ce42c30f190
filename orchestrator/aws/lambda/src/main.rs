//! The function. Its tables are `TaskTable`, `TaskEventsTable` and `UserConcurrencyTable`, unless `TASK_TABLE`,
//! `EVENTS_TABLE` and `CONCURRENCY_TABLE` name others; `BLUEPRINT_FUNCTION`, `PRE_FLIGHT_FUNCTION`, `GUARDRAIL_FUNCTION`
//! and `SESSION_FUNCTION` name the functions that it asks.
use anechoic_dynamodb::{DynamoStore, TableNames};
use anechoic_lambda::{Services, World, handler};
use aws_durable_execution_sdk as durable;
use std::env;

#[tokio::main]
async fn main() -> Result<(), durable::lambda_runtime::Error> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let named = |variable: &str| env::var(variable).ok().filter(|name| !name.is_empty());
    let defaults = TableNames::default();
    let tables = TableNames {
        tasks: named("TASK_TABLE").unwrap_or(defaults.tasks),
        events: named("EVENTS_TABLE").unwrap_or(defaults.events),
        counters: named("CONCURRENCY_TABLE").unwrap_or(defaults.counters),
    };
    let services = Services {
        client: durable::LambdaClient::new(&config),
        blueprint: named("BLUEPRINT_FUNCTION"),
        pre_flight: named("PRE_FLIGHT_FUNCTION"),
        guardrail: named("GUARDRAIL_FUNCTION"),
        session: named("SESSION_FUNCTION"),
    };
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), tables);
    durable::run(handler(World { store, services })).await
}
