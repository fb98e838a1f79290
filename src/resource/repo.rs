//! Repos: what the generators ask a repo module for.
//!
//! Mirrors the callbacks of `AshPostgres.Repo` (2.12.0) and `AshSqlite.Repo` (0.2.17) and their defaults.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::finding::Fact;
use super::types::Database;
use crate::elixir::eval::{Context, Origin, Scope, Unknown, Value, call_function, defines, overrides};

/// A repo of the project.
#[derive(Debug, Clone, PartialEq)]
pub struct Repo {
    /// Module name.
    pub module: String,
    pub database: Database,
    pub otp_app: Fact<String>,
    pub installed_extensions: Fact<Vec<Extension>>,
    /// Major, minor, patch.
    pub min_pg_version: Fact<Option<(i64, i64, i64)>>,
    pub migrate_extensions: Fact<bool>,
    pub create_schemas: Fact<bool>,
    /// PostgreSQL's `default_prefix/0`; always `None` on SQLite.
    pub default_prefix: Fact<Option<String>>,
    pub builtin_uuidv7: Fact<bool>,
    pub migrations_path: Fact<Option<String>>,
    pub tenant_migrations_path: Fact<Option<String>>,
    /// `snapshots_path` of the repo's configuration.
    pub snapshots_path: Fact<Option<String>>,
    /// `priv` of the repo's configuration.
    pub priv_path: Fact<Option<String>>,
    /// Environment variables that the repo asks for, which are taken as not set.
    pub unset_variables: BTreeSet<String>,
    pub origin: Origin,
}

/// An entry of `installed_extensions/0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// `"citext"`, `"ash-functions"`.
    Name(String),
    /// A module that defines the extension.
    Module(String),
}

/// Reads the repo `module`; `None` when it is not a repo of a data layer that is known.
pub fn repo(module: &str, context: &Context) -> Option<Repo> {
    let body = context.body(module)?;
    let (used, database) = body.uses.iter().find_map(|used| Some((used, database_of(&used.module)?)))?;
    let origin = used.origin.clone();
    let reader = Reader { module, database, context, origin: origin.clone(), unset: RefCell::default() };
    let otp_app = match used.options.get("otp_app") {
        Some(value) => reader.known(value.clone(), "an application", |value| value.as_atom().map(str::to_owned)),
        None => Err(reader.missing("otp_app")),
    };
    let min_pg_version = match database {
        Database::Postgres => reader.callback("min_pg_version", Value::nil, "a version", version),
        Database::Sqlite => Ok(None),
    };
    let builtin_uuidv7 = match (defines(module, "use_builtin_uuidv7_function?", 0, context), &min_pg_version) {
        (true, _) => {
            reader.callback("use_builtin_uuidv7_function?", || Value::bool(false), "true or false", Value::as_bool)
        }
        (false, Ok(version)) => Ok(version.is_some_and(|(major, _, _)| major >= 18)),
        (false, Err(unknown)) => Err(unknown.clone()),
    };
    let passes_callbacks = overrides(module, "init", 2, context).is_none();
    let config = reader.config(&otp_app);
    let setting = |key: &str| -> Fact<Option<String>> {
        let config = match &config {
            Err(unknown) if passes_callbacks => match with_callbacks(module, database, empty(), context) {
                // What a callback says counts whatever is configured.
                callbacks if callbacks.get(key).is_some() => callbacks,
                _ => return Err(unknown.clone()),
            },
            config => config.clone()?,
        };
        match config.get(key) {
            Some(value) => reader.known(value.clone(), "a path", path),
            None => Ok(None),
        }
    };
    Some(Repo {
        module: module.to_owned(),
        database,
        installed_extensions: reader.callback(
            "installed_extensions",
            || Value::List(Vec::new()),
            "a list of extensions",
            extensions,
        ),
        min_pg_version,
        migrate_extensions: reader.callback(
            "migrate_extensions?",
            || Value::bool(true),
            "true or false",
            Value::as_bool,
        ),
        create_schemas: reader.callback(
            "create_schemas_in_migrations?",
            || Value::bool(true),
            "true or false",
            Value::as_bool,
        ),
        default_prefix: match database {
            Database::Postgres => setting("default_prefix"),
            Database::Sqlite => Ok(None),
        },
        builtin_uuidv7,
        migrations_path: setting("migrations_path"),
        tenant_migrations_path: setting("tenant_migrations_path"),
        snapshots_path: setting("snapshots_path"),
        priv_path: setting("priv"),
        unset_variables: reader.unset.into_inner(),
        otp_app,
        origin,
    })
}

