//! A queue whose messages are invisible while somebody works on them.
use crate::{Footprint, Service, Text};
use std::{fmt::Debug, hash::Hash, marker::PhantomData};

/// A queue, as SQS and its like: a message that is received is invisible until it is deleted, or until its time-out, after which
/// it is received again. So a message is delivered at least once, also beside itself. Which of the visible messages is received
/// is a choice, unless the queue is [ordered](Queue::ordered).
///
/// The time-out is [`Request::TimeOut`], for an [environment](crate::Room::environment) actor.
///
/// A worker that acts and then deletes its message acts twice, without any fault, if it is slow; with the message as its
/// idempotency key it does not:
///
/// ```
/// use anechoic::services::{Api, Queue, api, queue::{Request, Told}};
/// use anechoic::{Both, Client, Failed, Room, Scenario, Seen};
///
/// type Shop = Both<Queue<&'static str>, Api<&'static str, &'static str>>;
///
/// async fn work(shop: Client<Shop>) -> Result<(), Failed> {
///     let (jobs, mailer) = (shop.first(), shop.second());
///     let Told::Message(receipt, job) = jobs.call(Request::Receive).await? else { return Ok(()) };
///     let mail = api::Request::Post { key: Some(job), body: "mail" };
///     mailer.call(mail).await?.made().ok_or(Failed)?;     // not to look at the answer would lose mails
///     jobs.call(Request::Delete(receipt)).await?;
///     Ok(())
/// }
///
/// async fn time_out(shop: Client<Shop>) -> Result<(), Failed> {
///     shop.first().call(Request::TimeOut).await?;
///     Ok(())
/// }
///
/// struct Mails;
/// impl Scenario for Mails {
///     type Service = Shop;
///     fn service(&self) -> Shop { Both(Queue::new("jobs").with("welcome"), Api::new("mails")) }
///     fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
///         room.carriers("worker", 2, work);
///         room.environment("the message is visible again", 1, time_out);
///     }
///     fn observe(&self, shop: &Shop, seen: &mut Seen) {
///         seen.cell("mails", shop.1.made());
///         seen.done("welcome", !shop.0.holds(&"welcome"));
///     }
/// }
/// anechoic::checker!("one_mail_for_each_message").faults(1).assert(|_| Mails);
/// ```
#[derive(Clone, Debug, Hash)]
pub struct Queue<M, A = ()> {
    name: Text,
    is_ordered: bool,
    /// How many were ever sent.
    sent: u32,
    messages: Vec<Message<M>>,
    answer: PhantomData<fn() -> A>,
}

#[derive(Clone, Debug, Hash)]
struct Message<M> {
    number: u32,
    body: M,
    receives: u32,
    is_visible: bool,
}

/// Which message was received, and how often it had been: who received it before has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    message: u32,
    receives: u32,
}

/// What is asked of a [`Queue`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request<M> {
    /// Adds a message. Sent twice, it is there twice.
    Send(M),
    /// Receives a visible message, if there is one, and makes it invisible.
    Receive,
    /// Deletes a message. If it has been received again since, it stays.
    Delete(Receipt),
    /// Makes a message visible again without waiting for its time-out, unless it has been received again since.
    GiveBack(Receipt),
    /// The time is up of a message that somebody works on: it is visible again. Nothing, if nobody works on any.
    TimeOut,
}

/// What a [`Queue`] answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told<M> {
    /// It is done.
    Done,
    /// A message.
    Message(Receipt, M),
    /// No message is visible.
    Empty,
    /// The message is gone, or has been received again since.
    OutOfDate,
}

impl<M, A> Queue<M, A> {
    /// An empty queue of this name.
    pub fn new(name: impl Into<Text>) -> Queue<M, A> {
        let (is_ordered, sent, messages) = (false, 0, Vec::new());
        Queue { name: name.into(), is_ordered, sent, messages, answer: PhantomData }
    }

    /// The same, with this message.
    #[must_use]
    pub fn with(mut self, message: M) -> Queue<M, A> {
        self.send(message);
        self
    }

    /// The same, and the visible message that was sent first is received first.
    #[must_use]
    pub fn ordered(self) -> Queue<M, A> {
        Queue { is_ordered: true, ..self }
    }

