//! Finding the project a path belongs to.

use std::path::{Path, PathBuf};

use crate::migration::order::MigrationName;
use crate::project::paths::is_skipped;

/// Why no project was found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("{path}: no such file or folder")]
    Missing { path: PathBuf },
    #[error("{path}: no mix.exs here or in a parent folder; run ashls inside a Mix project, or give its path")]
    NoProject { path: PathBuf },
}

/// The root of the project that `path` lies in: the outermost folder whose `mix.exs` belongs to the same project,
/// so that a path inside `apps/one` of an umbrella finds the umbrella.
///
/// A folder counts as part of an umbrella when it lies under `apps/` of a folder with a `mix.exs`.
///
/// # Errors
/// When `path` does not exist, or no parent has a `mix.exs`.
pub fn project_root(path: &Path) -> Result<PathBuf, FindError> {
    let start = path.canonicalize().map_err(|_| FindError::Missing { path: path.to_owned() })?;
    let nearest = start
        .ancestors()
        .find(|folder| folder.join("mix.exs").is_file())
        .ok_or_else(|| FindError::NoProject { path: path.to_owned() })?;
    Ok(umbrella_of(nearest).unwrap_or(nearest).to_owned())
}

/// The projects below a folder that has none itself, sorted; those inside of another one, and what dependencies bring,
/// left out.
pub fn projects_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    search(folder, "", 0, &mut found);
    found.sort();
    found
}

fn search(folder: &Path, relative: &str, depth: usize, found: &mut Vec<PathBuf>) {
    /// Deeper folders hold no projects that somebody means.
    const MAX_DEPTH: usize = 4;
    for (entry, relative) in entries(folder, relative) {
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) || is_skipped(&relative) {
            continue;
        }
        let path = entry.path();
        if path.join("mix.exs").is_file() {
            found.push(path);
        } else if depth < MAX_DEPTH {
            search(&path, &format!("{relative}/"), depth + 1, found);
        }
    }
}

/// The folders `priv/*/migrations` below a folder that hold migrations, relative to it, sorted; those of dependencies left
/// out.
pub fn migration_folders_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    search_migrations(folder, "", 0, &mut found);
    found.sort();
    found
}

fn search_migrations(folder: &Path, relative: &str, depth: usize, found: &mut Vec<String>) {
    /// `apps/shop/priv/repo/migrations`, and something around it.
    const MAX_DEPTH: usize = 7;
    let mut holds_migrations = false;
    for (entry, path) in entries(folder, relative) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < MAX_DEPTH && !is_skipped(&path) => {
                search_migrations(&entry.path(), &format!("{path}/"), depth + 1, found);
            }
            Ok(kind) if kind.is_file() => holds_migrations |= MigrationName::parse(&path).is_some(),
            _ => {}
        }
    }
    let parts: Vec<&str> = relative.trim_end_matches('/').split('/').collect();
    if holds_migrations && matches!(parts.as_slice(), [.., "priv", _, "migrations"]) {
        found.push(parts.join("/"));
    }
}

/// What is in a folder and not hidden, with its path behind `relative`.
fn entries(folder: &Path, relative: &str) -> impl Iterator<Item = (std::fs::DirEntry, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(move |entry| {
        let path = format!("{relative}{}", entry.file_name().to_str().filter(|name| !name.starts_with('.'))?);
        Some((entry, path))
    })
}

fn umbrella_of(app: &Path) -> Option<&Path> {
    let apps = app.parent()?;
    let umbrella = apps.parent()?;
    (apps.file_name()? == "apps" && umbrella.join("mix.exs").is_file()).then_some(umbrella)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn finds_the_nearest_mix_project_and_its_umbrella() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("apps/shop/lib/deep")).unwrap();
        fs::write(root.join("mix.exs"), "").unwrap();
        fs::write(root.join("apps/shop/mix.exs"), "").unwrap();
        assert_eq!(project_root(&root.join("apps/shop/lib/deep")).unwrap(), root);
        assert_eq!(project_root(&root).unwrap(), root);
    }

    #[test]
    fn finds_the_projects_below_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for project in ["backend", "backend/inner", "tools/one", "node_modules/two", ".hidden/three", "b/c/d/e/f/g"] {
            fs::create_dir_all(root.join(project)).unwrap();
            fs::write(root.join(project).join("mix.exs"), "").unwrap();
        }
        assert_eq!(projects_below(&root), [root.join("backend"), root.join("tools/one")]);
    }

    #[test]
    fn says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let error = project_root(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no mix.exs here or in a parent folder"), "{error}");
        let error = project_root(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(error.ends_with("no such file or folder"), "{error}");
    }
}
