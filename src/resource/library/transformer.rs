//! Functions of `Spark.Dsl.Transformer` that transformers of projects call.

use super::state::{field, is_state, map, option, push, set_option};
use super::with_addition;
use crate::elixir::eval::{LibraryCall, Scope, Value, apply, operate};
use crate::text::Range;

/// Sections whose entities say nothing about a table.
const WITHOUT_COLUMNS: &[&str] =
    &["actions", "aggregates", "calculations", "changes", "code_interface", "policies", "preparations", "validations"];

/// The value of a call, when it is one of these.
pub(super) fn call(call: &LibraryCall) -> Option<Value> {
    let name = call.name;
    match (name, call.arguments) {
        ("get_persisted", [state, key, default @ ..]) if is_state(state) => match key.as_atom()? {
            key @ ("module" | "data_layer") => field(state, key).cloned(),
            // What Ash persists of resources without a database.
            "embedded?" => Some(default.first().cloned().unwrap_or_else(Value::nil)),
            _ => None,
        },
        ("get_option" | "get_opt", [state, Value::List(path), name, default @ ..]) if is_state(state) => {
            match option(state, path, name.as_atom()?)? {
                Ok(Some(value)) => Some(value),
                Ok(None) => Some(default.first().cloned().unwrap_or_else(Value::nil)),
                Err(unknown) => Some(unknown),
            }
        }
        ("get_entities", [state, Value::List(path)]) if is_state(state) => match path.as_slice() {
            [section]
                if matches!(section.as_atom(), Some("attributes" | "relationships" | "actions" | "calculations")) =>
            {
                field(state, section.as_atom()?).cloned()
            }
            _ => None,
        },
        ("replace_entity", [state, Value::List(path), entity, matcher @ ..]) if is_state(state) => {
            let section = path.first()?.as_atom()?;
            match path.get(1).and_then(Value::as_atom) {
                Some("references") => replace_reference(state, entity, matcher.first(), call),
                _ => WITHOUT_COLUMNS.contains(&section).then(|| state.clone()),
            }
        }
        ("set_option", [state, Value::List(path), name, value]) if is_state(state) => {
            set_option(state, path, name, value)
        }
        ("persist", [state, _, _]) if is_state(state) => Some(state.clone()),
        ("build_entity" | "build_entity!", [_, Value::List(path), entity, options]) => {
            let section = path.first()?.as_atom()?;
            let built = built(entity.as_atom()?, section, positional(entity.as_atom()?, options)?);
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
                "postgres" | "sqlite" if path.get(1).and_then(Value::as_atom) == Some("references") => {
                    entity.get("entity")?;
                    push(state, entity.clone())
                }
                "postgres" | "sqlite" => None,
                _ => Some(state.clone()),
            }
        }
        _ => None,
    }
}

/// An entity that is not part of a resource yet: the arguments of its DSL call, and its name.
pub(super) fn built(entity: &str, section: &str, arguments: Value) -> Value {
    let name = arguments.as_list().and_then(<[Value]>::first).cloned().unwrap_or_else(Value::nil);
    map([("entity", Value::atom(entity)), ("section", Value::atom(section)), ("arguments", arguments), ("name", name)])
}

/// Takes the entity in the place of the reference that `matcher` picks.
fn replace_reference(state: &Value, entity: &Value, matcher: Option<&Value>, call: &LibraryCall) -> Option<Value> {
    let name = entity.get("arguments")?.as_list()?.first()?;
    for reference in field(state, "references")?.as_list()? {
        let picked = match matcher {
            Some(matcher) => {
                let scope = Scope::default();
                apply(Range::default(), matcher, vec![reference.clone()], &scope, call.context).truthy()?
            }
            None => operate("==", reference.get("relationship")?, name)?.truthy()?,
        };
        if picked {
            // One of another relationship would have to go.
            return if reference.get("relationship") == Some(name) { push(state, entity.clone()) } else { None };
        }
    }
    Some(state.clone())
}

/// The options of a built entity as the arguments of its DSL call.
fn positional(entity: &str, options: &Value) -> Option<Value> {
    let names: &[&str] = match entity {
        "attribute" => &["name", "type"],
        "belongs_to" | "has_one" | "has_many" | "many_to_many" => &["name", "destination"],
        "identity" => &["name", "keys"],
        "reference" => &["relationship"],
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
