//! The DSL state of a resource, as a transformer gets it: a struct of what transformers of projects look at.

use std::sync::Arc;

use super::entity;
use crate::elixir::eval::{Context, Node, Value};
use crate::resource::attribute::Attribute;
use crate::resource::reference::ReferenceOptions;
use crate::resource::relationship::Relationship;
use crate::resource::sections::Declaration;

/// A resource as far as its transformers have come.
pub struct Resource<'a, 'b> {
    pub module: &'a str,
    pub attributes: &'a [Attribute],
    pub relationships: &'a [Relationship],
    /// Those that transformers added.
    pub references: &'a [ReferenceOptions],
    pub declaration: &'a Declaration,
    /// The `%Spark.Dsl.Section{}`s of the extension; options are there for them and for the data layer.
    pub sections: &'a Value,
    pub context: &'a Context<'b>,
}

/// The state of a resource.
pub fn dsl_state(resource: &Resource) -> Value {
    let declaration = resource.declaration;
    let mut schemas = Vec::new();
    let mut options = Vec::new();
    for section in resource.sections.as_list().unwrap_or_default() {
        collect_schemas(section, &[], &mut schemas);
        let name = section.get("name").and_then(Value::as_atom).unwrap_or_default();
        declaration.sections(name).for_each(|node| collect_options(node, &[], &mut options));
    }
    for node in declaration.sections("postgres").chain(declaration.sections("sqlite")) {
        collect_options(node, &[], &mut options);
    }
    let fields = map([
        ("module", Value::module(resource.module)),
        ("data_layer", declaration.data_layer.clone()),
        ("attributes", entity::attributes(resource)),
        ("relationships", entity::relationships(resource)),
        ("references", entity::references(resource)),
        ("actions", entity::actions(resource)),
        ("calculations", entity::calculations(resource)),
        ("options", Value::List(options)),
        ("schemas", Value::List(schemas)),
        ("additions", Value::List(Vec::new())),
    ]);
    Value::Handle(Arc::new(fields))
}

/// Whether a value is such a state.
pub(super) fn is_state(value: &Value) -> bool {
    matches!(value, Value::Handle(_))
}

/// A field of a state.
pub(super) fn field<'a>(state: &'a Value, name: &str) -> Option<&'a Value> {
    match state {
        Value::Handle(fields) => fields.get(name),
        _ => None,
    }
}

/// The state with an addition behind the others.
pub(super) fn push(state: &Value, addition: Value) -> Option<Value> {
    let Value::Handle(fields) = state else { return None };
    let Value::Map(mut fields) = (**fields).clone() else { return None };
    let Some(Value::List(additions)) = fields.get_mut(&Value::atom("additions")) else { return None };
    let entity = addition.get("entity").and_then(Value::as_atom).unwrap_or_default().to_owned();
    let argument = |index: usize| addition.get("arguments").and_then(Value::as_list)?.get(index).cloned();
    let (name, second) = (argument(0), argument(1));
    let options = addition.get("arguments").and_then(Value::as_list).and_then(<[Value]>::last).cloned();
    // Shared: the list is copied with every addition.
    additions.push(Value::Handle(Arc::new(addition)));
    let (list, seen) = match &*entity {
        "identity" | "create" | "option" => return Some(Value::Handle(Arc::new(Value::Map(fields)))),
        "reference" => ("references", map([("relationship", name?)])),
        "belongs_to" | "has_one" | "has_many" | "many_to_many" => {
            let destination = second.unwrap_or_else(Value::nil);
            ("relationships", map([("name", name?), ("type", Value::atom(&entity)), ("destination", destination)]))
        }
        _ => ("attributes", entity::added_attribute(&entity, name?, second, options.as_ref())),
    };
    if let Some(Value::List(known)) = fields.get_mut(&Value::atom(list)) {
        known.push(seen);
    }
    Some(Value::Handle(Arc::new(Value::Map(fields))))
}

/// The state with an option of an outermost section set.
pub(super) fn set_option(state: &Value, path: &[Value], name: &Value, value: &Value) -> Option<Value> {
    let [section] = path else { return None };
    let arguments = vec![section.clone(), name.clone(), value.clone()];
    let addition = [("entity", Value::atom("option")), ("arguments", Value::List(arguments))];
    let Value::Handle(fields) = push(state, map(addition))? else { return None };
    let Value::Map(mut fields) = (*fields).clone() else { return None };
    if let Some(Value::List(options)) = fields.get_mut(&Value::atom("options")) {
        let given = Value::List(vec![Value::Tuple(vec![name.clone(), value.clone()])]);
        options.push(Value::Tuple(vec![Value::List(path.to_vec()), given]));
    }
    Some(Value::Handle(Arc::new(Value::Map(fields))))
}

/// The value of an option of a section: as given, else the default of its schema. `Err`: something there is not known.
/// `None` for sections of other extensions.
pub(super) fn option(state: &Value, path: &[Value], name: &str) -> Option<Result<Option<Value>, Value>> {
    let outer = path.first()?;
    let known =
        |item: &Value| matches!(item, Value::Tuple(pair) if pair[0].as_list().and_then(<[_]>::first) == Some(outer));
    let is_own = field(state, "schemas").and_then(Value::as_list)?.iter().any(known);
    (is_own || matches!(outer.as_atom(), Some("postgres" | "sqlite"))).then(|| own_option(state, path, name))
}

fn own_option(state: &Value, path: &[Value], name: &str) -> Result<Option<Value>, Value> {
    let of_path = |list: &str| -> Vec<Value> {
        let items = field(state, list).and_then(Value::as_list).unwrap_or_default().iter();
        let wanted = items.filter_map(|item| match item {
            Value::Tuple(pair) if pair[0].as_list() == Some(path) => Some(pair[1].clone()),
            _ => None,
        });
        wanted.collect()
    };
    for given in of_path("options").iter().rev() {
        if let Some(value) = given.get(name) {
            return Ok(Some(value.clone()));
        }
        if let Some(unknown) = given.find_unknown() {
            return Err(Value::Unknown(unknown.clone()));
        }
    }
    for schema in of_path("schemas") {
        if let Value::Unknown(_) = schema {
            return Err(schema);
        }
        if let Some(default) = schema.get(name).and_then(|option| option.get("default")) {
            return Ok(Some(default.clone()));
        }
    }
    Ok(None)
}

/// `{path, options}` of a section and of those inside.
fn collect_options(node: &Node, outer: &[Value], into: &mut Vec<Value>) {
    let mut path = outer.to_vec();
    path.push(Value::atom(&node.name));
    let mut given = Vec::new();
    for child in &node.children {
        match (&child.unknown, child.arguments.as_slice()) {
            (Some(unknown), _) => given.push(Value::Unknown(unknown.clone())),
            (None, []) => collect_options(child, &path, into),
            (None, [value]) if child.children.is_empty() => given.push(Value::pair(&child.name, value.clone())),
            _ => {}
        }
    }
    into.push(Value::Tuple(vec![Value::List(path), Value::List(given)]));
}

/// `{path, schema}` of a section and of those inside.
fn collect_schemas(section: &Value, outer: &[Value], into: &mut Vec<Value>) {
    let Some(name) = section.get("name") else { return };
    let mut path = outer.to_vec();
    path.push(name.clone());
    let schema = section.get("schema").cloned().unwrap_or(Value::List(Vec::new()));
    for inner in section.get("sections").and_then(Value::as_list).unwrap_or_default() {
        collect_schemas(inner, &path, into);
    }
    into.push(Value::Tuple(vec![Value::List(path), schema]));
}

/// A struct with these fields.
pub(super) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect())
}
