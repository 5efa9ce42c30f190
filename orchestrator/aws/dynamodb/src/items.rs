//! Rows as items, and items as rows.
use crate::Fault;
use anechoic_orchestrator::{
    EventId, EventKind, EventRow, SessionId, Status, TaskId, TaskRow, UserId, store::Counter,
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use std::{collections::HashMap, str::FromStr};

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A time, such that text sorts as times do.
pub(crate) fn time(time: Timestamp) -> AttributeValue {
    text(format!("{time:.9}"))
}

pub(crate) fn of_task(id: TaskId, row: &TaskRow) -> Item {
    let present = [
        ("task_id", Some(text(id))),
        ("user_id", Some(text(&row.user))),
        ("status", Some(text(row.status))),
        ("slot", Some(AttributeValue::Bool(row.slot))),
        ("error_message", row.error_message.as_ref().map(text)),
        ("session_id", row.session.as_ref().map(|session| text(session.as_str()))),
        ("started_at", row.started_at.map(time)),
        ("agent_heartbeat_at", row.heartbeat_at.map(time)),
        ("updated_at", Some(time(row.updated_at))),
    ];
    present.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?))).collect()
}

pub(crate) fn of_event(event: &EventRow) -> Item {
    let attributes = [
        ("task_id", text(event.task)),
        ("event_id", text(event.id.0)),
        ("event_type", text(event.kind.name())),
        ("timestamp", time(event.at)),
    ];
    attributes.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

pub(crate) fn task(item: &Item) -> Result<TaskRow, Fault> {
    let read = Reader { item, key: "task_id" };
    Ok(TaskRow {
        user: UserId::new(read.text("user_id")?),
        status: read.named("status", Status::named, &Status::ALL.map(Status::name))?,
        slot: match item.get("slot") {
            Some(AttributeValue::Bool(slot)) => *slot,
            found => return Err(read.wrong("slot", found, "true or false")),
        },
        error_message: read.optional("error_message")?.map(Into::into),
        session: read.optional("session_id")?.map(SessionId::new),
        started_at: read.optional_time("started_at")?,
        heartbeat_at: read.optional_time("agent_heartbeat_at")?,
        updated_at: read.parsed("updated_at", "a time")?,
    })
}

pub(crate) fn event(item: &Item) -> Result<EventRow, Fault> {
    let read = Reader { item, key: "event_id" };
    Ok(EventRow {
        task: TaskId(read.parsed("task_id", "a ULID")?),
        id: EventId(read.parsed("event_id", "a ULID")?),
        kind: read.named("event_type", EventKind::named, &EventKind::ALL.map(EventKind::name))?,
        at: read.parsed("timestamp", "a time")?,
    })
}

pub(crate) fn counter(item: &Item) -> Result<Counter, Fault> {
    let read = Reader { item, key: "user_id" };
    Ok(Counter { count: read.number("active_count")?, version: read.number("version")? })
}

/// Reads an item's attributes; errors name it by its key.
struct Reader<'i> {
    item: &'i Item,
    key: &'static str,
}

impl<'i> Reader<'i> {
    fn text(&self, attribute: &'static str) -> Result<&'i str, Fault> {
        self.optional(attribute)?.ok_or_else(|| self.wrong(attribute, None, "a text"))
    }

    fn optional(&self, attribute: &'static str) -> Result<Option<&'i str>, Fault> {
        match self.item.get(attribute) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            found => Err(self.wrong(attribute, found, "a text")),
        }
    }

    fn parsed<T: FromStr>(&self, attribute: &'static str, expected: &str) -> Result<T, Fault> {
        let text = self.text(attribute)?;
        text.parse().map_err(|_| self.wrong(attribute, self.item.get(attribute), expected))
    }

    fn optional_time(&self, attribute: &'static str) -> Result<Option<Timestamp>, Fault> {
        self.optional(attribute)?.map(|_| self.parsed(attribute, "a time")).transpose()
    }

    fn named<T>(
        &self,
        attribute: &'static str,
        named: impl Fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Result<T, Fault> {
        let expected = || format!("one of {}", names.join(", "));
        named(self.text(attribute)?)
            .ok_or_else(|| self.wrong(attribute, self.item.get(attribute), &expected()))
    }

    fn number<T: FromStr>(&self, attribute: &'static str) -> Result<T, Fault> {
        let found = self.item.get(attribute);
        let number = found.and_then(|value| value.as_n().ok()?.parse().ok());
        number.ok_or_else(|| self.wrong(attribute, found, "a whole number"))
    }

    fn wrong(&self, attribute: &'static str, found: Option<&AttributeValue>, expected: &str) -> Fault {
        let key = self.item.get(self.key).and_then(|key| key.as_s().ok()).map_or("an item", String::as_str);
        let found = match found {
            None => "not there".into(),
            Some(AttributeValue::S(text)) => format!("{text:?}"),
            Some(AttributeValue::N(number)) => number.clone(),
            Some(other) => format!("{other:?}"),
        };
        Fault::Value { item: format!("{} {key}", self.key), attribute, found, expected: expected.into() }
    }
}
