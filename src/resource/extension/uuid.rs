//! AshUUID: the macro `uuid_attribute`, and defaults that the database makes.
//!
//! ash_uuid 1.1, lib/ash_uuid/{macros,config}.ex and lib/ash_uuid/transformers/postgres_migration_defaults.ex. What its
//! `belongs_to` transformer adds are the columns that Ash adds, too.

use std::sync::Arc;

use super::{Draft, Surroundings};
use crate::elixir::eval::{Context, Function, Node, Value};
use crate::resource::attribute::Attribute;
use crate::resource::finding::Fact;

/// The type of the attributes.
const TYPE: &str = "AshUUID.UUID";

/// Options of the macro that are constraints of the type.
const CONSTRAINTS: &[&str] = &["prefix", "version", "encoded?", "prefixed?", "migration_default?", "strict?"];

/// `uuid_attribute name, options` as the `attribute` that it stands for; `None` for another call.
pub fn attribute(node: &Node) -> Option<Node> {
    if &*node.name != "uuid_attribute" {
        return None;
    }
    let given = node.arguments.get(1).and_then(Value::as_list).unwrap_or_default();
    let is_constraint = |pair: &Value| match pair {
        Value::Tuple(pair) => pair.first().and_then(Value::as_atom).is_some_and(|name| CONSTRAINTS.contains(&name)),
        _ => false,
    };
    let (constraints, mut options): (Vec<Value>, Vec<Value>) = given.iter().cloned().partition(is_constraint);
    let generate = Function::Remote { module: TYPE.into(), name: "generate".into(), arity: 1 };
    options.extend([
        Value::pair("primary_key?", Value::bool(true)),
        Value::pair("allow_nil?", Value::bool(false)),
        Value::pair("default", Value::Function(Arc::new(generate))),
        Value::pair("constraints", Value::List(constraints)),
    ]);
    let name = node.arguments.first().cloned().unwrap_or_else(Value::nil);
    let arguments = vec![name, Value::module(TYPE), Value::List(options)];
    Some(Node { name: "attribute".into(), arguments, ..node.clone() })
}

/// Adds the defaults of the attributes that ask for one, by option or by configuration.
pub(super) fn migration_defaults(draft: &mut Draft, surroundings: &Surroundings) -> Fact<()> {
    let configuration = configuration(surroundings.context);
    for attribute in draft.attributes.iter().filter(|attribute| attribute.ty.as_module() == Some(TYPE)) {
        // Attributes that Ash made for relationships have none.
        if !matches!(attribute.default, Value::Function(_)) || attribute.allow_nil == Ok(true) {
            continue;
        }
        let wanted = setting(attribute, "migration_default?", &configuration)?;
        if wanted.and_then(|wanted| wanted.as_bool()) != Some(true) {
            continue;
        }
        let function = match setting(attribute, "version", &configuration)?.and_then(|version| version.as_integer()) {
            Some(4) => "uuid_generate_v4()",
            _ => "uuid_generate_v7()",
        };
        let text = Value::string(format!("fragment(\"{function}\")"));
        draft.migration_defaults.push((attribute.name.clone(), text));
    }
    Ok(())
}

/// What the macro takes for an option: that of the call, else of the configuration.
fn setting(attribute: &Attribute, name: &str, configuration: &Value) -> Fact<Option<Value>> {
    let value = attribute.constraints.get(name).or_else(|| configuration.get(name));
    match value.or(configuration.as_unknown().is_some().then_some(configuration)) {
        Some(Value::Unknown(unknown)) => Err(unknown.clone()),
        value => Ok(value.cloned()),
    }
}

/// The list that the application configures under `:ash_uuid`.
fn configuration(context: &Context) -> Value {
    let app = match context.setting("ash_uuid", &Value::atom("otp_app")) {
        Ok(Some(app)) => app.as_atom().map(str::to_owned),
        _ => context.otp_app(),
    };
    let configured = app.map(|app| context.setting(&app, &Value::atom("ash_uuid")));
    match configured {
        Some(Ok(Some(value)) | Err(value)) => value,
        _ => Value::List(Vec::new()),
    }
}
