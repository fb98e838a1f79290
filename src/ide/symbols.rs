//! The outline of a file: Ash modules, their sections, and the entities in them.
//!
//! Reads the call tree alone, so it holds in files whose project is not known. Sections and entities are told by their
//! shape (`name do`, `name :argument`), so those of extensions count too; the vocabulary says which names are options.

use crate::dsl::Vocabulary;
use crate::syntax::{Call, Expr, Kind, StringPart, Target};
use crate::text::Range;

/// One entry of the outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// A module's name, a section's name, or an entity's first argument without colon (`title`).
    pub name: String,
    /// The entity's kind and type: `attribute :string`.
    pub detail: Option<String>,
    pub kind: SymbolKind,
    /// The whole declaration.
    pub range: Range,
    /// What is selected when it is chosen; inside `range`.
    pub name_range: Range,
    pub children: Vec<Symbol>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    Module,
    Section,
    Attribute,
    PrimaryKey,
    Relationship,
    Action,
    Calculation,
    Identity,
    /// Any other entity.
    Entity,
}

/// The outline of a file; empty when no Ash module stands in it.
pub fn symbols(expressions: &[Expr]) -> Vec<Symbol> {
    expressions.iter().filter_map(module).collect()
}

/// The entries whose names contain the letters of `query` in order, ignoring case, with the name of what they are in.
pub fn matching<'a>(symbols: &'a [Symbol], query: &str) -> Vec<(&'a Symbol, Option<String>)> {
    let mut found = Vec::new();
    for symbol in symbols {
        collect(symbol, None, &query.to_lowercase(), &mut found);
    }
    found
}

fn collect<'a>(
    symbol: &'a Symbol,
    container: Option<&str>,
    query: &str,
    found: &mut Vec<(&'a Symbol, Option<String>)>,
) {
    if symbol.kind != SymbolKind::Section && subsequence(&symbol.name.to_lowercase(), query) {
        found.push((symbol, container.map(str::to_owned)));
    }
    let inside = match symbol.kind {
        SymbolKind::Module => Some(symbol.name.as_str()),
        _ => container,
    };
    for child in &symbol.children {
        collect(child, inside, query, found);
    }
}

