//! Migrations to a catalogue, without a database: the statements that Ecto would send, run on a [`Model`].

use std::collections::BTreeSet;

use super::model::{Model, Touched, Unmodelled};
use crate::migration::{Config, StepKind, read_expressions};
use crate::render::sql::{Adapter, SqlError, Statement, statements};
use crate::syntax::Expr;
use crate::text::Range;

/// One migration file, parsed.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'a> {
    pub path: &'a str,
    pub text: &'a str,
    /// `Err`: the bytes and the reason why it cannot be read.
    pub tree: Result<&'a [Expr], (Range, &'a str)>,
}

/// Something in a migration that the model cannot follow. What it touched is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub reason: String,
    pub touched: Touched,
}

/// Replays files, which must be in the order in which they run. Gives what could not be followed.
pub fn replay(model: &mut Model, files: &[Replay<'_>], config: &Config) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut config = config.clone();
    for file in files {
        let mut gap = |range: Range, Unmodelled { reason, touched }| {
            let before = file.text.get(..range.start).unwrap_or_default();
            let line = 1 + before.matches('\n').count();
            gaps.push(Gap { path: file.path.to_owned(), line, reason, touched });
        };
        let anything = |reason: &str| Unmodelled { reason: reason.to_owned(), touched: Touched::Anything };
        let tree = match file.tree {
            Ok(tree) => tree,
            Err((range, reason)) => {
                gap(range, anything(reason));
                continue;
            }
        };
        let migration = match read_expressions(tree, &config) {
            Ok(migration) => migration,
            Err(error) => {
                gap(error.range, anything(&error.reason));
                continue;
            }
        };
        // One refusal per place: what follows from it is refused, too.
        let mut refused = BTreeSet::new();
        for step in &migration.up {
            if let StepKind::Refused(reason) = &step.kind
                && refused.insert(step.range)
            {
                gap(step.range, anything(reason));
            }
        }
        for statement in statements(&migration.up, Adapter::Postgres) {
            match statement.sql {
                Ok(sql) => {
                    if let Err(unmodelled) = model.run(&sql) {
                        gap(statement.range, unmodelled);
                    }
                }
                Err(SqlError::Raised { message }) => {
                    gap(statement.range, anything(&format!("the migration raises: {message}")));
                }
                // Said above.
                Err(SqlError::Unknown { .. }) => {}
            }
        }
        config.installed.extend(migration.up_leaves);
    }
    gaps
}

/// The statements of each file, to run them elsewhere on an empty database. Files must be in their order.
///
/// # Errors
/// Path, bytes and reason of the first place that cannot be evaluated.
pub fn statements_of(files: &[Replay<'_>], config: &Config) -> Result<Vec<(String, Vec<Statement>)>, Refusal> {
    let mut config = config.clone();
    let mut found = Vec::new();
    for file in files {
        let refused = |range: Range, reason: &str| (file.path.to_owned(), range, reason.to_owned());
        let tree = file.tree.map_err(|(range, reason)| refused(range, reason))?;
        let migration = read_expressions(tree, &config).map_err(|error| refused(error.range, &error.reason))?;
        for step in &migration.up {
            if let StepKind::Refused(reason) = &step.kind {
                return Err(refused(step.range, reason));
            }
        }
        found.push((file.path.to_owned(), statements(&migration.up, Adapter::Postgres)));
        config.installed.extend(migration.up_leaves);
    }
    Ok(found)
}

/// Path, bytes and reason.
type Refusal = (String, Range, String);
