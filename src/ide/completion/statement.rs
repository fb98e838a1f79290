//! The statement that is being typed, up to the cursor, as a list of tokens.
//!
//! What is being typed is rarely valid Elixir, so this looks at the characters before the cursor and at nothing else.

use crate::ide::lines::line_start;
use crate::text::Range;

/// What stands before the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The word at the cursor, which a completion replaces. A colon in front belongs to it.
    pub word: Range,
    /// The name that the statement begins with; `None` while that is the word itself.
    pub head: Option<String>,
    /// How many arguments are complete.
    pub index: usize,
    /// The option whose value the cursor is in.
    pub key: Option<String>,
    /// Options that are given already.
    pub given: Vec<String>,
    /// Positional arguments and values of options that are one word: `:title`, `Blog.Post`.
    pub words: Vec<(Option<String>, String)>,
    /// The brackets that are open around the cursor, inside the argument.
    pub brackets: Vec<char>,
    /// The calls with parentheses that are open around the cursor, outer before inner: name, and how many of the
    /// arguments are complete.
    pub calls: Vec<(String, usize)>,
    /// The last key before the cursor, however deep in brackets.
    pub last_key: Option<String>,
    /// Whether the word stands in a string.
    pub in_string: bool,
}

/// Statements are longer only when something else is wrong.
const MAX_LINES: usize = 60;

/// Reads the statement before `offset`; `None` inside of comments, of strings with more than a name in them, and where no
/// word can stand.
pub fn statement(text: &str, offset: usize) -> Option<Statement> {
    let before = text.get(..offset)?;
    let start = statement_start(before);
    let word = word_start(before);
    if word >= start
        && let Some(tokens) = tokens(&before[start..word])
    {
        return read(tokens, Range::new(word, offset), false);
    }
    // In a string that is the name of something.
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let word = before.trim_end_matches(is_part).len();
    let quote = before[..word].strip_suffix('"')?.len();
    if quote < start {
        return None;
    }
    read(tokens(&before[start..quote])?, Range::new(word, offset), true)
}

fn read(tokens: Vec<Token>, word: Range, in_string: bool) -> Option<Statement> {
    let mut statement = Statement {
        word,
        head: None,
        index: 0,
        key: None,
        given: Vec::new(),
        words: Vec::new(),
        brackets: Vec::new(),
        calls: Vec::new(),
        last_key: None,
        in_string,
    };
    let mut tokens = tokens.into_iter();
    match tokens.next() {
        None => return Some(statement),
        Some(Token::Word(name)) if !name.starts_with(':') => statement.head = Some(name),
        Some(_) => return None,
    }
    let mut open: Vec<(char, Option<String>, usize)> = Vec::new();
    let mut before: Option<String> = None;
    for token in tokens {
        match &token {
            Token::Open(bracket) => open.push((*bracket, before.take(), 0)),
            Token::Close => drop(open.pop()),
            Token::Comma => open.iter_mut().rev().take(1).for_each(|(_, _, index)| *index += 1),
            Token::Key(name) => statement.last_key = Some(name.clone()),
            Token::Word(_) | Token::Other => {}
        }
        before = match &token {
            Token::Word(word) => Some(word.clone()),
            _ => None,
        };
        statement.take(token);
    }
    statement.calls = open
        .into_iter()
        .filter(|(bracket, _, _)| *bracket == '(')
        .filter_map(|(_, name, index)| Some((name?, index)))
        .collect();
    // `name(` is the same as `name `.
    if statement.brackets.first() == Some(&'(') && statement.index == 0 && statement.words.is_empty() {
        statement.brackets.remove(0);
    }
    Some(statement)
}

#[derive(Debug, PartialEq)]
enum Token {
    /// A name, atom or module.
    Word(String),
    /// `name:`
    Key(String),
    Open(char),
    Close,
    Comma,
    Other,
}

impl Statement {
    fn take(&mut self, token: Token) {
        match token {
            Token::Open(bracket) => self.brackets.push(bracket),
            Token::Close => drop(self.brackets.pop()),
            _ if !self.brackets.is_empty() && self.brackets != ['('] => {}
            Token::Comma => {
                self.index += 1;
                self.key = None;
            }
            Token::Key(name) => {
                self.given.push(name.clone());
                self.key = Some(name);
            }
            Token::Word(word) => self.words.push((self.key.clone(), word)),
            Token::Other => {}
        }
    }
}

fn word_start(before: &str) -> usize {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '?' | '!' | '.' | '@');
    let name = before.trim_end_matches(is_part).len();
    match before[..name].ends_with(':') && !before[..name].ends_with("::") {
        // `key:name` is a key and its value, `:name` an atom.
        true if !before[..name - 1].ends_with(is_part) => name - 1,
        _ => name,
    }
}