fn subsequence(name: &str, query: &str) -> bool {
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// Sections that only Ash modules have. A module that has none of them and uses no Ash module is not ours.
const ASH_SECTIONS: [&str; 8] =
    ["attributes", "relationships", "identities", "actions", "calculations", "aggregates", "postgres", "sqlite"];

fn is_ash(body: &[Expr]) -> bool {
    body.iter().filter_map(Expr::as_call).any(|call| match call.local_name() {
        Some("use") => call.positional().next().is_some_and(|used| match &used.kind {
            Kind::Alias(parts) => {
                parts.first().is_some_and(|first| first == "Ash") || parts.join(".") == "Spark.Dsl.Fragment"
            }
            _ => false,
        }),
        Some(name) => is_section(call) && ASH_SECTIONS.contains(&name),
        None => false,
    })
}

fn module(expression: &Expr) -> Option<Symbol> {
    let call = expression.as_call().filter(|call| call.local_name() == Some("defmodule"))?;
    let name = call.positional().next()?;
    let Kind::Alias(parts) = &name.kind else { return None };
    let body = &call.block.as_ref()?.body;
    let nested: Vec<Symbol> = body.iter().filter_map(module).collect();
    let ours = is_ash(body);
    if !ours && nested.is_empty() {
        return None;
    }
    let sections = body.iter().filter(|_| ours).filter_map(|inner| section(inner, ""));
    let mut children: Vec<Symbol> = sections.chain(nested).collect();
    children.sort_by_key(|child| child.range);
    Some(Symbol {
        name: parts.join("."),
        detail: None,
        kind: SymbolKind::Module,
        range: expression.range,
        name_range: name.range,
        children,
    })
}

/// Blocks of the language that look like sections.
const LANGUAGE_BLOCKS: [&str; 4] = ["quote", "try", "receive", "cond"];

fn is_section(call: &Call) -> bool {
    let named = matches!(&call.target, Target::Local(name) if !LANGUAGE_BLOCKS.contains(&name.as_str()));
    named && call.block.is_some() && call.arguments.is_empty()
}

/// The section at `parent`, the path of the sections around it.
fn section(expression: &Expr, parent: &str) -> Option<Symbol> {
    let call = expression.as_call().filter(|call| is_section(call))?;
    let name = call.name();
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    let body = call.block.as_ref().map(|block| block.body.as_slice()).unwrap_or_default();
    let children = body.iter().filter_map(|inner| section(inner, &path).or_else(|| entity(inner, &path))).collect();
    let detail = (!parent.is_empty()).then(|| parent.to_owned());
    Some(Symbol {
        name: name.to_owned(),
        detail,
        kind: SymbolKind::Section,
        range: expression.range,
        name_range: call.name_range,
        children,
    })
}

/// Whether `name` in the section at `path` is an option, which may look like an entity (`repo MyApp.Repo`).
fn is_option(path: &str, name: &str) -> bool {
    let vocabularies = [Vocabulary::resource(), Vocabulary::domain()];
    vocabularies.iter().filter_map(|it| it.node(path)).any(|section| section.option(name).is_some())
}

fn entity(expression: &Expr, section: &str) -> Option<Symbol> {
    let call = expression.as_call()?;
    let entity = call.local_name()?;
    if is_option(section, entity) {
        return None;
    }
    let mut arguments = call.positional();
    let (name, name_range) = match arguments.next() {
        Some(first) => (argument_name(first)?, first.range),
        None if call.keywords().is_empty() && call.block.is_none() => (entity.to_owned(), call.name_range),
        None => return None,
    };
    let typed = arguments.next().and_then(argument_type);
    let detail = match typed {
        Some(typed) => format!("{entity} {typed}"),
        None => entity.to_owned(),
    };
    let body = call.block.as_ref().map(|block| block.body.as_slice()).unwrap_or_default();
    let children = body.iter().filter_map(inner_entity).collect();
    let kind = kind(section, entity);
    Some(Symbol { name, detail: Some(detail), kind, range: expression.range, name_range, children })
}

/// What counts as an entity inside of an entity: arguments and accepted attributes of actions.
fn inner_entity(expression: &Expr) -> Option<Symbol> {
    let call = expression.as_call()?;
    matches!(call.local_name(), Some("argument" | "metadata")).then(|| entity(expression, ""))?
}

/// Entities are named by an atom, a module, or text that is not SQL.
fn argument_name(argument: &Expr) -> Option<String> {
    match &argument.kind {
        Kind::Atom(name) => Some(name.clone()),
        Kind::Alias(parts) => Some(parts.join(".")),
        _ => None,
    }
}

fn argument_type(argument: &Expr) -> Option<String> {
    match &argument.kind {
        Kind::Atom(name) => Some(format!(":{name}")),
        Kind::Alias(parts) => Some(parts.join(".")),
        Kind::Tuple(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(argument_type).collect();
            Some(format!("{{{}}}", parts?.join(", ")))
        }
        Kind::String(parts) => match parts.as_slice() {
            [StringPart::Text(text)] => Some(format!("{text:?}")),
            _ => None,
        },
        _ => None,
    }
}

fn kind(section: &str, entity: &str) -> SymbolKind {
    match section {
        "attributes" if entity.contains("primary_key") => SymbolKind::PrimaryKey,
        "attributes" => SymbolKind::Attribute,
        "relationships" => SymbolKind::Relationship,
        "actions" | "code_interface" => SymbolKind::Action,
        "calculations" | "aggregates" => SymbolKind::Calculation,
        "identities" => SymbolKind::Identity,
        _ => SymbolKind::Entity,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::syntax::parse_expressions;

    fn check(text: &str, expected: Expect) {
        fn draw(symbol: &Symbol, depth: usize, text: &str, out: &mut String) {
            let detail = symbol.detail.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
            let chosen = symbol.name_range.slice(text);
            out.push_str(&format!("{}{:?} {}{detail} `{chosen}`\n", "  ".repeat(depth), symbol.kind, symbol.name));
            assert!(symbol.range.contains(symbol.name_range), "{symbol:?}");
            symbol.children.iter().for_each(|child| draw(child, depth + 1, text, out));
        }
        let mut drawn = String::new();
        symbols(&parse_expressions(text)).iter().for_each(|symbol| draw(symbol, 0, text, &mut drawn));
        expected.assert_eq(&drawn);
    }

    const POST: &str = r#"
defmodule Blog.Post do
  use Ash.Resource, data_layer: AshPostgres.DataLayer

  postgres do
    table "posts"
    repo Blog.Repo

    references do
      reference :author, on_delete: :delete
    end
  end

  attributes do
    uuid_primary_key :id
    attribute :title, :string do
      allow_nil? false
    end
    attribute :tags, {:array, :string}
    timestamps()
  end

  actions do
    defaults [:read]

    create :open do
      argument :note, :string
    end
  end

  relationships do
    belongs_to :author, Blog.Author
  end

  def helper, do: 1
end
"#;

    #[test]
    fn modules_sections_and_entities() {
        check(
            POST,
            expect![[r#"
                Module Blog.Post `Blog.Post`
                  Section postgres `postgres`
                    Section references (postgres) `references`
                      Entity author (reference) `:author`
                  Section attributes `attributes`
                    PrimaryKey id (uuid_primary_key) `:id`
                    Attribute title (attribute :string) `:title`
                    Attribute tags (attribute {:array, :string}) `:tags`
                    Attribute timestamps (timestamps) `timestamps`
                  Section actions `actions`
                    Action open (create) `:open`
                      Entity note (argument :string) `:note`
                  Section relationships `relationships`
                    Relationship author (belongs_to Blog.Author) `:author`
            "#]],
        );
    }

    #[test]
    fn domains_and_wrapped_resources() {
        check(
            "defmodule B do\n  use Ash.Domain\n  resources do\n    resource B.Post\n  end\nend\n\
             defmodule C do\n  use My.Resource\n  attributes do\n    attribute :a, :string\n  end\nend",
            expect![[r#"
                Module B `B`
                  Section resources `resources`
                    Entity B.Post (resource) `B.Post`
                Module C `C`
                  Section attributes `attributes`
                    Attribute a (attribute :string) `:a`
            "#]],
        );
    }

    #[test]
    fn silent_in_other_modules() {
        check("defmodule A do\n  use GenServer\n  setup do\n    :ok\n  end\nend", expect![""]);
    }

    #[test]
    fn a_query_matches_letters_in_order() {
        let found = symbols(&parse_expressions(POST));
        let names = |query: &str| {
            matching(&found, query).into_iter().map(|(it, within)| (it.name.clone(), within)).collect::<Vec<_>>()
        };
        assert_eq!(names("TTL"), [("title".to_owned(), Some("Blog.Post".to_owned()))]);
        assert_eq!(names("bpost"), [("Blog.Post".to_owned(), None)]);
        assert_eq!(names("attributes"), []);
    }
}
