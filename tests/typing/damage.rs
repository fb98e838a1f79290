//! Damage at random places: what an unlucky paste, a merge or a slip of the hand does.

use ashls::text::Range;

use crate::script::Random;

/// A damaged text, and what of the original is not expected to survive.
#[derive(Debug)]
pub struct Damage {
    pub name: String,
    pub text: String,
    /// Bytes of the original.
    pub touched: Vec<Range>,
    /// Bytes of the damaged text.
    pub typed: Range,
}

const OPENERS: &[&str] = &[
    "\"", "\"\"\"", "'", "(", "[", "{", "%{", "#{", " do", " fn", "end", ")", "]", "}", "~s(", "~S[", ",", "|>", " ->",
    ":", "#", "\\", "?",
];

/// Damages `text` in one place, or in two.
pub fn damage(text: &str, random: &mut Random) -> Damage {
    let first = one(text, random);
    if random.below(4) > 0 {
        return first.apply(text);
    }
    let second = one(text, random);
    let (first, second) = if first.range.start <= second.range.start { (first, second) } else { (second, first) };
    if first.range.end > second.range.start {
        return second.apply(text);
    }
    let late = second.apply(text);
    let early = first.apply(&late.text);
    let moved = early.text.len() - late.text.len().min(early.text.len());
    Damage {
        name: format!("{} and {}", early.name, late.name),
        touched: [early.touched, late.touched].concat(),
        typed: Range::new(early.typed.start, (late.typed.end + moved).min(early.text.len())),
        text: early.text,
    }
}

/// `range` replaced by `insert`.
struct Wound {
    name: &'static str,
    range: Range,
    insert: String,
}

impl Wound {
    fn apply(self, text: &str) -> Damage {
        let damaged = [&text[..self.range.start], &self.insert, &text[self.range.end..]].concat();
        let typed = Range::new(self.range.start, self.range.start + self.insert.len());
        // An empty range is a place inside whatever stands there.
        let touched = if self.range.is_empty() {
            Range::new(self.range.start.saturating_sub(1), (self.range.end + 1).min(text.len()))
        } else {
            self.range
        };
        let name = format!("{} at {} ({} bytes)", self.name, self.range.start, self.range.len());
        Damage { name, text: damaged, touched: vec![touched], typed }
    }
}

fn one(text: &str, random: &mut Random) -> Wound {
    // A byte order mark stays first.
    let at = boundary(text, random.below(text.len())).max(text.len() - text.trim_start_matches('\u{feff}').len());
    let mut line = line_of(text, at);
    line.start = line.start.max(text.len() - text.trim_start_matches('\u{feff}').len());
    let none = String::new;
    match random.below(8) {
        0 => {
            let end = boundary(text, (at + 1 + random.below(120)).min(text.len()));
            Wound { name: "deleted text", range: Range::new(at, end.max(at)), insert: none() }
        }
        1 => {
            let mut end = line.end;
            for _ in 0..random.below(5) {
                end = line_of(text, end).end;
            }
            Wound { name: "deleted lines", range: Range::new(line.start, end), insert: none() }
        }
        2 | 3 => {
            let insert = OPENERS[random.below(OPENERS.len())].to_owned();
            Wound { name: "inserted opener", range: Range::empty(at), insert }
        }
        4 => Wound { name: "truncated", range: Range::new(at, text.len()), insert: none() },
        5 => {
            let end = (0..random.below(6)).fold(line.end, |end, _| line_of(text, end).end);
            let copy = Range::new(line.start, end).slice(text).to_owned();
            Wound { name: "duplicated lines", range: Range::empty(end), insert: copy }
        }
        6 => Wound { name: "broken line", range: Range::empty(at), insert: "\n".to_owned() },
        _ => {
            let indent = line.slice(text).len() - line.slice(text).trim_start_matches([' ', '\t']).len();
            let width = random.below(indent + 3);
            Wound { name: "moved line", range: Range::new(line.start, line.start + indent), insert: " ".repeat(width) }
        }
    }
}

fn line_of(text: &str, offset: usize) -> Range {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |length| offset + length + 1);
    Range::new(start, end)
}

fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0)
}
