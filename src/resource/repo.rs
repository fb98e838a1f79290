//! Repos: what the generators ask a repo module for.
//!
//! Mirrors the callbacks of `AshPostgres.Repo` (2.12.0) and `AshSqlite.Repo` (0.2.17) and their defaults.

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
    let (used, database) = body.uses.iter().find_map(|used| match &*used.module {
        "AshPostgres.Repo" => Some((used, Database::Postgres)),
        "AshSqlite.Repo" => Some((used, Database::Sqlite)),
        _ => None,
    })?;
    let origin = used.origin.clone();
    let reader = Reader { module, context, origin: origin.clone() };
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
    let setting = |key: &str| -> Fact<Option<String>> {
        let app = otp_app.clone()?;
        match context.setting(&app, &Value::module(module)) {
            Ok(Some(value)) => match value.get(key) {
                Some(value) => reader.known(value.clone(), "a path", path),
                None => Ok(None),
            },
            Ok(None) => Ok(None),
            Err(Value::Unknown(unknown)) => Err(unknown),
            Err(_) => Ok(None),
        }
    };
    // An `init/2` of the repo's own that does not call `super` leaves the callbacks out of the configuration.
    let passes_callbacks = overrides(module, "init", 2, context) != Some(false);
    // A path from a callback overrides the one that is configured: `init/2` puts it into the configuration.
    let paths = |name: &str| -> Fact<Option<String>> {
        match passes_callbacks && defines(module, name, 0, context) {
            true => reader.callback(name, Value::nil, "a path", path),
            false => setting(name),
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
            Database::Postgres if !passes_callbacks => setting("default_prefix"),
            Database::Postgres => reader.callback("default_prefix", || Value::string("public"), "a schema", path),
            Database::Sqlite => Ok(None),
        },
        builtin_uuidv7,
        migrations_path: paths("migrations_path"),
        tenant_migrations_path: paths("tenant_migrations_path"),
        snapshots_path: setting("snapshots_path"),
        priv_path: setting("priv"),
        otp_app,
        origin,
    })
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
    context: &'a Context<'b>,
    origin: Origin,
}

impl Reader<'_, '_> {
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
                call_function(self.module, name, Vec::new(), &scope, self.context)
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
