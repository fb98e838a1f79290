//! Which options a file is formatted with: `.formatter.exs` read as `mix format` reads it (Elixir 1.18).
//!
//! Takes the texts of the files; knows no file system. Plugins are not run: they are reported.

mod exports;
mod glob;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::SourceModule;
use super::eval::{Context, Environment, Scope, Value, evaluate};
use super::format::{Arity, FormatOptions};
use crate::syntax::parse_expressions;
use crate::text::Range;

/// The name of the configuration file in a folder.
const FILE: &str = ".formatter.exs";

/// Texts of files by their paths from the project's root, with `/` separators. Those named `.formatter.exs` are looked
/// at, below `deps/` too.
pub type Files = BTreeMap<String, Arc<str>>;

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

/// The formatter configurations of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFormatter {
    config: FormatterConfig,
    /// The folders of `subdirectories`, in the order in which they are tried.
    subdirectories: Vec<(String, ProjectFormatter)>,
}

impl ProjectFormatter {
    /// Reads the configuration at the root, and all that it points to.
    pub fn read(files: &Files) -> ProjectFormatter {
        read_folder("", files, 0).unwrap_or_default()
    }

    /// The options for the file at `path` (from the root), as `Mix.Tasks.Format.formatter_for_file/2` chooses them when it
    /// is called in the root.
    pub fn for_file(&self, path: &str) -> &FormatterConfig {
        let inside = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        match self.subdirectories.iter().find(|(folder, _)| inside(folder)) {
            Some((_, further)) => further.for_file(path),
            None => &self.config,
        }
    }

    /// What is not followed in any of them.
    pub fn notes(&self) -> Vec<&FormatterNote> {
        let below = self.subdirectories.iter().flat_map(|(_, further)| further.notes());
        self.config.notes.iter().chain(below).collect()
    }
}

/// The calls that ash_sqlite writes without parentheses in its migrations (`ecto_sql_locals_without_parens`), whatever
/// the project says. Where ecto_sql is not there they are those of its current version.
pub fn ash_sqlite_formatter(files: &Files) -> FormatterConfig {
    let path = "deps/ecto_sql/.formatter.exs";
    let mut reader = Reader { files, notes: Vec::new() };
    let locals = match files.get(path) {
        Some(text) => {
            let config = reader.evaluate(path, text);
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
const MAX_DEPTH: usize = 8;

/// The configuration of `folder` (empty for the root) and those below it; `None` when it has none.
fn read_folder(folder: &str, files: &Files, depth: usize) -> Option<ProjectFormatter> {
    let file = glob::join(folder, FILE);
    let text = files.get(&file)?;
    let mut reader = Reader { files, notes: Vec::new() };
    let config = reader.evaluate(&file, text);
    let options = reader.options(&file, &config);
    let mut subdirectories = Vec::new();
    for pattern in reader.texts(&file, config.get("subdirectories")) {
        if depth == MAX_DEPTH {
            break;
        }
        let pattern = glob::join(folder, &pattern);
        for below in files.keys().filter_map(|path| path.strip_suffix(FILE)?.strip_suffix('/')) {
            if below != folder && glob::matches(&pattern, below) {
                subdirectories.extend(read_folder(below, files, depth + 1).map(|further| (below.to_owned(), further)));
            }
        }
    }
    Some(ProjectFormatter { config: FormatterConfig { options, notes: reader.notes }, subdirectories })
}

struct Reader<'a> {
    files: &'a Files,
    notes: Vec<FormatterNote>,
}

impl Reader<'_> {
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
        if let Some(text) = self.files.get(&file) {
            let config = self.evaluate(&file, text);
            return self.locals(&file, config.get("export").and_then(|export| export.get("locals_without_parens")));
        }
        exports::known(dependency).unwrap_or_else(|| {
            // Where dependencies are there, one without such a file exports nothing.
            let has_dependencies =
                self.files.range("deps/".to_owned()..).next().is_some_and(|(path, _)| path.starts_with("deps/"));
            if !has_dependencies {
                self.notes.push(FormatterNote::UnknownDependency(dependency.to_owned()));
            }
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

impl fmt::Display for FormatterNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatterNote::Plugin(module) => {
                write!(formatter, "the formatter plugin {module} is not applied to generated files")
            }
            FormatterNote::UnknownDependency(name) => {
                write!(formatter, "deps/{name} is not there: which calls it lets go without parentheses is not known")
            }
            FormatterNote::Option(name) => write!(formatter, "the formatter option {name} is not followed"),
            FormatterNote::Unreadable { file, reason, .. } => write!(formatter, "{file}: {reason}"),
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
