//! Values and what can follow them: dots, calls and brackets.

use super::super::FormatError;
use super::super::node::{Kind, Node, Target};
use super::super::token::{Bracket, Shape, Token, TokenKind};
use super::{Class, Parser, starts_argument};

impl Parser<'_> {
    /// A value with the dots, calls and brackets behind it.
    pub(super) fn value(&mut self) -> Result<(Node, Class), FormatError> {
        if let Some(Token { kind: TokenKind::Identifier { name, shape }, line, .. }) = self.tokens.get(self.position) {
            self.next();
            let (node, class, is_access_base) = self.named(Name::Local(name), *line, *shape)?;
            if class != Class::Matched {
                return Ok((node, class));
            }
            return self.postfix(node, is_access_base);
        }
        let node = self.literal()?;
        self.postfix(node, true)
    }

    /// What `@` applies to: a name with its arguments, or a literal; dots behind it apply to the attribute.
    pub(super) fn attribute_operand(&mut self) -> Result<(Node, Class), FormatError> {
        if let Some(Token { kind: TokenKind::Identifier { name, shape }, line, .. }) = self.tokens.get(self.position) {
            self.next();
            return self.named(Name::Local(name), *line, *shape).map(|(node, class, _)| (node, class));
        }
        self.literal().map(|node| (node, Class::Matched))
    }

    /// Dots and brackets behind `node`. `is_access_base`: whether a bracket can follow directly.
    pub(super) fn postfix(&mut self, mut node: Node, mut is_access_base: bool) -> Result<(Node, Class), FormatError> {
        let start = self.depth;
        while let Some(token) = self.tokens.get(self.position) {
            let class;
            match &token.kind {
                TokenKind::Dot => {
                    self.next();
                    self.eol();
                    (node, class, is_access_base) = self.member(node, token.line)?;
                }
                TokenKind::DotCall => {
                    self.next();
                    let target = Target::Anonymous(Box::new(node));
                    (node, class) = self.parens_call(target, token.line)?;
                    is_access_base = true;
                }
                TokenKind::Open(Bracket::Square) if is_access_base => {
                    node = self.access(node)?;
                    class = Class::Matched;
                }
                _ => break,
            }
            if class != Class::Matched {
                self.depth = start;
                return Ok((node, class));
            }
            self.deeper(|_| Ok(()))?;
            self.depth += 1;
        }
        self.depth = start;
        Ok((node, Class::Matched))
    }

    /// What follows a dot. Returns whether a bracket can follow, too.
    fn member(&mut self, value: Node, dot: usize) -> Result<(Node, Class, bool), FormatError> {
        let Some(token) = self.next() else { return Err(self.unexpected()) };
        match &token.kind {
            TokenKind::Identifier { name, shape } => self.named(Name::Remote(value, name, dot), token.line, *shape),
            TokenKind::Alias(name) => {
                let node = match value {
                    Node { kind: Kind::Alias { head, mut names }, line, .. } => {
                        names.push(name.clone());
                        Node::new(line.unwrap_or(dot), Kind::Alias { head, names })
                    }
                    value => Node::new(dot, Kind::Alias { head: Some(Box::new(value)), names: vec![name.clone()] }),
                };
                Ok((node, Class::Matched, true))
            }
            TokenKind::Open(Bracket::Curly) => {
                let newlines = self.eol();
                let arguments = self.container_elements(Bracket::Curly)?;
                let closing = self.expect_close(Bracket::Curly)?;
                let kind = Kind::Call { target: Target::Container(Box::new(value)), arguments, end: None };
                let node = Node::new(dot, kind).with_newlines(newlines).with_closing(closing);
                Ok((node, Class::Matched, true))
            }
            _ => {
                self.position -= 1;
                Err(self.unexpected())
            }
        }
    }

    /// A variable or call, from behind its name.
    fn named(&mut self, name: Name, line: usize, shape: Shape) -> Result<(Node, Class, bool), FormatError> {
        match shape {
            Shape::Paren => {
                let (node, class) = self.parens_call(name.target(), line)?;
                return Ok((node, class, true));
            }
            Shape::Bracket => return Ok((name.alone(line), Class::Matched, true)),
            Shape::Plain | Shape::Signed | Shape::Do => {}
        }
        let has_arguments = shape == Shape::Signed || self.peek().is_some_and(starts_argument);
        if has_arguments {
            let (arguments, class) = self.bare_arguments()?;
            let node = Node::new(line, Kind::Call { target: name.target(), arguments, end: None });
            let (node, class) = self.with_do_block(node, class)?;
            return Ok((node, class, false));
        }
        if self.peek() == Some(&TokenKind::Do) && !self.inside_bare_arguments {
            let node = Node::new(line, Kind::Call { target: name.target(), arguments: Vec::new(), end: None });
            let (node, class) = self.with_do_block(node, Class::Matched)?;
            return Ok((node, class, false));
        }
        Ok((name.alone(line), Class::Matched, false))
    }

    /// `(…)`, perhaps another `(…)`, perhaps a `do` block.
    fn parens_call(&mut self, target: Target, line: usize) -> Result<(Node, Class), FormatError> {
        let mut node = self.parens_arguments(target, line)?;
        if matches!(self.peek(), Some(TokenKind::Open(Bracket::Paren))) {
            let newlines = node.newlines;
            node = self.parens_arguments(Target::Result(Box::new(node)), line)?;
            if node.newlines == 0 {
                node.newlines = newlines;
            }
        }
        self.with_do_block(node, Class::Matched)
    }

    /// `value[key]`, from the bracket on.
    pub(super) fn access(&mut self, value: Node) -> Result<Node, FormatError> {
        let Some(token) = self.next() else { return Err(self.unexpected()) };
        let newlines = self.eol();
        let key = self.with_bare_arguments(false, |parser| {
            if parser.at_key() {
                return Ok(Node::placeless(Kind::Keywords(parser.keywords(true)?)));
            }
            let key = parser.element()?;
            if parser.take(&TokenKind::Comma).is_some()
                && !matches!(parser.peek(), Some(TokenKind::Close(Bracket::Square)))
            {
                return Err(FormatError::new(parser.line(), "too many arguments when accessing a value"));
            }
            Ok(key)
        })?;
        let closing = self.expect_close(Bracket::Square)?;
        let kind = Kind::Access { value: Box::new(value), key: Box::new(key) };
        Ok(Node::new(token.line, kind).with_newlines(newlines).with_closing(closing))
    }
}

/// A name that is being read, and where it was found.
enum Name<'t> {
    Local(&'t str),
    /// Behind a value and a dot, with the line of the dot.
    Remote(Node, &'t str, usize),
}

impl Name<'_> {
    fn target(self) -> Target {
        match self {
            Name::Local(name) => Target::Local(name.to_owned()),
            Name::Remote(value, name, dot) => Target::Remote { value: Box::new(value), name: name.to_owned(), dot },
        }
    }

    /// The name without arguments: a variable, or a call without parentheses.
    fn alone(self, line: usize) -> Node {
        match self {
            Name::Local(name) => Node::new(line, Kind::Variable(name.to_owned())),
            Name::Remote(..) => Node::new(line, Kind::Call { target: self.target(), arguments: Vec::new(), end: None }),
        }
    }
}
