//! DynamoDB as a function: what a request does to tables of this content, and what it is answered.
//!
//! The embedded engine is only asked to compute. It is brought to the content that a run has come to, carries out one request,
//! and its tables are read back; and what it did once to the same tables is known.
use crate::{
    ask::{Answer, Ask},
    table::{Table, TableSpec, plain},
};
use dynoxide::{Database, DynoxideError};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use xxhash_rust::xxh3::xxh3_128;

/// The tables of a run, in the order of the site.
pub(crate) type Tables = Vec<Arc<Table>>;

/// The operations that we know, whether they change anything, and how the engine calls them.
macro_rules! operations {
    ($($name:literal $method:ident $writes:literal;)+) => {
        fn carry_out(database: &Database, operation: &str, body: &str) -> Result<String, DynoxideError> {
            fn parsed<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, DynoxideError> {
                serde_json::from_str(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))
            }
            fn said(answer: impl serde::Serialize) -> String {
                // Keys in order, so that the same answer is the same text.
                serde_json::to_value(answer).unwrap_or_default().to_string()
            }
            match operation {
                $($name => database.$method(parsed(body)?).map(said),)+
                other => {
                    let known = [$($name),+].join(", ");
                    let why = format!("{other} is not served at the gate; what is: {known}");
                    Err(DynoxideError::ValidationException(why))
                }
            }
        }

        /// Whether an operation may change a table. One that is not known changes nothing.
        pub(crate) fn writes(operation: &str) -> bool {
            match operation {
                $($name => $writes,)+
                _ => false,
            }
        }

        /// Whether it is served.
        pub(crate) fn is_served(operation: &str) -> bool {
            [$($name),+].contains(&operation)
        }
    };
}

operations! {
    "GetItem" get_item false;
    "BatchGetItem" batch_get_item false;
    "TransactGetItems" transact_get_items false;
    "Query" query false;
    "Scan" scan false;
    "DescribeTable" describe_table false;
    "PutItem" put_item true;
    "UpdateItem" update_item true;
    "DeleteItem" delete_item true;
    "BatchWriteItem" batch_write_item true;
    "TransactWriteItems" transact_write_items true;
}

/// The engine, and what is known of what it does.
pub(crate) struct Dynamo {
    database: Database,
    specs: Arc<[TableSpec]>,
    /// What its tables hold now.
    content: Tables,
    known: FxHashMap<(u128, u128), (Arc<Answer>, Option<Tables>)>,
    /// Tables of equal content are the same.
    tables: FxHashMap<(usize, u128), Arc<Table>>,
}

impl Dynamo {
    /// Makes the tables, and fills them.
    pub(crate) fn new(specs: Arc<[TableSpec]>) -> Result<(Dynamo, Tables), String> {
        let database = Database::memory().map_err(|error| format!("no database in memory: {error}"))?;
        for spec in specs.iter() {
            carry_out_table(&database, &spec.create())
                .map_err(|error| format!("table `{}` cannot be made: {error}", spec.name))?;
            for item in &spec.rows {
                let put = json!({"TableName": spec.name, "Item": item}).to_string();
                carry_out(&database, "PutItem", &put).map_err(|error| {
                    format!("a row of table `{}` does not fit: {error}: {}", spec.name, plain(item))
                })?;
            }
        }
        let content = Vec::new();
        let mut dynamo =
            Dynamo { database, specs, content, known: FxHashMap::default(), tables: FxHashMap::default() };
        dynamo.content = (0..dynamo.specs.len()).map(|at| dynamo.read_back(at)).collect::<Result<_, _>>()?;
        let beginning = dynamo.content.clone();
        Ok((dynamo, beginning))
    }

