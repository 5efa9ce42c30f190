//! The functions of a SAM or CloudFormation template, and of the templates that CDK writes.
use super::{Event, Found, Handler, Place, Table, Way, values::Names, way::way};
use crate::template::{Declared, declared, parse, resources, text_of};
use serde_yaml_ng::Value;
use std::{collections::BTreeMap, path::Path};

/// What a template says.
pub(crate) fn found(folder: &Path, file: &str, text: &str) -> Result<Found, String> {
    let template = parse(text)?;
    let tables = declared(&template)?;
    let mut found = Found::default();
    if let Some(first) = tables.first() {
        found.template = Some((file.into(), Place::of_keys(file, text, &["Resources", &first.logical])));
    }
    let names = names(&template, &tables);
    found.tables = tables.into_iter().map(|table| of_template(table, file, text)).collect();
    // Code lies beside a template, but CDK's lies beside what it wrote.
    let beside = file.rsplit_once('/').map(|(below, _)| below);
    for (logical, kind, resource) in resources(&template)? {
        if !["AWS::Serverless::Function", "AWS::Lambda::Function"].contains(&kind) {
            continue;
        }
        let at = Place::of_keys(file, text, &["Resources", logical]);
        let function = Function {
            logical,
            resource,
            globals: template.get("Globals").and_then(|all| all.get("Function")),
        };
        if function.is_of_cdk_itself() {
            found.left_out.push((format!("{logical}: a function of CDK's own"), at));
            continue;
        }
        found.handlers.push(function.handler(folder, beside, &names, at));
    }
    Ok(found)
}

/// A table of a template, with its key and the types of it that are no text.
pub(crate) fn of_template(declared: Declared, file: &str, text: &str) -> Table {
    let at = Place::of_keys(file, text, &["Resources", &declared.logical]);
    Table { name: declared.name, at, key: declared.table.key.spelt().collect(), is_declared: true }
}

/// What the names in a template stand for: its tables, and its parameters where they have a default.
pub(crate) fn names(template: &Value, tables: &[Declared]) -> Names {
    let tables_by_resource = tables.iter().map(|table| (table.logical.clone(), table.name.clone()));
    let parameters = template.get("Parameters").and_then(Value::as_mapping).into_iter().flatten();
    let defaults = parameters.filter_map(|(name, parameter)| {
        let default = parameter.get("Default")?;
        let text = default.as_str().map(String::from).or_else(|| Some(default.as_i64()?.to_string()));
        Some((name.as_str()?.to_string(), text?))
    });
    Names {
        refs: defaults.chain(tables_by_resource).collect(),
        tables: tables
            .iter()
            .filter_map(|table| Some((table.written.clone()?, table.name.clone())))
            .collect(),
    }
}

struct Function<'v> {
    logical: &'v str,
    resource: &'v Value,
    /// What SAM says of all functions.
    globals: Option<&'v Value>,
}

impl Function<'_> {
    fn property(&self, name: &str) -> Option<&Value> {
        let own = self.resource.get("Properties").and_then(|properties| properties.get(name));
        own.or_else(|| self.globals?.get(name))
    }

    fn text(&self, name: &str) -> &str {
        self.property(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn metadata(&self, name: &str) -> Option<&Value> {
        self.resource.get("Metadata")?.get(name)
    }

    /// Functions that CDK adds to do its own work.
    fn is_of_cdk_itself(&self) -> bool {
        self.logical.starts_with("LogRetention") || self.text("Handler").starts_with("__entrypoint__")
    }

    fn handler(&self, folder: &Path, beside: Option<&str>, names: &Names, at: Place) -> Handler {
        let asset = self.metadata("aws:asset:path").and_then(Value::as_str);
        let code = asset.unwrap_or_else(|| {
            self.text(if self.property("CodeUri").is_some() { "CodeUri" } else { "Code" })
        });
        let below =
            [beside.unwrap_or_default(), code].map(|part| part.trim_start_matches("./").trim_matches('/'));
        let below = below
            .into_iter()
            .filter(|part| !part.is_empty() && *part != ".")
            .collect::<Vec<&str>>()
            .join("/");
        let inline = self.property("InlineCode").is_some()
            || self.property("Code").is_some_and(|code| code.get("ZipFile").is_some());
        let mut remarks = Vec::new();
        if asset.is_some() {
            remarks.push(
                "CDK names this folder anew when the code changes: run `cdk synth`, and name it here".into(),
            );
        }
        let (way, program) = match (inline, self.text("PackageType")) {
            (true, _) => unknown("its code is in the template; put it into a file, and name that"),
            (_, "Image") => unknown("it is an image; say what it starts"),
            _ => way(folder, &below, self.text("Runtime"), self.text("Handler"), &self.entry_points()),
        };
        Handler {
            name: self.logical.into(),
            at,
            way,
            folder: (!below.is_empty()).then_some(below),
            program,
            env: self.env(names),
            durable: self.property("DurableConfig").map(|durable| durable.get("ExecutionTimeout")?.as_u64()),
            event: self.event(),
            remarks,
        }
    }

    /// The sources of which esbuild makes what `Handler` names.
    fn entry_points(&self) -> Vec<&str> {
        let points =
            self.metadata("BuildProperties").and_then(|build| build.get("EntryPoints")?.as_sequence());
        points.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn env(&self, names: &Names) -> Vec<(String, Result<String, String>)> {
        let of = |properties: Option<&Value>| -> BTreeMap<String, Value> {
            let variables = properties.and_then(|all| all.get("Environment")?.get("Variables")?.as_mapping());
            let variables = variables.into_iter().flatten();
            variables.filter_map(|(name, value)| Some((name.as_str()?.to_string(), value.clone()))).collect()
        };
        let mut all = of(self.globals);
        all.extend(of(self.resource.get("Properties")));
        all.into_iter().map(|(name, value)| (name, names.text(&value))).collect()
    }

    /// What its first source of events hands to it.
    fn event(&self) -> Event {
        let events = self.property("Events").and_then(Value::as_mapping);
        let first = events.and_then(|events| events.values().next());
        let properties = first.and_then(|event| event.get("Properties"));
        let of =
            |name: &str| properties.and_then(|all| text_of(all, name)).unwrap_or_default().to_uppercase();
        let path = properties.and_then(|all| text_of(all, "Path")).unwrap_or_default();
        Event::of(first.and_then(|event| text_of(event, "Type")).unwrap_or_default(), &of("Method"), path)
    }
}

fn unknown(why: &str) -> (Way, Option<String>) {
    (Way::Unknown { line: "node = \"app.handler\"".into(), why: why.into() }, None)
}
