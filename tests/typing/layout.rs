//! Files whose layout lies: valid code that no formatter has seen.

use ashls::syntax::{SourceTree, parse_expressions};

use crate::script::Random;

type Lie = (&'static str, fn(&str, &mut Random) -> Option<String>);

/// Ways to spoil the layout of a file. None changes what the file means.
pub const LIES: &[Lie] = &[
    ("flattened whole", |text, _| still_valid(indent_lines(text, |_, _| 0))),
    ("flattened sections", |text, random| {
        let wanted = random.below(3);
        still_valid(indent_lines(text, |number, indent| if number / 20 % 3 == wanted { indent.min(2) } else { indent }))
    }),
    ("one flattened section", |text, _| {
        let start = text.lines().position(|line| line.trim() == "attributes do")?;
        let width = text.lines().nth(start)?.len() - text.lines().nth(start)?.trim_start().len();
        let closes = |line: &str| line.trim_end() == format!("{}end", &line[..width.min(line.len())]);
        let length = text.lines().skip(start).position(|line| line.len() > width && closes(line))?;
        let end = start + length;
        still_valid(indent_lines(text, |number, indent| if (start..=end).contains(&number) { width } else { indent }))
    }),
    ("one flattened entity", |text, random| {
        let (start, end, width) = some_block(text, random)?;
        still_valid(indent_lines(text, |number, indent| if (start..=end).contains(&number) { width } else { indent }))
    }),
    ("one entity too far left", |text, random| {
        let (start, end, width) = some_block(text, random)?;
        let by = width.min(3);
        still_valid(indent_lines(text, |number, indent| {
            if (start..=end).contains(&number) { indent.saturating_sub(by) } else { indent }
        }))
    }),
    ("random indentation", |text, random| {
        let mut random = random.clone();
        still_valid(indent_lines(text, move |_, _| random.below(9)))
    }),
    ("ends at the margin", |text, _| {
        let lines: Vec<&str> = text.lines().collect();
        still_valid(indent_lines(text, |number, indent| if lines[number].trim() == "end" { 0 } else { indent }))
    }),
];

/// Only what is valid Elixir is a lie.
fn still_valid(text: String) -> Option<String> {
    let valid = !format!("{:?}", parse_expressions(&text)).contains("Error");
    valid.then_some(text)
}

/// Indents every line anew that is not blank and lies in no text of several lines. `indent` gets the line's number and
/// its indent.
fn indent_lines(text: &str, mut indent: impl FnMut(usize, usize) -> usize) -> String {
    let mut heredoc = false;
    let lines = text.split('\n').enumerate().map(|(number, line)| {
        let content = line.trim_start_matches([' ', '\t']);
        let inside = heredoc;
        if content.matches("\"\"\"").count() % 2 == 1 {
            heredoc = !heredoc;
        }
        if inside || heredoc || content.trim().is_empty() {
            return line.to_owned();
        }
        let width = line.len() - content.len();
        let fill = if line.starts_with('\t') { "\t" } else { " " };
        fill.repeat(indent(number, width)) + content
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Some entity with a block: its first and last line, and its indent.
fn some_block(text: &str, random: &mut Random) -> Option<(usize, usize, usize)> {
    let tree = SourceTree::parse(text);
    let facts = crate::facts::facts(tree.expressions(), text);
    let blocks: Vec<_> = facts
        .iter()
        .filter(|fact| {
            fact.key.entity && fact.range.slice(text).contains('\n') && !fact.range.slice(text).contains("\"\"\"")
        })
        .collect();
    let range = blocks.get(random.below(blocks.len()))?.range;
    let line = |offset: usize| text[..offset].matches('\n').count();
    let before = text[..range.start].rsplit('\n').next()?;
    Some((line(range.start), line(range.end), before.len()))
}
