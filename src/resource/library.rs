//! Functions of Ash and Spark that modules of the project call when they are evaluated.
//!
//! The DSL state that a transformer gets is a struct with the names of the attributes and a list of additions.

use crate::elixir::eval::{LibraryCall, Value};
use crate::resource::attribute::Attribute;

const STATE: &str = "Spark.Dsl.State";

/// The DSL state of a resource for a transformer.
pub fn dsl_state(module: &str, attributes: &[Attribute]) -> Value {
    let attributes = attributes.iter().map(|attribute| {
        let fields = [
            ("name", Value::atom(&attribute.name)),
            ("type", attribute.ty.clone()),
            ("constraints", attribute.constraints.clone()),
            ("default", attribute.default.clone()),
        ];
        Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect())
    });
    let fields = [
        ("__struct__", Value::module(STATE)),
        ("module", Value::module(module)),
        ("attributes", Value::List(attributes.collect())),
        ("additions", Value::List(Vec::new())),
    ];
    Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect())
}

/// What was added to a DSL state, in order.
pub fn additions(state: &Value) -> Option<&[Value]> {
    is_state(state).then(|| state.get("additions")?.as_list()).flatten()
}

fn is_state(value: &Value) -> bool {
    matches!(value, Value::Map(_)) && value.get("__struct__").and_then(Value::as_module) == Some(STATE)
}

/// The value of a call of the libraries; `None` when it is not evaluated.
pub fn call(call: &LibraryCall) -> Option<Value> {
    match call.module {
        "Ash.Resource.Builder" => builder(call.name, call.arguments),
        "Spark.Dsl.Transformer" => transformer(call.name, call.arguments),
        "Ash.Resource.Info" => match (call.name, call.arguments) {
            ("attribute", [state, name]) if is_state(state) => Some(attribute(state, name)),
            _ => None,
        },
        _ if call.name == "super" => super::repo::default_init(call.module, call.arguments, call.context),
        _ if call.arguments.is_empty() => {
            type_function(call).or_else(|| super::repo::default_callback(call.module, call.name, call.context))
        }
        _ => type_function(call),
    }
}

fn attribute(state: &Value, name: &Value) -> Value {
    let known = state.get("attributes").and_then(Value::as_list).unwrap_or_default();
    let found = known.iter().find(|attribute| attribute.get("name") == Some(name));
    found.cloned().unwrap_or_else(Value::nil)
}

/// `Ash.Resource.Builder`: the first argument is a state, or `{:ok, state}`.
fn builder(name: &str, arguments: &[Value]) -> Option<Value> {
    if name.starts_with("build_") {
        // Actions, changes and the like: of no concern to a table.
        return Some(Value::Tuple(vec![Value::atom("ok"), Value::Map(Default::default())]));
    }
    let state = match arguments.first()? {
        Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("ok") => &pair[1],
        state => state,
    };
    if !is_state(state) {
        return None;
    }
    let new = name.starts_with("add_new_");
    let what = name.strip_prefix("add_new_").or(name.strip_prefix("add_")).or(name.strip_prefix("prepend_"))?;
    let rest = arguments[1..].to_vec();
    let state = match what {
        "attribute" | "create_timestamp" | "update_timestamp" => {
            let known = !attribute(state, rest.first()?).is_nil();
            if new && known { state.clone() } else { with_addition(state, what, rest)? }
        }
        "relationship" => {
            let kind = rest.first()?.as_atom()?.to_owned();
            with_addition(state, &kind, rest[1..].to_vec())?
        }
        "identity" => with_addition(state, "identity", rest)?,
        "action" => match rest.first()?.as_atom()? {
            "create" => with_addition(state, "create", rest)?,
            _ => state.clone(),
        },
        "change" | "preparation" | "calculation" | "aggregate" | "interface" | "calculation_interface" => state.clone(),
        _ => return None,
    };
    Some(Value::Tuple(vec![Value::atom("ok"), state]))
}

