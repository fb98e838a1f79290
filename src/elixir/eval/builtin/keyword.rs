//! `Keyword`.

use super::super::value::Value;
use super::{Site, keyword_list, map, pairs};

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    if let [value] = arguments
        && name == "keyword?"
    {
        return Some(Value::bool(
            pairs(value).is_some_and(|pairs| pairs.iter().all(|(k, _)| matches!(k, Value::Atom(_)))),
        ));
    }
    if name == "new" && arguments.is_empty() {
        return Some(Value::List(Vec::new()));
    }
    let list = match arguments.first()? {
        Value::Map(map) if matches!(name, "new") => map.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        list => pairs(list)?,
    };
    let rest = &arguments[1..];
    let find = |key: &Value| list.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
    let without = |key: &Value| list.iter().filter(|(k, _)| k != key).cloned().collect::<Vec<_>>();
    let put = |key: &Value, value: &Value| {
        let mut put = vec![(key.clone(), value.clone())];
        put.extend(without(key));
        keyword_list(put)
    };
    Some(match (name, rest) {
        ("get", [key]) => find(key).unwrap_or_else(Value::nil),
        ("get", [key, default]) => find(key).unwrap_or_else(|| default.clone()),
        ("get_lazy", [key, function]) => find(key).unwrap_or_else(|| site.apply(function, Vec::new())),
        ("fetch!", [key]) => find(key)?,
        ("fetch", [key]) => match find(key) {
            Some(value) => Value::Tuple(vec![Value::atom("ok"), value]),
            None => Value::atom("error"),
        },
        ("has_key?", [key]) => Value::bool(find(key).is_some()),
        ("get_values", [key]) => {
            Value::List(list.iter().filter(|(k, _)| k == key).map(|(_, value)| value.clone()).collect())
        }
        ("put", [key, value]) => put(key, value),
        ("put_new", [key, value]) => match find(key) {
            Some(_) => keyword_list(list),
            None => put(key, value),
        },
        ("put_new_lazy", [key, function]) => match find(key) {
            Some(_) => keyword_list(list),
            None => put(key, &site.apply(function, Vec::new())),
        },
        ("replace", [key, value]) => match find(key) {
            Some(_) => put(key, value),
            None => keyword_list(list),
        },
        ("update", [key, default, function]) => {
            let mut done = false;
            let mut updated = Vec::new();
            for (k, v) in &list {
                if k != key {
                    updated.push((k.clone(), v.clone()));
                } else if !done {
                    done = true;
                    updated.push((k.clone(), site.apply(function, vec![v.clone()])));
                }
            }
            if !done {
                updated.push((key.clone(), default.clone()));
            }
            keyword_list(updated)
        }
        ("update!", [key, function]) => {
            let value = site.apply(function, vec![find(key)?]);
            keyword_list(list.iter().map(|(k, v)| (k.clone(), if k == key { value.clone() } else { v.clone() })))
        }
        ("delete", [key]) => keyword_list(without(key)),
        ("pop", [key]) => Value::Tuple(vec![find(key).unwrap_or_else(Value::nil), keyword_list(without(key))]),
        ("pop", [key, default]) => {
            Value::Tuple(vec![find(key).unwrap_or_else(|| default.clone()), keyword_list(without(key))])
        }
        ("pop!", [key]) => Value::Tuple(vec![find(key)?, keyword_list(without(key))]),
        ("merge", [other]) => {
            let other = pairs(other)?;
            let kept = list.into_iter().filter(|(key, _)| !other.iter().any(|(k, _)| k == key));
            keyword_list(kept.chain(other.clone()).collect::<Vec<_>>())
        }
        ("merge", [other, function]) => {
            let mut merged = list.clone();
            let mut added = Vec::new();
            for (key, value) in pairs(other)? {
                match merged.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, old)) => *old = site.apply(function, vec![key, old.clone(), value]),
                    None => added.push((key, value)),
                }
            }
            keyword_list(merged.into_iter().chain(added))
        }
        ("take", [Value::List(keys)]) => keyword_list(list.into_iter().filter(|(key, _)| keys.contains(key))),
        ("drop", [Value::List(keys)]) => keyword_list(list.into_iter().filter(|(key, _)| !keys.contains(key))),
        ("split", [Value::List(keys)]) => {
            let (taken, left): (Vec<_>, Vec<_>) = list.into_iter().partition(|(key, _)| keys.contains(key));
            Value::Tuple(vec![keyword_list(taken), keyword_list(left)])
        }
        ("keys", []) => Value::List(list.into_iter().map(|(key, _)| key).collect()),
        ("values", []) => Value::List(list.into_iter().map(|(_, value)| value).collect()),
        ("new" | "to_list", []) => keyword_list(list),
        ("filter" | "reject", [function]) => {
            let mut kept = Vec::new();
            for (key, value) in list {
                let pair = Value::Tuple(vec![key.clone(), value.clone()]);
                if site.apply(function, vec![pair]).truthy()? == (name == "filter") {
                    kept.push((key, value));
                }
            }
            keyword_list(kept)
        }
        ("validate!" | "validate", [_]) => return map::validated(name, list, &rest[0]),
        _ => return None,
    })
}