    /// What a request is answered, and the tables afterwards, if they change.
    pub(crate) fn apply(
        &mut self,
        tables: &Tables,
        operation: &str,
        ask: &Ask,
    ) -> (Arc<Answer>, Option<Tables>) {
        let all: Vec<u8> = tables.iter().flat_map(|table| table.digest().to_le_bytes()).collect();
        let key = (xxh3_128(&all), ask.digest());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let (answer, after) =
            self.work_out(tables, operation, ask).unwrap_or_else(|error| (refusal(&error), None));
        let outcome = (Arc::new(answer), after.filter(|after| after != tables));
        self.known.insert(key, outcome.clone());
        outcome
    }

    fn work_out(
        &mut self,
        tables: &Tables,
        operation: &str,
        ask: &Ask,
    ) -> Result<(Answer, Option<Tables>), DynoxideError> {
        self.bring_to(tables)?;
        let mut body = ask.json();
        if let Some(fields) = body.as_object_mut() {
            // What a token stands for is the run's to know, and not the engine's, which is asked about many runs.
            fields.remove("ClientRequestToken");
        }
        let text = carry_out(&self.database, operation, &body.to_string());
        if writes(operation) {
            let read_back = (0..tables.len()).map(|at| self.read_back(at));
            self.content = read_back.collect::<Result<_, _>>().map_err(DynoxideError::InternalServerError)?;
        }
        Ok((answer(200, text?), writes(operation).then(|| self.content.clone())))
    }

    fn bring_to(&mut self, tables: &Tables) -> Result<(), DynoxideError> {
        for (at, (is, should)) in self.content.iter_mut().zip(tables).enumerate() {
            if is == should {
                continue;
            }
            let spec = &self.specs[at];
            for (_, item) in should.rows().filter(|(key, item)| is.row(key) != Some(*item)) {
                let put = format!("{{\"TableName\":{},\"Item\":{item}}}", Value::from(&*spec.name));
                carry_out(&self.database, "PutItem", &put)?;
            }
            for (_, item) in is.rows().filter(|(key, _)| should.row(key).is_none()) {
                let item: Value = serde_json::from_str(item).unwrap_or_default();
                let delete = json!({"TableName": spec.name, "Key": spec.key_of(&item)}).to_string();
                carry_out(&self.database, "DeleteItem", &delete)?;
            }
            *is = should.clone();
        }
        Ok(())
    }

    fn read_back(&mut self, at: usize) -> Result<Arc<Table>, String> {
        let spec = &self.specs[at];
        let (mut rows, mut from) = (BTreeMap::new(), Value::Null);
        loop {
            let mut scan = json!({"TableName": spec.name, "ConsistentRead": true});
            if !from.is_null() {
                scan["ExclusiveStartKey"] = from.take();
            }
            let page =
                carry_out(&self.database, "Scan", &scan.to_string()).map_err(|error| error.to_string())?;
            let mut page: Value = serde_json::from_str(&page).map_err(|error| error.to_string())?;
            for item in page["Items"].as_array().into_iter().flatten() {
                rows.insert(spec.key_of(item).to_string(), item.to_string().into());
            }
            from = page["LastEvaluatedKey"].take();
            if from.is_null() {
                break;
            }
        }
        let table = Arc::new(Table::new(rows));
        Ok(self.tables.entry((at, table.digest())).or_insert(table).clone())
    }
}

fn carry_out_table(database: &Database, create: &Value) -> Result<(), DynoxideError> {
    let request = serde_json::from_value(create.clone())
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    database.create_table(request).map(drop)
}

fn answer(status: u16, body: String) -> Answer {
    let content_type = ("content-type".to_string(), "application/x-amz-json-1.0".to_string());
    Answer { status, headers: vec![content_type], body: body.into() }
}

fn refusal(error: &DynoxideError) -> Answer {
    answer(error.status_code(), error.to_json())
}

/// What somebody is answered whose token stands for another transaction.
pub(crate) fn mismatch() -> Answer {
    let kind = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException";
    answer(400, json!({"__type": kind, "message": "the token was used with other parameters"}).to_string())
}