fn empty() -> Value {
    Value::List(Vec::new())
}

/// A function that `use AshPostgres.Repo` defines in a repo, and that its own functions call.
pub fn default_callback(module: &str, name: &str, context: &Context) -> Option<Value> {
    let body = context.body(module)?;
    let database = body.uses.iter().find_map(|used| database_of(&used.module))?;
    match (name, database) {
        ("use_builtin_uuidv7_function?", Database::Postgres) => {
            let version = call_function(module, "min_pg_version", Vec::new(), &Scope::default(), context);
            match self::version(&version)? {
                Some((major, _, _)) => Some(Value::bool(major >= 18)),
                None => Some(Value::bool(false)),
            }
        }
        ("installed_extensions", _) => Some(empty()),
        ("default_prefix", Database::Postgres) => Some(Value::string("public")),
        ("migrations_path" | "tenant_migrations_path", _) => Some(Value::nil()),
        _ => None,
    }
}

/// The default `init/2` of a repo: the callbacks become part of the configuration.
pub fn default_init(module: &str, arguments: &[Value], context: &Context) -> Option<Value> {
    let [_, config @ Value::List(_)] = arguments else { return None };
    let body = context.body(module)?;
    let database = body.uses.iter().find_map(|used| database_of(&used.module))?;
    let config = with_callbacks(module, database, config.clone(), context);
    Some(Value::Tuple(vec![Value::atom("ok"), config]))
}

/// What a repo's `init/2` puts into its configuration before anything else.
fn with_callbacks(module: &str, database: Database, config: Value, context: &Context) -> Value {
    let Value::List(mut pairs) = config else { return config };
    let names: &[&str] = match database {
        Database::Postgres => &["tenant_migrations_path", "migrations_path", "default_prefix"],
        Database::Sqlite => &["migrations_path"],
    };
    for &name in names {
        let value = match defines(module, name, 0, context) {
            true => call_function(module, name, Vec::new(), &Scope::default(), context),
            false if name == "default_prefix" => Value::string("public"),
            // Without a callback of the project's own the value is nil, and what the configuration says is lost.
            false => Value::nil(),
        };
        pairs.retain(|pair| !matches!(pair, Value::Tuple(pair) if pair.first().and_then(Value::as_atom) == Some(name)));
        pairs.insert(0, Value::pair(name, value));
    }
    Value::List(pairs)
}

fn database_of(used: &str) -> Option<Database> {
    match used {
        "AshPostgres.Repo" => Some(Database::Postgres),
        "AshSqlite.Repo" => Some(Database::Sqlite),
        _ => None,
    }
}

/// `override_migration_type/1` of the repo applied to a type.
pub fn override_type(module: &str, ty: Value, origin: &Origin, context: &Context) -> Fact<Value> {
    if !defines(module, "override_migration_type", 1, context) {
        return Ok(ty);
    }
    let scope = Scope { place: Some(origin.clone()), ..Scope::default() };
    let value = call_function(module, "override_migration_type", vec![ty], &scope, context);
    match value.find_unknown() {
        Some(unknown) => Err(unknown.clone()),
        None => Ok(value),
    }
}

struct Reader<'a, 'b> {
    module: &'a str,
    database: Database,
    context: &'a Context<'b>,
    origin: Origin,
    unset: RefCell<BTreeSet<String>>,
}

