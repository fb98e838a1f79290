//! PostgreSQL's table locks, as far as schema changes take them
//! (<https://www.postgresql.org/docs/current/explicit-locking.html>).

use std::fmt;

/// A lock mode, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Reads and writes go on; other schema changes wait.
    ShareUpdateExclusive,
    /// Reads go on; writes wait.
    Share,
    /// Reads go on; writes wait.
    ShareRowExclusive,
    /// Reads and writes wait.
    AccessExclusive,
}

impl Lock {
    /// What waits while the lock is held.
    pub fn blocks(self) -> &'static str {
        match self {
            Lock::ShareUpdateExclusive => "other schema changes",
            Lock::Share | Lock::ShareRowExclusive => "writes",
            Lock::AccessExclusive => "reads and writes",
        }
    }
}

/// The name in PostgreSQL's documentation.
impl fmt::Display for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Lock::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Lock::Share => "SHARE",
            Lock::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Lock::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}
