//! Reads the reference pages that packages bring for their DSLs: `documentation/dsls/DSL-AshOban.md`.
//!
//! Spark writes them: a heading for each section and entity (`### oban.triggers.trigger`), the call of an entity as a
//! code block below it, and tables of arguments and options. The reader takes what it knows and passes over the rest; a
//! page of another form has nothing in it.

use std::collections::BTreeMap;

use super::{Node, NodeKind, OptionSpec, OptionType};

/// What one page documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The extension's module.
    pub extension: String,
    /// Sections and entities, in the order of the page.
    pub nodes: Vec<Node>,
}

/// Headings inside the part of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Text, and the call of an entity.
    Doc,
    Examples,
    /// Tables of arguments and options.
    Table,
    /// The list of what is inside, which the headings repeat.
    Skipped,
}

impl Page {
    /// Reads a page; `None` when it documents nothing in the form that is known.
    pub fn parse(text: &str) -> Option<Page> {
        let title = text.lines().find_map(|line| line.strip_prefix("# "))?.trim();
        let extension = title.strip_prefix("DSL: ").unwrap_or(title).to_owned();
        let is_module = extension.split('.').all(|part| part.starts_with(|letter: char| letter.is_ascii_uppercase()));
        let mut reader =
            Reader { extension, nodes: Vec::new(), part: Part::Skipped, fence: None, examples: Vec::new() };
        text.lines().for_each(|line| reader.line(line));
        reader.finish_node();
        let Reader { extension, nodes, .. } = reader;
        (is_module && !nodes.is_empty()).then_some(Page { extension, nodes })
    }
}

struct Reader {
    extension: String,
    nodes: Vec<Node>,
    part: Part,
    /// The lines of the code block that is open.
    fence: Option<Vec<String>>,
    /// Code of the node's examples.
    examples: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if line.trim_start().starts_with("```") {
            return match self.fence.take() {
                Some(code) => self.code(&code),
                None => self.fence = Some(Vec::new()),
            };
        }
        if let Some(code) = &mut self.fence {
            return code.push(line.to_owned());
        }
        if let Some((level, heading)) = heading(line) {
            if level > 1 && is_path(heading, level) {
                return self.begin(heading);
            }
            if let Some(part) = part(heading) {
                if heading == "Introspection"
                    && let Some(node) = self.nodes.last_mut()
                {
                    // Only entities become a struct.
                    node.kind = NodeKind::Entity;
                }
                self.part = part;
                return;
            }
        }
        if line.starts_with("<style") {
            return;
        }
        match self.part {
            Part::Doc => self.doc(line),
            Part::Table => self.row(line),
            Part::Examples | Part::Skipped => {}
        }
    }

    fn begin(&mut self, path: &str) {
        self.finish_node();
        self.nodes.push(Node {
            path: path.to_owned(),
            kind: NodeKind::Section,
            arguments: Vec::new(),
            doc: String::new(),
            options: Vec::new(),
            sets: BTreeMap::new(),
            extension: self.extension.clone(),
            from_page: true,
            optional: Vec::new(),
            complete: None,
        });
        self.part = Part::Doc;
    }

    /// Puts the last node's texts in order.
    fn finish_node(&mut self) {
        let examples = std::mem::take(&mut self.examples);
        let Some(node) = self.nodes.last_mut() else { return };
        node.doc = node.doc.trim().to_owned();
        while node.doc.contains("\n\n\n") {
            node.doc = node.doc.replace("\n\n\n", "\n\n");
        }
        for example in examples {
            node.doc.push_str(&format!("\n\n```elixir\n{}\n```", example.trim_end()));
        }
        node.doc = node.doc.trim_start().to_owned();
        // What is written behind `\\` is given when nothing else is.
        let arguments = &mut node.arguments;
        let options = &mut node.options;
        arguments.retain_mut(|argument| {
            let (name, has_default) = match argument.split_once("\\\\") {
                Some((name, _)) => (name.trim().to_owned(), true),
                None => (argument.trim().to_owned(), false),
            };
            match options.iter_mut().find(|option| option.name == name) {
                Some(option) => option.required &= !has_default,
                None => options.insert(0, unknown_argument(&name)),
            }
            *argument = name;
            !argument.is_empty()
        });
    }

    fn code(&mut self, code: &[String]) {
        let Some(node) = self.nodes.last_mut() else { return };
        match self.part {
            Part::Examples => self.examples.push(code.join("\n")),
            Part::Doc => {
                let name = node.name().to_owned();
                let call = code.first().filter(|_| code.len() == 1 && node.doc.trim().is_empty());
                let arguments = call.and_then(|call| call.trim().strip_prefix(&name));
                match arguments.filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
                    Some(arguments) => {
                        node.kind = NodeKind::Entity;
                        node.arguments = split(arguments).map(str::to_owned).collect();
                    }
                    None => node.doc.push_str(&format!("```elixir\n{}\n```\n", code.join("\n"))),
                }
            }
            Part::Table | Part::Skipped => {}
        }
    }

    fn doc(&mut self, line: &str) {
        let Some(node) = self.nodes.last_mut() else { return };
        // A heading in the text would be as large as a page's.
        match heading(line) {
            Some((_, heading)) => node.doc.push_str(&format!("**{heading}**")),
            None => node.doc.push_str(line.trim_end()),
        }
        node.doc.push('\n');
    }

    fn row(&mut self, line: &str) {
        let Some(node) = self.nodes.last_mut() else { return };
        let Some(option) = option(line) else { return };
        if node.option(&option.name).is_none() {
            node.options.push(option);
        }
    }
}

