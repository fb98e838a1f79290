//! One thing that a check has to say.

use crate::cli::place::Place;
use crate::hazard::Severity;

/// A finding, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `pending`, `AM-F01`, `unknown-option`.
    pub code: String,
    pub severity: Severity,
    /// One line.
    pub message: String,
    /// What to do about it; empty when that is plain.
    pub help: String,
    pub place: Option<Place>,
    /// It makes the check fail.
    pub denied: bool,
}
