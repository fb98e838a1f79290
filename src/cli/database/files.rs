//! Reading migration files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::{Failure, output};
use crate::database::MigrationFile;
use crate::migration::oban_sources;
use crate::migration::order::MigrationName;
use crate::syntax::parse_strictly;
use crate::workspace::read;

/// The migrations below a folder, subfolders included, as Ecto finds them. A folder that is not there has none.
pub fn migrations(root: &Path, folder: &str) -> Result<Vec<MigrationFile>, Failure> {
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths).map_err(|error| Failure::unusable(format!("{folder}: {error}")))?;
    let names: Vec<MigrationName> = paths.iter().filter_map(|path| MigrationName::parse(&shown(root, path))).collect();
    for path in &paths {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.ends_with(".ex") && name.starts_with(|first: char| first.is_ascii_digit()) {
            let path = shown(root, path);
            output::warning(&format!("{path} looks like a migration, but ends in .ex: Ecto runs .exs files only"));
        }
    }
    names
        .into_par_iter()
        .map(|name| {
            let text = read::read_text(root, &name.path)
                .map_err(|message| Failure::unusable(format!("{} {message}", name.path)))?;
            let tree = parse_strictly(&text).map(Arc::new);
            let tree = tree.map_err(|range| (range, "this is not well-formed Elixir".to_owned()));
            Ok(MigrationFile { name, text, tree })
        })
        .collect()
}

/// The texts that migrations may ask for, by path from the root: for `execute_file` every SQL file of the project's `priv`
/// folders, for Oban's migrations what its package says. What cannot be read is missing, and is said where it is needed.
pub fn texts(root: &Path, migrations: &[MigrationFile]) -> BTreeMap<String, String> {
    let mention = |word: &str| migrations.iter().any(|file| file.text.contains(word));
    let mut paths = Vec::new();
    if mention("execute_file") {
        let _ = collect(&root.join("priv"), &mut paths);
        paths.retain(|path| path.ends_with(".sql"));
        paths = paths.iter().map(|path| shown(root, path)).collect();
    }
    if mention("Oban.Migration") {
        paths.extend(oban_sources());
    }
    let read = |path: String| Some((path.clone(), read::read_text(root, &path).ok()?.to_string()));
    paths.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if let Some(path) = path.to_str() {
            paths.push(path.replace('\\', "/"));
        }
    }
    Ok(())
}

/// `path` as seen from the root.
fn shown(root: &Path, path: &str) -> String {
    read::relative(root, Path::new(path)).unwrap_or_else(|| path.to_owned())
}
