//! What an option accepts, in the notation Spark uses for its documentation: `atom | list(atom)`, `:read | :action`.

use crate::syntax::{Expr, Kind, StringPart};

/// The type of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionType {
    Any,
    Boolean,
    Text,
    Atom,
    Integer,
    Keyword,
    Map,
    Module,
    Function,
    /// `{module, function, arguments}`.
    Mfa,
    /// One particular atom, without its colon.
    Literal(String),
    List(Box<OptionType>),
    Tuple(Vec<OptionType>),
    Union(Vec<OptionType>),
    /// Text this reader does not understand. It accepts everything; a test keeps it out of the data.
    Unreadable,
}

/// Whether a value fits a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Yes,
    No,
    /// The value is only known when the code runs.
    Unknown,
}

impl OptionType {
    /// Reads the notation.
    pub fn parse(text: &str) -> OptionType {
        let mut reader = Reader { rest: text.trim() };
        let parsed = reader.union();
        if reader.rest.is_empty() { parsed } else { OptionType::Unreadable }
    }

    /// Whether the expression can be a value of this type.
    pub fn accepts(&self, expr: &Expr) -> Fit {
        if is_computed(expr) {
            return Fit::Unknown;
        }
        let is = |fits: bool| if fits { Fit::Yes } else { Fit::No };
        match self {
            OptionType::Any | OptionType::Unreadable => Fit::Yes,
            OptionType::Boolean => is(matches!(expr.kind, Kind::Bool(_))),
            OptionType::Text => is(matches!(expr.kind, Kind::String(_))),
            OptionType::Atom => is(matches!(
                expr.kind,
                Kind::Atom(_) | Kind::Nil | Kind::Bool(_) | Kind::Alias(_) | Kind::DynamicAtom(_)
            )),
            OptionType::Integer => is(matches!(expr.kind, Kind::Integer(_))),
            OptionType::Keyword => match &expr.kind {
                Kind::Keywords(_) => Fit::Yes,
                Kind::List(items) => {
                    is(items.iter().all(|item| matches!(item.kind, Kind::Keywords(_) | Kind::Tuple(_))))
                }
                _ => Fit::No,
            },
            OptionType::Map => is(matches!(expr.kind, Kind::Map { .. })),
            // Types are named by atoms (`:string`, `{:array, :string}`), changes and checks by `{module, options}`.
            OptionType::Module => is(matches!(expr.kind, Kind::Alias(_) | Kind::Atom(_) | Kind::Tuple(_))),
            OptionType::Function => is(matches!(expr.kind, Kind::Fn(_) | Kind::Capture(_))),
            OptionType::Mfa => is(matches!(&expr.kind, Kind::Tuple(items) if items.len() == 3)),
            OptionType::Literal(name) => is(match &expr.kind {
                Kind::Atom(atom) => atom == name,
                Kind::Nil => name == "nil",
                Kind::Bool(value) => name == if *value { "true" } else { "false" },
                _ => false,
            }),
            OptionType::List(item) => match &expr.kind {
                Kind::List(items) => all(items.iter().map(|value| match &value.kind {
                    Kind::Keywords(pairs) => all(pairs.iter().map(|pair| item.accepts_pair(pair))),
                    _ => item.accepts(value),
                })),
                Kind::Keywords(pairs) => all(pairs.iter().map(|pair| item.accepts_pair(pair))),
                _ => Fit::No,
            },
            OptionType::Tuple(types) => match &expr.kind {
                Kind::Tuple(items) if items.len() == types.len() => {
                    all(types.iter().zip(items).map(|(part, item)| part.accepts(item)))
                }
                _ => Fit::No,
            },
            OptionType::Union(choices) => {
                let fits: Vec<_> = choices.iter().map(|choice| choice.accepts(expr)).collect();
                *fits
                    .iter()
                    .find(|fit| **fit == Fit::Yes)
                    .or(fits.iter().find(|fit| **fit == Fit::Unknown))
                    .unwrap_or(&Fit::No)
            }
        }
    }

    /// `key: value` inside a list stands for `{:key, value}`.
    fn accepts_pair(&self, (key, value): &(Expr, Expr)) -> Fit {
        match self {
            OptionType::Tuple(types) if types.len() == 2 => {
                all([types[0].accepts(key), types[1].accepts(value)].into_iter())
            }
            OptionType::Union(choices) => {
                let fits: Vec<_> =
                    choices.iter().map(|choice| choice.accepts_pair(&(key.clone(), value.clone()))).collect();
                *fits
                    .iter()
                    .find(|fit| **fit == Fit::Yes)
                    .or(fits.iter().find(|fit| **fit == Fit::Unknown))
                    .unwrap_or(&Fit::No)
            }
            OptionType::Any | OptionType::Keyword | OptionType::Module => Fit::Yes,
            _ => Fit::No,
        }
    }

