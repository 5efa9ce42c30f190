//! What a DynamoDB query or scan returned: items in a list.
use super::item;
use crate::{
    definition::{Definition, Form, Json},
    line::Raw,
};

pub(super) const FORMAT: Definition = Definition {
    name: "query",
    about: "DynamoDB query or scan output",
    in_order: false,
    form: Form::Json(Json {
        list: Some("Items"),
        follows: &["LastEvaluatedKey"],
        ..Json::of(|value, _, sink| item::fields(value).map(Raw::of).map(sink))
    }),
};
