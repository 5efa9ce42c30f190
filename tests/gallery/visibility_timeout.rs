use anechoic::{
    Both, Client, Failed, Room, Scenario, Seen,
    services::{
        Api, Queue, Table, api,
        queue::{Request, Told},
        table,
    },
};

/// The queue; what the task does, and the marks of what was done.
type Tasks = Both<Queue<&'static str>, Both<Api<&'static str, &'static str>, Table<&'static str, bool>>>;

#[derive(Clone, Copy, PartialEq)]
enum Worker {
    Acts,
    ChecksThenMarks,
    HasAKey,
}

async fn work(tasks: Client<Tasks>, worker: Worker) -> Result<(), Failed> {
    let (queue, effects, marks) = (tasks.first(), tasks.second().first(), tasks.second().second());
    let Told::Message(receipt, task) = queue.call(Request::Receive).await? else { return Ok(()) };
    if worker == Worker::Acts || marks.call(table::Request::Get(task)).await?.row().is_none() {
        // The mark alone cannot do it: another may act between the look and the mark.
        let key = (worker == Worker::HasAKey).then_some(task);
        effects.call(api::Request::Post { key, body: task }).await?.made().ok_or(Failed)?;
        marks.call(table::Request::Put(task, true)).await?;
    }
    queue.call(Request::Delete(receipt)).await?;
    Ok(())
}

async fn time_out(tasks: Client<Tasks>) -> Result<(), Failed> {
    tasks.first().call(Request::TimeOut).await?;
    Ok(())
}

impl Scenario for Worker {
    type Service = Tasks;

    fn service(&self) -> Tasks {
        Both(Queue::new("queue").with("task"), Both(Api::new("effects"), Table::new("marks")))
    }

    fn set_up(&self, room: &mut Room<Tasks>, _: &[usize]) {
        let version = *self;
        room.carriers("worker", 2, move |tasks| work(tasks, version));
        room.environment("the message is visible again", 1, time_out);
    }

    fn observe(&self, tasks: &Tasks, seen: &mut Seen) {
        seen.cell("effects", tasks.1.0.made());
        seen.done("task", !tasks.0.holds(&"task"));
    }
}

entry! {
    "visibility-timeout", "celery/celery #5935, celery/kombu #337",
    "A task runs longer than its message stays invisible, and is delivered again beside itself.",
    "as reported": "acts on what it receives" => Worker::Acts,
    "checks, then marks": "acts unless a mark says that it was done" => Worker::ChecksThenMarks,
    "a key": "what it does goes by the task as its key" => Worker::HasAKey,
}
