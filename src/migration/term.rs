//! The values a migration computes while it runs. Knows how Elixir prints and orders them; must not know SQL or syntax.

use std::cmp::Ordering;

use super::command::{Constraint, Index, Reference, Table};
use crate::elixir::eval::Value;
use crate::elixir::float_text;

/// A value of Elixir, as far as migrations use them.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    Nil,
    Bool(bool),
    Integer(i128),
    Float(f64),
    /// Without the colon; a module is `Elixir.A.B`.
    Atom(String),
    String(String),
    List(Vec<Term>),
    Tuple(Vec<Term>),
    /// Sorted by key as Elixir sorts the keys of small maps, no key twice. Build it with [`Term::map`].
    Map(Vec<(Term, Term)>),
    /// What `table/2` gives.
    Table(Box<Table>),
    /// What `index/3` and `unique_index/3` give.
    Index(Box<Index>),
    /// What `constraint/3` gives.
    Constraint(Box<Constraint>),
    /// What `references/2` gives.
    Reference(Box<Reference>),
}

impl Term {
    /// A map of the pairs; of two equal keys the later one wins.
    pub fn map(pairs: impl IntoIterator<Item = (Term, Term)>) -> Term {
        let mut entries: Vec<(Term, Term)> = Vec::new();
        for (key, value) in pairs {
            match entries.binary_search_by(|(other, _)| order(other, &key)) {
                Ok(index) => entries[index].1 = value,
                Err(index) => entries.insert(index, (key, value)),
            }
        }
        Term::Map(entries)
    }

    /// `[{:a, 1}, …]` of the pairs.
    pub fn keywords(pairs: impl IntoIterator<Item = (String, Term)>) -> Term {
        Term::List(pairs.into_iter().map(|(key, value)| Term::Tuple(vec![Term::Atom(key), value])).collect())
    }

    /// Everything but `nil` and `false`.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Term::Nil | Term::Bool(false))
    }

    /// The name of an atom, `nil`, `true` and `false` included.
    pub fn atom_name(&self) -> Option<&str> {
        match self {
            Term::Atom(name) => Some(name),
            Term::Nil => Some("nil"),
            Term::Bool(true) => Some("true"),
            Term::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// The text of an atom or a string: what Ecto takes for names. `nil` is no name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Term::String(text) => Some(text),
            Term::Nil => None,
            other => other.atom_name(),
        }
    }

    /// The atom called `name`; `nil`, `true` and `false` become what they are.
    pub fn atom(name: &str) -> Term {
        match name {
            "nil" => Term::Nil,
            "true" => Term::Bool(true),
            "false" => Term::Bool(false),
            _ => Term::Atom(name.to_owned()),
        }
    }

    /// `{:fragment, sql}`, the value of `fragment/1`.
    pub fn as_fragment(&self) -> Option<&str> {
        match self {
            Term::Tuple(items) => match items.as_slice() {
                [Term::Atom(tag), Term::String(sql)] if tag == "fragment" => Some(sql),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same value for Elixir's own functions; `None` for what `Ecto.Migration` makes.
    pub fn to_value(&self) -> Option<Value> {
        let all = |items: &[Term]| items.iter().map(Term::to_value).collect::<Option<Vec<Value>>>();
        Some(match self {
            Term::Integer(value) => Value::Integer(*value),
            Term::Float(value) => Value::Float(*value),
            Term::String(text) => Value::string(text),
            Term::List(items) => Value::List(all(items)?),
            Term::Tuple(items) => Value::Tuple(all(items)?),
            Term::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| Some((key.to_value()?, value.to_value()?)));
                Value::Map(pairs.collect::<Option<_>>()?)
            }
            Term::Table(_) | Term::Index(_) | Term::Constraint(_) | Term::Reference(_) => return None,
            atom => Value::atom(atom.atom_name()?),
        })
    }

    /// The term that a value is; `None` for functions, code, unknowns and structs known by their text.
    pub fn from_value(value: &Value) -> Option<Term> {
        let all = |items: &[Value]| items.iter().map(Term::from_value).collect::<Option<Vec<Term>>>();
        Some(match value {
            Value::Atom(name) => Term::atom(name),
            Value::Integer(value) => Term::Integer(*value),
            Value::Float(value) => Term::Float(*value),
            Value::String(text) => Term::String(text.to_string()),
            Value::List(items) => Term::List(all(items)?),
            Value::Tuple(items) => Term::Tuple(all(items)?),
            Value::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| Some((Term::from_value(key)?, Term::from_value(value)?)));
                Term::map(pairs.collect::<Option<Vec<_>>>()?)
            }
            Value::Scalar(_) | Value::Function(_) | Value::Handle(_) | Value::Quoted(_) | Value::Unknown(_) => {
                return None;
            }
        })
    }

    /// The pairs of a keyword list; `None` when this is none. The empty list is one.
    pub fn as_keywords(&self) -> Option<Vec<(String, Term)>> {
        let Term::List(items) = self else { return None };
        items
            .iter()
            .map(|item| match item {
                Term::Tuple(pair) => match pair.as_slice() {
                    [key, value] => Some((key.atom_name()?.to_owned(), value.clone())),
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }

    /// `to_string/1` (the `String.Chars` protocol); `None` where Elixir raises, and for charlists with more than text.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Term::Nil => Some(String::new()),
            Term::Atom(name) => Some(name.clone()),
            Term::Bool(value) => Some(value.to_string()),
            Term::Integer(value) => Some(value.to_string()),
            Term::Float(value) => Some(float_text(*value)),
            Term::String(text) => Some(text.clone()),
            Term::List(items) => items.iter().map(char_text).collect(),
            _ => None,
        }
    }
}

