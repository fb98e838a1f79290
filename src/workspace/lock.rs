//! One writer per project: an advisory lock that the editor's server and the command line share.
//!
//! The lock file lies in the system's temporary folder under a digest of the project's path, so that projects stay
//! free of stray files. It holds nothing and may be deleted when no ashls runs.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another ashls is writing to {project}; try again when it has finished (lock file: {lock})")]
    Busy { project: PathBuf, lock: PathBuf },
    #[error("cannot open the lock file {lock}: {source}")]
    Io { lock: PathBuf, source: std::io::Error },
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
    /// [`LockError::Busy`] when another process still holds it, [`LockError::Io`] when the lock file cannot be made.
    pub fn acquire(root: &Path, patience: Duration) -> Result<ProjectLock, LockError> {
        let lock = lock_path(root);
        let open = || {
            std::fs::create_dir_all(lock.parent().unwrap_or(Path::new(".")))?;
            File::options().create(true).truncate(false).write(true).open(&lock)
        };
        let file = open().map_err(|source| LockError::Io { lock: lock.clone(), source })?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(ProjectLock { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Busy { project: root.to_owned(), lock });
                }
                Err(TryLockError::Error(source)) => return Err(LockError::Io { lock, source }),
            }
        }
    }
}

fn lock_path(root: &Path) -> PathBuf {
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
