//! `Module` and `Macro`: names, and code as a value.

use super::super::expression::evaluate;
use super::super::text::to_text;
use super::super::value::Value;
use super::Site;

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
            Some(value) => value.clone(),
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
        let text = match part {
            Value::Atom(name) if &**name == "nil" => continue,
            Value::Atom(name) => name.to_string(),
            Value::String(text) => text.to_string(),
            _ => return None,
        };
        names.push(text.strip_prefix("Elixir.").unwrap_or(&text).trim_start_matches('.').to_owned());
    }
    Some(Value::module(&names.join(".")))
}

/// `Macro.underscore/1`: `FooBar.Baz` → `foo_bar/baz`, `HTTPServer` → `http_server`.
pub fn underscore(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 4);
    for (index, &character) in characters.iter().enumerate() {
        if character == '.' {
            out.push('/');
            continue;
        }
        if character.is_ascii_uppercase() && index > 0 {
            let before = characters[index - 1];
            let next_is_lower = characters.get(index + 1).is_some_and(|next| next.is_ascii_lowercase());
            let starts_word = match before {
                '.' | '_' | '/' => false,
                before if before.is_ascii_uppercase() => next_is_lower,
                _ => true,
            };
            if starts_word {
                out.push('_');
            }
        }
        out.extend(character.to_lowercase());
    }
    out.replace('-', "_")
}

/// `Macro.camelize/1`.
pub(crate) fn camelize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut upper = true;
    for character in text.chars() {
        match character {
            '_' => upper = true,
            '/' => {
                out.push('.');
                upper = true;
            }
            character if upper => {
                out.extend(character.to_uppercase());
                upper = false;
            }
            character => out.push(character),
        }
    }
    out
}
