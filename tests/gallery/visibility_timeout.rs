use crate::ask;
use anechoic::{Client, Failed, Room, Scenario, Seen, Service};

#[derive(Debug, Default, Hash)]
struct Queue {
    is_in_flight: bool,
    is_gone: bool,
    is_marked: bool,
    effects: u32,
}

#[derive(Debug, Hash)]
enum Ask {
    Receive,
    TimeOut,
    IsMarked,
    Act,
    Mark,
    ActAndMark,
    Delete,
}

impl Service for Queue {
    type Request = Ask;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, ask: &Ask) -> bool {
        match ask {
            Ask::Receive => return !self.is_gone && !std::mem::replace(&mut self.is_in_flight, true),
            Ask::TimeOut => self.is_in_flight = false,
            Ask::IsMarked => return self.is_marked,
            Ask::Act => self.effects += 1,
            Ask::Mark => self.is_marked = true,
            Ask::ActAndMark => self.effects += u32::from(!std::mem::replace(&mut self.is_marked, true)),
            Ask::Delete => self.is_gone = true,
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Worker {
    Acts,
    ChecksThenMarks,
    OneTransaction,
}

async fn work(queue: Client<Queue>, worker: Worker) -> Result<(), Failed> {
    if !queue.call(Ask::Receive).await? {
        return Ok(());
    }
    if worker == Worker::OneTransaction {
        queue.call(Ask::ActAndMark).await?;
    } else if worker == Worker::Acts || !queue.call(Ask::IsMarked).await? {
        queue.call(Ask::Act).await?;
        queue.call(Ask::Mark).await?;
    }
    queue.call(Ask::Delete).await?;
    Ok(())
}

impl Scenario for Worker {
    type Service = Queue;

    fn service(&self) -> Queue {
        Queue::default()
    }

    fn set_up(&self, room: &mut Room<Queue>, _: &[usize]) {
        let version = *self;
        room.carriers("worker", 2, move |queue| work(queue, version));
        room.environment("the message is visible again", 1, |it| ask(it, Ask::TimeOut));
    }

    fn observe(&self, queue: &Queue, seen: &mut Seen) {
        seen.cell("effects", queue.effects);
        seen.done("task", queue.is_gone);
    }
}

entry! {
    "visibility-timeout", "celery/celery #5935, celery/kombu #337",
    "A task runs longer than its message stays invisible, and is delivered again beside itself.",
    "as reported": "acts on what it receives" => Worker::Acts,
    "checks, then marks": "acts unless a mark says that it was done" => Worker::ChecksThenMarks,
    "one transaction": "acts and marks in one" => Worker::OneTransaction,
}
