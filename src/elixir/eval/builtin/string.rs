//! `String`, and conversions of `Atom`, `Integer`, `Float`, `Tuple` and `Path`.

use super::super::text::to_text;
use super::super::value::{Function, Value};
use super::Site;

pub(super) fn call(name: &str, arguments: &[Value], _site: &Site) -> Option<Value> {
    use Value::{Integer, List};
    if name == "to_existing_atom" || name == "to_atom" {
        return arguments.first()?.as_text().map(Value::atom);
    }
    let text = arguments.first()?.as_text()?;
    let string = |text: String| Some(Value::string(text));
    match (name, &arguments[1..]) {
        ("downcase", _) => string(text.to_lowercase()),
        ("upcase", _) => string(text.to_uppercase()),
        ("capitalize", []) => {
            let mut characters = text.chars();
            let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
            string(first + &characters.as_str().to_lowercase())
        }
        ("trim", []) => string(text.trim().to_owned()),
        ("trim_leading", []) => string(text.trim_start().to_owned()),
        ("trim_trailing", []) => string(text.trim_end().to_owned()),
        ("trim", [Value::String(cut)]) => string(trim_start(trim_end(text, cut), cut).to_owned()),
        ("trim_leading", [Value::String(cut)]) => string(trim_start(text, cut).to_owned()),
        ("trim_trailing", [Value::String(cut)]) => string(trim_end(text, cut).to_owned()),
        ("replace", [Value::String(from), Value::String(to)]) => string(text.replace(&**from, to)),
        ("replace_prefix", [Value::String(from), Value::String(to)]) => {
            string(text.strip_prefix(&**from).map_or_else(|| text.to_owned(), |rest| format!("{to}{rest}")))
        }
        ("replace_suffix", [Value::String(from), Value::String(to)]) => {
            string(text.strip_suffix(&**from).map_or_else(|| text.to_owned(), |rest| format!("{rest}{to}")))
        }
        ("split", []) => Some(List(text.split_whitespace().map(Value::string).collect())),
        ("split", [Value::String(separator)]) if !separator.is_empty() => {
            Some(List(text.split(&**separator).map(Value::string).collect()))
        }
        ("starts_with?", [prefix]) => any(prefix, |prefix| text.starts_with(prefix)),
        ("ends_with?", [suffix]) => any(suffix, |suffix| text.ends_with(suffix)),
        ("contains?", [part]) => any(part, |part| text.contains(part)),
        ("duplicate", [Integer(times)]) => string(text.repeat(usize::try_from(*times).ok()?.min(10_000))),
        ("to_integer", []) => text.parse().ok().map(Integer),
        ("to_float", []) => text.parse().ok().map(Value::Float),
        ("to_charlist", []) => Some(List(text.chars().map(|c| Integer(u32::from(c).into())).collect())),
        ("pad_leading", [Integer(width), rest @ ..]) => {
            let padding = rest.first().map_or(Some(" "), Value::as_text)?;
            let missing = usize::try_from(*width).ok()?.saturating_sub(text.chars().count());
            string(padding.chars().cycle().take(missing).chain(text.chars()).collect())
        }
        // Graphemes are not counted; code points are the same for plain text.
        ("length", []) if text.is_ascii() => Some(Integer(text.len() as i128)),
        ("first", []) if text.is_ascii() => Some(text.get(..1).map_or_else(Value::nil, Value::string)),
        ("last", []) if text.is_ascii() => {
            Some(text.len().checked_sub(1).and_then(|at| text.get(at..)).map_or_else(Value::nil, Value::string))
        }
        ("slice", [Integer(start), Integer(length)]) if text.is_ascii() && *start >= 0 && *length >= 0 => {
            string(text.chars().skip(*start as usize).take(*length as usize).collect())
        }
        _ => None,
    }
}

fn trim_start<'a>(mut text: &'a str, cut: &str) -> &'a str {
    while let Some(rest) = text.strip_prefix(cut).filter(|_| !cut.is_empty()) {
        text = rest;
    }
    text
}

fn trim_end<'a>(mut text: &'a str, cut: &str) -> &'a str {
    while let Some(rest) = text.strip_suffix(cut).filter(|_| !cut.is_empty()) {
        text = rest;
    }
    text
}

/// A pattern is a string or a list of them.
fn any(pattern: &Value, test: impl Fn(&str) -> bool) -> Option<Value> {
    match pattern {
        Value::String(pattern) => Some(Value::bool(test(pattern))),
        Value::List(patterns) => {
            let patterns = patterns.iter().map(Value::as_text).collect::<Option<Vec<_>>>()?;
            Some(Value::bool(patterns.into_iter().any(test)))
        }
        _ => None,
    }
}

/// `Atom.to_string` and the like; `name` includes the module.
pub(super) fn call_conversion(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    use Value::{Integer, List, Tuple};
    Some(match (name, arguments) {
        ("Atom.to_string", [Value::Atom(name)]) => Value::String(name.clone()),
        ("Integer.to_string" | "Float.to_string", [value @ (Integer(_) | Value::Float(_))]) => {
            Value::string(to_text(value)?)
        }
        ("Integer.pow", [Integer(base), Integer(exponent)]) => {
            Integer(base.checked_pow(u32::try_from(*exponent).ok()?)?)
        }
        ("Tuple.to_list", [Tuple(items)]) => List(items.clone()),
        ("Path.join", [Value::String(a), Value::String(b)]) => {
            Value::string(format!("{}/{}", a.trim_end_matches('/'), b.trim_start_matches('/')))
        }
        ("Path.join", [List(parts)]) => {
            Value::string(parts.iter().map(Value::as_text).collect::<Option<Vec<_>>>()?.join("/"))
        }
        ("Path.expand", [Value::String(path), Value::String(base)]) => Value::string(expand(base, path)),
        ("Path.wildcard", [_]) => return site.context.library("Path", "wildcard", arguments),
        ("Path.basename", [Value::String(path)]) => Value::string(path.rsplit('/').next()?),
        ("Function.capture", [Value::Atom(module), Value::Atom(name), Integer(arity)]) => {
            let module = module.strip_prefix("Elixir.").unwrap_or(module).into();
            let arity = usize::try_from(*arity).ok()?;
            Value::Function(Function::Remote { module, name: name.clone(), arity }.into())
        }
        _ => return None,
    })
}

/// `path` as seen from the folder `base`, both with `/`.
fn expand(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = match path.starts_with('/') {
        true => vec![""],
        false => base.split('/').collect(),
    };
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
