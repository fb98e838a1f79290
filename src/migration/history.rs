//! Which steps of a project's migrations made a table, a column, an index or a constraint what it is.
//!
//! Steps that could not be evaluated are passed over, and so is SQL: what is found is found, what is not found may be
//! there. Must not know where files come from.

use super::command::{ColumnAction, ColumnChange, Command, Migration, StepKind};
use crate::text::Range;

/// Something that a migration does to one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The bytes of the call.
    pub range: Range,
    pub schema: Option<String>,
    /// The table's name after the deed.
    pub table: String,
    pub what: What,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    CreateTable,
    DropTable,
    RenameTable { from: String },
    AddColumn(String),
    ChangeColumn(String),
    RemoveColumn(String),
    RenameColumn { from: String, to: String },
    Create(Kind, String),
    Drop(Kind, String),
    RenameIndex { from: String, to: String },
}

/// What has a name of its own beside columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Index,
    Constraint,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Table,
    Column(String),
    Named(Kind, String),
}

/// What the way up of a migration does, in order.
pub fn deeds(migration: &Migration) -> Vec<Deed> {
    let mut found = Vec::new();
    for step in &migration.up {
        if let StepKind::Command(command) = &step.kind {
            of_command(command, step.range, &mut found);
        }
    }
    found
}

fn of_command(command: &Command, range: Range, found: &mut Vec<Deed>) {
    let mut push = |schema: &Option<String>, table: &str, range: Range, what: What| {
        found.push(Deed { range, schema: public(schema.as_deref()), table: table.to_owned(), what });
    };
    match command {
        Command::CreateTable { table, columns, .. } => {
            push(&table.prefix, &table.name, range, What::CreateTable);
            columns.iter().for_each(|change| push(&table.prefix, &table.name, change.range, of_column(change)));
        }
        Command::AlterTable { table, changes } => {
            changes.iter().for_each(|change| push(&table.prefix, &table.name, change.range, of_column(change)));
        }
        Command::DropTable { table, .. } => push(&table.prefix, &table.name, range, What::DropTable),
        Command::RenameTable { from, to } => {
            push(&to.prefix, &to.name, range, What::RenameTable { from: from.name.clone() });
        }
        Command::RenameColumn { table, from, to } => {
            let what = What::RenameColumn { from: from.clone(), to: to.clone() };
            push(&table.prefix, &table.name, range, what);
        }
        Command::CreateIndex { index, .. } => {
            push(&index.prefix, &index.table, range, What::Create(Kind::Index, index.name.clone()));
        }
        Command::DropIndex { index, .. } => {
            push(&index.prefix, &index.table, range, What::Drop(Kind::Index, index.name.clone()));
        }
        Command::RenameIndex { index, to } => {
            let what = What::RenameIndex { from: index.name.clone(), to: to.clone() };
            push(&index.prefix, &index.table, range, what);
        }
        Command::CreateConstraint { constraint } => {
            let what = What::Create(Kind::Constraint, constraint.name.clone());
            push(&constraint.prefix, &constraint.table, range, what);
        }
        Command::DropConstraint { constraint, .. } => {
            push(&constraint.prefix, &constraint.table, range, What::Drop(Kind::Constraint, constraint.name.clone()));
        }
        Command::Execute { .. } => {}
    }
}

fn of_column(change: &ColumnChange) -> What {
    let column = change.column.clone();
    match change.action {
        ColumnAction::Add | ColumnAction::AddIfNotExists => What::AddColumn(column),
        ColumnAction::Modify => What::ChangeColumn(column),
        ColumnAction::Remove | ColumnAction::RemoveIfExists => What::RemoveColumn(column),
    }
}

/// A schema, with the default one as none.
fn public(schema: Option<&str>) -> Option<String> {
    schema.filter(|schema| *schema != "public").map(str::to_owned)
}

