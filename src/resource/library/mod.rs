//! Functions of Ash and Spark that modules of the project call when they are evaluated.
//!
//! The DSL state that a transformer gets is a struct with the names of the attributes and a list of additions.

mod entity;
mod info;
mod state;
mod transformer;

use crate::elixir::eval::{LibraryCall, Value};
use state::{field, is_state, push};

pub use state::{Resource, dsl_state};

/// What was added to a DSL state, in order.
pub fn additions(state: &Value) -> Option<Vec<&Value>> {
    let additions = field(state, "additions")?.as_list()?.iter();
    additions
        .map(|addition| match addition {
            Value::Handle(addition) => Some(&**addition),
            _ => None,
        })
        .collect()
}

/// The value of a call of the libraries; `None` when it is not evaluated.
pub fn call(call: &LibraryCall) -> Option<Value> {
    match call.module {
        "Ash.Resource.Builder" => builder(call.name, call.arguments),
        "Spark.Dsl.Transformer" | "Spark.Dsl.Extension" => transformer::call(call),
        "Ash.Resource.Info" => info::resource(call.name, call.arguments),
        "Spark.Options" | "NimbleOptions" => options(call.name, call.arguments),
        _ if call.name == "super" => crate::resource::repo::default_init(call.module, call.arguments, call.context),
        _ if let [state] = call.arguments
            && is_state(state) =>
        {
            info::generated(call, state)
        }
        _ if call.arguments.is_empty() => type_function(call)
            .or_else(|| crate::resource::repo::default_callback(call.module, call.name, call.context)),
        _ => type_function(call),
    }
}

fn attribute(state: &Value, name: &Value) -> Value {
    let known = field(state, "attributes").and_then(Value::as_list).unwrap_or_default();
    let found = known.iter().find(|attribute| attribute.get("name") == Some(name));
    found.cloned().unwrap_or_else(Value::nil)
}

/// Checked options: those given, and the defaults of the others.
fn options(name: &str, arguments: &[Value]) -> Option<Value> {
    let pairs = |list: &Value| -> Option<Vec<(Value, Value)>> {
        let pair = |item: &Value| match item {
            Value::Tuple(pair) if pair.len() == 2 => Some((pair[0].clone(), pair[1].clone())),
            _ => None,
        };
        list.as_list()?.iter().map(pair).collect()
    };
    let (given, schema) = match (name, arguments) {
        ("new!", [schema]) => return Some(schema.clone()),
        ("validate" | "validate!", [given, schema]) => (pairs(given)?, pairs(schema)?),
        _ => return None,
    };
    let mut checked = given.clone();
    for (key, _) in &given {
        let (_, known) = schema.iter().find(|(name, _)| name == key)?;
        // Of types with arguments, these change the value.
        let ty = known.get("type").and_then(Value::as_list).or(match known.get("type") {
            Some(Value::Tuple(parts)) => Some(parts),
            _ => None,
        });
        if ty.is_some_and(|ty| matches!(ty.first().and_then(Value::as_atom), Some("wrap_list" | "custom"))) {
            return None;
        }
    }
    for (name, option) in schema {
        if !given.iter().any(|(key, _)| *key == name)
            && let Some(default) = option.get("default")
        {
            checked.push((name, default.clone()));
        }
    }
    let list = Value::List(checked.into_iter().map(|(key, value)| Value::Tuple(vec![key, value])).collect());
    Some(if name.ends_with('!') { list } else { Value::Tuple(vec![Value::atom("ok"), list]) })
}

/// `Ash.Resource.Builder`: the first argument is a state, or `{:ok, state}`.
fn builder(name: &str, arguments: &[Value]) -> Option<Value> {
    if let Some(what) = name.strip_prefix("build_") {
        let built = match (what, arguments) {
            ("attribute" | "create_timestamp" | "update_timestamp", [_, ..]) => {
                transformer::built(what, "attributes", Value::List(arguments.to_vec()))
            }
            ("identity", [_, ..]) => transformer::built(what, "identities", Value::List(arguments.to_vec())),
            ("relationship", [kind, rest @ ..]) => {
                transformer::built(kind.as_atom()?, "relationships", Value::List(rest.to_vec()))
            }
            // Actions, changes and the like: of no concern to a table.
            _ => Value::Map(Default::default()),
        };
        return Some(Value::Tuple(vec![Value::atom("ok"), built]));
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

fn with_addition(state: &Value, entity: &str, arguments: Vec<Value>) -> Option<Value> {
    let fields = [("entity", Value::atom(entity)), ("arguments", Value::List(arguments))];
    push(state, Value::Map(fields.into_iter().map(|(name, value)| (Value::atom(name), value)).collect()))
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
