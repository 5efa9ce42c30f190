use crate::{
    World,
    carried::{Carried, serve},
};
use anechoic_orchestrator::{Error, Status, Store, Task, TaskId, Terms, run_task, store::Consistency};
use aws_durable_execution_sdk::{BoxError, DurableContext};
use serde::Deserialize;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::{runtime::Handle, sync::mpsc, task};

/// What an execution is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The task to carry to its end.
    pub task_id: String,
    /// So many tasks of its user are active at once; three, if nothing is said.
    pub cap: Option<i64>,
    /// So many seconds between two looks at a queue or an agent; thirty, if nothing is said.
    pub poll_seconds: Option<u64>,
    /// So many looks at an agent, and then its time is up; those of eight hours, if nothing is said.
    pub polls: Option<u32>,
}

impl Request {
    fn terms(&self) -> Terms {
        let terms = Terms::default();
        Terms {
            cap: self.cap.unwrap_or(terms.cap),
            poll_every: self.poll_seconds.map_or(terms.poll_every, Duration::from_secs),
            polls: self.polls.unwrap_or(terms.polls),
        }
    }
}

type Execution = Pin<Box<dyn Future<Output = Result<Status, BoxError>> + Send>>;

/// The durable function: carries a task to its end, and returns to which.
pub fn handler(world: World) -> impl Fn(Request, DurableContext) -> Execution + Send + Sync + 'static {
    let world = Arc::new(world);
    move |request, context| Box::pin(carry(world.clone(), request, context))
}

async fn carry(world: Arc<World>, request: Request, context: DurableContext) -> Result<Status, BoxError> {
    let id = request.task_id.parse();
    let id: TaskId = id.map_err(|_| format!("{:?} is no task's id", request.task_id))?;
    // A task's user never changes, so a replay finds the same.
    let row = world.task(id, Consistency::Strong).await.map_err(|unavailable| {
        world.store.take_fault().map_or_else(|| BoxError::from(unavailable), BoxError::from)
    })?;
    let row = row.ok_or(Error::UnknownTask(id))?;
    let (task, terms) = (Task { id, user: row.user }, request.terms());
    let (ask, asks) = mpsc::unbounded_channel();
    let runtime = Handle::current();
    let workflow = task::spawn_blocking(move || {
        let carried = Carried::new(ask);
        runtime.block_on(carried.run(run_task(&carried, &*world, &task, &terms)))
    });
    serve(&context, asks).await?;
    Ok(workflow.await???)
}