impl Reader<'_, '_> {
    /// What `config/0` gives: the settings of the application as `init/2` returns them.
    fn config(&self, otp_app: &Fact<String>) -> Fact<Value> {
        let app = otp_app.clone()?;
        let module = Value::module(self.module);
        // Where a database lies often depends on variables, where its migrations lie does not.
        let settings = self.context.setting(&app, &module);
        let settings = settings.or_else(|_| self.context.without_variables(|| self.context.setting(&app, &module)).0);
        let settings = match settings {
            Ok(settings) => settings.filter(|settings| settings.as_list().is_some()),
            Err(Value::Unknown(unknown)) => return Err(unknown),
            Err(_) => None,
        };
        let settings = settings.unwrap_or_else(empty);
        if overrides(self.module, "init", 2, self.context).is_none() {
            return Ok(self.evaluate(|| with_callbacks(self.module, self.database, settings.clone(), self.context)));
        }
        let result = self.evaluate(|| {
            let scope = Scope { place: Some(self.origin.clone()), ..Scope::default() };
            let arguments = vec![Value::atom("runtime"), settings.clone()];
            match call_function(self.module, "init", arguments, &scope, self.context) {
                Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("ok") => pair[1].clone(),
                value => value,
            }
        });
        match result {
            Value::Unknown(unknown) => Err(unknown),
            Value::List(_) => Ok(result),
            _ => Err(self.missing("what init/2 returns")),
        }
    }

    /// Evaluates something; when that depends on environment variables, as if they were not set.
    fn evaluate(&self, work: impl Fn() -> Value) -> Value {
        let value = work();
        if value.find_unknown().is_none() {
            return value;
        }
        let (without, asked) = self.context.without_variables(&work);
        if asked.is_empty() || without.as_unknown().is_some() {
            return value;
        }
        self.unset.borrow_mut().extend(asked);
        without
    }

    fn callback<T>(
        &self,
        name: &str,
        default: impl FnOnce() -> Value,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<T> {
        let value = match defines(self.module, name, 0, self.context) {
            true => {
                let scope = Scope { place: Some(self.origin.clone()), ..Scope::default() };
                self.evaluate(|| call_function(self.module, name, Vec::new(), &scope, self.context))
            }
            false => default(),
        };
        self.known(value, expected, read)
    }

    fn known<T>(&self, value: Value, expected: &str, read: impl FnOnce(&Value) -> Option<T>) -> Fact<T> {
        super::options::convert(&value, &self.origin, expected, read)
    }

    fn missing(&self, name: &str) -> Arc<Unknown> {
        Arc::new(Unknown { origin: self.origin.clone(), reason: format!("{name} is not given") })
    }
}

fn path(value: &Value) -> Option<Option<String>> {
    if value.is_nil() { Some(None) } else { value.as_text().map(|text| Some(text.to_owned())) }
}

fn version(value: &Value) -> Option<Option<(i64, i64, i64)>> {
    if value.is_nil() {
        return Some(None);
    }
    let part = |name: &str| value.get(name).and_then(Value::as_integer).and_then(|number| i64::try_from(number).ok());
    if let (Some(major), Some(minor), Some(patch)) = (part("major"), part("minor"), part("patch")) {
        return Some(Some((major, minor, patch)));
    }
    let mut numbers = value.as_text()?.split('.').map(|number| number.parse::<i64>().ok());
    let mut next = || numbers.next().flatten();
    Some(Some((next()?, next().unwrap_or(0), next().unwrap_or(0))))
}

fn extensions(value: &Value) -> Option<Vec<Extension>> {
    let entry = |item: &Value| match item {
        Value::String(name) => Some(Extension::Name(name.to_string())),
        item => item.as_module().map(|module| Extension::Module(module.to_owned())),
    };
    value.as_list()?.iter().map(entry).collect()
}
