//! What git knows of a project's files. Only reads; runs the `git` program.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Why git could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GitError(String);

/// Files below `root` that git does not track, ignored ones included; relative to `root`.
pub fn untracked(root: &Path) -> Result<BTreeSet<String>, GitError> {
    list(root, &["ls-files", "--others", "-z"])
}

/// Tracked files below `root` that differ from the last commit, or are gone; relative to `root`.
pub fn changed(root: &Path) -> Result<BTreeSet<String>, GitError> {
    list(root, &["diff", "--name-only", "--no-renames", "--relative", "-z", "HEAD", "--", "."])
}

/// The text of a file in the last commit; `None` when it is not in it.
pub fn committed(root: &Path, path: &str) -> Option<String> {
    let output = Command::new("git").current_dir(root).args(["show", &format!("HEAD:./{path}")]).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}

fn list(root: &Path, arguments: &[&str]) -> Result<BTreeSet<String>, GitError> {
    let output = Command::new("git")
        .current_dir(root)
        .args(arguments)
        .output()
        .map_err(|error| GitError(format!("git does not run: {error}")))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(GitError(format!("git: {message}")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}
