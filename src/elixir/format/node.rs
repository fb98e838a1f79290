//! The syntax tree that is printed: Elixir's own (`Code.string_to_quoted` with the formatter's options), typed.

/// An expression. Parentheses around a single expression leave no trace.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The line it is counted at (from 1): of its name, operator or opening bracket. `None` for what has no place of its own.
    pub line: Option<usize>,
    /// Line breaks behind the opening bracket, or around the operator: the reader's wish to break here.
    pub newlines: usize,
    /// The line of the closing bracket.
    pub closing: Option<usize>,
    /// Line breaks between it and the next expression of a block.
    pub newlines_after: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Variable(String),
    /// `A.B`; `head` when it starts with another expression (`__MODULE__.B`).
    Alias {
        head: Option<Box<Node>>,
        names: Vec<String>,
    },
    /// An integer or character, as written.
    Integer(String),
    Float(String),
    /// Also `true`, `false`, `nil`. `quoted`: was written `:"…"`. `key`: was written `name:`.
    Atom {
        name: String,
        quoted: bool,
        key: bool,
    },
    DynamicAtom {
        parts: Vec<Piece>,
        key: bool,
    },
    /// `"…"` or `'…'`, possibly a heredoc.
    Text {
        quote: char,
        heredoc: bool,
        text: String,
    },
    Interpolated {
        quote: char,
        heredoc: bool,
        parts: Vec<Piece>,
    },
    Sigil {
        name: String,
        parts: Vec<Piece>,
        delimiter: &'static str,
        modifiers: String,
    },
    List(Vec<Node>),
    Tuple(Vec<Node>),
    Bitstring(Vec<Node>),
    /// `%{…}`; `name` for structs, `base` and the line of the `|` for updates.
    Map {
        name: Option<Box<Node>>,
        base: Option<(Box<Node>, usize)>,
        entries: Vec<Node>,
    },
    /// `key: value` pairs without brackets of their own, as the last argument.
    Keywords(Vec<Node>),
    /// `key: value`, `key => value`.
    Pair(Box<Node>, Box<Node>),
    Unary {
        operator: &'static str,
        operand: Box<Node>,
    },
    Binary {
        operator: &'static str,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `first..last//step`: the range and the step.
    Step(Box<Node>, Box<Node>),
    /// `..` or `...` alone.
    Nullary(&'static str),
    /// `&1`.
    CaptureArgument(String),
    /// Any number of expressions but one; or one that needs to stay in parentheses.
    Block(Vec<Node>),
    /// `->` clauses: of a `do` block, or in parentheses.
    Clauses(Vec<Node>),
    Clause {
        /// The arguments; with a guard a single `when` whose left side is [`Kind::Arguments`].
        arguments: Vec<Node>,
        body: Box<Node>,
    },
    /// The arguments in front of a clause's guard.
    Arguments(Vec<Node>),
    Fn(Vec<Node>),
    Call {
        target: Target,
        /// With a `do` block, the last one is [`Kind::Keywords`] of its sections.
        arguments: Vec<Node>,
        /// The line of the `end` of its `do` block.
        end: Option<usize>,
    },
    Access {
        value: Box<Node>,
        key: Box<Node>,
    },
    /// The left side of `<-` in a bitstring, with the index of the last segment.
    Segment {
        value: Box<Node>,
        last: usize,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    Local(String),
    /// `value.name`, with the line of the dot.
    Remote {
        value: Box<Node>,
        name: String,
        dot: usize,
    },
    /// `value.(…)`.
    Anonymous(Box<Node>),
    /// `value.{…}`.
    Container(Box<Node>),
    /// `call(…)(…)`.
    Result(Box<Node>),
}

/// A piece of a string-like literal.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Code { line: usize, body: Node },
}

impl Node {
    pub(super) fn new(line: usize, kind: Kind) -> Node {
        Node { line: Some(line), newlines: 0, closing: None, newlines_after: 1, kind }
    }

    /// A node that stands at no line of its own.
    pub(super) fn placeless(kind: Kind) -> Node {
        Node { line: None, newlines: 0, closing: None, newlines_after: 1, kind }
    }

    pub(super) fn with_newlines(mut self, newlines: usize) -> Node {
        self.newlines = newlines;
        self
    }

    pub(super) fn with_closing(mut self, line: usize) -> Node {
        self.closing = Some(line);
        self
    }

    pub(super) fn binary(line: usize, operator: &'static str, left: Node, right: Node) -> Node {
        Node::new(line, Kind::Binary { operator, left: Box::new(left), right: Box::new(right) })
    }

    pub(super) fn unary(line: usize, operator: &'static str, operand: Node) -> Node {
        Node::new(line, Kind::Unary { operator, operand: Box::new(operand) })
    }

    /// The empty block, at no line.
    pub(super) fn empty() -> Node {
        Node::placeless(Kind::Block(Vec::new()))
    }

    /// The first and last line that any part of it is counted at.
    pub(super) fn lines(&self) -> Option<(usize, usize)> {
        let mut lines = Lines(None);
        lines.add(self);
        lines.0
    }
}

/// The first and last line of several nodes.
pub(super) fn lines_of<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Option<(usize, usize)> {
    let mut lines = Lines(None);
    nodes.into_iter().for_each(|node| lines.add(node));
    lines.0
}

struct Lines(Option<(usize, usize)>);

impl Lines {
    fn at(&mut self, line: usize) {
        let (first, last) = self.0.unwrap_or((line, line));
        self.0 = Some((first.min(line), last.max(line)));
    }

    fn all(&mut self, nodes: &[Node]) {
        nodes.iter().for_each(|node| self.add(node));
    }

    fn pieces(&mut self, parts: &[Piece]) {
        for part in parts {
            if let Piece::Code { line, body } = part {
                self.at(*line);
                self.add(body);
            }
        }
    }

    fn add(&mut self, node: &Node) {
        if let Some(line) = node.line {
            self.at(line);
        }
        match &node.kind {
            Kind::Variable(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::Atom { .. }
            | Kind::Text { .. }
            | Kind::Nullary(_)
            | Kind::CaptureArgument(_) => {}
            Kind::DynamicAtom { parts, .. } | Kind::Interpolated { parts, .. } | Kind::Sigil { parts, .. } => {
                self.pieces(parts);
            }
            Kind::Alias { head, .. } => head.iter().for_each(|head| self.add(head)),
            Kind::List(nodes)
            | Kind::Tuple(nodes)
            | Kind::Bitstring(nodes)
            | Kind::Keywords(nodes)
            | Kind::Block(nodes)
            | Kind::Clauses(nodes)
            | Kind::Arguments(nodes)
            | Kind::Fn(nodes) => self.all(nodes),
            Kind::Map { name, base, entries } => {
                name.iter().for_each(|name| self.add(name));
                if let Some((base, pipe)) = base {
                    self.at(*pipe);
                    self.add(base);
                }
                self.all(entries);
            }
            Kind::Pair(left, right) | Kind::Step(left, right) | Kind::Binary { left, right, .. } => {
                self.add(left);
                self.add(right);
            }
            Kind::Unary { operand: node, .. } | Kind::Segment { value: node, .. } => self.add(node),
            Kind::Access { value, key } => {
                self.add(value);
                self.add(key);
            }
            Kind::Clause { arguments, body } => {
                self.all(arguments);
                self.add(body);
            }
            Kind::Call { target, arguments, .. } => {
                match target {
                    Target::Local(_) => {}
                    Target::Remote { value, dot, .. } => {
                        self.at(*dot);
                        self.add(value);
                    }
                    Target::Anonymous(value) | Target::Container(value) | Target::Result(value) => self.add(value),
                }
                self.all(arguments);
            }
        }
    }
}
