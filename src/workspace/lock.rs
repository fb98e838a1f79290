//! One writer per project: an advisory lock that the editor's server and the command line share.
//!
//! The project's folder itself is locked where the system can do that, so that there are no stray files and everybody
//! finds the same lock. Elsewhere (Windows, some network file systems) an empty file in the system's temporary folder
//! stands for it, which may be deleted when no ashls runs.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another ashls is writing to {project}; try again when it has finished")]
    Busy { project: PathBuf },
    #[error("cannot lock {lock}: {source}")]
    Io { lock: PathBuf, source: io::Error },
}

/// Holds the project's lock until it is dropped.
#[derive(Debug)]
pub struct ProjectLock {
    _file: File,
}

impl ProjectLock {
    /// Takes the lock of the project at `root`, waiting up to `patience` for another holder.
    ///
    /// # Errors
    /// [`LockError::Busy`] when another process still holds it, [`LockError::Io`] when nothing can be locked.
    pub fn acquire(root: &Path, patience: Duration) -> Result<ProjectLock, LockError> {
        let deadline = Instant::now() + patience;
        match File::open(root).and_then(|folder| wait(folder, deadline)) {
            Ok(Some(file)) => return Ok(ProjectLock { _file: file }),
            Ok(None) => return Err(LockError::Busy { project: root.to_owned() }),
            Err(error) => tracing::debug!("{} cannot be locked itself: {error}", root.display()),
        }
        let lock = substitute(root);
        match open(&lock).and_then(|file| wait(file, deadline)) {
            Ok(Some(file)) => Ok(ProjectLock { _file: file }),
            Ok(None) => Err(LockError::Busy { project: root.to_owned() }),
            Err(source) => Err(LockError::Io { lock, source }),
        }
    }
}

/// The file once it is locked, `None` when others hold it until the deadline.
fn wait(file: File, deadline: Instant) -> io::Result<Option<File>> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn open(lock: &Path) -> io::Result<File> {
    std::fs::create_dir_all(lock.parent().unwrap_or(Path::new(".")))?;
    File::options().create(true).truncate(false).write(true).open(lock)
}

/// A file that stands for the project.
fn substitute(root: &Path) -> PathBuf {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    std::env::temp_dir().join("ashls-locks").join(format!("{name}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_to_wait() {
        let folder = tempfile::tempdir().unwrap();
        let first = ProjectLock::acquire(folder.path(), Duration::ZERO).unwrap();
        let error = ProjectLock::acquire(folder.path(), Duration::from_millis(30)).unwrap_err();
        assert!(matches!(error, LockError::Busy { .. }), "{error}");
        drop(first);
        ProjectLock::acquire(folder.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn other_projects_are_not_blocked() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let _one = ProjectLock::acquire(one.path(), Duration::ZERO).unwrap();
        ProjectLock::acquire(two.path(), Duration::ZERO).unwrap();
    }
}
