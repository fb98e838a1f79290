//! The generic call tree: Elixir expressions with byte ranges, before any meaning is given to names.

use crate::text::Range;

/// One Elixir expression and the bytes it was written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub range: Range,
    pub kind: Kind,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Nil,
    Bool(bool),
    /// As written, underscores and base prefix included (`1_000`, `0xFF`).
    Integer(String),
    /// As written (`1.0e-3`).
    Float(String),
    /// `?a`, as its code point.
    Char(char),
    /// `:name`, `:"quoted name"` or a keyword's `name:`; escapes resolved, without the colon.
    Atom(String),
    /// `:"with #{interpolation}"`.
    DynamicAtom(Vec<StringPart>),
    /// `"…"` or a heredoc; escapes resolved, heredoc indentation removed.
    String(Vec<StringPart>),
    /// `'…'` or `~c"…"`.
    Charlist(Vec<StringPart>),
    /// Any sigil but `~c`, `~s` and `~S` (which are read as what they are short for).
    Sigil(Box<Sigil>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    /// `%{}`, `%Name{}` and `%{base | …}`.
    Map {
        name: Option<Box<Expr>>,
        base: Option<Box<Expr>>,
        entries: Vec<(Expr, Expr)>,
    },
    /// `key: value, …` standing as the last argument of a call without brackets, or as elements of a list.
    Keywords(Vec<(Expr, Expr)>),
    /// `A.B.C`, as written (aliases are not expanded).
    Alias(Vec<String>),
    /// A variable or a call without arguments and parentheses (`foo`, `__MODULE__`).
    Identifier(String),
    /// `@name` (read) — a write (`@name value`) is a [`Kind::Call`] with target [`Target::Attribute`].
    Attribute(String),
    Call(Box<Call>),
    /// `value[key]`.
    Access {
        value: Box<Expr>,
        key: Box<Expr>,
    },
    Unary {
        operator: String,
        operand: Box<Expr>,
    },
    Binary {
        operator: String,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `&…`, `&1`, `&Mod.fun/1`.
    Capture(Box<Expr>),
    /// `fn … end`.
    Fn(Vec<Clause>),
    /// Several expressions in parentheses or a body with more than one expression.
    Block(Vec<Expr>),
    Bitstring(Vec<Expr>),
    /// What could not be parsed, or a construct that has no literal reading.
    Error,
}

/// A piece of a string-like literal.
#[derive(Debug, Clone, PartialEq)]
pub enum StringPart {
    /// Text with escapes resolved.
    Text(String),
    /// `#{expr}`.
    Interpolation(Expr),
}

/// `~w(a b)a`: name, text and modifiers. Apart, since it is rare and would make every expression larger.
#[derive(Debug, Clone, PartialEq)]
pub struct Sigil {
    pub name: String,
    pub parts: Vec<StringPart>,
    pub modifiers: String,
}

/// A call: `name args do … end`, `Mod.name(args)`, `@name value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub target: Target,
    /// The bytes of the name alone (`attribute`, or `c` of `a.b.c`).
    pub name_range: Range,
    /// Positional arguments, then at most one [`Kind::Keywords`] for trailing `key: value` pairs.
    pub arguments: Vec<Expr>,
    /// Whether the arguments stand in parentheses.
    pub parens: bool,
    pub block: Option<Box<DoBlock>>,
}

/// What is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// `name …`.
    Local(String),
    /// `value.name …`; the value is often an alias.
    Remote { value: Box<Expr>, name: String },
    /// `@name …`.
    Attribute(String),
    /// `value.(…)`.
    Anonymous(Box<Expr>),
}

/// `do … else … rescue … end`. `range` runs from `do` to the end of `end`.
#[derive(Debug, Clone, PartialEq)]
pub struct DoBlock {
    pub range: Range,
    /// The expressions after `do`; empty when the body is made of clauses.
    pub body: Vec<Expr>,
    /// `pattern -> body` clauses after `do` (`case`, `cond`).
    pub clauses: Vec<Clause>,
    /// `else`, `rescue`, `after`, `catch` with their bodies.
    pub sections: Vec<(String, Vec<Expr>, Vec<Clause>)>,
}

/// `arguments [when guard] -> body`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub range: Range,
    pub arguments: Vec<Expr>,
    pub guard: Option<Expr>,
    pub body: Vec<Expr>,
}

/// One argument as callers look at it: positional, or the value of an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Argument<'a> {
    Positional(&'a Expr),
    Option { key: &'a Expr, value: &'a Expr },
}

impl Call {
    /// The name that is called: `attribute`, `concat` of `Module.concat`, or the attribute's name.
    pub fn name(&self) -> &str {
        match &self.target {
            Target::Local(name) | Target::Remote { name, .. } | Target::Attribute(name) => name,
            Target::Anonymous(_) => "",
        }
    }

    /// The name, when the call has no module in front.
    pub fn local_name(&self) -> Option<&str> {
        match &self.target {
            Target::Local(name) => Some(name),
            _ => None,
        }
    }

    /// The positional arguments.
    pub fn positional(&self) -> impl Iterator<Item = &Expr> {
        self.arguments.iter().filter(|argument| !matches!(argument.kind, Kind::Keywords(_)))
    }

    /// The trailing `key: value` pairs.
    pub fn keywords(&self) -> &[(Expr, Expr)] {
        match self.arguments.last() {
            Some(Expr { kind: Kind::Keywords(pairs), .. }) => pairs,
            _ => &[],
        }
    }
}

impl Expr {
    /// The call this expression is, if it is one.
    pub fn as_call(&self) -> Option<&Call> {
        match &self.kind {
            Kind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The atom's name, if it is a literal atom. `nil`, `true` and `false` are atoms to Elixir, but not here.
    pub fn as_atom(&self) -> Option<&str> {
        match &self.kind {
            Kind::Atom(name) => Some(name),
            _ => None,
        }
    }

    /// The text, if this is a string without interpolation.
    pub fn as_text(&self) -> Option<String> {
        let Kind::String(parts) = &self.kind else { return None };
        parts
            .iter()
            .map(|part| match part {
                StringPart::Text(text) => Some(text.as_str()),
                StringPart::Interpolation(_) => None,
            })
            .collect()
    }
}

// A file of 1,000 lines is some ten thousand of them, and a keystroke copies those of the file that is edited.
const _: () = assert!(size_of::<Expr>() <= 64 && size_of::<Call>() <= 112);
