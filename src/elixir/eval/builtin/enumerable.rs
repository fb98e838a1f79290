//! `Enum`, and `Stream` where it means the same.

use super::super::operator;
use super::super::text::to_text;
use super::super::value::Value;
use super::{Site, collect, map_of};

/// The elements an enumerable walks over.
fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(items) => Some(items.clone()),
        Value::Map(map) if !map.contains_key(&Value::atom("__struct__")) => {
            Some(map.iter().map(|(key, value)| Value::Tuple(vec![key.clone(), value.clone()])).collect())
        }
        _ => None,
    }
}

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    use Value::{Integer, List, Tuple};
    let items = items(arguments.first()?)?;
    let apply = |function: &Value, item: &Value| site.apply(function, vec![item.clone()]);
    let keep = |function: &Value, wanted: bool| -> Option<Vec<Value>> {
        let mut kept = Vec::new();
        for item in &items {
            if apply(function, item).truthy()? == wanted {
                kept.push(item.clone());
            }
        }
        Some(kept)
    };
    Some(match (name, &arguments[1..]) {
        ("map", [function]) => List(items.iter().map(|item| apply(function, item)).collect()),
        ("flat_map", [function]) => {
            let mut all = Vec::new();
            for item in &items {
                match apply(function, item) {
                    List(inner) => all.extend(inner),
                    unknown => all.push(unknown),
                }
            }
            List(all)
        }
        ("filter", [function]) => List(keep(function, true)?),
        ("reject", [function]) => List(keep(function, false)?),
        ("split_with", [function]) => Tuple(vec![List(keep(function, true)?), List(keep(function, false)?)]),
        ("find", [function]) => keep(function, true)?.into_iter().next().unwrap_or_else(Value::nil),
        ("find_value", [function]) => {
            for item in &items {
                let value = apply(function, item);
                if value.truthy()? {
                    return Some(value);
                }
            }
            Value::nil()
        }
        ("any?", [function]) => Value::bool(!keep(function, true)?.is_empty()),
        ("all?", [function]) => Value::bool(keep(function, false)?.is_empty()),
        ("any?", []) => Value::bool(truths(&items)?.contains(&true)),
        ("all?", []) => Value::bool(!truths(&items)?.contains(&false)),
        ("count", [function]) => Integer(keep(function, true)?.len() as i128),
        ("count", []) => Integer(items.len() as i128),
        ("member?", [item]) => operator::apply("in", item, &List(items))?,
        ("empty?", []) => Value::bool(items.is_empty()),
        ("to_list", []) => List(items),
        ("reverse", []) => List(items.into_iter().rev().collect()),
        ("concat", []) => List(items.iter().map(Value::as_list).collect::<Option<Vec<_>>>()?.concat()),
        ("concat", [List(other)]) => List(items.into_iter().chain(other.iter().cloned()).collect()),
        ("uniq", []) => List(uniq(items, |item| item.clone())),
        ("uniq_by", [function]) => List(uniq(items, |item| site.apply(function, vec![item.clone()]))),
        ("sort", []) => {
            let mut items = items;
            items.sort();
            List(items)
        }
        ("sort_by", [function]) => {
            let mut items = items;
            items.sort_by_cached_key(|item| site.apply(function, vec![item.clone()]));
            List(items)
        }
        ("join", rest) if rest.len() <= 1 => {
            let separator = rest.first().map_or(Some(""), Value::as_text)?;
            Value::string(items.iter().map(to_text).collect::<Option<Vec<_>>>()?.join(separator))
        }
        ("map_join", [separator, function]) => {
            let parts = items.iter().map(|item| to_text(&apply(function, item))).collect::<Option<Vec<_>>>()?;
            Value::string(parts.join(separator.as_text()?))
        }
        ("into", [into]) => collect(items, into)?,
        ("into", [into, function]) => collect(items.iter().map(|item| apply(function, item)).collect(), into)?,
        ("with_index", []) => {
            List(items.into_iter().enumerate().map(|(i, item)| Tuple(vec![item, Integer(i as i128)])).collect())
        }
        ("zip", [List(other)]) => List(items.into_iter().zip(other).map(|(a, b)| Tuple(vec![a, b.clone()])).collect()),
        ("at", [Integer(index)]) => {
            let index = if *index < 0 { items.len() as i128 + index } else { *index };
            usize::try_from(index).ok().and_then(|index| items.get(index)).cloned().unwrap_or_else(Value::nil)
        }
        ("take", [Integer(count)]) => List(items.into_iter().take(usize::try_from(*count).ok()?).collect()),
        ("drop", [Integer(count)]) => List(items.into_iter().skip(usize::try_from(*count).ok()?).collect()),
        ("reduce", [start, function]) => {
            items.into_iter().fold(start.clone(), |total, item| site.apply(function, vec![item, total]))
        }
        ("reduce_while", [start, function]) => reduce_while(items, start, function, site)?,
        ("each", [function]) => {
            items.iter().for_each(|item| drop(apply(function, item)));
            Value::atom("ok")
        }
        ("sum", []) => items.into_iter().try_fold(Integer(0), |total, item| operator::apply("+", &total, &item))?,
        ("max", []) => items.into_iter().max()?,
        ("min", []) => items.into_iter().min()?,
        ("frequencies", []) => {
            let count = |item: &Value| Integer(items.iter().filter(|other| *other == item).count() as i128);
            map_of(items.iter().map(|item| (item.clone(), count(item))))
        }
        _ => return None,
    })
}

fn truths(items: &[Value]) -> Option<Vec<bool>> {
    items.iter().map(Value::truthy).collect()
}

fn uniq(items: Vec<Value>, key: impl Fn(&Value) -> Value) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut kept = Vec::new();
    for item in items {
        let key = key(&item);
        if !seen.contains(&key) {
            seen.push(key);
            kept.push(item);
        }
    }
    kept
}

/// `Enum.reduce_while/3`.
fn reduce_while(items: Vec<Value>, start: &Value, function: &Value, site: &Site) -> Option<Value> {
    let mut total = start.clone();
    for item in items {
        let step = site.apply(function, vec![item, total]);
        let Value::Tuple(pair) = step else { return step.as_unknown().is_some().then_some(step) };
        let [word, next] = pair.as_slice() else { return None };
        total = next.clone();
        match word.as_atom() {
            Some("cont") => {}
            Some("halt") => break,
            _ => return None,
        }
    }
    Some(total)
}
