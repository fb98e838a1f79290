//! `List`.

use super::super::text::to_text;
use super::super::value::Value;
use super::Site;

pub(super) fn call(name: &str, arguments: &[Value], _site: &Site) -> Option<Value> {
    use Value::{Integer, List, Tuple};
    Some(match (name, arguments) {
        ("wrap", [value]) => List(value.wrap()),
        ("flatten", [List(items)]) => {
            let mut flat = Vec::new();
            flatten(items, &mut flat);
            List(flat)
        }
        ("first", [List(items)]) => items.first().cloned().unwrap_or_else(Value::nil),
        ("last", [List(items)]) => items.last().cloned().unwrap_or_else(Value::nil),
        ("delete", [List(items), item]) => {
            let mut items = items.clone();
            if let Some(index) = items.iter().position(|other| other == item) {
                items.remove(index);
            }
            List(items)
        }
        ("delete_at", [List(items), Integer(index)]) => {
            let mut items = items.clone();
            let index = usize::try_from(*index).ok()?;
            if index < items.len() {
                items.remove(index);
            }
            List(items)
        }
        ("insert_at", [List(items), Integer(index), item]) => {
            let mut items = items.clone();
            let length = items.len() as i128;
            let index = if *index < 0 { length + index + 1 } else { *index };
            items.insert(usize::try_from(index.clamp(0, length)).ok()?, item.clone());
            List(items)
        }
        ("keyfind", [List(items), key, Integer(0)]) => keyfind(items, key).unwrap_or_else(Value::nil),
        ("keymember?", [List(items), key, Integer(0)]) => Value::bool(keyfind(items, key).is_some()),
        ("keydelete", [List(items), key, Integer(0)]) => {
            let mut items = items.clone();
            if let Some(index) = items.iter().position(|item| matches!(item, Tuple(t) if t.first() == Some(key))) {
                items.remove(index);
            }
            List(items)
        }
        ("duplicate", [value, Integer(times)]) => List(vec![value.clone(); usize::try_from(*times).ok()?.min(10_000)]),
        ("to_tuple", [List(items)]) => Tuple(items.clone()),
        ("to_string", [value @ List(_)]) => Value::string(to_text(value)?),
        ("to_atom", [value @ List(_)]) => Value::atom(&to_text(value)?),
        ("starts_with?", [List(items), List(prefix)]) => Value::bool(items.starts_with(prefix)),
        _ => return None,
    })
}

fn flatten(items: &[Value], into: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(inner) => flatten(inner, into),
            item => into.push(item.clone()),
        }
    }
}

fn keyfind(items: &[Value], key: &Value) -> Option<Value> {
    items.iter().find(|item| matches!(item, Value::Tuple(tuple) if tuple.first() == Some(key))).cloned()
}
