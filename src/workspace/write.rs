//! Writing generated files so that a failure or a kill at any moment leaves no half-written file and never a
//! snapshot without its migration.
//!
//! All new contents are first written to temporary files beside their targets and flushed to disk; only when every
//! one of them is safe are they renamed into place, migrations before snapshots, and only then are old files removed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// What to do to the files of a project. Paths are relative to its root, with `/` separators.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileChanges {
    /// Files that come into being or are replaced, in the order in which they become visible.
    pub write: Vec<(String, String)>,
    /// Renames, before anything else.
    pub rename: Vec<(String, String)>,
    /// Files that go away, after everything else. Missing ones are ignored.
    pub delete: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("{path}: refusing to write outside the project; check the table, schema and repo names it is made of")]
    Outside { path: String },
    #[error("{path}: {source}; no file was changed")]
    Failed { path: String, source: std::io::Error },
    #[error("{path}: {source}; these files could not be put back as they were: {left}")]
    Stuck { path: String, source: std::io::Error, left: String },
}

const TEMPORARY: &str = ".ashls-tmp-";

/// Applies `changes` under `root`, or leaves everything as it was. The caller holds the project's lock.
///
/// # Errors
/// [`WriteError::Outside`] when a path would leave `root` (also through a symbolic link), [`WriteError::Failed`] when
/// the file system refuses and everything was undone, [`WriteError::Stuck`] when undoing failed too.
pub fn apply(root: &Path, changes: &FileChanges) -> Result<(), WriteError> {
    let paths = changes.write.iter().map(|(path, _)| path);
    let renames = changes.rename.iter().flat_map(|(from, to)| [from, to]);
    for path in paths.chain(renames).chain(&changes.delete) {
        check_inside(root, path)?;
    }
    let mut undo = Undo::default();
    match run(root, changes, &mut undo) {
        Ok(()) => Ok(()),
        Err((path, source)) => {
            let left = undo.run();
            match left.is_empty() {
                true => Err(WriteError::Failed { path, source }),
                false => Err(WriteError::Stuck { path, source, left: left.join(", ") }),
            }
        }
    }
}

type Failure = (String, std::io::Error);

fn run(root: &Path, changes: &FileChanges, undo: &mut Undo) -> Result<(), Failure> {
    remove_leftovers(root, changes);
    let mut staged = Vec::new();
    for (path, contents) in &changes.write {
        let target = root.join(path);
        let temporary = stage(&target, contents, undo).map_err(|source| (path.clone(), source))?;
        staged.push((path, temporary, target));
    }
    for (from, to) in &changes.rename {
        rename(&root.join(from), &root.join(to), undo).map_err(|source| (to.clone(), source))?;
    }
    for (path, temporary, target) in staged {
        publish(&temporary, &target, undo).map_err(|source| (path.clone(), source))?;
    }
    for path in &changes.delete {
        delete(&root.join(path), undo).map_err(|source| (path.clone(), source))?;
    }
    Ok(())
}

/// Temporary files of a writer that was killed. The project's lock is held, so nobody is using them.
fn remove_leftovers(root: &Path, changes: &FileChanges) {
    let folders: BTreeSet<PathBuf> =
        changes.write.iter().filter_map(|(path, _)| Some(root.join(path).parent()?.to_owned())).collect();
    for entry in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes()) {
            // One that stays is only in the way of the eye.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes `contents` to a flushed temporary file in the folder of `target`.
fn stage(target: &Path, contents: &str, undo: &mut Undo) -> std::io::Result<PathBuf> {
    let folder = target.parent().unwrap_or(Path::new("."));
    create_folders(folder, undo)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temporary = folder.join(format!("{TEMPORARY}{}-{name}", std::process::id()));
    undo.remove.push(temporary.clone());
    let mut file = File::create(&temporary)?;
    file.write_all(contents.as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

fn publish(temporary: &Path, target: &Path, undo: &mut Undo) -> std::io::Result<()> {
    match fs::read(target) {
        Ok(old) => undo.restore.push((target.to_owned(), old)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => undo.remove.push(target.to_owned()),
        Err(error) => return Err(error),
    }
    fs::rename(temporary, target)?;
    sync_folder(target);
    Ok(())
}

fn rename(from: &Path, to: &Path, undo: &mut Undo) -> std::io::Result<()> {
    create_folders(to.parent().unwrap_or(Path::new(".")), undo)?;
    undo.restore.push((from.to_owned(), fs::read(from)?));
    undo.remove.push(to.to_owned());
    fs::rename(from, to)
}

fn delete(path: &Path, undo: &mut Undo) -> std::io::Result<()> {
    match fs::read(path) {
        Ok(old) => undo.restore.push((path.to_owned(), old)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    fs::remove_file(path)
}

fn create_folders(folder: &Path, undo: &mut Undo) -> std::io::Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|ancestor| !ancestor.exists()).map(Path::to_owned).collect();
    undo.folders.extend(missing);
    fs::create_dir_all(folder)
}

/// Makes a rename durable. Some file systems cannot flush a folder; the rename itself is done either way.
fn sync_folder(target: &Path) {
    if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

/// What has to happen to bring the files back.
#[derive(Default)]
struct Undo {
    remove: Vec<PathBuf>,
    restore: Vec<(PathBuf, Vec<u8>)>,
    folders: BTreeSet<PathBuf>,
}

impl Undo {
    /// Returns the paths that could not be brought back.
    fn run(self) -> Vec<String> {
        let mut left = Vec::new();
        for path in self.remove {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => left.push(path.display().to_string()),
                _ => {}
            }
        }
        for (path, contents) in self.restore {
            if fs::read(&path).ok().as_ref() != Some(&contents) && fs::write(&path, &contents).is_err() {
                left.push(path.display().to_string());
            }
        }
        // Deepest first; a folder that somebody else has used meanwhile is not empty and stays.
        for folder in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        left
    }
}

/// Table and schema names end up in paths: `../../x`, absolute paths and symbolic links must not lead out.
fn check_inside(root: &Path, path: &str) -> Result<(), WriteError> {
    let outside = || WriteError::Outside { path: path.to_owned() };
    // By text, since `Path::components` hides a `.` in the middle, which a table of that name would bring.
    let plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let relative = Path::new(path).components().all(|component| matches!(component, Component::Normal(_)));
    if !plain || !relative || path.contains('\\') || path.contains('\0') {
        return Err(outside());
    }
    let target = root.join(path);
    let existing = target.ancestors().skip(1).find(|ancestor| ancestor.exists());
    let (Some(existing), Ok(root)) = (existing, root.canonicalize()) else { return Err(outside()) };
    match existing.canonicalize() {
        Ok(existing) if existing.starts_with(&root) => Ok(()),
        _ => Err(outside()),
    }
}

#[cfg(test)]
mod tests;
