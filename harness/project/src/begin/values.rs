//! What a value of a template is, as far as that is known before anything is deployed.
use serde_yaml_ng::Value;
use std::collections::BTreeMap;

/// What the names in a template stand for.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Resources and parameters, each with the text that `Ref` makes of it.
    pub(crate) refs: BTreeMap<String, String>,
    /// Values that name a table, as they are written, each with the name of the table here.
    pub(crate) tables: Vec<(Value, String)>,
}

impl Names {
    /// The text that a value is.
    ///
    /// # Errors
    /// Why that is not known.
    pub(crate) fn text(&self, value: &Value) -> Result<String, String> {
        if let Some((_, name)) = self.tables.iter().find(|(written, _)| written == value) {
            return Ok(name.clone());
        }
        match value {
            Value::String(text) if text.contains("${") => self.filled_in(text),
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(is) => Ok(is.to_string()),
            _ => match function(value) {
                Some(("Ref", Value::String(name))) => self.reference(name),
                Some(("Sub", Value::String(text))) => self.filled_in(text),
                _ => Err("it is made where it is deployed".into()),
            },
        }
    }

    fn reference(&self, name: &str) -> Result<String, String> {
        let pseudo = match name {
            "AWS::Region" => Some("us-east-1"),
            "AWS::AccountId" => Some("123456789012"),
            "AWS::StackName" => Some("stack"),
            _ => None,
        };
        let known = self.refs.get(name).map(String::as_str).or(pseudo);
        known.map(String::from).ok_or_else(|| format!("it is {name}, which is made where it is deployed"))
    }

    /// A text with its `${…}` filled in.
    fn filled_in(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split("${");
        let mut whole = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (name, rest) = part.split_once('}').ok_or("its `${` has no end")?;
            whole += &self.reference(name)?;
            whole += rest;
        }
        Ok(whole)
    }
}

/// A function of a template and its argument: `!Ref X` or `{"Ref": "X"}`, without `Fn::`.
fn function(value: &Value) -> Option<(&str, &Value)> {
    match value {
        Value::Tagged(tagged) => {
            let name = ["Ref", "Sub"].into_iter().find(|name| tagged.tag == *name)?;
            Some((name, &tagged.value))
        }
        Value::Mapping(mapping) if mapping.len() == 1 => {
            let (name, argument) = mapping.iter().next()?;
            Some((name.as_str()?.trim_start_matches("Fn::"), argument))
        }
        _ => None,
    }
}
