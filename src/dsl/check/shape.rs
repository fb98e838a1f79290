//! How an entity is called: what stands for its arguments, what for its options, and what Elixir or Spark refuse about
//! the way it is written.

use super::{DslIssue, IssueCode, is_dynamic};
use crate::dsl::Node;
use crate::elixir::do_body;
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

/// The parts of a call.
pub struct Shape<'e> {
    /// What is given by position, in order.
    pub positional: Vec<&'e Expr>,
    pub options: Vec<&'e (Expr, Expr)>,
    /// What stands between `do` and `end`, or behind `do:`.
    pub body: &'e [Expr],
}

impl<'e> Shape<'e> {
    pub fn of(node: &Node, call: &'e Call) -> Shape<'e> {
        let mut positional: Vec<&Expr> = call.positional().collect();
        let mut options: Vec<_> = call.keywords().iter().filter(|(key, _)| key.as_atom() != Some("do")).collect();
        // `filter id: 1`: where one argument is missing, the pairs are it, unless they are options.
        let needed = node.arguments.len() - node.optional.len();
        let is_value = |(key, _): &&(Expr, Expr)| key.as_atom().is_none_or(|name| node.option(name).is_none());
        if positional.len() + 1 == needed && !options.is_empty() && options.iter().all(is_value) {
            positional.extend(call.arguments.last());
            options.clear();
        }
        Shape { positional, options, body: do_body(call).unwrap_or_default() }
    }

    /// What is given for an option: by position, as `key: value` or in the body.
    pub fn value(&self, node: &Node, name: &str) -> Option<&'e Expr> {
        node.option(name)?;
        let by_position = node.positional(self.positional.len()).position(|argument| argument == name);
        let positional = by_position.and_then(|at| self.positional.get(at).copied());
        let keyword = || self.options.iter().find(|(key, _)| key.as_atom() == Some(name)).map(|(_, value)| value);
        let in_body = || {
            let inner = self.body.iter().filter_map(Expr::as_call).find(|inner| inner.local_name() == Some(name))?;
            let [value] = &inner.arguments[..] else { return None };
            Some(value)
        };
        positional.or_else(keyword).or_else(in_body)
    }

    /// What does not compile about the way the call is written.
    pub fn mistakes(&self, node: &Node, call: &Call) -> Vec<DslIssue> {
        // Of an extension's page it is not known what stands for what.
        if node.from_page || call.arguments.iter().any(is_dynamic) {
            return Vec::new();
        }
        let wrong = |range: Range, message: String| DslIssue::new(range, IssueCode::WrongForm, message);
        let name = node.name();
        let mut found = Vec::new();
        let allowed = node.arguments.len();
        // One more may be a list of options in brackets.
        let options_in_brackets = |extra: &Expr| matches!(extra.kind, Kind::List(_)) && self.options.is_empty();
        if let Some(extra) = self.positional.get(allowed)
            && (self.positional.len() > allowed + 1 || !options_in_brackets(extra))
            && !matches!(extra.kind, Kind::Call(_) | Kind::Attribute(_))
        {
            let count = match allowed {
                0 => "no argument".to_owned(),
                1 => "one argument".to_owned(),
                more => format!("{more} arguments"),
            };
            found.push(wrong(extra.range, format!("`{name}` takes {count} and then options, as `key: value`")));
        }
        if let (Some((key, _)), Some(block)) = (self.options.first(), &call.block) {
            let range = key.range.cover(call.arguments.last().map_or(key.range, |last| last.range));
            let message = format!("`{name}` has a block: options stand in it, not before it");
            debug_assert!(block.range.start >= range.end);
            found.push(wrong(range, message));
        }
        let by_position: Vec<&String> = node.positional(self.positional.len()).take(self.positional.len()).collect();
        for (key, _) in &self.options {
            if key.as_atom().is_some_and(|option| by_position.iter().any(|given| *given == option)) {
                let message =
                    format!("`{}` of `{name}` is given twice: it stands before the options, too", key_name(key));
                found.push(wrong(key.range, message));
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for inner in self.body.iter().filter_map(Expr::as_call) {
            let Some(option) = inner.local_name().filter(|option| node.option(option).is_some()) else { continue };
            if node.arguments.iter().any(|argument| argument == option) && !node.optional.iter().any(|it| it == option)
            {
                let message = format!("`{option}` of `{name}` stands before the block: `{}`", as_called(node));
                found.push(wrong(inner.name_range, message));
            } else if seen.contains(&option) {
                found.push(wrong(inner.name_range, format!("`{option}` of `{name}` is given twice")));
            }
            seen.push(option);
        }
        found
    }
}

fn key_name(key: &Expr) -> &str {
    key.as_atom().unwrap_or_default()
}

/// `attribute name, type do`.
fn as_called(node: &Node) -> String {
    let arguments: Vec<&str> =
        node.arguments.iter().filter(|argument| !node.optional.contains(argument)).map(String::as_str).collect();
    format!("{} {} do", node.name(), arguments.join(", "))
}
