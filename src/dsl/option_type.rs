//! What an option accepts, in the notation Spark uses for its documentation: `atom | list(atom)`, `:read | :action`.

use std::ops::RangeInclusive;

use crate::syntax::{Expr, Kind, StringPart};

/// The type of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionType {
    Any,
    Boolean,
    Text,
    Atom,
    /// At least so much, where there is a limit.
    Integer {
        least: Option<i8>,
    },
    /// Milliseconds, or `:infinity`.
    Timeout,
    Keyword,
    Map,
    Module,
    /// With how many arguments.
    Function(usize),
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
            OptionType::Integer { least } => is(is_integer(expr, *least)),
            OptionType::Timeout => match expr.as_atom() {
                Some(atom) => is(atom == "infinity"),
                None => is(is_integer(expr, Some(0))),
            },
            OptionType::Keyword => match &expr.kind {
                Kind::Keywords(_) => Fit::Yes,
                Kind::List(items) => {
                    is(items.iter().all(|item| matches!(item.kind, Kind::Keywords(_) | Kind::Tuple(_))))
                }
                _ => Fit::No,
            },
            OptionType::Map => is(matches!(expr.kind, Kind::Map { .. })),
            // Types are named by atoms (`:string`, `{:array, :string}`), changes and checks by `{module, options}`.
            OptionType::Module => is(matches!(expr.kind, Kind::Alias(_) | Kind::Atom(_) | Kind::Nil | Kind::Tuple(_))),
            OptionType::Function(arity) => is(arities(expr).is_some_and(|given| given.contains(arity))),
            // Spark lets nil stand for no function.
            OptionType::Mfa => match &expr.kind {
                Kind::Tuple(items) => is(items.len() == 3),
                kind => is(*kind == Kind::Nil),
            },
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
            // Where one value may stand for a list of one, nil stands for none.
            OptionType::Union(choices)
                if expr.kind == Kind::Nil && choices.iter().any(|it| matches!(it, OptionType::List(_))) =>
            {
                Fit::Yes
            }
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
        | Kind::Binary { .. }
        | Kind::Block(_)
        | Kind::Sigil(_)
        | Kind::Error => true,
        Kind::String(parts) | Kind::DynamicAtom(parts) => {
            parts.iter().any(|part| matches!(part, StringPart::Interpolation(_)))
                && !matches!(expr.kind, Kind::String(_))
        }
        Kind::Unary { .. } => negated(expr).is_none(),
        _ => false,
    }
}

/// The number after a minus.
fn negated(expr: &Expr) -> Option<&Expr> {
    let Kind::Unary { operator, operand } = &expr.kind else { return None };
    let is_number = matches!(operand.kind, Kind::Integer(_) | Kind::Float(_));
    (operator == "-" && is_number).then_some(operand)
}

fn is_integer(expr: &Expr, least: Option<i8>) -> bool {
    match (&expr.kind, negated(expr)) {
        (Kind::Integer(value), _) => {
            least.is_none_or(|least| least < 1 || value.chars().any(|c| ('1'..='9').contains(&c)))
        }
        (_, Some(operand)) => least.is_none() && matches!(operand.kind, Kind::Integer(_)),
        _ => false,
    }
}

/// How many arguments a function may have, as far as it is written; none when it is no function.
fn arities(expr: &Expr) -> Option<RangeInclusive<usize>> {
    const ANY: RangeInclusive<usize> = 0..=usize::MAX;
    match &expr.kind {
        Kind::Fn(clauses) => {
            let known = clauses.first().map(|clause| clause.arguments.len());
            Some(known.map_or(ANY, |count| count..=count))
        }
        Kind::Capture(inner) => Some(match &inner.kind {
            Kind::Binary { operator, right, .. } if operator == "/" => match &right.kind {
                Kind::Integer(count) => count.parse().map_or(ANY, |count: usize| count..=count),
                _ => ANY,
            },
            _ => ANY,
        }),
        _ => None,
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
            // Of a function type the number of arguments counts.
            let Some((kind, rest)) = self.rest.split_once(')') else { return OptionType::Unreadable };
            self.rest = rest;
            let Some((arguments, _)) = kind.split_once("->") else { return OptionType::Unreadable };
            let arguments = arguments.split(',').filter(|argument| !argument.trim().is_empty());
            return OptionType::Function(arguments.count());
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
            "any" => OptionType::Any,
            "timeout" => OptionType::Timeout,
            "boolean" => OptionType::Boolean,
            "String.t" => OptionType::Text,
            "atom" => OptionType::Atom,
            "integer" => OptionType::Integer { least: None },
            "non_neg_integer" => OptionType::Integer { least: Some(0) },
            "pos_integer" => OptionType::Integer { least: Some(1) },
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
    fn numbers_have_limits() {
        check("pos_integer", "0", Fit::No);
        check("pos_integer", "10", Fit::Yes);
        check("pos_integer", "-1", Fit::No);
        check("non_neg_integer", "0", Fit::Yes);
        check("non_neg_integer", "-1", Fit::No);
        check("integer", "-1", Fit::Yes);
        check("integer", "-1.5", Fit::No);
        check("boolean", "-1", Fit::No);
        check("timeout", "5_000", Fit::Yes);
        check("timeout", ":infinity", Fit::Yes);
        check("timeout", ":never", Fit::No);
        check("integer", "-limit", Fit::Unknown);
    }

    #[test]
    fn functions_have_a_number_of_arguments() {
        check("(any, any -> any)", "fn a, b -> a end", Fit::Yes);
        check("(any, any -> any)", "fn a -> a end", Fit::No);
        check("(-> any)", "fn -> 1 end", Fit::Yes);
        check("(any -> any)", "&String.upcase/1", Fit::Yes);
        check("(any, any -> any)", "&String.upcase/1", Fit::No);
        check("(any, any -> any)", "&handle/2", Fit::Yes);
        check("(any, any -> any)", "&(&1 / &2)", Fit::Yes);
        check("(any -> any) | module", "Blog.Slug", Fit::Yes);
    }

    #[test]
    fn nil_stands_for_nothing_where_spark_takes_it() {
        check("module", "nil", Fit::Yes);
        check("mfa | (any, any -> any)", "nil", Fit::Yes);
        check(":read | :action | list(:read | :action)", "nil", Fit::Yes);
        check("(any -> any)", "nil", Fit::No);
        check("list(atom)", "nil", Fit::No);
        check("String.t", "nil", Fit::No);
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
