//! `Map`.

use super::super::value::Value;
use super::{Site, keyword_list, map_of, pairs};

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    if name == "new" {
        return match arguments {
            [] => Some(map_of([])),
            [Value::Map(map)] => Some(Value::Map(map.clone())),
            [list] => Some(map_of(pairs(list)?)),
            [items, function @ Value::Function(_)] => {
                let items = match items {
                    Value::Map(map) => {
                        map.iter().map(|(key, value)| Value::Tuple(vec![key.clone(), value.clone()])).collect()
                    }
                    items => items.as_list()?.to_vec(),
                };
                let made = items.into_iter().map(|item| site.apply(function, vec![item])).collect();
                Some(map_of(pairs(&Value::List(made))?))
            }
            _ => None,
        };
    }
    let Value::Map(map) = arguments.first()? else { return None };
    let mut map = map.clone();
    Some(match (name, &arguments[1..]) {
        ("get", [key]) => map.get(key).cloned().unwrap_or_else(Value::nil),
        ("get", [key, default]) => map.get(key).cloned().unwrap_or_else(|| default.clone()),
        ("fetch!", [key]) => map.get(key)?.clone(),
        ("fetch", [key]) => match map.get(key) {
            Some(value) => Value::Tuple(vec![Value::atom("ok"), value.clone()]),
            None => Value::atom("error"),
        },
        ("has_key?", [key]) => Value::bool(map.contains_key(key)),
        ("put", [key, value]) => {
            map.insert(key.clone(), value.clone());
            Value::Map(map)
        }
        ("put_new", [key, value]) => {
            map.entry(key.clone()).or_insert_with(|| value.clone());
            Value::Map(map)
        }
        ("update", [key, default, function]) => {
            let value = match map.get(key) {
                Some(value) => site.apply(function, vec![value.clone()]),
                None => default.clone(),
            };
            map.insert(key.clone(), value);
            Value::Map(map)
        }
        ("delete", [key]) => {
            map.remove(key);
            Value::Map(map)
        }
        ("pop", [key]) => {
            let value = map.remove(key).unwrap_or_else(Value::nil);
            Value::Tuple(vec![value, Value::Map(map)])
        }
        ("pop", [key, default]) => {
            let value = map.remove(key).unwrap_or_else(|| default.clone());
            Value::Tuple(vec![value, Value::Map(map)])
        }
        ("merge", [Value::Map(other)]) => {
            map.extend(other.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Map(map)
        }
        ("take", [Value::List(keys)]) => map_of(map.into_iter().filter(|(key, _)| keys.contains(key))),
        ("drop", [Value::List(keys)]) => map_of(map.into_iter().filter(|(key, _)| !keys.contains(key))),
        ("keys", []) => Value::List(map.keys().cloned().collect()),
        ("values", []) => Value::List(map.values().cloned().collect()),
        ("to_list", []) => keyword_list(map),
        _ => return None,
    })
}

/// `Keyword.validate/2`: the given pairs, with defaults for those left out. `None` when a key is not allowed.
pub(super) fn validated(name: &str, given: Vec<(Value, Value)>, allowed: &Value) -> Option<Value> {
    let mut missing = Vec::new();
    let mut keys = Vec::new();
    for item in allowed.as_list()? {
        match item {
            Value::Tuple(pair) if pair.len() == 2 => {
                keys.push(pair[0].clone());
                if !given.iter().any(|(key, _)| *key == pair[0]) {
                    missing.push((pair[0].clone(), pair[1].clone()));
                }
            }
            key => keys.push(key.clone()),
        }
    }
    if given.iter().any(|(key, _)| !keys.contains(key)) {
        return None;
    }
    let list = keyword_list(given.into_iter().chain(missing));
    Some(if name == "validate" { Value::Tuple(vec![Value::atom("ok"), list]) } else { list })
}