/// A list element as `List.to_string/1` takes it: a code point or a string.
fn char_text(item: &Term) -> Option<String> {
    match item {
        Term::Integer(code) => u32::try_from(*code).ok().and_then(char::from_u32).map(String::from),
        Term::String(text) => Some(text.clone()),
        Term::List(items) => items.iter().map(char_text).collect(),
        _ => None,
    }
}

/// The order of Elixir's terms: numbers, atoms, tuples, maps, lists, strings.
pub fn order(left: &Term, right: &Term) -> Ordering {
    match (left, right) {
        (Term::Integer(a), Term::Integer(b)) => a.cmp(b),
        (Term::Integer(a), Term::Float(b)) => (*a as f64).total_cmp(b),
        (Term::Float(a), Term::Integer(b)) => a.total_cmp(&(*b as f64)),
        (Term::Float(a), Term::Float(b)) => a.total_cmp(b),
        (Term::String(a), Term::String(b)) => a.cmp(b),
        (Term::List(a), Term::List(b)) => order_all(a, b).then(a.len().cmp(&b.len())),
        (Term::Tuple(a), Term::Tuple(b)) => a.len().cmp(&b.len()).then_with(|| order_all(a, b)),
        _ => match (left.atom_name(), right.atom_name()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => rank(left).cmp(&rank(right)),
        },
    }
}

fn order_all(left: &[Term], right: &[Term]) -> Ordering {
    left.iter().zip(right).map(|(a, b)| order(a, b)).find(|result| result.is_ne()).unwrap_or(Ordering::Equal)
}

fn rank(term: &Term) -> u8 {
    match term {
        Term::Integer(_) | Term::Float(_) => 0,
        Term::Nil | Term::Bool(_) | Term::Atom(_) => 1,
        Term::Tuple(_) => 2,
        Term::Map(_) | Term::Table(_) | Term::Index(_) | Term::Constraint(_) | Term::Reference(_) => 3,
        Term::List(_) => 4,
        Term::String(_) => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_keep_the_last_of_equal_keys_in_order() {
        let pair = |key: &str, value: i128| (Term::Atom(key.into()), Term::Integer(value));
        let map = Term::map([pair("b", 1), pair("a", 2), pair("b", 3)]);
        assert_eq!(map, Term::Map(vec![pair("a", 2), pair("b", 3)]));
    }
}
