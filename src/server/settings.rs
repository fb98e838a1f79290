//! Settings: from `ashls.toml` in a workspace folder, and from the client, which wins.
//!
//! The same keys in both, in camel case or snake case. A wrong value leaves its key at the weaker source's value and
//! is reported with the key's name.

use serde_json::{Map, Value};

use super::protocol::Format;

/// What can be set. `docs/protocol.md` explains each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `diagnostics.enable`
    pub diagnostics: bool,
    /// `diagnostics.pending`: changes that lose nothing are listed too.
    pub pending: bool,
    /// `diagnostics.unresolved`
    pub unresolved: bool,
    /// `diagnostics.delay`: the shortest time between two pushes, in milliseconds.
    pub delay: u64,
    /// `inlayHints.enable`
    pub inlay_hints: bool,
    /// `inlayHints.locks`: hints tell the lock.
    pub hint_locks: bool,
    /// `inlayHints.removals`: what is removed has a hint at its section.
    pub hint_removals: bool,
    /// `codeLens.enable`
    pub code_lens: bool,
    /// `codeLens.preview`
    pub lens_preview: bool,
    /// `codeLens.generate`
    pub lens_generate: bool,
    /// `documentLinks.migrations`: columns, indexes and check constraints link to the migrations that made them.
    pub link_migrations: bool,
    /// `preview.format`
    pub preview: Format,
    /// `generate.open`: the new migration is opened.
    pub open_generated: bool,
    /// `rename.record`: renames are written to `ashls.renames`.
    pub record_renames: bool,
    /// `database.enable`: the database of the repo's configuration is looked at.
    pub database: bool,
    /// `database.url`: this database is looked at.
    pub database_url: String,
    /// `database.drift`: how the database differs from the snapshots is shown.
    pub drift: bool,
    /// `database.rowCounts`: warnings of lost data say how many rows there are.
    pub row_counts: bool,
    /// `database.timeout`: how long a query may take, in milliseconds.
    pub database_timeout: u64,
}

impl Settings {
    /// Whether a setting names a database, and something is to be found out.
    pub fn wants_database(&self) -> bool {
        (self.database || !self.database_url.is_empty()) && (self.drift || self.row_counts)
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            diagnostics: true,
            pending: true,
            unresolved: true,
            delay: 40,
            inlay_hints: true,
            hint_locks: true,
            hint_removals: true,
            code_lens: true,
            lens_preview: true,
            lens_generate: true,
            link_migrations: false,
            preview: Format::Sql,
            open_generated: true,
            record_renames: true,
            database: false,
            database_url: String::new(),
            drift: true,
            row_counts: true,
            database_timeout: 2000,
        }
    }
}

/// Sections that belong to the command line and to rules; they are checked where they are used.
const FOREIGN_SECTIONS: [&str; 3] = ["hazards", "check", "codegen"];

/// Applies `layers` in order, each with the name of its source for messages. Returns what was wrong with them.
pub fn settings(layers: &[(&str, &Value)]) -> (Settings, Vec<String>) {
    let mut settings = Settings::default();
    let mut problems = Vec::new();
    for (source, layer) in layers {
        match layer {
            // Lua has one kind of table for both, and an empty one may come as a list.
            Value::Null => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Object(sections) => read(&mut settings, source, sections, &mut problems),
            _ => problems.push(format!("{source}: settings must be an object")),
        }
    }
    (settings, problems)
}

fn read(settings: &mut Settings, source: &str, sections: &Map<String, Value>, problems: &mut Vec<String>) {
    for (section, values) in sections {
        if FOREIGN_SECTIONS.contains(&section.as_str()) || values.is_null() {
            continue;
        }
        let Value::Object(values) = values else {
            problems.push(format!("{source}: `{section}` must be an object of settings"));
            continue;
        };
        for (key, value) in values.iter().filter(|(_, value)| !value.is_null()) {
            let name = format!("{section}.{key}");
            if CLIENT_ONLY.contains(&snake_case(&name).as_str()) && source.ends_with(".toml") {
                problems.push(format!("{source}: `{name}` is taken from the editor's settings only"));
                continue;
            }
            if let Err(problem) = set(settings, &snake_case(&name), value) {
                problems.push(format!("{source}: `{name}` {problem}"));
            }
        }
    }
}

const KEYS: [&str; 19] = [
    "diagnostics.enable",
    "diagnostics.pending",
    "diagnostics.unresolved",
    "diagnostics.delay",
    "inlay_hints.enable",
    "inlay_hints.locks",
    "inlay_hints.removals",
    "code_lens.enable",
    "code_lens.preview",
    "code_lens.generate",
    "document_links.migrations",
    "preview.format",
    "generate.open",
    "rename.record",
    "database.enable",
    "database.url",
    "database.drift",
    "database.row_counts",
    "database.timeout",
];

/// Which database is looked at is for the user to say: a project that is only looked at must not make connections.
const CLIENT_ONLY: [&str; 2] = ["database.enable", "database.url"];

