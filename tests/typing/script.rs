//! Edits as people make them: a keystroke at a time, at a place of a file.

use ashls::text::Range;

use crate::facts::Fact;

/// One change of the text.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: usize,
    pub remove: usize,
    pub insert: String,
}

/// Changes one after the other.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub steps: Vec<Step>,
    /// Bytes of the file before the edit: what lies here is being edited, everything else must stay.
    pub touched: Vec<Range>,
}

impl Script {
    /// Types `text` at byte `at`: a line end with the indentation behind it is one keystroke, as is any other character.
    pub fn write(mut self, at: usize, text: &str) -> Script {
        let mut at = at;
        for key in keystrokes(text) {
            self.steps.push(Step { at, remove: 0, insert: key.to_owned() });
            at += key.len();
        }
        self
    }

    /// Puts `text` in at once.
    pub fn paste(mut self, at: usize, text: &str) -> Script {
        self.steps.push(Step { at, remove: 0, insert: text.to_owned() });
        self
    }

    /// Takes `range` of the text as it is then out at once.
    pub fn delete(mut self, range: Range) -> Script {
        self.steps.push(Step { at: range.start, remove: range.len(), insert: String::new() });
        self
    }

    /// Deletes `range` of `text` from its end, character by character.
    pub fn backspace(mut self, text: &str, range: Range) -> Script {
        for (offset, c) in range.slice(text).char_indices().rev() {
            self.steps.push(Step { at: range.start + offset, remove: c.len_utf8(), insert: String::new() });
        }
        self
    }

    pub fn touching(mut self, range: Range) -> Script {
        self.touched.push(range);
        self
    }
}

fn keystrokes(text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\n' | '\r' => rest.find(|c: char| !"\r\n \t".contains(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (key, tail) = rest.split_at(length);
        keys.push(key);
        rest = tail;
    }
    keys
}

/// A file and its entities, and a choice among them that is always the same.
pub struct Site<'a> {
    pub text: &'a str,
    pub facts: &'a [Fact],
    pub random: Random,
}

/// A small generator of numbers (xorshift), so that every run edits the same places.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }
}

impl Site<'_> {
    /// Some fact that `fits`.
    pub fn some(&mut self, fits: impl Fn(&Fact, &str) -> bool) -> Option<Fact> {
        let found: Vec<&Fact> = self.facts.iter().filter(|fact| fits(fact, fact.range.slice(self.text))).collect();
        let index = self.random.below(found.len());
        found.get(index).map(|fact| (*fact).clone())
    }

    /// Some entity of a section, on one line of its own.
    pub fn one_line(&mut self, section: &str) -> Option<Fact> {
        let text = self.text.to_owned();
        self.some(|fact, source| {
            in_section(fact, section) && !source.contains('\n') && ends_its_line(&text, fact.range.end)
        })
    }

    /// Some entity of a section with a block of several lines.
    pub fn block(&mut self, section: &str) -> Option<Fact> {
        self.some(|fact, source| in_section(fact, section) && source.contains('\n') && source.ends_with("end"))
    }

    /// Some entity of a section.
    pub fn any(&mut self, section: &str) -> Option<Fact> {
        self.some(|fact, _| in_section(fact, section))
    }

    /// `template` as it would be typed where `fact` stands: its line ends and two-blank indents become the file's, and
    /// lines begin where `fact` does.
    pub fn fill(&self, fact: &Fact, template: &str) -> String {
        let indent = self.indent(fact.range.start);
        let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let unit = if self.text.contains("\n\t") {
            "\t"
        } else if self.text.contains("\n    postgres do") {
            "    "
        } else {
            "  "
        };
        let lines = template.split('\n').enumerate().map(|(number, line)| {
            let content = line.trim_start_matches(' ');
            let depth = (line.len() - content.len()) / 2;
            match number {
                0 => line.to_owned(),
                _ if content.is_empty() => line_end.to_owned(),
                _ => format!("{line_end}{indent}{}{content}", unit.repeat(depth)),
            }
        });
        lines.collect()
    }

    /// The blanks at the beginning of the line of `offset`.
    pub fn indent(&self, offset: usize) -> &str {
        let line = &self.text[self.line(offset).start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The line of `offset`, with its end.
    pub fn line(&self, offset: usize) -> Range {
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |length| offset + length + 1);
        Range::new(start, end)
    }

    /// The end of the line that `fact` ends on, without the line end.
    pub fn end_of_line(&self, fact: &Fact) -> usize {
        let line = self.line(fact.range.end);
        line.start + line.slice(self.text).trim_end().len()
    }
}

fn in_section(fact: &Fact, section: &str) -> bool {
    fact.key.entity && fact.key.path.ends_with(&format!("/{section}"))
}

fn ends_its_line(text: &str, offset: usize) -> bool {
    text[offset..].starts_with(['\r', '\n'])
}
