//! `extensions.json`: which PostgreSQL extensions the repo's migrations have installed.
//!
//! Mirrors `create_extension_migrations/2` of `AshPostgres.MigrationGenerator` (2.12.0), which reads
//! `<snapshots>/<repo>/extensions.json` after moving an older `<snapshots>/extensions.json` there.

use std::fmt;

use serde_json::{Map, Value};

use super::json::print;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstalledExtensions {
    /// Names as requested; `<name>_v<version>` for those that are modules.
    pub installed: Vec<String>,
    /// Version of the functions that `ash-functions` stands for.
    pub ash_functions_version: Option<i64>,
}

/// The file is neither a list of names nor an object with `installed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionsReadError {
    pub problem: String,
}

impl InstalledExtensions {
    /// Reads both the object written today and the list of names that came before it.
    pub fn read(text: &str) -> Result<InstalledExtensions, ExtensionsReadError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ExtensionsReadError { problem: format!("not JSON: {error}") })?;
        match &value {
            Value::Array(names) => {
                Ok(InstalledExtensions { installed: self::names(names)?, ash_functions_version: None })
            }
            Value::Object(object) => {
                let Some(Value::Array(installed)) = object.get("installed") else {
                    return Err(ExtensionsReadError { problem: "no list `installed`".to_owned() });
                };
                let ash_functions_version = object.get("ash_functions_version").and_then(Value::as_i64);
                Ok(InstalledExtensions { installed: names(installed)?, ash_functions_version })
            }
            _ => Err(ExtensionsReadError { problem: "neither a list nor an object".to_owned() }),
        }
    }

    /// The text of the file, without a newline at its end.
    pub fn write(&self) -> String {
        let mut object = Map::new();
        if let Some(version) = self.ash_functions_version {
            object.insert("ash_functions_version".to_owned(), version.into());
        }
        object.insert("installed".to_owned(), self.installed.clone().into());
        print(&Value::Object(object))
    }
}

fn names(values: &[Value]) -> Result<Vec<String>, ExtensionsReadError> {
    let names = values.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    names.ok_or_else(|| ExtensionsReadError { problem: "`installed` holds something else than names".to_owned() })
}

impl std::error::Error for ExtensionsReadError {}

impl fmt::Display for ExtensionsReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "extensions.json: {}; expected {{\"ash_functions_version\": …, \"installed\": […]}}; restore the file from \
             version control",
            self.problem
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let old = InstalledExtensions::read(r#"["pg_trgm", "ash-functions"]"#).unwrap();
        assert_eq!(old.installed, ["pg_trgm", "ash-functions"]);
        assert_eq!(old.ash_functions_version, None);

        let text = "{\n  \"ash_functions_version\": 6,\n  \"installed\": [\n    \"ash-functions\"\n  ]\n}";
        let new = InstalledExtensions::read(text).unwrap();
        assert_eq!(new.ash_functions_version, Some(6));
        assert_eq!(new.write(), text);
    }

    #[test]
    fn an_unreadable_file_is_an_error() {
        for text in ["", "{}", "\"citext\"", "[1]", "{\"installed\": {}}"] {
            assert!(InstalledExtensions::read(text).is_err(), "{text}");
        }
    }
}
