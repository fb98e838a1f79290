//! `ashls inspect`: what is read from one file, for bug reports and scripts.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::place::range_in;
use super::{Failure, Outcome, output};
use crate::dsl::{self, Vocabulary};
use crate::syntax::{Call, Expr, SourceTree};
use crate::text::{LineIndex, Range};

/// Show the declarations as they are read from one file
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls inspect lib/shop/order.ex\n  git show HEAD:lib/shop/order.ex | ashls inspect -"
)]
pub struct InspectArgs {
    /// The Elixir file, or - for standard input
    file: PathBuf,
    /// How to print them
    #[arg(long, value_enum, default_value = "json")]
    format: InspectFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum InspectFormat {
    Json,
}

/// Prints the declarations of one file.
pub fn run(args: &InspectArgs) -> Outcome {
    let name = args.file.display().to_string();
    let text = read(&args.file)?;
    let tree = SourceTree::parse(text.as_str());
    let file = File { text: &text, lines: LineIndex::new(&text) };
    let modules: Vec<Value> = file.modules(tree.expressions(), "");
    let InspectFormat::Json = args.format;
    let printed = json!({ "file": name, "modules": modules });
    output::result(&serde_json::to_string_pretty(&printed).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::unusable(format!("standard input: {error}")))?;
        bytes
    } else {
        std::fs::read(path).map_err(|error| Failure::unusable(format!("{}: {error}", path.display())))?
    };
    String::from_utf8(bytes).map_err(|error| {
        let line =
            1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Failure::unusable(format!("{}:{line}: is not UTF-8; save it as UTF-8", path.display()))
    })
}

struct File<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl File<'_> {
    fn modules(&self, expressions: &[Expr], parent: &str) -> Vec<Value> {
        let mut modules = Vec::new();
        for (expr, call) in calls(expressions) {
            let (Some("defmodule"), Some(block)) = (call.local_name(), &call.block) else { continue };
            let name = call.arguments.first().map_or("", |name| name.range.slice(self.text));
            let name = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
            let body = &block.body;
            let vocabulary =
                if uses(body).any(|used| used == "Ash.Domain") { Vocabulary::domain() } else { Vocabulary::resource() };
            let issues: Vec<Value> = dsl::check::check(vocabulary, body)
                .iter()
                .map(|issue| {
                    json!({ "code": issue.code.as_str(), "message": issue.message, "range": self.range(issue.range) })
                })
                .collect();
            modules.push(json!({
                "module": name,
                "range": self.range(expr.range),
                "uses": uses(body).collect::<Vec<_>>(),
                "sections": self.declarations(body, vocabulary, ""),
                "issues": issues,
            }));
            modules.extend(self.modules(body, &name));
        }
        modules
    }

    /// The calls of a body that the vocabulary knows below `path`; at the top level only sections.
    fn declarations(&self, body: &[Expr], vocabulary: &Vocabulary, path: &str) -> Vec<Value> {
        calls(body)
            .filter_map(|(expr, call)| {
                let name = call.local_name()?;
                let node = vocabulary.child(path, name);
                if path.is_empty() && node.is_none() {
                    return None;
                }
                let arguments: Vec<&str> = call.positional().map(|argument| argument.range.slice(self.text)).collect();
                let options: serde_json::Map<String, Value> = call
                    .keywords()
                    .iter()
                    .filter_map(|(key, value)| Some((key.as_atom()?.to_owned(), json!(value.range.slice(self.text)))))
                    .collect();
                let inner = format!("{path}{}{name}", if path.is_empty() { "" } else { "." });
                let children =
                    call.block.as_ref().map_or(Vec::new(), |block| self.declarations(&block.body, vocabulary, &inner));
                Some(json!({
                    "name": name,
                    "arguments": arguments,
                    "options": options,
                    "range": self.range(expr.range),
                    "children": children,
                }))
            })
            .collect()
    }

    fn range(&self, range: Range) -> Value {
        range_in(self.text, &self.lines, range)
    }
}

fn calls(expressions: &[Expr]) -> impl Iterator<Item = (&Expr, &Call)> {
    expressions.iter().filter_map(|expr| Some((expr, expr.as_call()?)))
}

fn uses(body: &[Expr]) -> impl Iterator<Item = String> {
    calls(body).filter(|(_, call)| call.local_name() == Some("use")).filter_map(|(_, call)| {
        match &call.arguments.first()?.kind {
            crate::syntax::Kind::Alias(parts) => Some(parts.join(".")),
            _ => None,
        }
    })
}
