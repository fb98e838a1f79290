//! What projects ask about a DSL state: `Ash.Resource.Info`, and the functions that `use Spark.InfoGenerator` makes.

use super::attribute;
use super::state::{field, is_state, option};
use crate::elixir::eval::{LibraryCall, Value};

/// `Ash.Resource.Info`.
pub(super) fn resource(name: &str, arguments: &[Value]) -> Option<Value> {
    let state = arguments.first().filter(|state| is_state(state))?;
    let named = |list: &str, name: &Value| {
        let known = field(state, list)?.as_list()?;
        let found = known.iter().find(|entity| entity.get("name") == Some(name));
        Some(found.cloned().unwrap_or_else(Value::nil))
    };
    match (name, &arguments[1..]) {
        ("attribute", [name]) => Some(attribute(state, name)),
        ("attributes", []) => field(state, "attributes").cloned(),
        ("relationships", []) => field(state, "relationships").cloned(),
        ("relationship", [name]) => named("relationships", name),
        ("actions", []) => field(state, "actions").cloned(),
        ("action", [name]) => named("actions", name),
        ("primary_key", []) => {
            let mut keys = Vec::new();
            for attribute in field(state, "attributes")?.as_list()? {
                match attribute.get("primary_key?") {
                    Some(Value::Unknown(unknown)) => return Some(Value::Unknown(unknown.clone())),
                    Some(flag) if flag.as_bool() == Some(true) => keys.push(attribute.get("name")?.clone()),
                    _ => {}
                }
            }
            Some(Value::List(keys))
        }
        _ => None,
    }
}

/// A function of a module of the project that uses `Spark.InfoGenerator`: options of sections of an extension.
pub(super) fn generated(call: &LibraryCall, state: &Value) -> Option<Value> {
    let body = call.context.body(call.module)?;
    let used = body.uses.iter().find(|used| &*used.module == "Spark.InfoGenerator")?;
    for section in used.options.get("sections")?.as_list()? {
        let Some(rest) = call.name.strip_prefix(section.as_atom()?).and_then(|rest| rest.strip_prefix('_')) else {
            continue;
        };
        let path = [section.clone()];
        let (name, raises) = match rest.strip_suffix('!') {
            Some(name) => (name, true),
            None => (rest, false),
        };
        return match option(state, &path, name)? {
            Err(unknown) => Some(unknown),
            Ok(value) if name.ends_with('?') => Some(value.unwrap_or_else(Value::nil)),
            Ok(Some(value)) if raises => Some(value),
            Ok(Some(value)) => Some(Value::Tuple(vec![Value::atom("ok"), value])),
            Ok(None) if raises => None,
            Ok(None) => Some(Value::atom("error")),
        };
    }
    None
}
