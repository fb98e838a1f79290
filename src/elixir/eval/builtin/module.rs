//! `Module` and `Macro`: names, and code as a value.

use super::super::expression::evaluate;
use super::super::text::to_text;
use super::super::value::Value;
use super::Site;
use crate::elixir::name::{self, camelize, underscore};

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    use Value::{Atom, List};
    Some(match (name, arguments) {
        ("Module.concat" | "Module.safe_concat", [List(parts)]) => concat(parts)?,
        ("Module.concat" | "Module.safe_concat", [_, _]) => concat(arguments)?,
        ("Module.split", [value]) => {
            let name = value.as_module().or(value.as_text().and_then(|text| text.strip_prefix("Elixir.")))?;
            List(name.split('.').map(Value::string).collect())
        }
        ("Module.get_attribute", [_, Atom(name), rest @ ..]) => match site.scope.attributes.get(name) {
            Some(value) => (**value).clone(),
            None => rest.first().cloned().unwrap_or_else(Value::nil),
        },
        ("Macro.underscore", [value]) => {
            let text = value.as_module().map(str::to_owned).or_else(|| to_text(value))?;
            Value::string(underscore(&text))
        }
        ("Macro.camelize", [value]) => Value::string(camelize(&to_text(value)?)),
        ("Macro.escape", [value, ..]) => match value {
            Value::Atom(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) => value.clone(),
            value => Value::Quoted(site.context.hold_value(value.clone(), site.range).into()),
        },
        ("Macro.expand" | "Macro.expand_once" | "Macro.expand_literals", [value, _]) => expand(value, site)?,
        ("Macro.to_string", [_]) => return None,
        _ => return None,
    })
}

/// Aliases in code become the modules they stand for where the macro was called.
fn expand(value: &Value, site: &Site) -> Option<Value> {
    Some(match value {
        Value::Quoted(code) => match &code.kind {
            crate::syntax::Kind::Alias(_) | crate::syntax::Kind::Identifier(_) => {
                let mut scope = match &site.scope.caller {
                    Some(caller) => (**caller).clone(),
                    None => site.scope.clone(),
                };
                match evaluate(code, &mut scope, site.context) {
                    Value::Unknown(_) => value.clone(),
                    value => value,
                }
            }
            _ => value.clone(),
        },
        Value::List(items) => Value::List(items.iter().map(|item| expand(item, site)).collect::<Option<_>>()?),
        Value::Tuple(items) => Value::Tuple(items.iter().map(|item| expand(item, site)).collect::<Option<_>>()?),
        value => value.clone(),
    })
}

fn concat(parts: &[Value]) -> Option<Value> {
    let mut names = Vec::new();
    for part in parts {
        match part {
            Value::Atom(name) if &**name == "nil" => {}
            Value::Atom(name) | Value::String(name) => names.push(&**name),
            _ => return None,
        }
    }
    let name = name::concat(names);
    Some(if name.is_empty() { Value::atom("Elixir") } else { Value::module(&name) })
}
