//! Renaming an attribute, a relationship, an identity or a table: the edits in every file, and what they mean for the
//! database.
//!
//! A column or table whose name follows is meant to be renamed too, instead of dropped and created: that intent is
//! part of the result, in the form in which the generator takes answers.

use super::analyzer::Cancellation;
use super::documentation::vocabulary;
use super::names::{Files, MemberKind, Name, name_at};
use super::navigation::{declaration, member_origin, occurrences};
use crate::diff::RenamedColumn;
use crate::elixir::source_modules;
use crate::project::Project;
use crate::resource::{Database, RelationshipKind, Resource};
use crate::syntax::{Expr, SourceTree};
use crate::text::Range;
use std::sync::Arc;

/// What a rename does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rename {
    /// Ranges and their new texts, by path in the project.
    pub edits: Vec<(String, Range, String)>,
    /// Columns that are renamed with it.
    pub columns: Vec<RenamedColumn>,
    /// Tables that are renamed with it: old and new name, with their schema when they have one.
    pub tables: Vec<(String, String)>,
}

/// What is renamed at a place.
enum Target {
    Member { module: String, kind: MemberKind, name: String },
    Table { range: Range, table: String, module: String },
}

/// The name at `offset` that can be renamed: its bytes.
pub fn prepare(project: &Project, files: &dyn Files, path: &str, offset: usize) -> Option<Range> {
    let text = files.text(path)?;
    match target(project, path, &text, offset)? {
        (range, Target::Member { module, kind, name }) => {
            check(project, files, &module, kind, &name).ok().map(|()| range)
        }
        (range, Target::Table { .. }) => Some(range),
    }
}

/// Renames what is at `offset`.
///
/// # Errors
/// Why it cannot be done, for the user.
pub fn rename(
    project: &Project,
    files: &dyn Files,
    path: &str,
    offset: usize,
    new: &str,
    cancellation: &Cancellation,
) -> Result<Rename, String> {
    let text = files.text(path).ok_or("the file is not known")?;
    let (_, target) = target(project, path, &text, offset).ok_or("nothing here can be renamed")?;
    match target {
        Target::Table { range, table, module } => table_renamed(project, path, range, &table, &module, new),
        Target::Member { module, kind, name } => {
            check_name(new)?;
            check(project, files, &module, kind, &name)?;
            let resource = project.resource(&module).ok_or("the resource is not known")?;
            if is_taken(resource, kind, new) {
                return Err(format!("{module} has a {} {new} already", word(kind)));
            }
            let mut done = Rename::default();
            let mut names = vec![(kind, name.clone(), new.to_owned())];
            names.extend(key_of(resource, kind, &name, new));
            for (kind, old, new) in names {
                if cancellation.is_cancelled() {
                    return Err("cancelled".to_owned());
                }
                let wanted = Name::Member { module: module.clone(), kind, name: old.clone() };
                let places = occurrences(project, files, &wanted).into_iter();
                done.edits.extend(places.map(|(path, place)| (path, place.range, new.clone())));
                if kind == MemberKind::Attribute {
                    done.columns.extend(columns(project, resource, &old, &new));
                }
            }
            done.edits.sort();
            Ok(done)
        }
    }
}

fn target(project: &Project, path: &str, text: &str, offset: usize) -> Option<(Range, Target)> {
    if let Some(found) = name_at(project, path, text, offset) {
        let Name::Member { module, kind, name } = found.name else { return None };
        let renamable = matches!(kind, MemberKind::Attribute | MemberKind::Relationship | MemberKind::Identity);
        return renamable.then_some((found.range, Target::Member { module, kind, name }));
    }
    let tree = Arc::new(SourceTree::parse(text).expressions().to_vec());
    for module in source_modules(&path.into(), &tree) {
        let Some(range) = table_name(module.body()) else { continue };
        if range.touches(offset) && vocabulary(module.body()).is_some() {
            let table = range.slice(text).to_owned();
            return Some((range, Target::Table { range, table, module: module.name.to_string() }));
        }
    }
    None
}

