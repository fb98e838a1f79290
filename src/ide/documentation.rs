//! The documentation of the DSL word under the cursor, from the vocabulary.

use super::analyzer::Documentation;
use crate::dsl::{Node, OptionSpec, Vocabulary};
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

/// The documentation of the section, entity or option whose name touches `offset`; `None` outside of Ash's DSLs.
pub fn documentation(expressions: &[Expr], offset: usize) -> Option<Documentation> {
    let expr = expressions.iter().find(|expr| expr.range.touches(offset))?;
    let call = expr.as_call().filter(|call| call.local_name() == Some("defmodule"))?;
    let body = &call.block.as_ref()?.body;
    match vocabulary(body) {
        Some(vocabulary) => at(vocabulary, "", body, offset).or_else(|| documentation(body, offset)),
        None => documentation(body, offset),
    }
}

/// What kind of module it is. Wrappers of a project's own (`use MyApp.Resource`) are taken for resources when the body
/// has a section that only resources have.
pub fn vocabulary(body: &[Expr]) -> Option<&'static Vocabulary> {
    let calls = || body.iter().filter_map(Expr::as_call);
    let used = calls().filter(|call| call.local_name() == Some("use")).filter_map(|call| {
        match &call.arguments.first()?.kind {
            Kind::Alias(parts) => Some(parts.join(".")),
            _ => None,
        }
    });
    let used: Vec<String> = used.collect();
    if used.iter().any(|module| module == "Ash.Domain") {
        return Some(Vocabulary::domain());
    }
    let sections = ["attributes", "relationships", "actions", "identities", "postgres", "sqlite"];
    let has_section =
        calls().any(|call| call.block.is_some() && call.local_name().is_some_and(|name| sections.contains(&name)));
    (!used.is_empty() && has_section || used.iter().any(|module| module == "Ash.Resource")).then(Vocabulary::resource)
}

fn at(vocabulary: &Vocabulary, path: &str, body: &[Expr], offset: usize) -> Option<Documentation> {
    let call = body.iter().find(|expr| expr.range.touches(offset))?.as_call()?;
    let name = call.local_name()?;
    if let Some(node) = vocabulary.child(path, name) {
        if call.name_range.touches(offset) {
            return Some(of_node(node, call.name_range));
        }
        return in_node(vocabulary, node, call, offset);
    }
    let option = vocabulary.node(path)?.option(name)?;
    call.name_range.touches(offset).then(|| of_option(path, option, call.name_range))
}

fn in_node(vocabulary: &Vocabulary, node: &Node, call: &Call, offset: usize) -> Option<Documentation> {
    let key = call.keywords().iter().map(|(key, _)| key).find(|key| key.range.touches(offset));
    if let Some(key) = key {
        let option = node.option(key.as_atom()?)?;
        return Some(of_option(&node.path, option, key.range));
    }
    at(vocabulary, &node.path, &call.block.as_ref()?.body, offset)
}

pub(super) fn of_node(node: &Node, range: Range) -> Documentation {
    let mut text = node.doc.clone();
    if !node.arguments.is_empty() {
        text.push_str(&format!("\n\n`{} {}`", node.name(), node.arguments.join(", ")));
    }
    text.push_str(&format!("\n\n*{}*", node.extension));
    Documentation { range, title: node.path.clone(), text }
}

pub(super) fn of_option(path: &str, option: &OptionSpec, range: Range) -> Documentation {
    let mut text = format!("{}\n\nType: `{}`", option.doc, option.type_text);
    if let Some(default) = &option.default {
        text.push_str(&format!(", default `{default}`"));
    }
    if option.required {
        text.push_str(", required");
    }
    Documentation { range, title: format!("{path}.{}", option.name), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expressions;

    fn check(source: &str, title: Option<&str>) {
        let offset = source.find("$0").expect("a cursor");
        let text = source.replace("$0", "");
        let found = documentation(&parse_expressions(&text), offset);
        assert_eq!(found.map(|found| found.title).as_deref(), title, "{source}");
    }

    #[test]
    fn words_of_the_dsl_are_documented() {
        let body = |inner: &str| format!("defmodule A do\n  use Ash.Resource\n  {inner}\nend");
        check(&body("attri$0butes do\n  end"), Some("attributes"));
        check(&body("attributes do\n    attr$0ibute :a, :string\n  end"), Some("attributes.attribute"));
        check(
            &body("attributes do\n    attribute :a, :string, allow$0_nil?: false\n  end"),
            Some("attributes.attribute.allow_nil?"),
        );
        check(
            &body("attributes do\n    attribute :a, :string do\n      pub$0lic? true\n    end\n  end"),
            Some("attributes.attribute.public?"),
        );
        check(&body("postgres do\n    ta$0ble \"a\"\n  end"), Some("postgres.table"));
    }

    #[test]
    fn other_code_is_left_to_others() {
        check("defmodule A do\n  def attri$0bute(x), do: x\nend", None);
        check("attri$0bute :a", None);
    }
}
