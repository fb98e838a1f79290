//! The words of the DSL, told apart by what they are.
//!
//! Only words that the vocabulary knows and names that are declared; everything else is left to the editor's own grammar
//! and to other servers.

use super::bodies::bodies;
use crate::dsl::{Lexicon, Node, NodeKind, Vocabulary};
use crate::syntax::{Call, Expr};
use crate::text::Range;

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub range: Range,
    pub kind: TokenKind,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    Section,
    Entity,
    Option,
    /// The name that an entity declares.
    Declaration,
}

/// The words in a file, in the order of the text; none overlap.
pub fn semantic_tokens(lexicon: &Lexicon, expressions: &[Expr]) -> Vec<Token> {
    let mut found = Vec::new();
    modules(lexicon, expressions, &mut found);
    found.sort_by_key(|token| token.range);
    found.dedup_by_key(|token| token.range.start);
    found
}

fn modules(lexicon: &Lexicon, body: &[Expr], found: &mut Vec<Token>) {
    for call in body.iter().filter_map(Expr::as_call).filter(|call| call.local_name() == Some("defmodule")) {
        let Some(block) = &call.block else { continue };
        for part in bodies(&block.body) {
            let vocabulary = lexicon.vocabulary(part.kind);
            for call in part.expressions.iter().filter_map(Expr::as_call) {
                let Some(node) = call.local_name().and_then(|name| vocabulary.child("", name)) else { continue };
                if call.block.is_some() {
                    section(vocabulary, node, call, found);
                }
            }
        }
        modules(lexicon, &block.body, found);
    }
}

fn section(vocabulary: &Vocabulary, node: &Node, call: &Call, found: &mut Vec<Token>) {
    found.push(Token { range: call.name_range, kind: TokenKind::Section });
    block(vocabulary, node, call, found);
}

fn block(vocabulary: &Vocabulary, node: &Node, call: &Call, found: &mut Vec<Token>) {
    for inner in call.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call) {
        let Some(name) = inner.local_name() else { continue };
        match vocabulary.child(&node.path, name) {
            Some(child) if child.kind == NodeKind::Section => section(vocabulary, child, inner, found),
            Some(child) => entity(vocabulary, child, inner, found),
            None if node.option(name).is_some() => {
                found.push(Token { range: inner.name_range, kind: TokenKind::Option });
            }
            None => {}
        }
    }
}

fn entity(vocabulary: &Vocabulary, node: &Node, call: &Call, found: &mut Vec<Token>) {
    found.push(Token { range: call.name_range, kind: TokenKind::Entity });
    if node.arguments.first().is_some_and(|first| first == "name")
        && let Some(name) = call.positional().next().filter(|name| name.as_atom().is_some())
    {
        found.push(Token { range: name.range, kind: TokenKind::Declaration });
    }
    for (key, _) in call.keywords() {
        if key.as_atom().is_some_and(|name| node.option(name).is_some()) {
            found.push(Token { range: key.range, kind: TokenKind::Option });
        }
    }
    block(vocabulary, node, call, found);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::syntax::parse_expressions;

    #[test]
    fn words_of_the_dsl_and_nothing_else() {
        let text = "defmodule A do
  use Ash.Resource
  postgres do
    table \"a\"
    references do
      reference :b, on_delete: :delete
    end
  end
  attributes do
    attribute :b, :string, public?: true do
      allow_nil? false
      other 1
    end
  end
  def attributes, do: attribute(:b)
end
defmodule B do
  def attributes do
    table(1)
  end
end
defmodule C do
  defmacro __using__(_) do
    quote do
      use Ash.Resource
      identities do
        identity :unique_b, [:b]
      end
    end
  end
end
defmodule D do
  use Ash.Domain
  resources do
    resource A
  end
end
";
        let tokens = semantic_tokens(Lexicon::built_in(), &parse_expressions(text));
        let lines: Vec<_> = tokens.iter().map(|it| format!("{:?} {}", it.kind, it.range.slice(text))).collect();
        expect![[r#"
            Section postgres
            Option table
            Section references
            Entity reference
            Option on_delete:
            Section attributes
            Entity attribute
            Declaration :b
            Option public?:
            Option allow_nil?
            Section identities
            Entity identity
            Declaration :unique_b
            Section resources
            Entity resource"#]]
        .assert_eq(&lines.join("\n"));
    }
}
