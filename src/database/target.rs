//! Which database: from a URL, or from a repo's configuration.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::elixir::eval::Value;

/// A database to connect to.
#[derive(Debug, Clone)]
pub enum Target {
    Postgres(Box<PostgresTarget>),
    Sqlite(SqliteTarget),
}

/// A PostgreSQL database and what `CREATE DATABASE` needs to know.
#[derive(Debug, Clone)]
pub struct PostgresTarget {
    pub options: PgConnectOptions,
    pub database: String,
    /// Where to connect to make or remove the database.
    pub maintenance_database: String,
    pub encoding: Option<String>,
    pub template: Option<String>,
    pub lc_ctype: Option<String>,
    pub lc_collate: Option<String>,
    /// `force_drop`: sessions that use the database are ended.
    pub force_drop: bool,
}

/// A SQLite file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteTarget {
    pub file: PathBuf,
    /// `delete`, `wal` …; `wal` when not configured, as in ecto_sqlite3.
    pub journal_mode: String,
    /// Whether foreign keys are enforced.
    pub foreign_keys: bool,
}

/// Why it is not known which database is meant, or that it cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(pub String);

/// The configuration of one repo, and how to read it.
#[derive(Debug, Clone, Copy)]
pub struct RepoSettings<'a> {
    /// The keyword list of `config :my_app, MyApp.Repo`.
    pub values: &'a Value,
    pub sqlite: bool,
    /// What relative file names are relative to.
    pub root: &'a Path,
}

impl Target {
    /// The database at a URL: `postgres://user:password@host:5432/name`, `ecto://…`, `sqlite:path`, or the path of a SQLite
    /// file.
    ///
    /// # Errors
    /// When the URL has no known form.
    pub fn from_url(url: &str, root: &Path) -> Result<Target, TargetError> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        match scheme {
            "postgres" | "postgresql" | "ecto" => Ok(Target::Postgres(Box::new(postgres_from_url(rest)?))),
            "sqlite" | "sqlite3" | "file" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                Ok(Target::Sqlite(SqliteTarget::new(root.join(path.split('?').next().unwrap_or(path)))))
            }
            _ if [".db", ".sqlite", ".sqlite3"].iter().any(|ending| url.ends_with(ending)) => {
                Ok(Target::Sqlite(SqliteTarget::new(root.join(url))))
            }
            _ => Err(TargetError(
                "this is no database URL: expected postgres://user:password@host/database or sqlite:path".to_owned(),
            )),
        }
    }

    /// The database as messages name it; without a password.
    pub fn name(&self) -> String {
        match self {
            Target::Postgres(postgres) => {
                let options = &postgres.options;
                let place = match options.get_socket() {
                    Some(socket) => socket.display().to_string(),
                    None => format!("{}:{}", options.get_host(), options.get_port()),
                };
                format!("{} on {place} as {}", postgres.database, options.get_username())
            }
            Target::Sqlite(sqlite) => sqlite.file.display().to_string(),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Target::Sqlite(_))
    }
}

impl SqliteTarget {
    pub fn new(file: PathBuf) -> SqliteTarget {
        SqliteTarget { file, journal_mode: "wal".to_owned(), foreign_keys: true }
    }

    /// Options for a connection that waits up to `patience` for the file's lock.
    pub fn options(&self, patience: Duration) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.file)
            .create_if_missing(false)
            .foreign_keys(self.foreign_keys)
            .journal_mode(self.journal_mode.parse().unwrap_or(SqliteJournalMode::Wal))
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(patience)
    }
}

fn postgres_from_url(rest: &str) -> Result<PostgresTarget, TargetError> {
    let wrong = |reason: &str| TargetError(format!("the database URL cannot be used: {reason}"));
    // `ssl=true` and the pool's settings are Ecto's, the other parameters PostgreSQL's.
    let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
    let known = |parameter: &&str| {
        let key = parameter.split('=').next().unwrap_or_default();
        !matches!(key, "ssl" | "pool_size" | "timeout" | "queue_target" | "queue_interval" | "pgbouncer")
    };
    let parameters: Vec<&str> = query.split('&').filter(|parameter| !parameter.is_empty()).collect();
    let kept: Vec<&str> = parameters.iter().copied().filter(known).collect();
    let url = format!("postgres:{base}?{}", kept.join("&"));
    let mut options: PgConnectOptions = url.parse().map_err(|_| {
        wrong("expected postgres://user:password@host:port/database, special characters percent-encoded")
    })?;
    if parameters.contains(&"ssl=true") {
        options = options.ssl_mode(PgSslMode::Require);
    }
    let database = match options.get_database() {
        Some(database) if !database.is_empty() => database.to_owned(),
        _ => return Err(wrong("it names no database")),
    };
    Ok(PostgresTarget::new(options.application_name("ashls"), database))
}

impl PostgresTarget {
    fn new(options: PgConnectOptions, database: String) -> PostgresTarget {
        PostgresTarget {
            options: options.database(&database),
            database,
            maintenance_database: "postgres".to_owned(),
            encoding: Some("UTF8".to_owned()),
            template: None,
            lc_ctype: None,
            lc_collate: None,
            force_drop: false,
        }
    }
}

