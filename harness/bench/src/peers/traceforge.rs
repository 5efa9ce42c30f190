//! traceforge: a thread for each caller, and a server that owns the tables and answers messages.
use super::finds_nothing;
use crate::{
    measure::{Goal, Said},
    subject::{Access, Variant, call, is_right, poll_once, surround, tables},
};
use anechoic_orchestrator::store::{Batch, Commit, Tables};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use traceforge::{
    Config,
    channel::{self, Sender},
    recv_msg_block, send_msg,
    thread::{self, ThreadId},
};

#[derive(Clone, Debug, PartialEq)]
enum Message {
    Commit(Batch, Sender<Commit>),
    Show(Sender<Tables>),
}

fn serve() {
    let mut tables = tables();
    loop {
        match recv_msg_block() {
            Message::Commit(batch, answer) => answer.send_msg(tables.commit(&batch)),
            Message::Show(answer) => answer.send_msg(tables.clone()),
        }
    }
}

struct Served(ThreadId);

impl Access for Served {
    async fn commit(&self, batch: Batch) -> Commit {
        let answer = channel::Builder::<Commit>::new().build();
        send_msg(self.0, Message::Commit(batch, answer.0));
        answer.1.recv_msg_block()
    }
}

pub(crate) fn measure(variant: Variant, callers: usize, goal: Goal) -> Said {
    /// It has no time limit of its own; so many runs take it about a minute.
    const MOST: u64 = 400_000;
    let runs = Arc::new(AtomicU64::new(0));
    let counted = runs.clone();
    let config = Config::builder().with_progress_report(usize::MAX).with_max_iterations(MOST).build();
    let well = finds_nothing(|| {
        traceforge::verify(config, move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let server = thread::Builder::new().name("tables".into()).spawn_daemon(serve).expect("a thread");
            let server = server.thread().id();
            let around = Arc::new(surround(Served(server)));
            let callers: Vec<_> = (0..callers)
                .map(|_| {
                    let around = around.clone();
                    thread::spawn(move || poll_once(call(&around, variant)))
                })
                .collect();
            for caller in callers {
                caller.join().expect("it ends");
            }
            let shown = channel::Builder::<Tables>::new().build();
            send_msg(server, Message::Show(shown.0));
            let tables: Tables = shown.1.recv_msg_block();
            traceforge::assert(goal == Goal::Exhaust || is_right(&tables));
        });
    });
    let executions = runs.load(Ordering::Relaxed);
    Said { executions, states: 0, exhausted: well && executions < MOST, found: !well }
}