/// `Spark.Dsl.Transformer`.
fn transformer(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("get_persisted", [state, key, ..]) if is_state(state) && key.as_atom() == Some("module") => {
            state.get("module").cloned()
        }
        ("persist", [state, _, _]) if is_state(state) => Some(state.clone()),
        ("build_entity" | "build_entity!", [_, Value::List(path), entity, options]) => {
            let section = path.first()?.as_atom()?;
            let built = [
                ("entity", entity.clone()),
                ("section", Value::atom(section)),
                ("arguments", positional(entity.as_atom()?, options)?),
            ];
            let built = Value::Map(built.into_iter().map(|(name, value)| (Value::atom(name), value)).collect());
            Some(if name.ends_with('!') { built } else { Value::Tuple(vec![Value::atom("ok"), built]) })
        }
        ("add_entity", [state, Value::List(path), entity, options @ ..]) if is_state(state) => {
            let section = path.first()?.as_atom()?;
            let append =
                options.first().and_then(|options| options.get("type")).and_then(Value::as_atom) == Some("append");
            match section {
                "attributes" | "relationships" | "identities" => {
                    let Value::Map(mut addition) = entity.clone() else { return None };
                    addition.get(&Value::atom("entity"))?;
                    if !append {
                        addition.insert(Value::atom("prepend"), Value::bool(true));
                    }
                    push(state, Value::Map(addition))
                }
                "actions" if entity.get("entity").and_then(Value::as_atom) == Some("create") => {
                    with_addition(state, "create", Vec::new())
                }
                "postgres" | "sqlite" => None,
                _ => Some(state.clone()),
            }
        }
        _ => None,
    }
}

/// The options of a built entity as the arguments of its DSL call.
fn positional(entity: &str, options: &Value) -> Option<Value> {
    let names: &[&str] = match entity {
        "attribute" => &["name", "type"],
        "belongs_to" | "has_one" | "has_many" | "many_to_many" => &["name", "destination"],
        "identity" => &["name", "keys"],
        _ => &["name"],
    };
    let mut arguments: Vec<Value> =
        names.iter().map(|name| options.get(name).cloned().unwrap_or_else(Value::nil)).collect();
    let rest = options.as_list()?.iter().filter(|item| match item {
        Value::Tuple(pair) => !names.iter().any(|name| pair[0].as_atom() == Some(name)),
        _ => true,
    });
    arguments.push(Value::List(rest.cloned().collect()));
    Some(Value::List(arguments))
}

fn with_addition(state: &Value, entity: &str, arguments: Vec<Value>) -> Option<Value> {
    let fields = [("entity", Value::atom(entity)), ("arguments", Value::List(arguments))];
    push(state, Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect()))
}

fn push(state: &Value, addition: Value) -> Option<Value> {
    let Value::Map(mut fields) = state.clone() else { return None };
    let Some(Value::List(additions)) = fields.get_mut(&Value::atom("additions")) else { return None };
    let name = addition.get("arguments").and_then(Value::as_list).and_then(<[Value]>::first).cloned();
    additions.push(addition);
    if let (Some(name), Some(Value::List(attributes))) = (name, fields.get_mut(&Value::atom("attributes"))) {
        attributes.push(Value::Map([(Value::atom("name"), name)].into()));
    }
    Some(Value::Map(fields))
}

/// Functions that `use Ash.Type.Enum` and `use Ash.Type.NewType` add to a module of the project.
fn type_function(call: &LibraryCall) -> Option<Value> {
    let body = call.context.body(call.module)?;
    let options = |name: &str| body.uses.iter().find(|used| &*used.module == name).map(|used| &used.options);
    match (call.name, call.arguments) {
        ("values", []) => {
            let values = options("Ash.Type.Enum")?.get("values")?;
            let names = values.as_list()?.iter().map(|value| match value {
                Value::Tuple(pair) if pair.len() == 2 => pair[0].clone(),
                value => value.clone(),
            });
            Some(Value::List(names.collect()))
        }
        ("subtype_of", []) => options("Ash.Type.NewType")?.get("subtype_of").cloned(),
        ("subtype_constraints", []) => {
            let constraints = options("Ash.Type.NewType")?.get("constraints").cloned();
            Some(constraints.unwrap_or(Value::List(Vec::new())))
        }
        _ => None,
    }
}