    /// The atoms that may be written, in order: for completion and for messages.
    pub fn literals(&self) -> Vec<&str> {
        match self {
            OptionType::Literal(name) => vec![name],
            OptionType::Boolean => vec!["true", "false"],
            OptionType::Union(choices) => choices.iter().flat_map(OptionType::literals).collect(),
            OptionType::List(item) => item.literals(),
            _ => Vec::new(),
        }
    }
}

fn all(fits: impl Iterator<Item = Fit>) -> Fit {
    fits.fold(Fit::Yes, |sum, fit| match (sum, fit) {
        (Fit::No, _) | (_, Fit::No) => Fit::No,
        (Fit::Unknown, _) | (_, Fit::Unknown) => Fit::Unknown,
        _ => Fit::Yes,
    })
}

/// Whether only running the code tells what the value is.
fn is_computed(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Identifier(_)
        | Kind::Attribute(_)
        | Kind::Call(_)
        | Kind::Access { .. }
        | Kind::Unary { .. }
        | Kind::Binary { .. }
        | Kind::Block(_)
        | Kind::Sigil(_)
        | Kind::Error => true,
        Kind::String(parts) | Kind::DynamicAtom(parts) => {
            parts.iter().any(|part| matches!(part, StringPart::Interpolation(_)))
                && !matches!(expr.kind, Kind::String(_))
        }
        _ => false,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn union(&mut self) -> OptionType {
        let mut choices = vec![self.single()];
        while self.eat("|") {
            choices.push(self.single());
        }
        if choices.len() == 1 { choices.remove(0) } else { OptionType::Union(choices) }
    }

    fn single(&mut self) -> OptionType {
        self.rest = self.rest.trim_start();
        if self.eat("{") {
            return OptionType::Tuple(self.sequence("}"));
        }
        if self.eat("(") {
            // A function type: its arguments and result are not looked at.
            let Some(end) = self.rest.find(')') else { return OptionType::Unreadable };
            self.rest = &self.rest[end + 1..];
            return OptionType::Function;
        }
        let literal = self.eat(":");
        let length = self
            .rest
            .find(|next: char| !(next.is_alphanumeric() || matches!(next, '_' | '.' | '?' | '!' | '*')))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        if literal {
            return OptionType::Literal(word.to_owned());
        }
        match word {
            "any" | "timeout" => OptionType::Any,
            "boolean" => OptionType::Boolean,
            "String.t" => OptionType::Text,
            "atom" => OptionType::Atom,
            "integer" | "pos_integer" | "non_neg_integer" => OptionType::Integer,
            "keyword" => OptionType::Keyword,
            "map" => OptionType::Map,
            "module" => OptionType::Module,
            "mfa" => OptionType::Mfa,
            "true" | "false" | "nil" => OptionType::Literal(word.to_owned()),
            "list" if self.eat("(") => OptionType::List(Box::new(self.sequence(")").pop().unwrap_or(OptionType::Any))),
            _ => OptionType::Unreadable,
        }
    }

    fn sequence(&mut self, end: &str) -> Vec<OptionType> {
        let mut parts = vec![self.union()];
        while self.eat(",") {
            parts.push(self.union());
        }
        if !self.eat(end) {
            parts = vec![OptionType::Unreadable];
        }
        parts
    }

    fn eat(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_start();
        match trimmed.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expressions;

    #[track_caller]
    fn check(option_type: &str, value: &str, expected: Fit) {
        let expr = parse_expressions(value).remove(0);
        assert_eq!(OptionType::parse(option_type).accepts(&expr), expected, "{value} as {option_type}");
    }

    #[test]
    fn literal_values_fit_or_do_not() {
        check("boolean", "true", Fit::Yes);
        check("boolean", ":maybe", Fit::No);
        check("String.t", "\"posts\"", Fit::Yes);
        check("String.t", ":posts", Fit::No);
        check("atom | list(atom)", "[:a, :b]", Fit::Yes);
        check("atom | list(atom)", "[:a, \"b\"]", Fit::No);
        check(":delete | :nilify | {:nilify, atom | list(atom)}", "{:nilify, [:a]}", Fit::Yes);
        check(":delete | :nilify", ":destroy", Fit::No);
        check("false | true | :initially", "false", Fit::Yes);
        check("keyword", "[a: 1]", Fit::Yes);
        check("keyword", "[]", Fit::Yes);
        check("keyword", "%{}", Fit::No);
        check("list({atom, String.t})", "[a: \"x\"]", Fit::Yes);
        check("module | (any, any -> any)", "fn a, b -> a end", Fit::Yes);
        check("pos_integer", "3", Fit::Yes);
    }

    #[test]
    fn computed_values_are_unknown() {
        for value in ["@table", "name()", "opts[:table]", "a <> b", "~w(a b)a"] {
            check("String.t", value, Fit::Unknown);
        }
    }

    #[test]
    fn literals_are_listed_for_completion() {
        assert_eq!(OptionType::parse(":a | list(:b | :c)").literals(), ["a", "b", "c"]);
    }
}