/// The bytes between the quotes of `table "posts"` in a module.
pub(super) fn table_name(body: &[Expr]) -> Option<Range> {
    let section = body
        .iter()
        .filter_map(Expr::as_call)
        .find(|call| matches!(call.local_name(), Some("postgres" | "sqlite")) && call.block.is_some())?;
    let options = section.block.iter().flat_map(|block| &block.body).filter_map(Expr::as_call);
    let value = options.filter(|call| call.local_name() == Some("table")).find_map(|call| call.arguments.first())?;
    let text = value.as_text()?;
    // Written plainly, so that the bytes are the name.
    (value.range.len() == text.len() + 2).then(|| Range::new(value.range.start + 1, value.range.end - 1))
}

fn table_renamed(
    project: &Project,
    path: &str,
    range: Range,
    table: &str,
    module: &str,
    new: &str,
) -> Result<Rename, String> {
    if new.is_empty() || new.contains(['"', '\\', '#', '\n']) {
        return Err(format!("{new:?} is no name of a table"));
    }
    let mut tables = Vec::new();
    // ash_sqlite knows no renamed tables.
    let desired = project.desired_of(module).filter(|desired| desired.database == Database::Postgres);
    for desired in desired.filter(|desired| desired.snapshot.table == table) {
        let full = |name: &str| match &desired.snapshot.schema {
            Some(schema) => format!("{schema}.{name}"),
            None => name.to_owned(),
        };
        tables.push((full(table), full(new)));
    }
    tables.dedup();
    Ok(Rename { edits: vec![(path.to_owned(), range, new.to_owned())], columns: Vec::new(), tables })
}

/// The attribute that a `belongs_to` adds under its own name, with the name that it gets.
fn key_of(resource: &Resource, kind: MemberKind, name: &str, new: &str) -> Option<(MemberKind, String, String)> {
    if kind != MemberKind::Relationship {
        return None;
    }
    let relationship = resource.relationships.iter().find(|it| it.name == name)?;
    let key = format!("{name}_id");
    let adds = relationship.kind == RelationshipKind::BelongsTo
        && relationship.source_attribute.as_ref().is_ok_and(|attribute| *attribute == key)
        && resource.attribute(&key).is_some_and(|attribute| attribute.origin == relationship.origin);
    adds.then(|| (MemberKind::Attribute, key, format!("{new}_id")))
}

/// The columns that follow the name of an attribute.
fn columns(project: &Project, resource: &Resource, old: &str, new: &str) -> Vec<RenamedColumn> {
    let follows = resource.attribute(old).is_some_and(|attribute| attribute.source.as_ref().is_ok_and(|it| it == old));
    if !follows {
        return Vec::new();
    }
    let tables = project.desired_of(&resource.module).map(|desired| match &desired.snapshot.schema {
        Some(schema) => format!("{schema}.{}", desired.snapshot.table),
        None => desired.snapshot.table.clone(),
    });
    let mut tables: Vec<String> = tables.collect();
    tables.dedup();
    tables.into_iter().map(|table| RenamedColumn { table, from: old.to_owned(), to: new.to_owned() }).collect()
}

/// Whether a name is declared where it can be edited.
fn check(project: &Project, files: &dyn Files, module: &str, kind: MemberKind, name: &str) -> Result<(), String> {
    let wanted = Name::Member { module: module.to_owned(), kind, name: name.to_owned() };
    // Others use the macro, too.
    let origin = project.resource(module).and_then(|resource| member_origin(resource, kind, name));
    let of_macro = origin.is_some_and(|origin| origin.written.is_some());
    let declared = declaration(project, files, &wanted).is_some_and(|place| {
        let text = files.text(&place.path);
        text.is_some_and(|text| text.get(place.name_range.start..place.name_range.end) == Some(name))
    });
    if declared && !of_macro {
        return Ok(());
    }
    let relationship = project.resource(module).and_then(|resource| {
        let attribute = resource.attribute(name)?;
        resource.relationships.iter().find(|it| it.origin == attribute.origin)
    });
    Err(match relationship {
        Some(relationship) => format!("{name} is added by the relationship {0}: rename {0}", relationship.name),
        None => format!("the declaration of {name} is not in a file of the project that ashls can edit"),
    })
}

fn check_name(new: &str) -> Result<(), String> {
    let starts = new.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let body = new.strip_suffix(['?', '!']).unwrap_or(new);
    match starts && body.chars().all(|it| it.is_ascii_alphanumeric() || it == '_') {
        true => Ok(()),
        false => {
            Err(format!("{new:?} is no name: it must begin with a small letter and have letters, digits and _ only"))
        }
    }
}

