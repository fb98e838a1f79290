//! How the project formats a generated file: `.formatter.exs` at the root and in `subdirectories`, with what
//! dependencies export. Mirrors `Mix.Tasks.Format.formatter_for_file/2` (Elixir 1.18).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::elixir::SourceModule;
use crate::elixir::eval::{Context, Environment, Scope, Value, evaluate};
use crate::elixir::format::{Arity, FormatOptions, format, format_file};
use crate::snapshot::json::Dialect;
use crate::syntax::parse_expressions;

/// The project's formatters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Formatting {
    root: FormatOptions,
    /// Folders with a formatter of their own, outer before inner ones of the same place.
    folders: Vec<(String, FormatOptions)>,
    /// What ecto_sql exports, for ash_sqlite.
    ecto_sql: Vec<(String, Arity)>,
    /// What could not be followed, in words for the user.
    pub unknown: Vec<String>,
}

impl Formatting {
    /// Reads the formatters among `files` (paths from the project's root, `deps/` included as far as it was read).
    pub fn read(files: &BTreeMap<String, Arc<str>>) -> Formatting {
        let mut formatting =
            Formatting { ecto_sql: exports("ecto_sql", files).unwrap_or_default(), ..Formatting::default() };
        formatting.root = formatting.folder("", files).unwrap_or_default();
        formatting
    }

    /// Formats a file at `path` as the generator of `dialect` does.
    ///
    /// # Errors
    /// Where the text is no Elixir, worded as Elixir's `SyntaxError`.
    pub fn format(&self, dialect: Dialect, path: &str, text: &str) -> Result<String, String> {
        let result = match dialect {
            Dialect::Postgres => format_file(text, self.options(path)),
            // This generator looks at no formatter file.
            Dialect::Sqlite => {
                let locals_without_parens = self.ecto_sql.clone();
                format(text, &FormatOptions { locals_without_parens, ..FormatOptions::default() })
            }
        };
        result.map_err(|error| format!("invalid syntax found on {path}:{}: {}", error.line, error.message))
    }

    fn options(&self, path: &str) -> &FormatOptions {
        let inside = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let own = self.folders.iter().filter(|(folder, _)| inside(folder)).max_by_key(|(folder, _)| folder.len());
        own.map_or(&self.root, |(_, options)| options)
    }

    /// Reads the formatter of `folder` and those of its `subdirectories`.
    fn folder(&mut self, folder: &str, files: &BTreeMap<String, Arc<str>>) -> Option<FormatOptions> {
        let path = in_folder(folder, ".formatter.exs");
        let settings = evaluated(&path, files)?;
        if let Some(unknown) = settings.find_unknown() {
            self.unknown.push(format!("{path}: {}", unknown.reason));
        }
        let mut options = FormatOptions::default();
        if let Some(length) = settings.get("line_length").and_then(Value::as_integer) {
            options.line_length = usize::try_from(length).unwrap_or(options.line_length);
        }
        options.force_do_end_blocks =
            settings.get("force_do_end_blocks").and_then(Value::as_bool).unwrap_or(options.force_do_end_blocks);
        options.locals_without_parens = settings.get("locals_without_parens").map(locals).unwrap_or_default();
        for dependency in settings.get("import_deps").and_then(Value::as_list).unwrap_or_default() {
            let Some(dependency) = dependency.as_atom() else { continue };
            // Others export nothing that a migration calls.
            options.locals_without_parens.extend(exports(dependency, files).unwrap_or_default());
        }
        for plugin in settings.get("plugins").and_then(Value::as_list).unwrap_or_default() {
            if let Some(plugin) = plugin.as_module().filter(|plugin| !PLUGINS_WITHOUT_EFFECT.contains(plugin)) {
                self.unknown.push(format!("{path}: the formatter plugin {plugin} is not applied to generated files"));
            }
        }
        for pattern in settings.get("subdirectories").and_then(Value::as_list).unwrap_or_default() {
            let Some(pattern) = pattern.as_text() else { continue };
            let pattern = in_folder(folder, &format!("{}/.formatter.exs", pattern.trim_end_matches('/')));
            let found: Vec<String> = files.keys().filter(|path| matches_glob(&pattern, path)).cloned().collect();
            for inner in found {
                let inner = inner.trim_end_matches("/.formatter.exs");
                if let Some(options) = self.folder(inner, files) {
                    self.folders.push((inner.to_owned(), options));
                }
            }
        }
        Some(options)
    }
}

