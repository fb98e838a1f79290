//! What the tokenizer hands to the parser.

/// A piece of Elixir source with the line it starts on (from 1).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub line: usize,
    /// For [`TokenKind::Eol`], commas and semicolons: how many line breaks it stands for or is followed by. For operators
    /// and closing brackets: how many came before. Else 0.
    pub newlines: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Identifier {
        name: String,
        shape: Shape,
    },
    /// `name:` in front of a value.
    Key(String),
    /// `"with #{code}":` in front of a value.
    DynamicKey(Vec<Part>),
    Alias(String),
    Atom {
        name: String,
        quoted: bool,
    },
    DynamicAtom(Vec<Part>),
    /// An integer or a character, as written.
    Integer(String),
    Float(String),
    /// `"…"`, `'…'` and their heredocs.
    Text {
        quote: char,
        heredoc: bool,
        parts: Vec<Part>,
    },
    Sigil {
        name: String,
        parts: Vec<Part>,
        delimiter: &'static str,
        modifiers: String,
    },
    /// `true`, `false`, `nil`.
    Literal(&'static str),
    Operator {
        class: Operator,
        text: &'static str,
    },
    /// `&` right before a number.
    CaptureArgument,
    Dot,
    /// The `.` of `fun.(…)`.
    DotCall,
    Comma,
    Semicolon,
    Eol,
    Open(Bracket),
    Close(Bracket),
    /// `%{`: comes before the `{`.
    MapStart,
    Percent,
    Fn,
    Do,
    End,
    /// `else`, `rescue`, `catch`, `after`.
    Section(&'static str),
}

/// What follows an identifier, which decides what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Plain,
    /// `(` directly after it.
    Paren,
    /// `[` directly after it.
    Bracket,
    /// A sign that belongs to the first argument: `name -1`.
    Signed,
    /// `do`.
    Do,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Paren,
    Square,
    Curly,
    Bits,
}

/// A piece of a string-like literal, escapes as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Text(String),
    Code { line: usize, tokens: Vec<Token> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    At,
    Unary,
    Dual,
    Capture,
    Ellipsis,
    Ternary,
    Range,
    Match,
    InMatch,
    When,
    Type,
    Pipe,
    Or,
    And,
    Comparison,
    Relation,
    Arrow,
    In,
    Xor,
    Concat,
    Multiply,
    Power,
    Stab,
    Assoc,
}

/// Where the value of an operator goes when it is repeated: `(a op b) op c` or `a op (b op c)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Operator {
    /// Associativity and precedence as a binary operator; the higher binds tighter (`elixir_parser.yrl`).
    pub(super) fn binary(self) -> Option<(Side, u16)> {
        use Side::{Left, Right};
        Some(match self {
            Operator::InMatch => (Left, 40),
            Operator::When => (Right, 50),
            Operator::Type => (Right, 60),
            Operator::Pipe => (Right, 70),
            Operator::Match => (Right, 100),
            Operator::Or => (Left, 120),
            Operator::And => (Left, 130),
            Operator::Comparison => (Left, 140),
            Operator::Relation => (Left, 150),
            Operator::Arrow => (Left, 160),
            Operator::In => (Left, 170),
            Operator::Xor => (Left, 180),
            Operator::Ternary => (Right, 190),
            Operator::Concat | Operator::Range => (Right, 200),
            Operator::Dual => (Left, 210),
            Operator::Multiply => (Left, 220),
            Operator::Power => (Left, 230),
            Operator::At
            | Operator::Unary
            | Operator::Capture
            | Operator::Ellipsis
            | Operator::Stab
            | Operator::Assoc => return None,
        })
    }
}

/// Operators of three characters, in the order in which they are tried.
pub(super) const OPERATORS_3: &[(&str, Operator)] = &[
    ("~~~", Operator::Unary),
    ("...", Operator::Ellipsis),
    ("===", Operator::Comparison),
    ("!==", Operator::Comparison),
    ("&&&", Operator::And),
    ("|||", Operator::Or),
    ("^^^", Operator::Xor),
    ("+++", Operator::Concat),
    ("---", Operator::Concat),
    ("<<<", Operator::Arrow),
    (">>>", Operator::Arrow),
    ("~>>", Operator::Arrow),
    ("<<~", Operator::Arrow),
    ("<~>", Operator::Arrow),
    ("<|>", Operator::Arrow),
];

/// Operators of two characters; brackets (`<<`, `>>`) are taken out before.
pub(super) const OPERATORS_2: &[(&str, Operator)] = &[
    ("//", Operator::Ternary),
    ("**", Operator::Power),
    ("..", Operator::Range),
    ("++", Operator::Concat),
    ("--", Operator::Concat),
    ("<>", Operator::Concat),
    ("|>", Operator::Arrow),
    ("~>", Operator::Arrow),
    ("<~", Operator::Arrow),
    ("==", Operator::Comparison),
    ("=~", Operator::Comparison),
    ("!=", Operator::Comparison),
    ("<=", Operator::Relation),
    (">=", Operator::Relation),
    ("&&", Operator::And),
    ("||", Operator::Or),
    ("<-", Operator::InMatch),
    ("\\\\", Operator::InMatch),
    ("::", Operator::Type),
    ("->", Operator::Stab),
];

/// Operators of one character, but `&`.
pub(super) const OPERATORS_1: &[(&str, Operator)] = &[
    ("@", Operator::At),
    ("!", Operator::Unary),
    ("^", Operator::Unary),
    ("<", Operator::Relation),
    (">", Operator::Relation),
    ("+", Operator::Dual),
    ("-", Operator::Dual),
    ("*", Operator::Multiply),
    ("/", Operator::Multiply),
    ("=", Operator::Match),
    ("|", Operator::Pipe),
];
