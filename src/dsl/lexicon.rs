//! The vocabularies of one project: what is built in, completed by the pages of the packages it uses.

use std::sync::{Arc, LazyLock};

use super::{Page, Vocabulary};

/// What a module is, as far as its DSL goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleKind {
    /// `use Ash.Resource`, a wrapper of it, or a fragment.
    Resource,
    /// `use Ash.Domain`, or a fragment of one.
    Domain,
}

/// The words of resources and of domains.
#[derive(Debug, Clone)]
pub struct Lexicon {
    resource: Words,
    domain: Words,
}

#[derive(Debug, Clone)]
enum Words {
    BuiltIn(&'static Vocabulary),
    Completed(Arc<Vocabulary>),
}

impl Default for Lexicon {
    fn default() -> Lexicon {
        Lexicon::clone(Lexicon::built_in())
    }
}

impl Lexicon {
    /// Without any page.
    pub fn built_in() -> &'static Arc<Lexicon> {
        static BUILT_IN: LazyLock<Arc<Lexicon>> = LazyLock::new(|| {
            let (resource, domain) = (Vocabulary::resource(), Vocabulary::domain());
            Arc::new(Lexicon { resource: Words::BuiltIn(resource), domain: Words::BuiltIn(domain) })
        });
        &BUILT_IN
    }

    /// What is built in, completed by pages.
    pub fn with_pages<'p>(pages: impl Iterator<Item = (ModuleKind, &'p Page)> + Clone) -> Lexicon {
        let of = |wanted: ModuleKind, built_in: &'static Vocabulary| {
            let mut pages = pages.clone().filter(|(kind, _)| *kind == wanted).map(|(_, page)| page).peekable();
            match pages.peek() {
                Some(_) => Words::Completed(Arc::new(built_in.with_pages(pages))),
                None => Words::BuiltIn(built_in),
            }
        };
        Lexicon {
            resource: of(ModuleKind::Resource, Vocabulary::resource()),
            domain: of(ModuleKind::Domain, Vocabulary::domain()),
        }
    }

    /// The words of a kind of module.
    pub fn vocabulary(&self, kind: ModuleKind) -> &Vocabulary {
        let words = match kind {
            ModuleKind::Resource => &self.resource,
            ModuleKind::Domain => &self.domain,
        };
        match words {
            Words::BuiltIn(vocabulary) => vocabulary,
            Words::Completed(vocabulary) => vocabulary,
        }
    }

    /// Whether a page says something about this kind of module.
    pub fn is_completed(&self, kind: ModuleKind) -> bool {
        let words = match kind {
            ModuleKind::Resource => &self.resource,
            ModuleKind::Domain => &self.domain,
        };
        matches!(words, Words::Completed(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::check;
    use crate::syntax::parse_expressions;

    const PAGE: &str = "# Garden.Beds

## beds
Where things grow.

## beds.row
```elixir
row name
```
One row.

### Options
| [`name`](#n){: .spark-required} | `atom` |  | Its name. |
| [`length`](#l){: } | `pos_integer` |  | In metres. |

## attributes
Text of the package.

## attributes.attribute
```elixir
attribute name
```

### Options
| [`type`](#t){: } | `boolean` |  | Type, as the package says. |
| [`colour`](#c){: } | `atom` |  | An option of a newer version. |
";

    fn lexicon() -> Lexicon {
        let page = Page::parse(PAGE).unwrap();
        Lexicon::with_pages([(ModuleKind::Resource, &page)].into_iter())
    }

    #[test]
    fn pages_add_what_is_not_known_and_text_to_what_is() {
        let lexicon = lexicon();
        let words = lexicon.vocabulary(ModuleKind::Resource);
        assert_eq!(words.node("beds.row").unwrap().arguments, ["name"]);
        assert_eq!(words.node("attributes").unwrap().doc, "Text of the package.");
        let attribute = words.node("attributes.attribute").unwrap();
        assert_eq!(attribute.arguments, ["name", "type"], "the form is that of the built-in vocabulary");
        let option = attribute.option("type").unwrap();
        assert_eq!((&*option.doc, &*option.type_text, option.required), ("Type, as the package says.", "module", true));
        assert!(attribute.option("colour").is_some());
        assert!(!lexicon.is_completed(ModuleKind::Domain));
        assert!(lexicon.vocabulary(ModuleKind::Domain).node("beds").is_none());
    }

    #[test]
    fn what_a_page_says_is_checked() {
        let lexicon = lexicon();
        let body = "beds do\n  row :a, lenght: 1\n  row :b, length: :x\n  row :c, other: 1\n  row length: 1\nend\n\
                    attributes do\n  attribute :a, :string, colour: :red\nend";
        let found = check::check(lexicon.vocabulary(ModuleKind::Resource), &parse_expressions(body));
        let found: Vec<_> = found.iter().map(|issue| issue.message.as_str()).collect();
        assert_eq!(
            found,
            [
                "`row` has no option `lenght`; did you mean `length`?",
                "`length` of `row` must be `pos_integer`",
                "`row` needs `name`: Its name.",
            ]
        );
    }
}