/// Follows something back through migrations, oldest first in `files`: from what it is called now to where it was made.
/// Returns the file's position and the range of each step, the oldest first.
pub fn trace<D: AsRef<[Deed]>>(
    files: &[D],
    schema: Option<&str>,
    table: &str,
    subject: &Subject,
) -> Vec<(usize, Range)> {
    let schema = public(schema);
    let (mut table, mut subject) = (table.to_owned(), subject.clone());
    let mut found = Vec::new();
    let all = files.iter().enumerate().flat_map(|(at, file)| file.as_ref().iter().map(move |deed| (at, deed)));
    for (at, deed) in all.collect::<Vec<_>>().into_iter().rev() {
        if deed.table != table || deed.schema != schema {
            continue;
        }
        let mut made = false;
        let concerns = match (&deed.what, &mut subject) {
            (What::RenameTable { from }, subject) => {
                table.clone_from(from);
                *subject == Subject::Table
            }
            (What::CreateTable, subject) => {
                made = true;
                *subject == Subject::Table
            }
            // Something else that had the same name once.
            (What::DropTable, _) => break,
            (What::RemoveColumn(name), Subject::Column(column)) if name == column => break,
            (What::Drop(kind, name), Subject::Named(wanted, object)) if kind == wanted && name == object => {
                // An index that is made anew in the same file, or later: what was before is another one.
                break;
            }
            (What::AddColumn(name), Subject::Column(column)) if name == column => {
                made = true;
                true
            }
            (What::ChangeColumn(name), Subject::Column(column)) => name == column,
            (What::RenameColumn { from, to }, Subject::Column(column)) if to == column => {
                column.clone_from(from);
                true
            }
            (What::Create(kind, name), Subject::Named(wanted, object)) if kind == wanted && name == object => {
                made = true;
                true
            }
            (What::RenameIndex { from, to }, Subject::Named(Kind::Index, index)) if to == index => {
                index.clone_from(from);
                true
            }
            _ => false,
        };
        if concerns {
            found.push((at, deed.range));
        }
        if made {
            break;
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Config, read};

    const FIRST: &str = "defmodule A do
  use Ecto.Migration
  def up do
    create table(:texts, primary_key: false) do
      add :id, :uuid, primary_key: true
      add :heading, :text
    end
    create unique_index(:texts, [:heading], name: \"texts_heading_index\")
  end
  def down, do: drop(table(:texts))
end
";
    const SECOND: &str = "defmodule B do
  use Ecto.Migration
  def up do
    rename table(:texts), to: table(:posts)
    rename table(:posts), :heading, to: :title
    alter table(:posts) do
      add :body, :text
      modify :title, :citext
    end
    alter table(:posts, prefix: \"other\") do
      modify :title, :text
    end
    drop_if_exists index(:posts, [:title], name: \"texts_heading_index\")
    create index(:posts, [:title], name: \"posts_title_index\")
    create constraint(:posts, :long, check: \"true\")
    execute(\"ALTER TABLE posts DROP COLUMN nothing\")
  end
  def down, do: nil
end
";

    fn check(subject: Subject, expected: &[&str]) {
        let files = [FIRST, SECOND];
        let read: Vec<_> = files.iter().map(|text| deeds(&read(text, &Config::default()).unwrap())).collect();
        let found = trace(&read, Some("public"), "posts", &subject);
        let lines = found.iter().map(|(at, range)| files[*at][range.start..].lines().next().unwrap().trim());
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{subject:?}");
    }

    #[test]
    fn from_its_making_over_its_names_to_now() {
        check(
            Subject::Table,
            &["create table(:texts, primary_key: false) do", "rename table(:texts), to: table(:posts)"],
        );
        check(
            Subject::Column("title".into()),
            &["add :heading, :text", "rename table(:posts), :heading, to: :title", "modify :title, :citext"],
        );
        check(Subject::Column("body".into()), &["add :body, :text"]);
        check(
            Subject::Named(Kind::Index, "posts_title_index".into()),
            &["create index(:posts, [:title], name: \"posts_title_index\")"],
        );
        check(Subject::Named(Kind::Constraint, "long".into()), &["create constraint(:posts, :long, check: \"true\")"]);
        check(Subject::Named(Kind::Index, "texts_heading_index".into()), &[]);
        check(Subject::Column("nothing".into()), &[]);
    }
}