    /// The messages that are not deleted, in the order in which they were sent.
    pub fn messages(&self) -> impl Iterator<Item = &M> {
        self.messages.iter().map(|message| &message.body)
    }

    /// Whether a message is there that is not deleted.
    pub fn holds(&self, body: &M) -> bool
    where
        M: PartialEq,
    {
        self.messages().any(|message| message == body)
    }

    fn send(&mut self, body: M) {
        self.sent += 1;
        self.messages.push(Message { number: self.sent, body, receives: 0, is_visible: true });
    }

    /// Where the messages are that are visible, or that are not.
    fn at(&self, visible: bool) -> Vec<usize> {
        (0..self.messages.len()).filter(|at| self.messages[*at].is_visible == visible).collect()
    }

    fn of(&self, receipt: Receipt) -> Option<usize> {
        let is_it =
            |message: &Message<M>| (message.number, message.receives) == (receipt.message, receipt.receives);
        self.messages.iter().position(is_it)
    }
}

impl<M, A> Service for Queue<M, A>
where
    M: Clone + Debug + Hash + 'static,
    A: Clone + Debug + Hash + 'static,
{
    type Request = Request<M>;
    type Response = Told<M>;
    type Answer = A;

    fn snapshot(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request<M>) -> Told<M> {
        self.apply_choice(request, 0)
    }

    fn choices(&self, request: &Request<M>) -> u32 {
        let ways = match request {
            Request::Receive if !self.is_ordered => self.at(true).len(),
            Request::TimeOut => self.at(false).len(),
            _ => 1,
        };
        ways.max(1) as u32
    }

    fn apply_choice(&mut self, request: &Request<M>, way: u32) -> Told<M> {
        match request {
            Request::Send(body) => self.send(body.clone()),
            Request::Receive => {
                let Some(at) = self.at(true).get(way as usize).copied() else { return Told::Empty };
                let message = &mut self.messages[at];
                (message.is_visible, message.receives) = (false, message.receives + 1);
                let receipt = Receipt { message: message.number, receives: message.receives };
                return Told::Message(receipt, message.body.clone());
            }
            Request::Delete(receipt) => match self.of(*receipt) {
                Some(at) => drop(self.messages.remove(at)),
                None => return Told::OutOfDate,
            },
            Request::GiveBack(receipt) => match self.of(*receipt) {
                Some(at) => self.messages[at].is_visible = true,
                None => return Told::OutOfDate,
            },
            Request::TimeOut => {
                if let Some(at) = self.at(false).get(way as usize) {
                    self.messages[*at].is_visible = true;
                }
            }
        }
        Told::Done
    }

    fn footprint(&self, request: &Request<M>) -> Footprint {
        // Which messages there are decides in how many ways one is received, so all of them are one.
        let _ = request;
        Footprint::nothing().writes(&"messages")
    }

    fn describe(&self, request: &Request<M>) -> String {
        match request {
            Request::Send(body) => format!("send {body:?}"),
            Request::Receive => "receive".into(),
            Request::Delete(Receipt { message, .. }) => format!("delete message {message}"),
            Request::GiveBack(Receipt { message, .. }) => format!("give back message {message}"),
            Request::TimeOut => "time out".into(),
        }
    }

    fn describe_response(&self, told: &Told<M>) -> String {
        match told {
            Told::Done => "done".into(),
            Told::Message(receipt, body) => format!("message {}: {body:?}", receipt.message),
            Told::Empty => "no message".into(),
            Told::OutOfDate => "the receipt is out of date".into(),
        }
    }

    fn reaches(&self, _: &Request<M>) -> Vec<Text> {
        vec![self.name.clone()]
    }

    /// One cell: the messages that are not deleted.
    fn cells(&self) -> Vec<(Text, String)> {
        let message = |message: &Message<M>| {
            format!("{:?}{}", message.body, if message.is_visible { "" } else { " (received)" })
        };
        let messages: Vec<String> = self.messages.iter().map(message).collect();
        vec![(self.name.clone(), format!("[{}]", messages.join(", ")))]
    }
}
