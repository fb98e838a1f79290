//! Finding the project a path belongs to.

use std::path::{Path, PathBuf};

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
    fn says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let error = project_root(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no mix.exs here or in a parent folder"), "{error}");
        let error = project_root(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(error.ends_with("no such file or folder"), "{error}");
    }
}
