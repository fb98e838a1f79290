//! What the stored snapshots come to by themselves: the migrations that would make their tables on an empty database.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::{ProjectState, Request};
use crate::codegen::{DeclaredTable, Outcome, ProjectInput, SnapshotCache, generate_declared, repo_infos};
use crate::snapshot::json;

impl ProjectState {
    /// Runs the generators as if the newest stored snapshots were what the resources declare, and nothing were generated
    /// yet. Development snapshots do not count.
    ///
    /// # Errors
    /// When a snapshot cannot be read, or its repo is not one of the project.
    pub fn run_stored(&self, request: Request<'_>) -> Result<Outcome, String> {
        let (repos, _) = repo_infos(&self.project);
        let mut newest: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for (path, text) in self.generated() {
            let Some((folder, name)) = path.rsplit_once('/') else { continue };
            let stamp = name.strip_suffix(".json").unwrap_or_default();
            let is_snapshot = stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit());
            if let (true, Some(text)) = (is_snapshot, text) {
                newest.insert(folder, (path, text));
            }
        }
        let mut declared = Vec::new();
        for (path, text) in newest.values() {
            let repo_of = |text: &str| -> Option<String> {
                let value: serde_json::Value = serde_json::from_str(text).ok()?;
                Some(value.get("repo")?.as_str()?.trim_start_matches("Elixir.").to_owned())
            };
            let module = repo_of(text).ok_or_else(|| format!("{path}: this is no snapshot"))?;
            let repo = repos.iter().find(|repo| repo.module == module);
            let repo = repo.ok_or_else(|| format!("{path}: {module} is no repo of this project"))?;
            let stored = json::read(text, path, repo.dialect).map_err(|error| error.to_string())?;
            declared.push(DeclaredTable {
                dialect: repo.dialect,
                managed: !stored.snapshot.drop_table_opted_out,
                snapshot: stored.snapshot,
                unresolved: Vec::new(),
                cause: declared.len(),
            });
        }
        let nothing: BTreeMap<String, Option<Arc<str>>> = BTreeMap::new();
        let input = ProjectInput {
            project: &self.project,
            formatting: self.formatting(),
            files: &nothing,
            cache: &SnapshotCache::default(),
            options: request.options,
            answers: request.answers,
            first_timestamp: request.first_timestamp,
            resources: None,
        };
        Ok(generate_declared(&input, &repos, &declared, &[]))
    }
}
