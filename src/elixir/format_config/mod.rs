//! Which options a file is formatted with: `.formatter.exs` read as `mix format` reads it (Elixir 1.18).
//!
//! Takes the files through a closure; knows no file system. Plugins are not run: they are reported.

mod exports;
mod glob;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::SourceModule;
use super::eval::{Context, Environment, Scope, Value, evaluate};
use super::format::{Arity, FormatOptions};
use crate::syntax::parse_expressions;
use crate::text::Range;

/// The name of the configuration file in a folder.
const FILE: &str = ".formatter.exs";

/// Gives the text of a file by its path from the project's root, with `/` separators; `None` when there is none.
pub type Files<'a> = &'a dyn Fn(&str) -> Option<Arc<str>>;

/// The options for one file, and what keeps them from being certain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormatterConfig {
    pub options: FormatOptions,
    pub notes: Vec<FormatterNote>,
}

/// Something in the configuration that is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatterNote {
    /// A formatter plugin (a module name without `Elixir.`). Those that only touch other file types or DSL sections are
    /// left out.
    Plugin(String),
    /// A dependency of `import_deps` whose exports are not known: it is not under `deps/` nor among the usual ones.
    UnknownDependency(String),
    /// An option that changes formatting and is not followed (`migrate`, `sigils`).
    Option(String),
    /// A part of a configuration file that could not be evaluated.
    Unreadable { file: String, range: Range, reason: String },
}

/// The options for the file at `path` (from the root), as `Mix.Tasks.Format.formatter_for_file/2` chooses them when it is
/// called in the root.
pub fn formatter_for_file(path: &str, files: Files) -> FormatterConfig {
    let mut reader = Reader { files, notes: Vec::new() };
    let options = reader.options_for(&glob::normalized(path), "", 0);
    FormatterConfig { options, notes: reader.notes }
}

/// The options that ash_sqlite formats its migrations with (`ecto_sql_locals_without_parens`), whatever the project says.
pub fn ash_sqlite_formatter(files: Files) -> FormatterConfig {
    let mut reader = Reader { files, notes: Vec::new() };
    let path = "deps/ecto_sql/.formatter.exs";
    let locals = match files(path) {
        Some(text) => {
            let config = reader.evaluate(path, &text);
            reader.locals(path, config.get("locals_without_parens"))
        }
        None => exports::known("ecto_sql").unwrap_or_default(),
    };
    let options = FormatOptions { locals_without_parens: locals, ..FormatOptions::default() };
    FormatterConfig { options, notes: reader.notes }
}

/// Plugins that leave migrations as they are: they are for templates, or rewrite only DSL sections and then format.
const HARMLESS_PLUGINS: &[&str] =
    &["Spark.Formatter", "Phoenix.LiveView.HTMLFormatter", "TailwindFormatter", "MDExFormatter", "Absinthe.Formatter"];

/// Options of `Code.format_string!/2` that are not followed.
const UNSUPPORTED: &[&str] =
    &["migrate", "migrate_bitstring_modifiers", "migrate_charlists_as_sigils", "migrate_unless", "sigils"];

/// How deep `subdirectories` may point into each other.
const MAX_DEPTH: usize = 16;

struct Reader<'a> {
    files: Files<'a>,
    notes: Vec<FormatterNote>,
}

