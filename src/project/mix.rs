//! `mix.exs` and `mix.lock`: applications, source folders, versions of packages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::elixir::eval::{Context, Environment, Scope, Value, call_function, evaluate};
use crate::elixir::{SourceModule, source_modules};
use crate::syntax::Expr;

/// The environment that `mix` runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MixEnv(pub &'static str);

impl MixEnv {
    /// When nothing is said.
    pub const DEV: MixEnv = MixEnv("dev");
    pub const TEST: MixEnv = MixEnv("test");
}

impl Default for MixEnv {
    fn default() -> MixEnv {
        MixEnv::DEV
    }
}

/// One Mix project.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Folder relative to the root: empty, or `apps/shop` in an umbrella.
    pub folder: String,
    /// `None` when `mix.exs` cannot be read.
    pub name: Option<String>,
    /// Folders with the sources that the Mix environment compiles, relative to `folder`.
    pub source_folders: Vec<String>,
    /// Folder of an umbrella's applications.
    pub apps_path: Option<String>,
    /// Where its aliases tell the generators to write.
    pub generator_paths: GeneratorPaths,
}

/// Paths that an alias gives to a generator's task, as in `"ash.codegen --snapshot-path dev/resource_snapshots"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeneratorPaths {
    /// `--snapshot-path`.
    pub snapshots: Option<String>,
    /// `--migration-path`.
    pub migrations: Option<String>,
    /// `--tenant-migration-path`.
    pub tenant_migrations: Option<String>,
}

/// Tasks that take these options.
const GENERATOR_TASKS: &[&str] = &["ash.codegen", "ash_postgres.generate_migrations", "ash_sqlite.generate_migrations"];

impl GeneratorPaths {
    /// From the aliases of a `mix.exs`: the first one that says something counts.
    fn read(aliases: &Value) -> GeneratorPaths {
        let commands = aliases.as_list().unwrap_or_default().iter().flat_map(|alias| match alias {
            Value::Tuple(pair) if pair.len() == 2 => pair[1].wrap(),
            _ => Vec::new(),
        });
        let mut paths = GeneratorPaths::default();
        for command in commands {
            let mut words = command.as_text().unwrap_or_default().split_whitespace();
            if !words.next().is_some_and(|task| GENERATOR_TASKS.contains(&task)) {
                continue;
            }
            while let Some(word) = words.next() {
                let (option, value) = match word.split_once('=') {
                    Some((option, value)) => (option, Some(value)),
                    None => (word, None),
                };
                let place = match option {
                    "--snapshot-path" => &mut paths.snapshots,
                    "--migration-path" => &mut paths.migrations,
                    "--tenant-migration-path" => &mut paths.tenant_migrations,
                    _ => continue,
                };
                let value = value.or_else(|| words.next()).map(str::to_owned);
                *place = place.take().or(value);
            }
        }
        paths
    }
}

impl App {
    /// Reads a `mix.exs` in `folder` as the Mix environment `mix_env` sees it.
    pub fn read(folder: &str, file: &Arc<str>, tree: &Arc<Vec<Expr>>, mix_env: MixEnv) -> App {
        let environment = Mix { modules: source_modules(file, tree), mix_env };
        let context = Context::new(&environment);
        let module = environment.modules.iter().find(|module| {
            context.body(&module.name).is_some_and(|body| body.uses.iter().any(|used| &*used.module == "Mix.Project"))
        });
        let project = match module {
            Some(module) => {
                let project =
                    || call_function(&module.name, "project", Vec::new(), &Scope::file(file.clone()), &context);
                let known = project();
                // What depends on the host is seen as on a host without settings.
                if known.find_unknown().is_none() { known } else { context.without_variables(project).0 }
            }
            None => Value::nil(),
        };
        let paths = project.get("elixirc_paths").and_then(Value::as_list).map(|paths| {
            paths.iter().filter_map(Value::as_text).map(|path| path.trim_matches('/').to_owned()).collect::<Vec<_>>()
        });
        App {
            folder: folder.to_owned(),
            name: project.get("app").and_then(Value::as_atom).map(str::to_owned),
            source_folders: paths.filter(|paths| !paths.is_empty()).unwrap_or_else(|| vec!["lib".to_owned()]),
            generator_paths: project.get("aliases").map(GeneratorPaths::read).unwrap_or_default(),
            apps_path: project.get("apps_path").and_then(Value::as_text).map(|path| path.trim_matches('/').to_owned()),
        }
    }

    /// Whether `path` (relative to the root) is compiled as part of this application.
    pub fn compiles(&self, path: &str) -> bool {
        let Some(inside) = inside(&self.folder, path) else { return false };
        path.ends_with(".ex") && self.source_folders.iter().any(|folder| self::inside(folder, inside).is_some())
    }
}

/// `path` below `folder`.
fn inside<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

struct Mix {
    modules: Vec<SourceModule>,
    mix_env: MixEnv,
}

impl Environment for Mix {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        self.modules.iter().find(|module| &*module.name == name).map(|module| Arc::new(module.clone()))
    }

    fn setting(&self, _app: &str, _key: &Value) -> Result<Option<Value>, Value> {
        Ok(None)
    }

    fn mix_env(&self) -> &'static str {
        self.mix_env.0
    }
}

/// The same from the text, in the form in which Mix writes it: one line for each package. `None` when it has another one:
/// then the whole of it has to be read as Elixir.
pub fn versions_as_written(text: &str) -> Option<BTreeMap<String, String>> {
    let mut lines = text.strip_prefix("%{\n")?.strip_suffix("}\n")?.lines();
    let mut versions = BTreeMap::new();
    lines.try_for_each(|line| {
        let (name, entry) = line.strip_prefix("  \"")?.split_once("\": {:")?;
        let (kind, rest) = entry.strip_suffix("},")?.split_once(", ")?;
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte));
        if kind == "hex" {
            let (package, rest) = rest.strip_prefix(':')?.split_once(", \"")?;
            let (version, _) = rest.split_once("\", \"")?;
            if !plain(version) || !plain(package) {
                return None;
            }
            versions.insert(name.to_owned(), version.to_owned());
        }
        plain(name).then_some(())
    })?;
    Some(versions)
}

/// The versions that a `mix.lock` names, by package.
pub fn locked_versions(tree: &[Expr]) -> BTreeMap<String, String> {
    let environment = Mix { modules: Vec::new(), mix_env: MixEnv::DEV };
    let context = Context::new(&environment);
    let mut versions = BTreeMap::new();
    for expr in tree {
        let Value::Map(entries) = evaluate(expr, &mut Scope::default(), &context) else { continue };
        for (name, entry) in entries {
            if let (Some(name), Value::Tuple(entry)) = (name.as_text().or(name.as_atom()), &entry)
                && entry.first().and_then(Value::as_atom) == Some("hex")
                && let Some(version) = entry.get(2).and_then(Value::as_text)
            {
                versions.insert(name.to_owned(), version.to_owned());
            }
        }
    }
    versions
}