impl RepoSettings<'_> {
    /// The database that the repo's configuration names.
    ///
    /// # Errors
    /// When it names none, or a part of it cannot be read from the source.
    pub fn target(&self) -> Result<Target, TargetError> {
        if let Some(url) = self.text("url")?.filter(|url| !url.is_empty()) {
            let mut target = Target::from_url(&url, self.root)?;
            if let Target::Postgres(postgres) = &mut target {
                self.creation(postgres)?;
                if let Some(mode) = self.ssl()? {
                    postgres.options = postgres.options.clone().ssl_mode(mode);
                }
            }
            return Ok(target);
        }
        let Some(database) = self.text("database")? else {
            return Err(TargetError("its configuration names no `database` and no `url`".to_owned()));
        };
        if self.sqlite {
            let mut target = SqliteTarget::new(self.root.join(database));
            if let Some(mode) = self.text("journal_mode")? {
                target.journal_mode = mode;
            }
            target.foreign_keys = self.text("foreign_keys")?.is_none_or(|value| value != "off");
            return Ok(Target::Sqlite(target));
        }
        let mut options = PgConnectOptions::new_without_pgpass().application_name("ashls");
        options = options.host(&self.text("hostname")?.unwrap_or_else(|| "localhost".to_owned()));
        if let Some(folder) = self.text("socket_dir")? {
            options = options.socket(folder);
        }
        if let Some(socket) = self.text("socket")?
            && let Some(folder) = Path::new(&socket).parent()
        {
            options = options.socket(folder);
        }
        if let Some(port) = self.text("port")? {
            options = options.port(port.parse().map_err(|_| TargetError(format!("its port `{port}` is no number")))?);
        }
        if let Some(username) = self.text("username")? {
            options = options.username(&username);
        }
        if let Some(password) = self.text("password")? {
            options = options.password(&password);
        }
        options = options.ssl_mode(self.ssl()?.unwrap_or(PgSslMode::Disable));
        let mut target = PostgresTarget::new(options, database);
        self.creation(&mut target)?;
        Ok(Target::Postgres(Box::new(target)))
    }

    /// What the settings say about making and removing the database.
    fn creation(&self, target: &mut PostgresTarget) -> Result<(), TargetError> {
        if let Some(name) = self.text("maintenance_database")? {
            target.maintenance_database = name;
        }
        if let Some(encoding) = self.text("encoding")? {
            target.encoding = (encoding != "unspecified").then_some(encoding);
        }
        target.template = self.text("template")?;
        target.lc_ctype = self.text("lc_ctype")?;
        target.lc_collate = self.text("lc_collate")?;
        target.force_drop = self.text("force_drop")?.is_some_and(|value| value == "true");
        Ok(())
    }

    /// `ssl: true` verifies the server as Postgrex does; `ssl: [verify: :verify_none]` encrypts only.
    fn ssl(&self) -> Result<Option<PgSslMode>, TargetError> {
        let Some(value) = self.values.get("ssl") else { return Ok(None) };
        if let Some(unknown) = value.as_unknown() {
            return Err(TargetError(format!("its `ssl` is not known: {}", unknown.reason)));
        }
        Ok(match (value.as_bool(), value.get("verify").and_then(Value::as_atom)) {
            (Some(false), _) => Some(PgSslMode::Disable),
            (None, Some("verify_none")) => Some(PgSslMode::Require),
            _ if value.is_nil() => None,
            _ => Some(PgSslMode::VerifyFull),
        })
    }

    /// A setting as text: strings, atoms, numbers and booleans.
    fn text(&self, key: &str) -> Result<Option<String>, TargetError> {
        let Some(value) = self.values.get(key) else { return Ok(None) };
        if let Some(unknown) = value.find_unknown() {
            let place = &unknown.origin.file;
            return Err(TargetError(format!("its `{key}` is not known ({place}: {})", unknown.reason)));
        }
        if value.is_nil() {
            return Ok(None);
        }
        let text = value.as_text().or(value.as_atom()).map(str::to_owned);
        match text.or_else(|| value.as_integer().map(|number| number.to_string())) {
            Some(text) => Ok(Some(text)),
            None => Err(TargetError(format!("its `{key}` is no text"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> String {
        Target::from_url(url, Path::new("/app")).map_or_else(|error| error.to_string(), |target| target.name())
    }

    #[test]
    fn urls_name_databases() {
        assert_eq!(
            name("ecto://ann:p%40ss@db.example:6432/shop_prod?ssl=true&pool_size=10"),
            "shop_prod on db.example:6432 as ann"
        );
        assert_eq!(name("postgres://ann@%2Ftmp%2Fsockets/shop"), "shop on /tmp/sockets as ann");
        assert_eq!(name("sqlite:data/shop.db"), "/app/data/shop.db");
        assert_eq!(name("sqlite:///data/shop.db"), "/data/shop.db");
        assert_eq!(name("shop.db"), "/app/shop.db");
        assert!(name("mysql://localhost/shop").starts_with("this is no database URL"));
        assert!(name("postgres://ann@localhost").contains("names no database"));
        assert!(!name("postgres://ann:secret@/%zz/").contains("secret"));
    }

    #[test]
    fn configurations_name_databases() {
        let settings = |pairs: &[(&str, Value)], sqlite| {
            let values = Value::List(pairs.iter().map(|(key, value)| Value::pair(key, value.clone())).collect());
            let settings = RepoSettings { values: &values, sqlite, root: Path::new("/app") };
            settings.target().map_or_else(|error| error.to_string(), |target| target.name())
        };
        let text = |text: &str| Value::string(text);
        assert_eq!(
            settings(&[("database", text("shop")), ("username", text("ann")), ("port", Value::Integer(6000))], false),
            "shop on localhost:6000 as ann"
        );
        assert_eq!(settings(&[("url", text("ecto://ann@db/shop"))], false), "shop on db:5432 as ann");
        assert_eq!(settings(&[("database", text("shop.db"))], true), "/app/shop.db");
        assert_eq!(settings(&[], false), "its configuration names no `database` and no `url`");
    }
}
