//! What a planned change would lock, break or lose, before it is run.
//!
//! A rule looks at operations and nothing else: it knows neither the database nor its rows, so it says "fails on rows
//! that …", not "fails". Changes of a table that the same change set creates are never worth a word. One rule per file,
//! with its documentation, its recipe and its tests; must not know about editors or output.

mod catalogue;
mod change_set;
mod data;
mod lock;
mod postgres;
mod rollback;
mod sqlite;
#[cfg(test)]
mod tests;

pub use catalogue::{all_rules, anchor, catalogue_page, rule_page};
pub use change_set::ChangeSet;
pub use lock::Lock;

use std::fmt;

use crate::diff::operation::{Direction, Operation};
use crate::plan::Phase;
use crate::snapshot::json::Dialect;

/// A rule of the catalogue. Two are equal when their codes are.
pub struct Rule {
    /// Stable: `AM-` and a letter for the kind (the way back B, data loss D, fails on data F, lock L, naming N, index I, running R,
    /// SQLite Q).
    pub code: &'static str,
    /// One line, without a full stop.
    pub title: &'static str,
    pub severity: Severity,
    /// The strongest lock that the statement takes on the table, where that is the point (PostgreSQL).
    pub lock: Option<Lock>,
    /// Markdown: what happens, why, and what to do instead.
    pub docs: &'static str,
    check: fn(&ChangeSet<'_>) -> Vec<Finding>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Information,
    /// Can hurt: it depends on the rows, on the load, or on what else is deployed.
    Warning,
    /// Cannot run, whatever the rows.
    Error,
}

/// A rule that applies.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub rule: &'static Rule,
    /// Index into the operations given to [`check`].
    pub operation: usize,
    /// The half of the migration that it is about.
    pub direction: Direction,
    /// What would happen, with names.
    pub message: String,
    /// What to do instead, with names; Markdown, maybe with a code block.
    pub recipe: String,
}

/// What the rules depend on besides the operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    pub dialect: Dialect,
    /// Lowest major version of PostgreSQL that the repo supports (`min_pg_version`); `None` when not known.
    pub postgres_version: Option<u32>,
}

/// Findings of all rules of the dialect, in the order of the operations, then of the codes.
pub fn check(operations: &[Operation], context: Context) -> Vec<Finding> {
    let changes = ChangeSet::new(operations, context);
    let mut findings: Vec<Finding> = rules(context.dialect).flat_map(|rule| (rule.check)(&changes)).collect();
    findings.sort_by(|left, right| (left.operation, left.rule.code).cmp(&(right.operation, right.rule.code)));
    findings
}

/// Findings that depend on how operations are ordered and grouped. [`Finding::operation`] is the first of the step's
/// `sources`.
pub fn check_plan<'a>(phases: impl IntoIterator<Item = &'a Phase>) -> Vec<Finding> {
    let phases: Vec<&Phase> = phases.into_iter().collect();
    let mut findings = data::nested_rename::check(phases.iter().copied());
    findings.extend(rollback::index_before_column::check(phases));
    findings
}

/// The rules of a dialect.
pub fn rules(dialect: Dialect) -> impl Iterator<Item = &'static Rule> {
    let own = match dialect {
        Dialect::Postgres => postgres::RULES,
        Dialect::Sqlite => sqlite::RULES,
    };
    let back = match dialect {
        Dialect::Postgres => rollback::POSTGRES_RULES,
        Dialect::Sqlite => &[],
    };
    own.iter().chain(data::RULES).chain(rollback::RULES).chain(back).copied()
}

/// The rule with `code`, of whatever dialect.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules(Dialect::Postgres).chain(rules(Dialect::Sqlite)).find(|rule| rule.code == code)
}

impl Rule {
    fn finding(&'static self, operation: usize, message: String, recipe: String) -> Finding {
        Finding { rule: self, operation, direction: Direction::Up, message, recipe }
    }

    fn rollback_finding(&'static self, operation: usize, message: String, recipe: String) -> Finding {
        Finding { direction: Direction::Down, ..self.finding(operation, message, recipe) }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)
    }
}
