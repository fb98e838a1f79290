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
    /// `codeLens.enable`
    pub code_lens: bool,
    /// `preview.format`
    pub preview: Format,
    /// `generate.open`: the new migration is opened.
    pub open_generated: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            diagnostics: true,
            pending: true,
            unresolved: true,
            delay: 40,
            inlay_hints: true,
            code_lens: true,
            preview: Format::Sql,
            open_generated: true,
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
            if let Err(problem) = set(settings, &snake_case(&name), value) {
                problems.push(format!("{source}: `{name}` {problem}"));
            }
        }
    }
}

const KEYS: [&str; 8] = [
    "diagnostics.enable",
    "diagnostics.pending",
    "diagnostics.unresolved",
    "diagnostics.delay",
    "inlay_hints.enable",
    "code_lens.enable",
    "preview.format",
    "generate.open",
];

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
        "code_lens.enable" => settings.code_lens = flag()?,
        "preview.format" => {
            settings.preview = serde_json::from_value(value.clone())
                .map_err(|_| format!("must be \"sql\" or \"ecto\", not {value}"))?;
        }
        "generate.open" => settings.open_generated = flag()?,
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
    fn a_wrong_value_leaves_the_weaker_one() {
        let (weak, strong) = (json!({"diagnostics": {"delay": 5}}), json!({"diagnostics": {"delay": "x"}}));
        assert_eq!(settings(&[("ashls.toml", &weak), ("client", &strong)]).0.delay, 5);
    }

    #[test]
    fn a_broken_file_says_where() {
        assert!(parse_toml("a = [").unwrap_err().contains("line 1"));
    }
}
