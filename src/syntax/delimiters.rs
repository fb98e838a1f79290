//! Which brackets, quotes and `do … end` pairs of a text are left open. A small lexer that reads any text in one pass,
//! where a parser would have given up.

/// Something that wants to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    Parenthesis,
    Bracket,
    Brace,
    /// `#{` in a string.
    Interpolation,
    Do,
    Fn,
    /// A string, charlist, quoted atom or sigil.
    Quote {
        /// The byte that ends it.
        close: u8,
        /// Whether it ends with three of them, first on a line.
        heredoc: bool,
        /// Whether it may hold interpolations and escapes.
        cooked: bool,
    },
}

/// What a text leaves open, and what it closes without having opened it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Delimiters {
    /// With the byte where each stands, outermost first.
    pub open: Vec<(Opener, usize)>,
    /// Bytes of closers that fit no opener.
    pub stray: Vec<usize>,
}

impl Delimiters {
    /// Reads the whole of `text`.
    pub fn of(text: &str) -> Delimiters {
        let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, found: Delimiters::default() };
        while lexer.at < lexer.bytes.len() {
            match lexer.found.open.last() {
                Some((Opener::Quote { close, heredoc, cooked }, _)) => lexer.quoted(*close, *heredoc, *cooked),
                _ => lexer.code(),
            }
        }
        lexer.found
    }

    /// Whether everything that was opened was closed, in order.
    pub fn balanced(&self) -> bool {
        self.open.is_empty() && self.stray.is_empty()
    }

    /// The text that closes what is open.
    pub fn closing(&self) -> String {
        self.open.iter().rev().map(|(opener, _)| opener.closing()).collect()
    }

    /// What the first open delimiter, or else the first stray closer, is called in a message, with its byte.
    pub fn complaint(&self, text: &str) -> Option<(usize, String)> {
        if let Some((opener, at)) = self.open.first() {
            return Some((*at, format!("{} is never closed", opener.name())));
        }
        let at = *self.stray.first()?;
        let word = if text[at..].starts_with("end") { "end" } else { &text[at..at + 1] };
        Some((at, format!("`{word}` closes nothing")))
    }
}

