//! The documentation of the DSL word under the cursor, from the vocabulary.

use super::analyzer::Documentation;
use super::bodies::{bodies, module_kind};
use crate::dsl::{Lexicon, ModuleKind, Node, OptionSpec, Vocabulary};
use crate::syntax::{Call, Expr};
use crate::text::Range;

/// The documentation of the section, entity or option whose name touches `offset`; `None` outside of Ash's DSLs.
pub fn documentation(lexicon: &Lexicon, expressions: &[Expr], offset: usize) -> Option<Documentation> {
    let expr = expressions.iter().find(|expr| expr.range.touches(offset))?;
    let call = expr.as_call().filter(|call| call.local_name() == Some("defmodule"))?;
    let body = &call.block.as_ref()?.body;
    let in_dsl =
        bodies(body).into_iter().find_map(|part| at(lexicon.vocabulary(part.kind), "", part.expressions, offset));
    in_dsl.or_else(|| documentation(lexicon, body, offset))
}

/// The built-in words of a module of Ash; `None` for other modules.
pub fn vocabulary(body: &[Expr]) -> Option<&'static Vocabulary> {
    module_kind(body).map(|kind| match kind {
        ModuleKind::Resource => Vocabulary::resource(),
        ModuleKind::Domain => Vocabulary::domain(),
    })
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
    if option.deprecated {
        text.push_str(", deprecated");
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
        let found = documentation(Lexicon::built_in(), &parse_expressions(&text), offset);
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
    fn domains_fragments_and_wrappers() {
        check(
            "defmodule A do\n  use Ash.Domain\n  resources do\n    reso$0urce B\n  end\nend",
            Some("resources.resource"),
        );
        check(
            "defmodule A do\n  use Spark.Dsl.Fragment, of: Ash.Resource\n  multi$0tenancy do\n  end\nend",
            Some("multitenancy"),
        );
        check(
            "defmodule A do\n  defmacro __using__(_) do\n    quote do\n      use Ash.Resource\n      attributes do\n        attribute :a, :string, pub$0lic?: true\n      end\n    end\n  end\nend",
            Some("attributes.attribute.public?"),
        );
    }

    #[test]
    fn other_code_is_left_to_others() {
        check("defmodule A do\n  def attri$0bute(x), do: x\nend", None);
        check("attri$0bute :a", None);
    }
}
