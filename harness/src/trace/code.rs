//! The words of the model as numbers, for `#[serde(with = "code")]`: the model itself knows no serde.
use anechoic_model::{Answer, Input, Status};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub(super) fn serialize<T: Code, S: Serializer>(word: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(word.code())
}

pub(super) fn deserialize<'de, T: Code, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::of(u32::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such word"))
}

/// A word with a number.
pub(super) trait Code: Copy {
    fn code(&self) -> u32;
    fn of(code: u32) -> Option<Self>;
}

const STATUSES: u32 = Status::ALL.len() as u32;

impl Code for Status {
    fn code(&self) -> u32 {
        *self as u32
    }

    fn of(code: u32) -> Option<Status> {
        Status::ALL.get(code as usize).copied()
    }
}

impl<T: Code> Code for Option<T> {
    fn code(&self) -> u32 {
        self.as_ref().map_or(0, |word| word.code() + 1)
    }

    fn of(code: u32) -> Option<Option<T>> {
        code.checked_sub(1).map_or(Some(None), |code| T::of(code).map(Some))
    }
}

impl Code for Answer {
    fn code(&self) -> u32 {
        match self {
            Answer::Done => 0,
            Answer::Refused(at) => 1 + at.code(),
        }
    }

    fn of(code: u32) -> Option<Answer> {
        code.checked_sub(1).map_or(Some(Answer::Done), |at| Status::of(at).map(Answer::Refused))
    }
}

impl Code for Input {
    fn code(&self) -> u32 {
        match self {
            Input::Admit => 0,
            Input::Cancel => 1,
            Input::Fail { from } => 2 + from.code(),
            Input::Move { from, to } => 2 + STATUSES * (1 + from.code()) + to.code(),
        }
    }

    fn of(code: u32) -> Option<Input> {
        let Some(rest) = code.checked_sub(2) else {
            return Some(if code == 0 { Input::Admit } else { Input::Cancel });
        };
        match (rest / STATUSES, Status::of(rest % STATUSES)?) {
            (0, from) => Some(Input::Fail { from }),
            (from, to) => Some(Input::Move { from: Status::of(from - 1)?, to }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_number_of_its_own() {
        let inputs = [None, Some(Input::Admit), Some(Input::Cancel)].into_iter();
        let fails = Status::ALL.map(|from| Some(Input::Fail { from }));
        let moves =
            Status::ALL.into_iter().flat_map(|from| Status::ALL.map(|to| Some(Input::Move { from, to })));
        for (code, input) in (0..).zip(inputs.chain(fails).chain(moves)) {
            assert_eq!((input.code(), Option::of(code)), (code, Some(input)));
        }
        let answers = [None, Some(Answer::Done)].into_iter();
        for (code, answer) in (0..).zip(answers.chain(Status::ALL.map(|at| Some(Answer::Refused(at))))) {
            assert_eq!((answer.code(), Option::of(code)), (code, Some(answer)));
        }
        assert_eq!((Status::of(STATUSES), Input::of(1000)), (None, None));
    }
}
