//! What an expression evaluates to: an Elixir term, a function, a piece of code, or nothing known.
//!
//! Unknown is a value like the others, so that a list with one unreadable element still has its other elements.

use std::cmp::Ordering;
use std::sync::Arc;

use super::entries::Entries;
use super::scope::Scope;
use crate::syntax::{Clause, Expr};
use crate::text::Range;

/// A place in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Path as it was given to the project.
    pub file: Arc<str>,
    /// Bytes of the file.
    pub range: Range,
    /// For what a macro made: the code in the macro that says it. The place itself is where the macro is used.
    pub written: Option<Arc<Origin>>,
}

impl Origin {
    /// What stands at `range` of `file` itself.
    pub fn new(file: Arc<str>, range: Range) -> Origin {
        Origin { file, range, written: None }
    }

    /// The place alone: what is reported there once, however many lines of a macro lead to it.
    pub fn place(&self) -> Origin {
        Origin::new(self.file.clone(), self.range)
    }
}

/// Why a value is not known, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    pub origin: Origin,
    /// A phrase that fits after "not known: " (`System.get_env/1 is not evaluated`).
    pub reason: String,
}

/// An evaluated expression.
#[derive(Debug, Clone)]
pub enum Value {
    /// Also `nil`, `true` and `false`; a module is `Elixir.Name`.
    Atom(Arc<str>),
    Integer(i128),
    Float(f64),
    String(Arc<str>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    /// A struct has the key `:__struct__`.
    Map(Entries),
    Scalar(Scalar),
    /// A struct of a library that only functions of the library look into.
    Handle(Arc<Value>),
    Function(Arc<Function>),
    /// Code that is not a literal, as macros see it.
    Quoted(Arc<Expr>),
    Unknown(Arc<Unknown>),
}

/// A struct that is known by its text: `Date`, `Time`, `NaiveDateTime`, `DateTime`, `Decimal`, `Regex`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scalar {
    pub module: &'static str,
    /// What `to_string/1` gives (for `Regex` the pattern).
    pub text: Arc<str>,
}

/// The [`Scalar::module`] of bytes that are no text; theirs is what `inspect/1` gives. They are no struct.
pub const BYTES: &str = "BitString";

/// A function value.
#[derive(Debug, Clone)]
pub enum Function {
    /// `&Mod.name/arity`; the module without `Elixir.`.
    Remote { module: Arc<str>, name: Arc<str>, arity: usize },
    /// `&name/arity`.
    Local { name: Arc<str>, arity: usize, scope: Scope },
    /// `fn … end`.
    Clauses { clauses: Vec<Clause>, scope: Scope },
    /// `&(&1 + 1)`.
    Capture { body: Expr, arity: usize, scope: Scope },
}

impl Value {
    /// Whether this is a keyword list with something in it.
    pub fn is_keywords(&self) -> bool {
        let is_pair =
            |item: &Value| matches!(item, Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom().is_some());
        matches!(self, Value::List(items) if !items.is_empty() && items.iter().all(is_pair))
    }

    pub fn nil() -> Value {
        Value::Atom("nil".into())
    }

    pub fn bool(value: bool) -> Value {
        Value::Atom(if value { "true" } else { "false" }.into())
    }

    pub fn atom(name: &str) -> Value {
        Value::Atom(name.into())
    }

    pub fn string(text: impl AsRef<str>) -> Value {
        Value::String(text.as_ref().into())
    }

    /// The module `name` (without `Elixir.`).
    pub fn module(name: &str) -> Value {
        Value::Atom(format!("Elixir.{name}").into())
    }

    pub fn unknown(origin: Origin, reason: impl Into<String>) -> Value {
        Value::Unknown(Arc::new(Unknown { origin, reason: reason.into() }))
    }

