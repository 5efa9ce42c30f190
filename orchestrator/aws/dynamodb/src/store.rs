use crate::{
    Fault,
    items::{self, Item, text},
    writes,
};
use anechoic_orchestrator::{
    EventRow, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Guard, Unavailable, Write},
};
use aws_sdk_dynamodb::{
    Client,
    error::BuildError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, CancellationReason, Put, TransactWriteItem},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often a transaction is tried that is in conflict with others.
const ATTEMPTS: u32 = 12;
/// The longest wait before the first such retry; it doubles from one to the next.
const FIRST_WAIT: Duration = Duration::from_millis(10);
/// The longest of all.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The names of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableNames {
    /// Of tasks.
    pub tasks: String,
    /// Of events.
    pub events: String,
    /// Of counters.
    pub counters: String,
}

impl Default for TableNames {
    fn default() -> TableNames {
        let [tasks, events, counters] =
            ["TaskTable", "TaskEventsTable", "UserConcurrencyTable"].map(String::from);
        TableNames { tasks, events, counters }
    }
}

/// The three tables in DynamoDB.
#[derive(Debug)]
pub struct DynamoStore {
    client: Client,
    tables: TableNames,
    /// What stood in the way of the last request that was not answered.
    fault: Mutex<Option<Fault>>,
}

impl DynamoStore {
    /// The tables with these names, over this client.
    pub fn new(client: Client, tables: TableNames) -> DynamoStore {
        DynamoStore { client, tables, fault: Mutex::new(None) }
    }

    /// Why the last request that went unanswered did, and forgets it.
    pub fn take_fault(&self) -> Option<Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Puts a new task there; if it holds a slot, its user's counter counts it. False if there is one with its id.
    ///
    /// # Errors
    /// [`Unavailable`]; ask again.
    pub async fn insert(&self, task: &Task, row: &TaskRow) -> Result<bool, Unavailable> {
        let build = || {
            let put = Put::builder()
                .table_name(&self.tables.tasks)
                .set_item(Some(items::of_task(task.id, row)))
                .condition_expression("attribute_not_exists(task_id)");
            let mut writes = vec![TransactWriteItem::builder().put(put.build()?).build()];
            if row.slot {
                let count = writes::count(&self.tables, &task.user, 1, Guard::Always)?;
                writes.push(TransactWriteItem::builder().update(count).build());
            }
            Ok(writes)
        };
        let refusal = self.transact(build(), None).await;
        self.answer(refusal.map(|refusal| refusal.is_none()))
    }

    /// The events of a task, by id.
    ///
    /// # Errors
    /// [`Unavailable`]; ask again.
    pub async fn events(&self, task: TaskId) -> Result<Vec<EventRow>, Unavailable> {
        let pages = self
            .client
            .query()
            .table_name(&self.tables.events)
            .key_condition_expression("task_id = :task")
            .expression_attribute_values(":task", text(task))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.map_err(Fault::of);
        self.answer(items.and_then(|items| items.iter().map(items::event).collect()))
    }

    /// Sends a transaction until it is applied (none) or refused (why, by the position of its writes).
    async fn transact(
        &self,
        writes: Result<Vec<TransactWriteItem>, BuildError>,
        token: Option<String>,
    ) -> Result<Option<Vec<CancellationReason>>, Fault> {
        let writes = writes.map_err(|error| Fault::Service(error.to_string()))?;
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .set_client_request_token(token);
        for attempt in 0..ATTEMPTS {
            let Err(error) = request.clone().send().await else { return Ok(None) };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(Fault::of(error));
            };
            let reasons = cancelled.cancellation_reasons();
            match reasons.iter().find_map(failed) {
                Some("ConditionalCheckFailed") => return Ok(Some(reasons.to_vec())),
                // Which condition would have failed first is not known: it must be asked again.
                Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => {
                    let wait = FIRST_WAIT.saturating_mul(1 << attempt).min(LONGEST_WAIT);
                    tokio::time::sleep(wait.mul_f64(fastrand::f64())).await;
                }
                _ => return Err(Fault::of(error)),
            }
        }
        Err(Fault::Conflict { attempts: ATTEMPTS })
    }

    async fn commit_batch(&self, batch: &Batch) -> Result<Commit, Fault> {
        let writes = batch.writes.iter().map(|write| writes::transact_item(&self.tables, write)).collect();
        let token = batch.token.map(|token| format!("{:032x}", token.0));
        let Some(reasons) = self.transact(writes, token).await? else { return Ok(Commit::Applied) };
        let first = reasons.iter().position(|reason| failed(reason).is_some()).unwrap_or_default();
        let of_task = batch.writes.get(first).and_then(Write::task).is_some();
        let item = reasons.get(first).and_then(CancellationReason::item).filter(|_| of_task);
        // There are services that show a row that is not there as one without attributes.
        let task = item.filter(|item| !item.is_empty()).map(items::task).transpose()?;
        Ok(Commit::Refused { write: first, task })
    }

    async fn item(&self, table: &str, key: (&str, String), strong: bool) -> Result<Option<Item>, Fault> {
        let request = self.client.get_item().table_name(table).key(key.0, AttributeValue::S(key.1));
        Ok(request.consistent_read(strong).send().await.map_err(Fault::of)?.item)
    }

    /// An answer, as the handlers know it; what else there is to say of a missing one is kept.
    fn answer<T>(&self, answer: Result<T, Fault>) -> Result<T, Unavailable> {
        answer.map_err(|fault| {
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
            Unavailable
        })
    }
}

impl Store for DynamoStore {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.answer(self.commit_batch(&batch).await)
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        let strong = consistency == Consistency::Strong;
        let item = self.item(&self.tables.tasks, ("task_id", id.to_string()), strong).await;
        self.answer(item.and_then(|item| item.as_ref().map(items::task).transpose()))
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        let item = self.item(&self.tables.counters, ("user_id", user.to_string()), true).await;
        self.answer(item.and_then(|item| item.as_ref().map_or(Ok(Counter::default()), items::counter)))
    }

    /// Reads the whole table of tasks, page by page: an index by user could not be read consistently.
    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        let mut pages = self
            .client
            .scan()
            .table_name(&self.tables.tasks)
            .filter_expression("user_id = :user AND #slot = :held")
            .expression_attribute_names("#slot", "slot")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":held", AttributeValue::Bool(true))
            .select(aws_sdk_dynamodb::types::Select::Count)
            .consistent_read(true)
            .into_paginator()
            .send();
        let mut slots = 0;
        while let Some(page) = pages.next().await {
            slots += i64::from(self.answer(page.map_err(Fault::of))?.count());
        }
        Ok(slots)
    }
}

/// Why this write failed; none if it did not.
fn failed(reason: &CancellationReason) -> Option<&str> {
    reason.code().filter(|code| *code != "None")
}
