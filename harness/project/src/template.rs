//! Tables as a CloudFormation or SAM template declares them, also one within a serverless.yml.
use crate::config::Table;
use anechoic_rows::Key;
use serde_yaml_ng::Value;
use std::collections::BTreeMap;

/// The tables of a template, by name.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn tables(text: &str) -> Result<BTreeMap<String, Table>, String> {
    let tables = declared(&parse(text)?)?;
    if tables.is_empty() {
        return Err("it declares no DynamoDB table".into());
    }
    Ok(tables.into_iter().map(|declared| (declared.name, declared.table)).collect())
}

/// The document of a template.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    serde_yaml_ng::from_str(text).map_err(|error| format!("it is no YAML or JSON: {error}"))
}

/// A table as a template declares it.
pub(crate) struct Declared {
    /// That of its resource.
    pub(crate) logical: String,
    /// That which the template gives it if that is plain text, else one made of its resource's.
    pub(crate) name: String,
    pub(crate) table: Table,
    /// What the template says its name is, plain or not.
    pub(crate) written: Option<Value>,
}

/// The tables that a template declares, in its order.
pub(crate) fn declared(template: &Value) -> Result<Vec<Declared>, String> {
    let mut tables = Vec::new();
    for (logical, kind, resource) in resources(template)? {
        let properties = resource.get("Properties").unwrap_or(&Value::Null);
        let table = match kind {
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => table(properties),
            "AWS::Serverless::SimpleTable" => Ok(simple(properties)),
            _ => continue,
        };
        let is_plain =
            |name: &&str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
        let name = text_of(properties, "TableName").filter(is_plain).map(String::from);
        let name = name.unwrap_or_else(|| named_by(logical));
        let table = table.map_err(|what| format!("table `{logical}`: {what}"))?;
        let written = properties.get("TableName").cloned();
        tables.push(Declared { logical: logical.into(), name, table, written });
    }
    Ok(tables)
}

/// The name of a table that is given none: its resource's, with more behind it if DynamoDB takes none as short as that.
fn named_by(logical: &str) -> String {
    if logical.len() < 3 { format!("{logical}_table") } else { logical.into() }
}

/// The resources of a template, or of the `resources` of a serverless.yml: their names and types, and all that is said of each.
pub(crate) fn resources(template: &Value) -> Result<Vec<(&str, &str, &Value)>, String> {
    let own = template.get("Resources").and_then(Value::as_mapping);
    // There they may be a list of parts, some of which are other files.
    let within = template
        .get("resources")
        .map(|part| part.as_sequence().map_or(std::slice::from_ref(part), Vec::as_slice));
    let within = within.into_iter().flatten().filter_map(|part| part.get("Resources")?.as_mapping());
    if own.is_none() && template.get("provider").is_none() {
        return Err("it has no `Resources`; is it a CloudFormation or SAM template?".into());
    }
    let all = own.into_iter().chain(within).flatten();
    Ok(all
        .filter_map(|(name, resource)| Some((name.as_str()?, text_of(resource, "Type")?, resource)))
        .collect())
}

fn table(properties: &Value) -> Result<Table, String> {
    let kinds: BTreeMap<&str, &str> = list(properties, "AttributeDefinitions")
        .filter_map(|part| Some((text_of(part, "AttributeName")?, text_of(part, "AttributeType")?)))
        .collect();
    let key = |of: &Value| -> Result<Key, String> {
        let part = |role: &str| {
            let part = list(of, "KeySchema").find(|part| text_of(part, "KeyType") == Some(role))?;
            let name = text_of(part, "AttributeName")?;
            Some(format!("{name}:{}", kinds.get(name)?))
        };
        let hash =
            part("HASH").ok_or("its `KeySchema` names no HASH attribute that `AttributeDefinitions` has")?;
        Ok(Key::of([Some(hash), part("RANGE")].into_iter().flatten()))
    };
    let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"].into_iter();
    let indexes = indexes.flat_map(|kind| list(properties, kind)).map(|index| {
        Ok((text_of(index, "IndexName").ok_or("an index has no `IndexName`")?.to_string(), key(index)?))
    });
    Ok(Table { key: key(properties)?, indexes: indexes.collect::<Result<_, String>>()?, ..Table::default() })
}