/// The level and the text of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line[level..].strip_prefix(' ')?.trim();
    ((1..=4).contains(&level) && !text.is_empty()).then_some((level, text))
}

/// Whether a heading is the path of a node. A section at the top is one word, which stands higher than other headings.
fn is_path(heading: &str, level: usize) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'?' | b'!'))
    };
    heading.split('.').all(is_name) && (heading.contains('.') || level == 2)
}

fn part(heading: &str) -> Option<Part> {
    match heading {
        "Options" | "Arguments" => Some(Part::Table),
        "Examples" => Some(Part::Examples),
        "Nested DSLs" | "Introspection" => Some(Part::Skipped),
        _ => None,
    }
}

/// A line of a table: ``| [`name`](#…){: … .spark-required} | `type` | `default` | text |``.
fn option(line: &str) -> Option<OptionSpec> {
    let cells: Vec<&str> = cells(line)?.collect();
    let [first, type_text, default, doc @ ..] = &cells[..] else { return None };
    let name = quoted(first)?;
    let type_text = quoted(type_text).unwrap_or_default().replace("\\|", "|");
    let type_text = if type_text.is_empty() { "any".to_owned() } else { type_text };
    let doc = doc.join("|").trim().replace("\\|", "|");
    Some(OptionSpec {
        option_type: OptionType::parse(&type_text),
        type_text,
        required: first.contains(".spark-required"),
        default: quoted(default).map(|default| default.replace("\\|", "|")),
        deprecated: is_deprecated(&doc),
        doc,
        name: name.to_owned(),
    })
}

fn is_deprecated(doc: &str) -> bool {
    let start = doc.trim_start_matches(['*', '_', '(', '[', '`', ' ']);
    start.get(..10).is_some_and(|word| word.eq_ignore_ascii_case("deprecated"))
}

fn unknown_argument(name: &str) -> OptionSpec {
    OptionSpec {
        name: name.to_owned(),
        option_type: OptionType::Any,
        type_text: "any".to_owned(),
        required: false,
        default: None,
        deprecated: false,
        doc: String::new(),
    }
}

/// The cells of a table's line; a bar behind a backslash is text.
fn cells(line: &str) -> Option<impl Iterator<Item = &str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let mut rest = Some(inside);
    Some(std::iter::from_fn(move || {
        let text = rest?;
        let end = text.match_indices('|').map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'));
        rest = end.map(|end| &text[end + 1..]);
        Some(text[..end.unwrap_or(text.len())].trim())
    }))
}

/// What stands between the first backtick and the next.
fn quoted(cell: &str) -> Option<&str> {
    let (_, rest) = cell.split_once('`')?;
    rest.split_once('`').map(|(text, _)| text)
}

/// The parts between commas that are in no brackets.
fn split(arguments: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    arguments.split(move |letter| {
        match letter {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth <= 0
    })
}

#[cfg(test)]
mod tests;
