//! Typed access to the keys of a JSON object, with errors that name the place.

use super::value::{Entry, Json, get};

/// An object and where it stands in the file.
pub(super) struct Object<'a> {
    entries: &'a [Entry<'a>],
    path: Vec<Step>,
}

/// One step from the top of the file to a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// A value that is not what it should be.
#[derive(Debug, PartialEq)]
pub(super) struct Mismatch {
    pub path: Vec<Step>,
    pub problem: String,
}

impl<'a> Object<'a> {
    pub fn new(value: &'a Json<'a>, path: Vec<Step>) -> Result<Object<'a>, Mismatch> {
        match value {
            Json::Object(entries) => Ok(Object { entries, path }),
            other => Err(Mismatch { problem: format!("expected an object, found {}", describe(other)), path }),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        get(self.entries, key).is_some()
    }

    pub fn is_null(&self, key: &str) -> bool {
        get(self.entries, key) == Some(&Json::Null)
    }

    /// Whether every key is one of `known`.
    pub fn only(&self, known: &[&str]) -> bool {
        self.entries.iter().all(|(key, _)| known.contains(&&**key))
    }

    /// Text; `None` when missing or null.
    pub fn text(&self, key: &str) -> Result<Option<String>, Mismatch> {
        match get(self.entries, key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.to_string())),
            Some(other) => Err(self.mismatch(key, "text", other)),
        }
    }

    pub fn required_text(&self, key: &str) -> Result<String, Mismatch> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    /// The text of an Elixir atom; `nil`, `true` and `false` are atoms that JSON writes as itself.
    pub fn required_atom(&self, key: &str) -> Result<String, Mismatch> {
        let value = get(self.entries, key).ok_or_else(|| self.missing(key))?;
        atom(value).ok_or_else(|| self.mismatch(key, "a name", value))
    }

    /// A list of atoms; `None` when missing or null.
    pub fn atoms(&self, key: &str) -> Result<Option<Vec<String>>, Mismatch> {
        let Some(items) = self.list(key)? else { return Ok(None) };
        let atoms = items.iter().map(|item| atom(item).ok_or_else(|| self.mismatch(key, "names", item)));
        atoms.collect::<Result<_, _>>().map(Some)
    }

    /// A boolean; `None` when missing or null.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Mismatch> {
        match get(self.entries, key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.mismatch(key, "true or false", other)),
        }
    }

    /// An integer; `None` when missing or null.
    pub fn integer(&self, key: &str) -> Result<Option<i64>, Mismatch> {
        match get(self.entries, key) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| self.mismatch(key, "an integer", value)),
        }
    }

    /// A list; `None` when missing or null.
    pub fn list(&self, key: &str) -> Result<Option<&'a [Json<'a>]>, Mismatch> {
        match get(self.entries, key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.mismatch(key, "a list", other)),
        }
    }

    /// A list of texts; `None` when missing or null.
    pub fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Mismatch> {
        let Some(items) = self.list(key)? else { return Ok(None) };
        let texts = items.iter().enumerate().map(|(index, item)| match item {
            Json::String(text) => Ok(text.to_string()),
            other => Err(Mismatch {
                path: self.path_to(key, Some(index)),
                problem: format!("expected text, found {}", describe(other)),
            }),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// The objects of a list; empty when missing or null.
    pub fn objects(&self, key: &str) -> Result<Vec<Object<'a>>, Mismatch> {
        let items = self.list(key)?.unwrap_or_default();
        items.iter().enumerate().map(|(index, item)| Object::new(item, self.path_to(key, Some(index)))).collect()
    }

    /// An object; `None` when missing or null.
    pub fn object(&self, key: &str) -> Result<Option<Object<'a>>, Mismatch> {
        match get(self.entries, key) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => Object::new(value, self.path_to(key, None)).map(Some),
        }
    }

    /// The value as it stands; `None` when missing.
    pub fn value(&self, key: &str) -> Option<&'a Json<'a>> {
        get(self.entries, key)
    }

    /// Keys and values in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, &'a Json<'a>)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    pub fn missing(&self, key: &str) -> Mismatch {
        Mismatch { path: self.path.clone(), problem: format!("the key \"{key}\" is missing") }
    }

    pub fn mismatch(&self, key: &str, expected: &str, found: &Json) -> Mismatch {
        Mismatch {
            path: self.path_to(key, None),
            problem: format!("expected {expected} for \"{key}\", found {}", describe(found)),
        }
    }

    pub fn path_to(&self, key: &str, index: Option<usize>) -> Vec<Step> {
        let mut path = self.path.clone();
        path.push(Step::Key(key.to_owned()));
        path.extend(index.map(Step::Index));
        path
    }
}

/// The text of an atom, from its JSON.
pub(super) fn atom(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.to_string()),
        Json::Null => Some("nil".to_owned()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Line, counted from 1, on which the value at `path` begins. `text` is valid JSON that has such a value; otherwise
/// the line of the innermost value found.
pub(super) fn line_of(text: &str, path: &[Step]) -> usize {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, 0);
    for step in path {
        match enter(bytes, at, step) {
            Some(next) => at = next,
            None => break,
        }
    }
    1 + bytes[..at.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Offset of the member of the object or list at `at`.
fn enter(bytes: &[u8], at: usize, step: &Step) -> Option<usize> {
    let mut here = skip_space(bytes, at + 1);
    let mut found = None;
    let mut index = 0;
    while !matches!(bytes.get(here)?, b'}' | b']') {
        let matches = match step {
            Step::Index(wanted) => index == *wanted,
            Step::Key(wanted) => {
                let end = skip_value(bytes, here);
                let key: Option<String> = serde_json::from_slice(bytes.get(here..end)?).ok();
                here = skip_space(bytes, skip_space(bytes, end) + 1);
                key.as_ref() == Some(wanted)
            }
        };
        if matches {
            found = Some(here);
        }
        here = skip_space(bytes, skip_value(bytes, here));
        if bytes.get(here) == Some(&b',') {
            here = skip_space(bytes, here + 1);
        }
        index += 1;
    }
    found
}

/// Offset behind the value that begins at `at`.
fn skip_value(bytes: &[u8], at: usize) -> usize {
    let mut here = at;
    let mut depth = 0usize;
    while let Some(byte) = bytes.get(here) {
        match byte {
            b'"' => {
                here += 1;
                while bytes.get(here).is_some_and(|byte| *byte != b'"') {
                    here += if bytes[here] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return here,
            b'}' | b']' => depth -= 1,
            b',' | b':' if depth == 0 => return here,
            _ => {}
        }
        here += 1;
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            return here;
        }
    }
    here
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

fn describe(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
