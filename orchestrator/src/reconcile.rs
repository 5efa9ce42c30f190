use crate::{
    Error, Store, UserId,
    store::{Batch, Commit, Guard, Write},
};

/// What a recount found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recount {
    /// The counter was right.
    Right,
    /// It was off by this much, and is right now.
    Corrected(i64),
}

/// Recounts the slots that a user's tasks hold and corrects the user's counter.
///
/// The correction holds only if the counter did not change since it was read: then no slot was taken or given back
/// meanwhile, and the count of the rows is exact. Else it counts again.
///
/// # Errors
/// [`Error::Store`] if no answer came; the next recount will do.
pub async fn reconcile<W: Store>(world: &W, user: &UserId) -> Result<Recount, Error> {
    loop {
        let counter = world.counter(user).await?;
        let off = world.slots_held(user).await? - counter.count;
        if off == 0 {
            return Ok(Recount::Right);
        }
        let count = Write::Count { user: user.clone(), delta: off, guard: Guard::At(counter.version) };
        if world.commit(Batch::of([count])).await? == Commit::Applied {
            return Ok(Recount::Corrected(off));
        }
    }
}
