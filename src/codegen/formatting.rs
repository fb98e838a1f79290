//! How a generated file is formatted: by the project's formatter configuration, or as ash_sqlite does without one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::elixir::format::{FormatOptions, format, format_file};
use crate::elixir::format_config::{ProjectFormatter, ash_sqlite_formatter};
use crate::snapshot::json::Dialect;

/// The project's formatters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Formatting {
    project: ProjectFormatter,
    /// This generator looks at no formatter file of the project.
    ash_sqlite: FormatOptions,
    /// What could not be followed, in words for the user.
    pub unknown: Vec<String>,
}

impl Formatting {
    /// Reads the formatters among `files` (paths from the project's root, `deps/` included as far as it was read).
    pub fn read(files: &BTreeMap<String, Arc<str>>) -> Formatting {
        let project = ProjectFormatter::read(files);
        let unknown = project.notes().into_iter().map(ToString::to_string).collect();
        Formatting { project, ash_sqlite: ash_sqlite_formatter(files).options, unknown }
    }

    /// Formats a file at `path` as the generator of `dialect` does.
    ///
    /// # Errors
    /// Where the text is no Elixir, worded as Elixir's `SyntaxError`.
    pub fn format(&self, dialect: Dialect, path: &str, text: &str) -> Result<String, String> {
        let result = match dialect {
            Dialect::Postgres => format_file(text, &self.project.for_file(path).options),
            Dialect::Sqlite => format(text, &self.ash_sqlite),
        };
        result.map_err(|error| format!("invalid syntax found on {path}:{}: {}", error.line, error.message))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    const MIGRATION: &str = "create table(:posts, primary_key: false) do\nadd :id, :uuid\nend";

    fn check(files: &[(&str, &str)], path: &str, expected: Expect) -> Formatting {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect();
        let formatting = Formatting::read(&files);
        expected.assert_eq(&formatting.format(Dialect::Postgres, path, MIGRATION).expect("Elixir"));
        formatting
    }

    #[test]
    fn nothing_said_keeps_parentheses() {
        check(
            &[],
            "priv/repo/migrations/1_a.exs",
            expect![[r#"
                create table(:posts, primary_key: false) do
                  add(:id, :uuid)
                end
            "#]],
        );
    }

    #[test]
    fn dependencies_export_calls() {
        let root = "[import_deps: [:ecto_sql], line_length: 30, plugins: [Spark.Formatter, Styler]]";
        let formatting = check(
            &[(".formatter.exs", root)],
            "priv/repo/migrations/1_a.exs",
            expect![[r#"
                create table(:posts,
                         primary_key: false
                       ) do
                  add :id, :uuid
                end
            "#]],
        );
        assert_eq!(formatting.unknown, ["the formatter plugin Styler is not applied to generated files"]);
        let own = "locals = [add: :*]\n[export: [locals_without_parens: locals]]";
        check(
            &[(".formatter.exs", "[import_deps: [:ecto_sql]]"), ("deps/ecto_sql/.formatter.exs", own)],
            "priv/repo/migrations/1_a.exs",
            expect![[r#"
                create table(:posts, primary_key: false) do
                  add :id, :uuid
                end
            "#]],
        );
    }

    #[test]
    fn the_nearest_folder_counts() {
        let files = [
            (".formatter.exs", "[subdirectories: [\"priv/*/migrations\"]]"),
            ("priv/repo/migrations/.formatter.exs", "[import_deps: [:ecto_sql], inputs: [\"*.exs\"]]"),
        ];
        check(
            &files,
            "priv/repo/migrations/1_a.exs",
            expect![[r#"
                create table(:posts, primary_key: false) do
                  add :id, :uuid
                end
            "#]],
        );
        check(
            &files,
            "priv/repo/tenant_migrations/1_a.exs",
            expect![[r#"
                create table(:posts, primary_key: false) do
                  add(:id, :uuid)
                end
            "#]],
        );
    }
}
