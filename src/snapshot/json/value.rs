//! A JSON value that borrows its text: snapshots are read by the thousand, and most of each is short words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    /// `None`: a number that is no `i64`.
    Number(Option<i64>),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// Without repeated keys: the last value counts, in the place of the first.
    Object(Vec<Entry<'a>>),
}

/// A key and its value.
pub(super) type Entry<'a> = (Cow<'a, str>, Json<'a>);

/// More keys than this are compared by a tree.
const FEW: usize = 32;

impl<'a> Json<'a> {
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Json<'a>]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Number(number) => *number,
            _ => None,
        }
    }

    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        match self {
            Json::Object(entries) => get(entries, key),
            _ => None,
        }
    }
}

/// The value of a key.
pub(super) fn get<'v, 'a>(entries: &'v [Entry<'a>], key: &str) -> Option<&'v Json<'a>> {
    entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
}

fn without_repetitions(entries: Vec<Entry<'_>>) -> Vec<Entry<'_>> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    let many = entries.len() > FEW;
    let mut places: BTreeMap<Cow<str>, usize> = BTreeMap::new();
    for (key, value) in entries {
        let known = match many {
            true => places.get(&key).copied(),
            false => kept.iter().position(|(known, _)| *known == key),
        };
        match known {
            Some(place) => kept[place].1 = value,
            None => {
                if many {
                    places.insert(key.clone(), kept.len());
                }
                kept.push((key, value));
            }
        }
    }
    kept
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(Some(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(i64::try_from(value).ok()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(None))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Json::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some((Key(key), value)) = entries.next_entry()? {
            all.push((key, value));
        }
        Ok(Json::Object(without_repetitions(all)))
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serde_json` itself reads, in the same words.
    fn reference(value: &serde_json::Value) -> Json<'static> {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(flag) => Json::Bool(*flag),
            serde_json::Value::Number(number) => Json::Number(number.as_i64()),
            serde_json::Value::String(text) => Json::String(Cow::Owned(text.clone())),
            serde_json::Value::Array(items) => Json::Array(items.iter().map(reference).collect()),
            serde_json::Value::Object(map) => {
                Json::Object(map.iter().map(|(key, value)| (Cow::Owned(key.clone()), reference(value))).collect())
            }
        }
    }

    fn check(text: &str) {
        let ours = serde_json::from_str::<Json>(text).map_err(|error| error.to_string());
        let theirs = serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
        assert_eq!(ours, theirs.as_ref().map(reference).map_err(Clone::clone), "{text}");
    }

    #[test]
    fn reads_what_serde_json_reads() {
        check(r#"{"a": [1, -2, 3.5, 18446744073709551615, 1e400], "b\n": null}"#);
        check(
            r#"{"a": [1, -2, 3.5, 18446744073709551615], "b\n": null, "ü": "\u00fc \"x\"", "t": [true, false, {}, []]}"#,
        );
        check(r#"{"a": 1, "b": 2, "a": {"c": 3}}"#);
        let many: Vec<String> = (0..100).map(|number| format!("\"k{}\": {number}", number % 70)).collect();
        check(&format!("{{{}}}", many.join(", ")));
    }

    #[test]
    fn fails_as_serde_json_fails() {
        for text in ["", "{", "{\"a\" 1}", "[1, ]", "{} x", "nul", "{1: 2}", "\"\\q\"", "\"\u{1}\""] {
            check(text);
        }
        check(&"[".repeat(200));
    }
}