fn set(settings: &mut Settings, key: &str, value: &Value) -> Result<(), String> {
    let flag = || value.as_bool().ok_or_else(|| format!("must be true or false, not {value}"));
    match key {
        "diagnostics.enable" => settings.diagnostics = flag()?,
        "diagnostics.pending" => settings.pending = flag()?,
        "diagnostics.unresolved" => settings.unresolved = flag()?,
        "diagnostics.delay" => {
            let limit = 10_000;
            settings.delay = value
                .as_u64()
                .filter(|delay| *delay <= limit)
                .ok_or_else(|| format!("must be milliseconds from 0 to {limit}, not {value}"))?;
        }
        "inlay_hints.enable" => settings.inlay_hints = flag()?,
        "inlay_hints.locks" => settings.hint_locks = flag()?,
        "inlay_hints.removals" => settings.hint_removals = flag()?,
        "code_lens.enable" => settings.code_lens = flag()?,
        "code_lens.preview" => settings.lens_preview = flag()?,
        "code_lens.generate" => settings.lens_generate = flag()?,
        "document_links.migrations" => settings.link_migrations = flag()?,
        "preview.format" => {
            settings.preview = serde_json::from_value(value.clone())
                .map_err(|_| format!("must be \"sql\" or \"ecto\", not {value}"))?;
        }
        "generate.open" => settings.open_generated = flag()?,
        "rename.record" => settings.record_renames = flag()?,
        "database.enable" => settings.database = flag()?,
        "database.url" => {
            settings.database_url = value.as_str().ok_or_else(|| "must be a text".to_owned())?.to_owned();
        }
        "database.drift" => settings.drift = flag()?,
        "database.row_counts" => settings.row_counts = flag()?,
        "database.timeout" => {
            let limits = 100..=60_000;
            settings.database_timeout = value
                .as_u64()
                .filter(|timeout| limits.contains(timeout))
                .ok_or_else(|| format!("must be milliseconds from 100 to 60000, not {value}"))?;
        }
        unknown => return Err(format!("is not a setting of ashls{}", suggestion(unknown))),
    }
    Ok(())
}

fn suggestion(unknown: &str) -> String {
    let close = |key: &&&str| similar::TextDiff::from_chars(**key, unknown).ratio() > 0.75;
    match KEYS.iter().find(close) {
        Some(key) => format!("; did you mean `{key}`?"),
        None => String::new(),
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake.replace('-', "_")
}

/// `ashls.toml` as a value.
///
/// # Errors
/// What is wrong with it, with its line.
pub fn parse_toml(text: &str) -> Result<Value, String> {
    let value: toml::Value = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(layer: Value) -> Vec<String> {
        settings(&[("client", &layer)]).1
    }

    #[test]
    fn the_client_wins_key_by_key() {
        let file = parse_toml("[inlay_hints]\nenable = false\n[diagnostics]\ndelay = 5\npending = false").unwrap();
        let client = json!({"diagnostics": {"delay": 7, "pending": null}, "codeLens": {"enable": false}});
        let (settings, problems) = settings(&[("ashls.toml", &file), ("client", &client)]);
        assert_eq!(problems, Vec::<String>::new());
        let expected =
            Settings { inlay_hints: false, delay: 7, pending: false, code_lens: false, ..Settings::default() };
        assert_eq!(settings, expected);
    }

    #[test]
    fn problems_name_the_key() {
        assert_eq!(
            problems(json!({"inlayHint": {"enable": true}})),
            ["client: `inlayHint.enable` is not a setting of ashls; did you mean `inlay_hints.enable`?"]
        );
        assert_eq!(
            problems(json!({"diagnostics": {"delay": -1}, "preview": {"format": "xml"}, "codeLens": true})),
            [
                "client: `diagnostics.delay` must be milliseconds from 0 to 10000, not -1",
                "client: `preview.format` must be \"sql\" or \"ecto\", not \"xml\"",
                "client: `codeLens` must be an object of settings",
            ]
        );
        assert_eq!(problems(json!([])), Vec::<String>::new());
        assert_eq!(problems(json!(3)), ["client: settings must be an object"]);
    }

    #[test]
    fn every_key_can_be_set_and_says_what_it_takes() {
        for key in KEYS {
            let (section, name) = key.split_once('.').unwrap();
            let wrong = problems(json!({section: {name: ["wrong"]}}));
            assert!(
                matches!(&wrong[..], [problem] if problem.starts_with(&format!("client: `{key}` must be "))),
                "{wrong:?}"
            );
        }
        let off = json!({
            "inlayHints": {"locks": false, "removals": false}, "codeLens": {"preview": false, "generate": false},
            "rename": {"record": false},
        });
        let (settings, problems) = settings(&[("client", &off)]);
        assert_eq!(problems, Vec::<String>::new());
        let off = (settings.hint_locks, settings.hint_removals, settings.lens_preview, settings.lens_generate);
        assert_eq!((off, settings.record_renames), ((false, false, false, false), false));
    }

    #[test]
    fn a_wrong_value_leaves_the_weaker_one() {
        let (weak, strong) = (json!({"diagnostics": {"delay": 5}}), json!({"diagnostics": {"delay": "x"}}));
        assert_eq!(settings(&[("ashls.toml", &weak), ("client", &strong)]).0.delay, 5);
    }

    #[test]
    fn a_project_names_no_database() {
        let file = parse_toml("[database]\nurl = \"postgres://db/x\"\nenable = true\ndrift = false").unwrap();
        let (found, problems) = settings(&[("/app/ashls.toml", &file)]);
        assert_eq!((problems.len(), found.wants_database(), found.drift), (2, false, false));
        let client = json!({"database": {"url": "postgres://db/x", "timeout": 500}});
        assert!(settings(&[("/app/ashls.toml", &file), ("client", &client)]).0.wants_database());
        assert!(problems[0].contains("editor's settings only"), "{problems:?}");
    }

    #[test]
    fn a_broken_file_says_where() {
        assert!(parse_toml("a = [").unwrap_err().contains("line 1"));
    }
}
