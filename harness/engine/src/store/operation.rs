//! What is asked of a store, and what it answers: of any type, and data all the same.
use std::{
    any::{Any, TypeId},
    fmt::{self, Debug},
    hash::{Hash, Hasher},
    rc::Rc,
};

/// What is asked of a [`Store`](crate::Store).
pub struct Request<T>(pub(super) Box<dyn Operation<T>>);

/// An operation of any type, on a state of this one.
pub(super) trait Operation<T> {
    /// Carries it out, and says what it is answered with; nothing, if it has to wait.
    fn apply(&self, state: &mut T) -> Option<Told>;
    fn only_reads(&self) -> bool;
    fn may_wait(&self) -> bool;
    fn name(&self) -> &'static str;
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    fn hash_into(&self, hasher: &mut dyn Hasher);
}

/// What an operation does. A function by its pointer captures nothing, so it is known by where it is: two that are in one place
/// do the same.
pub(super) enum How<T, I, R> {
    Read(fn(&T, I) -> R),
    Update(fn(&mut T, I) -> R),
    Wait(fn(&mut T, I) -> Option<R>),
}

struct Named<T, I, R> {
    name: &'static str,
    given: I,
    how: How<T, I, R>,
}

impl<T: 'static> Request<T> {
    pub(super) fn new<I, R>(name: &'static str, given: I, how: How<T, I, R>) -> Request<T>
    where
        I: Clone + Debug + Hash + 'static,
        R: Debug + Hash + 'static,
    {
        Request(Box::new(Named { name, given, how }))
    }
}

impl<T, I, R> Operation<T> for Named<T, I, R>
where
    T: 'static,
    I: Clone + Debug + Hash + 'static,
    R: Debug + Hash + 'static,
{
    fn apply(&self, state: &mut T) -> Option<Told> {
        let given = self.given.clone();
        let told = match self.how {
            How::Read(look) => look(state, given),
            How::Update(change) => change(state, given),
            How::Wait(change) => change(state, given)?,
        };
        Some(Told(Rc::new(told)))
    }

    fn only_reads(&self) -> bool {
        matches!(self.how, How::Read(_))
    }

    fn may_wait(&self) -> bool {
        matches!(self.how, How::Wait(_))
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let given = format!("{:?}", self.given);
        if given == "()" { Ok(()) } else { write!(f, " {given}") }
    }

    fn hash_into(&self, mut hasher: &mut dyn Hasher) {
        let place = match self.how {
            How::Read(look) => look as usize,
            How::Update(change) => change as usize,
            How::Wait(change) => change as usize,
        };
        (TypeId::of::<Named<T, I, R>>(), self.name, place).hash(&mut hasher);
        self.given.hash(&mut hasher);
    }
}

impl<T> Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Hash for Request<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash_into(hasher);
    }
}

/// What a [`Store`](crate::Store) answers: what the operation says.
#[derive(Clone)]
pub struct Told(Rc<dyn Value>);

trait Value: Any + Debug {
    fn hash_into(&self, hasher: &mut dyn Hasher);
}

impl<R: Debug + Hash + 'static> Value for R {
    fn hash_into(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }
}

impl Told {
    pub(super) fn into<R: Clone + 'static>(self) -> R {
        let told: &dyn Any = &*self.0;
        told.downcast_ref::<R>().expect("who asks knows what it is told").clone()
    }
}

impl Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Hash for Told {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash_into(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fingerprinter;

    fn update<I: Clone + Debug + Hash + 'static>(
        name: &'static str,
        given: I,
        change: fn(&mut u32, I),
    ) -> u128 {
        Fingerprinter::of(&Request::new(name, given, How::Update(change)))
    }

    #[test]
    fn operations_are_the_same_if_they_do_the_same_to_what_they_are_given() {
        let add = |state: &mut u32, more| *state += more;
        let one = update("add", 1, add);
        assert_eq!(one, update("add", 1, add));
        let others = [
            update("add", 2, add),
            update("more", 1, add),
            update("add", 1, |state, more: u32| *state *= more),
            update("add", 1_u64, |state, more| *state += more as u32),
            Fingerprinter::of(&Request::new("add", 1, How::Read(|_: &u32, _: u32| ()))),
        ];
        assert!(others.iter().all(|other| *other != one), "{others:?}");
    }

    #[test]
    fn what_an_operation_says_is_what_is_told() {
        let take = Request::new("take", (), How::Wait(|state: &mut u32, ()| state.checked_sub(1)));
        assert!(take.0.apply(&mut 0).is_none() && take.0.may_wait() && !take.0.only_reads());
        let told = take.0.apply(&mut 8).expect("an answer");
        assert_eq!((format!("{take:?} ⇒ {told:?}"), told.clone().into::<u32>()), ("take ⇒ 7".into(), 7));
        let look = Request::new("look", (), How::Read(|state: &u32, ()| Some(*state)));
        let other = look.0.apply(&mut 7).expect("an answer");
        assert_ne!(Fingerprinter::of(&told), Fingerprinter::of(&other), "{other:?}");
    }
}