/// A table of SAM, whose key is `id` if it says nothing.
fn simple(properties: &Value) -> Table {
    let key = properties.get("PrimaryKey").unwrap_or(&Value::Null);
    let kind = match text_of(key, "Type") {
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => "S",
    };
    let key = format!("{}:{kind}", text_of(key, "Name").unwrap_or("id"));
    Table { key: Key::of([key]), ..Table::default() }
}

/// A plain text. What a function of the template makes is known only where it is deployed.
pub(crate) fn text_of<'v>(of: &'v Value, name: &str) -> Option<&'v str> {
    of.get(name).filter(|value| !matches!(value, Value::Tagged(_)))?.as_str()
}

fn list<'v>(of: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    of.get(name).and_then(Value::as_sequence).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${AWS::StackName}-orders'
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: N}
        - {AttributeName: status, AttributeType: S}
      KeySchema:
        - {AttributeName: sk, KeyType: RANGE}
        - {AttributeName: pk, KeyType: HASH}
      GlobalSecondaryIndexes:
        - {IndexName: by-status, KeySchema: [{AttributeName: status, KeyType: HASH}], Projection: {ProjectionType: ALL}}
  Notes:
    Type: AWS::Serverless::SimpleTable
    Properties: {TableName: notes}
  Confirm:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.confirm, Environment: {Variables: {TABLE: !Ref Orders}}}
";

    #[test]
    fn tables_are_read_with_their_keys_and_indexes() {
        let tables = tables(TEMPLATE).expect("it is one");
        let said: Vec<String> = tables
            .iter()
            .map(|(name, table)| {
                let key: Vec<(&str, &str)> = table.key.typed().expect("a key").collect();
                format!("{name} {key:?}, {} indexes", table.indexes.len())
            })
            .collect();
        assert_eq!(
            said,
            [r#"Orders [("pk", "S"), ("sk", "N")], 1 indexes"#, r#"notes [("id", "S")], 0 indexes"#]
        );
    }

    #[test]
    fn a_resource_whose_name_is_too_short_for_a_table_lends_it_a_longer_one() {
        let tables = tables(&TEMPLATE.replace("  Orders:", "  DB:").replace("Ref Orders", "Ref DB"));
        assert_eq!(tables.expect("it is one").into_keys().collect::<Vec<_>>(), ["DB_table", "notes"]);
    }

    #[test]
    fn the_tables_of_a_serverless_yml_are_in_its_resources_and_a_name_that_is_made_later_is_none() {
        let table = "{Type: 'AWS::DynamoDB::Table', Properties: {TableName: '${self:service}-t', AttributeDefinitions: \
                     [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}}";
        for resources in [
            format!("{{Resources: {{Orders: {table}}}}}"),
            format!("[x, {{Resources: {{Orders: {table}}}}}]"),
        ] {
            let tables =
                tables(&format!("{{provider: {{name: aws}}, resources: {resources}}}")).expect("it is one");
            assert_eq!(tables.keys().collect::<Vec<_>>(), ["Orders"]);
        }
    }

    #[test]
    fn what_is_no_template_is_said() {
        for (text, what) in [
            ("a: [", "no YAML or JSON"),
            ("a: 1", "no `Resources`"),
            ("{service: s, provider: {name: aws}}", "declares no DynamoDB table"),
            ("Resources: {}", "declares no DynamoDB table"),
            ("Resources: {T: {Type: 'AWS::DynamoDB::Table'}}", "table `T`: its `KeySchema` names no HASH"),
        ] {
            let error = tables(text).expect_err("it is none");
            assert!(error.contains(what), "{text}: {error}");
        }
    }
}