/// Plugins that leave migrations as the formatter itself does.
const PLUGINS_WITHOUT_EFFECT: &[&str] = &["Spark.Formatter", "Phoenix.LiveView.HTMLFormatter"];

/// What `import_deps: [dependency]` adds, from its own formatter file or from what is known of its current version.
fn exports(dependency: &str, files: &BTreeMap<String, Arc<str>>) -> Option<Vec<(String, Arity)>> {
    if let Some(settings) = evaluated(&format!("deps/{dependency}/.formatter.exs"), files) {
        let export = settings.get("export")?;
        return Some(export.get("locals_without_parens").map(locals).unwrap_or_default());
    }
    let known = KNOWN_EXPORTS.iter().find(|(name, _)| *name == dependency)?;
    let exports = known
        .1
        .iter()
        .flat_map(|(name, arities)| arities.iter().map(|arity| ((*name).to_owned(), Arity::Exactly(*arity))));
    Some(exports.collect())
}

/// The name of a call, and its numbers of arguments.
type Export = (&'static str, &'static [usize]);

/// Calls without parentheses, as far as a migration can make them, of packages whose files are not there.
const KNOWN_EXPORTS: &[(&str, &[Export])] = &[
    ("ecto", &[("from", &[2]), ("timestamps", &[1])]),
    (
        "ecto_sql",
        &[
            ("add", &[2, 3]),
            ("add_if_not_exists", &[2, 3]),
            ("alter", &[2]),
            ("create", &[1, 2]),
            ("create_if_not_exists", &[1, 2]),
            ("drop", &[1, 2]),
            ("drop_if_exists", &[1, 2]),
            ("execute", &[1, 2]),
            ("modify", &[2, 3]),
            ("remove", &[1, 2, 3]),
            ("remove_if_exists", &[1, 2]),
            ("rename", &[2, 3]),
            ("timestamps", &[1]),
        ],
    ),
    ("ash", &[("create", &[1, 2, 3, 4]), ("prefix", &[1]), ("table", &[1])]),
    ("ash_postgres", &[("index", &[1, 2]), ("prefix", &[1]), ("table", &[1])]),
    ("ash_sqlite", &[("index", &[1, 2]), ("table", &[1])]),
];

/// `[name: 1, other: :*]`.
fn locals(value: &Value) -> Vec<(String, Arity)> {
    let pairs = value.as_list().unwrap_or_default().iter().filter_map(|pair| match pair {
        Value::Tuple(pair) => match pair.as_slice() {
            [name, arity] => {
                let arity = match arity.as_integer() {
                    Some(arity) => Arity::Exactly(usize::try_from(arity).ok()?),
                    None => Arity::Any,
                };
                Some((name.as_atom()?.to_owned(), arity))
            }
            _ => None,
        },
        _ => None,
    });
    pairs.collect()
}

/// The value of the last expression of a file.
fn evaluated(path: &str, files: &BTreeMap<String, Arc<str>>) -> Option<Value> {
    let text = files.get(path)?;
    let nothing = Nothing;
    let context = Context::new(&nothing);
    let mut scope = Scope::file(path.into());
    parse_expressions(text).iter().map(|expression| evaluate(expression, &mut scope, &context)).last()
}

/// Formatter files see no module of the project.
struct Nothing;

impl Environment for Nothing {
    fn module(&self, _name: &str) -> Option<Arc<SourceModule>> {
        None
    }

    fn setting(&self, _app: &str, _key: &Value) -> Result<Option<Value>, Value> {
        Ok(None)
    }
}

fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether `path` is what `pattern` names; `*` stands for a part of one name.
fn matches_glob(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let Some(rest) = path.strip_prefix(before) else { return false };
    let end = rest.find('/').unwrap_or(rest.len());
    (0..=end).any(|end| rest.is_char_boundary(end) && matches_glob(after, &rest[end..]))
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
        assert_eq!(
            formatting.unknown,
            [".formatter.exs: the formatter plugin Styler is not applied to generated files"]
        );
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