fn is_taken(resource: &Resource, kind: MemberKind, new: &str) -> bool {
    match kind {
        MemberKind::Identity => resource.identities.iter().any(|it| it.name == new),
        _ => {
            resource.attribute(new).is_some()
                || resource.relationships.iter().any(|it| it.name == new)
                || resource.calculations.iter().any(|it| it == new)
        }
    }
}

fn word(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Identity => "identity",
        _ => "field",
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::ide::navigation::tests::project;

    const POST: &str = "defmodule Blog.Post do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"posts\"
    repo Blog.Repo
    identity_index_names unique_title: \"u\"
    custom_indexes do
      index [:title, :author_id]
    end
  end
  attributes do
    uuid_primary_key :id
    attribute :title, :string
    attribute :legacy, :string, source: :old
  end
  relationships do
    belongs_to :author, Blog.People.Author
  end
  identities do
    identity :unique_title, [:title, :legacy]
  end
end
";
    const AUTHOR: &str = "defmodule Blog.People.Author do
  use Ash.Resource, domain: Blog, data_layer: AshPostgres.DataLayer
  postgres do
    table \"authors\"
    repo Blog.Repo
  end
  attributes do
    uuid_primary_key :id
  end
  relationships do
    has_many :posts, Blog.Post, destination_attribute: :author_id
  end
end
";

    fn check(marked: &str, new: &str, expected: Expect) {
        let post = POST.replacen(&marked.replace("$0", ""), marked, 1);
        let (project, files, path, offset) = project(&post, AUTHOR);
        let drawn = match rename(&project, &files, path, offset, new, &Cancellation::never()) {
            Err(reason) => format!("{reason}\n"),
            Ok(done) => {
                let mut lines: Vec<String> = Vec::new();
                for (path, range, new) in &done.edits {
                    let text = files.text(path).unwrap();
                    let line = 1 + text[..range.start].matches('\n').count();
                    lines.push(format!("{path}:{line} {} -> {new}", range.slice(&text)));
                }
                lines.extend(done.columns.iter().map(|it| format!("column {}.{} -> {}", it.table, it.from, it.to)));
                lines.extend(done.tables.iter().map(|(from, to)| format!("table {from} -> {to}")));
                lines.join("\n") + "\n"
            }
        };
        expected.assert_eq(&drawn);
    }

    #[test]
    fn an_attribute_takes_its_references_and_its_column_along() {
        check(
            ":ti$0tle, :string",
            "headline",
            expect![[r#"
                lib/post.ex:8 title -> headline
                lib/post.ex:13 title -> headline
                lib/post.ex:20 title -> headline
                column posts.title -> headline
            "#]],
        );
    }

    #[test]
    fn a_column_with_a_name_of_its_own_stays() {
        check(
            ":leg$0acy, :string",
            "former",
            expect![[r#"
                lib/post.ex:14 legacy -> former
                lib/post.ex:20 legacy -> former
            "#]],
        );
    }

    #[test]
    fn a_relationship_takes_its_key_along() {
        check(
            ":au$0thor, Blog",
            "writer",
            expect![[r#"
                lib/author.ex:11 author_id -> writer_id
                lib/post.ex:8 author_id -> writer_id
                lib/post.ex:17 author -> writer
                column posts.author_id -> writer_id
            "#]],
        );
    }

    #[test]
    fn identities_and_tables() {
        check(
            "identity :unique$0_title",
            "one_title",
            expect![[r#"
                lib/post.ex:6 unique_title -> one_title
                lib/post.ex:20 unique_title -> one_title
            "#]],
        );
        check(
            "table \"po$0sts",
            "articles",
            expect![[r#"
                lib/post.ex:4 posts -> articles
                table posts -> articles
            "#]],
        );
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        check(
            ":ti$0tle, :string",
            "Title",
            expect![[r#"
            "Title" is no name: it must begin with a small letter and have letters, digits and _ only
        "#]],
        );
        check(
            ":ti$0tle, :string",
            "id",
            expect![[r#"
            Blog.Post has a field id already
        "#]],
        );
        check(
            ":author$0_id]",
            "writer_id",
            expect![[r#"
            author_id is added by the relationship author: rename author
        "#]],
        );
        check(
            "uuid_primary$0_key",
            "x",
            expect![[r#"
            nothing here can be renamed
        "#]],
        );
    }
}
