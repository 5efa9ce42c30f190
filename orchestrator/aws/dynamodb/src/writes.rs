//! What a write asks and does, in DynamoDB's expressions.
use crate::{
    TableNames,
    items::{self, number, text, time},
};
use anechoic_orchestrator::{
    EventRow, Status, TaskId, UserId,
    store::{Guard, TaskWrite, Write},
};
use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeValue, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem, Update,
        builders::UpdateBuilder,
    },
};
use jiff::Timestamp;

pub(crate) fn transact_item(tables: &TableNames, write: &Write) -> Result<TransactWriteItem, BuildError> {
    let item = TransactWriteItem::builder();
    Ok(match write {
        Write::Task(change) => item.update(change_task(tables, change)?),
        Write::Beat { task, at } => item.update(beat(tables, *task, *at)?),
        Write::PutEvent(event) => item.put(put_event(tables, event, None)?),
        Write::AppendEvent(event) => {
            item.put(put_event(tables, event, Some("attribute_not_exists(event_id)"))?)
        }
        Write::Count { user, delta, guard } => item.update(count(tables, user, *delta, *guard)?),
    }
    .build())
}

/// An update of a task's row, which is shown if its condition fails.
fn update_task(tables: &TableNames, id: TaskId) -> UpdateBuilder {
    Update::builder()
        .table_name(&tables.tasks)
        .key("task_id", text(id))
        .expression_attribute_names("#status", "status")
        .return_values_on_condition_check_failure(AllOld)
}

fn change_task(tables: &TableNames, change: &TaskWrite) -> Result<Update, BuildError> {
    let mut update = update_task(tables, change.id)
        .expression_attribute_values(":from", text(change.expect.status))
        .expression_attribute_values(":to", text(change.status))
        .expression_attribute_values(":at", time(change.at));
    let mut condition = vec!["#status = :from"];
    let mut sets = vec!["#status = :to", "updated_at = :at"];
    if change.expect.slot.is_some() || change.slot.is_some() {
        update = update.expression_attribute_names("#slot", "slot");
    }
    if let Some(slot) = change.expect.slot {
        update = update.expression_attribute_values(":has_slot", AttributeValue::Bool(slot));
        condition.push("#slot = :has_slot");
    }
    match change.expect.heartbeat {
        Some(Some(heartbeat)) => {
            update = update.expression_attribute_values(":heard", time(heartbeat));
            condition.push("agent_heartbeat_at = :heard");
        }
        Some(None) => condition.push("attribute_not_exists(agent_heartbeat_at)"),
        None => {}
    }
    if let Some(slot) = change.slot {
        update = update.expression_attribute_values(":slot", AttributeValue::Bool(slot));
        sets.push("#slot = :slot");
    }
    if let Some(message) = &change.error_message {
        update = update.expression_attribute_values(":message", text(message));
        sets.push("error_message = :message");
    }
    if let Some(session) = &change.session {
        update = update.expression_attribute_values(":session", text(session.as_str()));
        sets.push("session_id = :session");
        sets.push("started_at = :at");
    }
    update
        .condition_expression(condition.join(" AND "))
        .update_expression(format!("SET {}", sets.join(", ")))
        .build()
}

fn beat(tables: &TableNames, task: TaskId, at: Timestamp) -> Result<Update, BuildError> {
    let mut update = update_task(tables, task).expression_attribute_values(":at", time(at));
    let mut at_work = Vec::new();
    for status in Status::ALL.into_iter().filter(|status| status.is_at_work()) {
        update = update.expression_attribute_values(format!(":{status}"), text(status));
        at_work.push(format!(":{status}"));
    }
    let condition = format!(
        "#status IN ({}) AND (attribute_not_exists(agent_heartbeat_at) OR agent_heartbeat_at < :at)",
        at_work.join(", ")
    );
    update.condition_expression(condition).update_expression("SET agent_heartbeat_at = :at").build()
}

fn put_event(tables: &TableNames, event: &EventRow, condition: Option<&str>) -> Result<Put, BuildError> {
    Put::builder()
        .table_name(&tables.events)
        .set_item(Some(items::of_event(event)))
        .set_condition_expression(condition.map(Into::into))
        .build()
}

pub(crate) fn count(
    tables: &TableNames,
    user: &UserId,
    delta: i64,
    guard: Guard,
) -> Result<Update, BuildError> {
    // A user without a counter has a new one: at zero, and never changed.
    let (condition, bound) = match guard {
        Guard::Always => (None, None),
        Guard::AboveZero => (Some("active_count > :bound"), Some(number(0))),
        Guard::Below(cap) if cap > 0 => {
            (Some("attribute_not_exists(user_id) OR active_count < :bound"), Some(number(cap)))
        }
        Guard::Below(cap) => (Some("active_count < :bound"), Some(number(cap))),
        Guard::At(0) => (Some("attribute_not_exists(user_id)"), None),
        Guard::At(version) => (Some("#version = :bound"), Some(number(version))),
    };
    let mut update = Update::builder()
        .table_name(&tables.counters)
        .key("user_id", text(user))
        .update_expression("ADD active_count :delta, #version :one")
        .expression_attribute_names("#version", "version")
        .expression_attribute_values(":delta", number(delta))
        .expression_attribute_values(":one", number(1))
        .set_condition_expression(condition.map(Into::into));
    if let Some(bound) = bound {
        update = update.expression_attribute_values(":bound", bound);
    }
    update.build()
}
