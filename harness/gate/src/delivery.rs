//! The delivery of an event to a handler: an actor of a run.
use crate::{ask::Ended, conversation::Conversation, event::Event, said::Said, site::Site, world::World};
use anechoic_engine::{Asks, Failure, Invocation, Over, Reply, Ticket};
use std::sync::Arc;

/// A delivery that is under way.
pub(crate) struct Delivery {
    pub(crate) event: Event,
    pub(crate) site: Arc<Site>,
    pub(crate) process: Conversation,
}

impl Invocation<World> for Delivery {
    fn resume(&mut self, reply: Option<(Ticket, Reply<World>)>, asks: &mut Asks<World>) {
        let step = match reply {
            None => self.process.begin(&self.event),
            Some((ticket, reply)) => self.process.tell(ticket, &reply),
        };
        let step = match step {
            Ok(step) => step,
            Err(trouble) => return asks.end(self.site.gone_astray(trouble)),
        };
        match self.process.follow(&step, asks, |ask| ask) {
            None => {}
            Some(Ended::Answered(answer)) => asks.end(Over::Returned(Ok(Said::fine(answer)))),
            Some(Ended::Failed(words) | Ended::Exited(words)) => {
                asks.end(Over::Returned(Err(Failure::new(with_advice(words)))))
            }
        }
    }
}

/// What the official SDKs say where a durable function is called like another does not say what to do about it here.
fn with_advice(words: Arc<str>) -> Arc<str> {
    const SAID: &str = "to start the durable execution";
    if words.contains(SAID) { format!("say `durable = true` of the handler: {words}").into() } else { words }
}