    /// The pair `{key, value}` of a keyword list.
    pub fn pair(key: &str, value: Value) -> Value {
        Value::Tuple(vec![Value::atom(key), value])
    }

    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Atom(name) if &**name == "nil")
    }

    /// Whether Elixir's `if` takes the value as true; `None` when it is unknown.
    pub fn truthy(&self) -> Option<bool> {
        match self {
            Value::Unknown(_) => None,
            Value::Atom(name) => Some(!matches!(&**name, "nil" | "false")),
            _ => Some(true),
        }
    }

    /// The name of an atom that is no module, `nil` or boolean included.
    pub fn as_atom(&self) -> Option<&str> {
        match self {
            Value::Atom(name) if !name.starts_with("Elixir.") => Some(name),
            _ => None,
        }
    }

    /// The module's name without `Elixir.`.
    pub fn as_module(&self) -> Option<&str> {
        match self {
            Value::Atom(name) => name.strip_prefix("Elixir."),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.as_atom()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Value::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The first unknown anywhere inside.
    pub fn find_unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Value::Unknown(unknown) => Some(unknown),
            Value::List(items) | Value::Tuple(items) => items.iter().find_map(Value::find_unknown),
            Value::Map(entries) => entries.iter().find_map(|(k, v)| k.find_unknown().or_else(|| v.find_unknown())),
            _ => None,
        }
    }

    /// The value of `key` in a keyword list or map: the first one, as `Keyword.get/2` finds it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::List(items) => items.iter().find_map(|item| match item {
                Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some(key) => Some(&pair[1]),
                _ => None,
            }),
            Value::Map(entries) => entries.get(&Value::atom(key)),
            _ => None,
        }
    }

    /// `List.wrap/1`.
    pub fn wrap(&self) -> Vec<Value> {
        match self {
            Value::List(items) => items.clone(),
            value if value.is_nil() => Vec::new(),
            value => vec![value.clone()],
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Integer(_) | Value::Float(_) => 0,
            Value::Atom(_) => 1,
            Value::Function(_) => 2,
            Value::Tuple(_) => 3,
            Value::Map(_) | Value::Scalar(_) | Value::Handle(_) => 4,
            Value::List(_) => 5,
            Value::String(_) => 6,
            Value::Quoted(_) => 7,
            Value::Unknown(_) => 8,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The term order of Erlang. Integers and floats of equal amount differ, as `===` has it.
impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
            (Value::Integer(a), Value::Float(b)) => (*a as f64).total_cmp(b).then(Ordering::Less),
            (Value::Float(a), Value::Integer(b)) => a.total_cmp(&(*b as f64)).then(Ordering::Greater),
            (Value::Atom(a), Value::Atom(b)) | (Value::String(a), Value::String(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::Tuple(a), Value::Tuple(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Value::List(a), Value::List(b)) => a.cmp(b),
            (Value::Map(a), Value::Map(b)) => {
                a.len().cmp(&b.len()).then_with(|| a.keys().cmp(b.keys())).then_with(|| a.values().cmp(b.values()))
            }
            (Value::Scalar(a), Value::Scalar(b)) => a.cmp(b),
            (Value::Handle(a), Value::Handle(b)) => a.cmp(b),
            (Value::Unknown(a), Value::Unknown(b)) => a.cmp(b),
            (Value::Function(a), Value::Function(b)) => a.identity().cmp(&b.identity()),
            (Value::Quoted(a), Value::Quoted(b)) => a.range.cmp(&b.range),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Function {
    /// What tells two functions apart: module, name, arity; where it was written otherwise.
    fn identity(&self) -> (&str, &str, usize, Range) {
        match self {
            Function::Remote { module, name, arity } => (module, name, *arity, Range::default()),
            Function::Local { name, arity, scope } => {
                (scope.module.as_deref().unwrap_or(""), name, *arity, Range::default())
            }
            Function::Clauses { clauses, scope } => {
                (&scope.file, "fn", 0, clauses.first().map_or(Range::default(), |clause| clause.range))
            }
            Function::Capture { body, arity, scope } => (&scope.file, "&", *arity, body.range),
        }
    }
}