/// The start of the first line of the statement: lines that end with a comma or an open bracket go on.
fn statement_start(before: &str) -> usize {
    let mut start = line_start(before, before.len());
    for _ in 0..MAX_LINES {
        let above = before[..start].trim_end();
        // Blank lines and comments end a statement as far as completion goes.
        let gap = &before[above.len()..start];
        let goes_on = above.ends_with([',', '[', '{', '(']) && gap.matches('\n').count() == 1;
        if !goes_on {
            return start;
        }
        start = line_start(before, above.len());
    }
    start
}

/// The tokens of a text; `None` when it ends inside of a string or a comment.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            letter if letter.is_whitespace() => letter.len_utf8(),
            '"' => {
                tokens.push(Token::Other);
                string_length(rest)?
            }
            '#' => rest.find('\n')?,
            '[' | '{' | '(' => {
                tokens.push(Token::Open(letter));
                1
            }
            ']' | '}' | ')' => {
                tokens.push(Token::Close);
                1
            }
            ',' => {
                tokens.push(Token::Comma);
                1
            }
            letter if letter.is_alphabetic() || letter == '_' || letter == ':' => {
                let body = rest.strip_prefix(':').unwrap_or(rest);
                let name = body.len()
                    - body
                        .trim_start_matches(|it: char| it.is_alphanumeric() || matches!(it, '_' | '?' | '!' | '.'))
                        .len();
                let length = rest.len() - body.len() + name;
                let after = &rest[length..];
                if letter != ':' && after.starts_with(':') && !after.starts_with("::") {
                    tokens.push(Token::Key(rest[..length].to_owned()));
                    length + 1
                } else {
                    tokens.push(Token::Word(rest[..length].to_owned()));
                    length.max(1)
                }
            }
            other => {
                tokens.push(Token::Other);
                other.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// The bytes of the string that `text` begins with; `None` when it does not end.
fn string_length(text: &str) -> Option<usize> {
    if let Some(heredoc) = text.strip_prefix("\"\"\"") {
        return heredoc.find("\"\"\"").map(|end| end + 6);
    }
    let mut escaped = false;
    for (position, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(position + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Statement> {
        let offset = text.find("$0").unwrap();
        statement(&text.replace("$0", ""), offset)
    }

    fn check(text: &str, head: Option<&str>, index: usize, key: Option<&str>, word: &str) {
        let found = read(text).unwrap();
        assert_eq!((found.head.as_deref(), found.index, found.key.as_deref()), (head, index, key), "{text}");
        assert_eq!(found.word.slice(&text.replace("$0", "")), word, "{text}");
    }

    #[test]
    fn where_the_cursor_is() {
        check("  attri$0", None, 0, None, "attri");
        check("attribute $0", Some("attribute"), 0, None, "");
        check("attribute :title, :str$0", Some("attribute"), 1, None, ":str");
        check("attribute :title, :string, $0", Some("attribute"), 2, None, "");
        check("attribute :title, :string, allow_nil?: fa$0", Some("attribute"), 2, Some("allow_nil?"), "fa");
        check(
            "attribute :title, :string,\n  default: 1,\n  allow_nil?: $0",
            Some("attribute"),
            3,
            Some("allow_nil?"),
            "",
        );
        check("attribute(:title, $0", Some("attribute"), 1, None, "");
        check("x \"a, b\"\n\ntable $0", Some("table"), 0, None, "");
        check("on_delete: 1\nbelongs_to :a, Blog.Au$0", Some("belongs_to"), 1, None, "Blog.Au");
    }

    #[test]
    fn lists_stay_in_their_argument() {
        check("identity :a, [:b, $0", Some("identity"), 1, None, "");
        assert_eq!(read("identity :a, [:b, :$0").unwrap().brackets, ['[']);
        check("index [:a], name: \"x\", include: [:b, $0", Some("index"), 2, Some("include"), "");
    }

    #[test]
    fn names_in_strings() {
        let found = read("after_tables [\"a\", \"po$0").unwrap();
        assert!(found.in_string);
        assert_eq!((found.head.as_deref(), found.word.len()), (Some("after_tables"), 2));
        let found = read("relationship_context %{data_layer: %{table: \"$0").unwrap();
        assert_eq!((found.head.as_deref(), found.last_key.as_deref()), (Some("relationship_context"), Some("table")));
    }

    #[test]
    fn calls_around_the_cursor() {
        let calls = |text: &str| read(text).unwrap().calls;
        assert_eq!(calls("change set_attribute(:$0"), [("set_attribute".to_owned(), 0)]);
        assert_eq!(calls("validate present([:a, $0"), [("present".to_owned(), 0)]);
        assert_eq!(calls("change manage_relationship(:a, $0"), [("manage_relationship".to_owned(), 1)]);
        assert_eq!(calls("filter expr(is_nil(a) and $0"), [("expr".to_owned(), 0)]);
    }

    #[test]
    fn not_in_strings_and_comments() {
        assert_eq!(read("table \"some text po$0"), None);
        assert_eq!(read("table # po$0"), None);
    }
}