impl Opener {
    fn closing(self) -> String {
        match self {
            Opener::Parenthesis => ")".to_owned(),
            Opener::Bracket => "]".to_owned(),
            Opener::Brace | Opener::Interpolation => "}".to_owned(),
            Opener::Do | Opener::Fn => " end".to_owned(),
            Opener::Quote { close, heredoc, .. } => {
                let close = char::from(close);
                if heredoc { format!("\n{close}{close}{close}") } else { close.to_string() }
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Opener::Parenthesis => "`(`",
            Opener::Bracket => "`[`",
            Opener::Brace => "`{`",
            Opener::Interpolation => "`#{`",
            Opener::Do => "`do`",
            Opener::Fn => "`fn`",
            Opener::Quote { heredoc: true, .. } => "this heredoc",
            Opener::Quote { .. } => "this quote",
        }
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    found: Delimiters,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn open(&mut self, opener: Opener, length: usize) {
        self.found.open.push((opener, self.at));
        self.at += length;
    }

    fn close(&mut self, fits: impl Fn(Opener) -> bool, length: usize) {
        if self.found.open.last().is_some_and(|(opener, _)| fits(*opener)) {
            self.found.open.pop();
        } else {
            self.found.stray.push(self.at);
        }
        self.at += length;
    }

    /// One step inside a quote.
    fn quoted(&mut self, close: u8, heredoc: bool, cooked: bool) {
        let byte = self.peek(0);
        if byte == b'\\' && (cooked || self.peek(1) == close) {
            self.at += 2;
        } else if cooked && byte == b'#' && self.peek(1) == b'{' {
            self.open(Opener::Interpolation, 2);
        } else if byte != close {
            self.at += 1;
        } else if !heredoc {
            self.close(|_| true, 1);
        } else if self.peek(1) == close && self.peek(2) == close && self.first_on_line() {
            self.close(|_| true, 3);
        } else {
            self.at += 1;
        }
    }

    /// One step in code.
    fn code(&mut self) {
        match self.peek(0) {
            b'"' | b'\'' => self.quote(self.peek(0), true, 0),
            b'~' if self.peek(1).is_ascii_alphabetic() => self.sigil(),
            b'?' => self.at += if self.peek(1) == b'\\' { 3 } else { 2 },
            b'#' => self.at += self.bytes[self.at..].iter().position(|b| *b == b'\n').unwrap_or(self.bytes.len()),
            b'(' => self.open(Opener::Parenthesis, 1),
            b'[' => self.open(Opener::Bracket, 1),
            b'{' => self.open(Opener::Brace, 1),
            b')' => self.close(|opener| opener == Opener::Parenthesis, 1),
            b']' => self.close(|opener| opener == Opener::Bracket, 1),
            b'}' => self.close(|opener| matches!(opener, Opener::Brace | Opener::Interpolation), 1),
            byte if is_word(byte) => self.word(),
            _ => self.at += 1,
        }
    }

    /// A quote whose delimiter stands `prefix` bytes on.
    fn quote(&mut self, close: u8, cooked: bool, prefix: usize) {
        let triple = matches!(close, b'"' | b'\'') && self.peek(prefix + 1) == close && self.peek(prefix + 2) == close;
        self.open(Opener::Quote { close, heredoc: triple, cooked }, prefix + if triple { 3 } else { 1 });
    }

    fn sigil(&mut self) {
        let name = self.bytes[self.at + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let cooked = self.peek(1).is_ascii_lowercase();
        let close = match self.peek(name + 1) {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            byte @ (b'/' | b'|' | b'"' | b'\'') => byte,
            _ => {
                self.at += 1;
                return;
            }
        };
        self.quote(close, cooked, name + 1);
    }

    fn word(&mut self) {
        let length = self.bytes[self.at..].iter().take_while(|byte| is_word(**byte)).count();
        let word = &self.bytes[self.at..self.at + length];
        let after = self.peek(length);
        let keyword = after == b':' && self.peek(length + 1) != b':';
        let before = self.at.checked_sub(1).map_or(0, |at| self.bytes[at]);
        // `?` and `!` end a word, so that `nil?"x"` is not taken for a character.
        let length = length + usize::from(matches!(after, b'?' | b'!'));
        if keyword || matches!(before, b'.' | b':' | b'@' | b'&') || matches!(after, b'?' | b'!') {
            self.at += length;
            return;
        }
        match word {
            b"do" => self.open(Opener::Do, length),
            b"fn" => self.open(Opener::Fn, length),
            b"end" => self.close(|opener| matches!(opener, Opener::Do | Opener::Fn), length),
            _ => self.at += length,
        }
    }

    fn first_on_line(&self) -> bool {
        self.bytes[..self.at].iter().rev().take_while(|byte| **byte != b'\n').all(u8::is_ascii_whitespace)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, closing: &str, stray: usize) {
        let found = Delimiters::of(text);
        assert_eq!((found.closing().as_str(), found.stray.len()), (closing, stray), "{text}");
    }

    #[test]
    fn balanced_code_leaves_nothing_open() {
        check("attribute :a, :string do\n  default fn -> [%{a: {1}}] end\nend", "", 0);
        check("a do: 1, end: 2, fn: :do, x: foo.end", "", 0);
        check(r#"~r/[a-z]"(/ ~s(") ~S(\() ?" ?\" ?( '(' "\"(" # ( ["#, "", 0);
        check("x \"\"\"\n  a \"\"\" (\n  \"\"\" <> \"#{a(\"b\")}\"", "", 0);
        check("empty?(x) and ok!(y)", "", 0);
        check("?", "", 0);
        check("~", "", 0);
    }

    #[test]
    fn open_delimiters_are_closed_inside_out() {
        check("attribute :a, constraints: [one_of: [:x", "]]", 0);
        check("x \"a #{b(", ")}\"", 0);
        check("x do fn a -> {", "} end end", 0);
        check("x \"\"\"\n  a", "\n\"\"\"", 0);
        check("~w(a b", ")", 0);
    }

    #[test]
    fn closers_without_an_opener_are_stray() {
        check("a\nend", "", 1);
        check("[a)", "]", 1);
        check("do ( end", ") end", 1);
    }

    #[test]
    fn complaints_name_the_first_open_delimiter() {
        let complaint = |text: &str| Delimiters::of(text).complaint(text);
        assert_eq!(complaint("x: [(1]"), Some((3, "`[` is never closed".to_owned())));
        assert_eq!(complaint("ä end"), Some((3, "`end` closes nothing".to_owned())));
        assert_eq!(complaint("a"), None);
    }
}
