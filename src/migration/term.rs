//! The values a migration computes while it runs. Knows how Elixir prints and orders them; must not know SQL or syntax.

use std::cmp::Ordering;

use super::command::{Constraint, Index, Reference, Table};

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

/// `to_string/1` of a float: the shortest digits that give it back, in the shorter of plain and scientific notation
/// (Erlang's `float_to_binary(value, [:short])`).
pub fn float_text(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let count = digits.len() as i32;
    let point = exponent + 1;
    let text = if value == 0.0 {
        "0.0".to_owned()
    } else if 0 < point && point < count {
        format!("{}.{}", &digits[..point as usize], &digits[point as usize..])
    } else {
        let exponent_text = exponent.to_string();
        let cost = exponent_text.len() as i32 + if count == 1 { 3 } else { 2 };
        let plain =
            if point <= 0 { 2 - point <= cost } else { point - count + 2 <= cost && value.abs() < 2f64.powi(53) };
        match (plain, point <= 0) {
            (true, true) => format!("0.{}{digits}", "0".repeat(-point as usize)),
            (true, false) => format!("{digits}{}.0", "0".repeat((point - count) as usize)),
            (false, _) => format!("{}.{}e{exponent_text}", &digits[..1], if count == 1 { "0" } else { &digits[1..] }),
        }
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_elixir_prints_them() {
        let check = |value: f64, text: &str| assert_eq!(float_text(value), text);
        check(0.0, "0.0");
        check(1.0, "1.0");
        check(-1.5, "-1.5");
        check(100.0, "100.0");
        check(1000.0, "1.0e3");
        check(1234567.0, "1234567.0");
        check(1.0e10, "1.0e10");
        check(0.1, "0.1");
        check(0.001, "0.001");
        check(0.0001, "0.0001");
        check(0.00001, "1.0e-5");
        check(0.000123, "1.23e-4");
        check(9007199254740992.0, "9.007199254740992e15");
        check(9007199254740991.0, "9007199254740991.0");
        check(0.00123, "0.00123");
        check(123456.789, "123456.789");
        check(1.25e-9, "1.25e-9");
    }

    #[test]
    fn maps_keep_the_last_of_equal_keys_in_order() {
        let pair = |key: &str, value: i128| (Term::Atom(key.into()), Term::Integer(value));
        let map = Term::map([pair("b", 1), pair("a", 2), pair("b", 3)]);
        assert_eq!(map, Term::Map(vec![pair("a", 2), pair("b", 3)]));
    }
}
