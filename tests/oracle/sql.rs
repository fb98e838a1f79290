//! The recorded SQL of a case: which migration files Ecto ran in which order, and what it sent to the database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::archive;

/// A case whose migrations were run.
pub struct SqlCase {
    pub name: String,
    pub sqlite: bool,
    /// The tenants' schemas.
    pub tenants: Vec<String>,
    /// Per step: the migration files that exist, and what running those that were pending gave.
    pub steps: Vec<(Vec<File>, Recorded)>,
    /// What rolling everything back gave.
    pub rollback: Option<Recorded>,
}

/// A migration file, for the public schema or for one tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Position of the tenant in the case's list.
    tenant_number: Option<usize>,
    pub tenant: Option<String>,
    /// The file's name, which begins with its version.
    pub name: String,
    pub text: String,
}

/// What Ecto sent to the database, and how it ended.
pub struct Recorded {
    pub statements: Vec<String>,
    /// Index of the statement that the database refused.
    pub refused: Option<usize>,
    pub error: Option<String>,
}

impl File {
    /// Whether the text is a library's own and only its digest was recorded.
    pub fn is_digest(&self) -> bool {
        self.text.starts_with("sha256:")
    }

    /// What tells the file from all others in a database.
    pub fn key(&self) -> (Option<String>, String) {
        (self.tenant.clone(), self.name.clone())
    }
}

impl SqlCase {
    /// All cases whose migrations were run; with `ORACLE_ONLY` set, those with this text in their names.
    pub fn all() -> Vec<SqlCase> {
        let only = std::env::var("ORACLE_ONLY").unwrap_or_default();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable archive");
        let shared = archive::read(&text("shared.txt"), &BTreeMap::new());
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .expect("the folder of archives")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".txt") && name != "shared.txt" && name.contains(&only))
            .collect();
        names.sort();
        let unpack =
            |name: &String| SqlCase::unpack(name.trim_end_matches(".txt"), &archive::read(&text(name), &shared));
        let cases: Vec<SqlCase> = names.iter().filter_map(unpack).collect();
        assert!(!cases.is_empty(), "no recorded runs were found");
        cases
    }

    /// The case in an archive, if its migrations were run.
    fn unpack(name: &str, files: &BTreeMap<String, String>) -> Option<SqlCase> {
        let settings: Value = serde_json::from_str(&files["case.json"]).expect("case.json is JSON");
        settings.get("migrate")?;
        let tenants: Vec<String> = settings["tenants"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect();
        let mut steps = Vec::new();
        for number in 1.. {
            let prefix = format!("step{number}/");
            if !files.contains_key(&format!("{prefix}runs.json")) {
                break;
            }
            if let Some(sql) = files.get(&format!("{prefix}sql.json")) {
                steps.push((migrations(files, &format!("{prefix}expected/priv/"), &tenants), Recorded::unpack(sql)));
            }
        }
        Some(SqlCase {
            name: name.to_owned(),
            sqlite: settings["adapter"] == "sqlite",
            tenants,
            steps,
            rollback: files.get("rollback.json").map(|sql| Recorded::unpack(sql)),
        })
    }

    /// The files that a rollback undoes, in its order: each tenant's from the newest, then the public ones.
    pub fn undone<'a>(&'a self, applied: &'a BTreeSet<(Option<String>, String)>) -> impl Iterator<Item = &'a File> {
        let last = self.steps.last().map_or(&[][..], |(files, _)| files);
        let of = move |tenant: Option<&'a String>| {
            let matches = move |file: &&File| file.tenant.as_ref() == tenant && applied.contains(&file.key());
            last.iter().rev().filter(matches)
        };
        self.tenants.iter().flat_map(move |tenant| of(Some(tenant))).chain(of(None))
    }
}

impl Recorded {
    fn unpack(text: &str) -> Recorded {
        let value: Value = serde_json::from_str(text).expect("recorded SQL is JSON");
        let entries: Vec<&Value> =
            value["sql"].as_array().into_iter().flatten().filter(|entry| entry["sql"] != "rollback").collect();
        Recorded {
            statements: entries.iter().filter_map(|entry| Some(entry["sql"].as_str()?.to_owned())).collect(),
            refused: entries.iter().position(|entry| !entry["error"].is_null()),
            error: value["error"].as_str().map(str::to_owned),
        }
    }
}

/// The migration files under `prefix`: the public ones by version, then each tenant's by version.
fn migrations(files: &BTreeMap<String, String>, prefix: &str, tenants: &[String]) -> Vec<File> {
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with(prefix) && path.ends_with(".exs")) {
        let name = Path::new(path).file_name().expect("a file").to_string_lossy().into_owned();
        let file = File { tenant_number: None, tenant: None, name, text: text.clone() };
        if !path.contains("/tenant_migrations/") {
            found.push(file);
            continue;
        }
        let each = tenants.iter().enumerate();
        found.extend(each.map(|(number, tenant)| File {
            tenant_number: Some(number),
            tenant: Some(tenant.clone()),
            ..file.clone()
        }));
    }
    found.sort();
    found
}