impl Reader<'_> {
    /// The options for `path` by the configuration in `folder` (empty for the root) or below it.
    fn options_for(&mut self, path: &str, folder: &str, depth: usize) -> FormatOptions {
        let file = glob::join(folder, FILE);
        let Some(text) = (self.files)(&file) else { return FormatOptions::default() };
        let before = self.notes.len();
        let config = self.evaluate(&file, &text);
        if depth < MAX_DEPTH
            && let Some(below) = self.subdirectory(path, folder, &file, &config)
        {
            // The configuration further down replaces this one as a whole.
            self.notes.truncate(before);
            return self.options_for(path, &below, depth + 1);
        }
        self.options(&file, &config)
    }

    /// The first folder of `subdirectories` that `path` is in and that has a configuration.
    fn subdirectory(&mut self, path: &str, folder: &str, file: &str, config: &Value) -> Option<String> {
        let patterns = self.texts(file, config.get("subdirectories"));
        patterns.iter().find_map(|pattern| {
            let pattern = glob::join(folder, pattern);
            let mut folders = path.match_indices('/').map(|(end, _)| &path[..end]);
            folders
                .find(|folder| glob::matches(&pattern, folder) && (self.files)(&glob::join(folder, FILE)).is_some())
                .map(str::to_owned)
        })
    }

    fn options(&mut self, file: &str, config: &Value) -> FormatOptions {
        let mut options = FormatOptions::default();
        for dependency in self.texts(file, config.get("import_deps")) {
            options.locals_without_parens.extend(self.exported(&dependency));
        }
        options.locals_without_parens.extend(self.locals(file, config.get("locals_without_parens")));
        match config.get("line_length") {
            None => {}
            Some(Value::Integer(columns)) => options.line_length = usize::try_from(*columns).unwrap_or(usize::MAX),
            Some(other) => self.unreadable(file, other),
        }
        options.force_do_end_blocks = config.get("force_do_end_blocks").and_then(Value::as_bool).unwrap_or(false);
        for plugin in self.texts(file, config.get("plugins")) {
            let name = plugin.strip_prefix("Elixir.").unwrap_or(&plugin);
            if !HARMLESS_PLUGINS.contains(&name) {
                self.notes.push(FormatterNote::Plugin(name.to_owned()));
            }
        }
        for option in UNSUPPORTED {
            if config.get(option).is_some_and(|value| value.truthy() != Some(false)) {
                self.notes.push(FormatterNote::Option((*option).to_owned()));
            }
        }
        options
    }

    /// The calls that `import_deps: [dependency]` brings.
    fn exported(&mut self, dependency: &str) -> Vec<(String, Arity)> {
        let file = format!("deps/{dependency}/{FILE}");
        if let Some(text) = (self.files)(&file) {
            let config = self.evaluate(&file, &text);
            return self.locals(&file, config.get("export").and_then(|export| export.get("locals_without_parens")));
        }
        exports::known(dependency).unwrap_or_else(|| {
            self.notes.push(FormatterNote::UnknownDependency(dependency.to_owned()));
            Vec::new()
        })
    }

    /// `[name: 1, other: :*]`.
    fn locals(&mut self, file: &str, value: Option<&Value>) -> Vec<(String, Arity)> {
        let Some(value) = value.filter(|value| !value.is_nil()) else { return Vec::new() };
        let Some(pairs) = value.as_list() else {
            self.unreadable(file, value);
            return Vec::new();
        };
        let mut locals = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let local = match pair {
                Value::Tuple(pair) => match pair.as_slice() {
                    [name, Value::Integer(arity)] => {
                        name.as_atom().zip(usize::try_from(*arity).ok().map(Arity::Exactly))
                    }
                    [name, Value::Atom(any)] if &**any == "*" => name.as_atom().map(|name| (name, Arity::Any)),
                    _ => None,
                },
                _ => None,
            };
            match local {
                Some((name, arity)) => locals.push((name.to_owned(), arity)),
                None => self.unreadable(file, pair),
            }
        }
        locals
    }

    /// A list of strings or atoms, as text.
    fn texts(&mut self, file: &str, value: Option<&Value>) -> Vec<String> {
        let Some(value) = value.filter(|value| !value.is_nil()) else { return Vec::new() };
        let Some(items) = value.as_list() else {
            self.unreadable(file, value);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Value::String(text) | Value::Atom(text) => texts.push(text.to_string()),
                other => self.unreadable(file, other),
            }
        }
        texts
    }

    /// The value of a configuration file.
    fn evaluate(&mut self, file: &str, text: &str) -> Value {
        let context = Context::new(&Alone);
        let mut scope = Scope::file(file.into());
        let mut value = Value::nil();
        for expression in parse_expressions(text) {
            value = evaluate(&expression, &mut scope, &context);
        }
        if value.as_list().is_none() {
            self.unreadable(file, &value);
        }
        value
    }

    fn unreadable(&mut self, file: &str, value: &Value) {
        let (range, reason) = match value.find_unknown() {
            Some(unknown) => (unknown.origin.range, unknown.reason.clone()),
            None => (Range::empty(0), "not the kind of value that is expected here".to_owned()),
        };
        let note = FormatterNote::Unreadable { file: file.to_owned(), range, reason };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// A configuration file sees nothing of the project.
struct Alone;

impl Environment for Alone {
    fn module(&self, _name: &str) -> Option<Arc<SourceModule>> {
        None
    }

    fn setting(&self, _app: &str, _key: &Value) -> Result<Option<Value>, Value> {
        Ok(None)
    }
}
