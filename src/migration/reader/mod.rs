//! Migration text to steps: evaluates the part of Elixir that migrations are written in.
//!
//! Evaluation follows Elixir's and Ecto's rules or stops: what it does not know becomes [`StepKind::Refused`], with the
//! bytes and the reason. Knows no SQL, and nothing outside the text but the [`Config`].

mod columns;
mod commands;
mod control;
mod evaluator;
mod expression;
mod library;
mod module;
mod notify;
mod objects;
mod operator;
mod pattern;
mod query;
#[cfg(test)]
mod tests;
mod versioned;

use std::collections::BTreeMap;

use super::command::{Migration, Options, Step, StepKind};
use super::library::Installed;
use super::reverse::reverse_steps;
use super::term::Term;
use crate::syntax::{Expr, parse_expressions, parse_strictly};
use crate::text::Range;
use evaluator::Evaluator;
use module::Module;
pub use notify::oban_sources;

/// Stands for the schema of any tenant where tenant migrations are shown rather than run.
pub const TENANT_PLACEHOLDER: &str = "<tenant>";

/// What a migration's meaning depends on besides its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The migrator's prefix: the tenant's schema for tenant migrations ([`TENANT_PLACEHOLDER`] to show them), else `None`.
    pub prefix: Option<String>,
    /// Module name of the repo, without `Elixir.`; what `repo()` gives.
    pub repo: Option<String>,
    /// The repo's `migration_primary_key`: `false` or a keyword list.
    pub primary_key: Term,
    /// The repo's `migration_foreign_key`.
    pub foreign_key: Options,
    /// The repo's `migration_timestamps`.
    pub timestamps: Options,
    /// The repo's `migration_default_prefix`.
    pub default_prefix: Option<String>,
    /// Texts of the files that `execute_file` may name, by the path as the migration computes it.
    pub files: BTreeMap<String, String>,
    /// Whether the database is SQLite; libraries have other migrations for it.
    pub sqlite: bool,
    /// Releases of the packages, as `mix.lock` names them.
    pub releases: BTreeMap<String, String>,
    /// Versions of the libraries' tables before the migration runs.
    pub installed: Installed,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            prefix: None,
            repo: None,
            primary_key: Term::List(Vec::new()),
            foreign_key: Options::default(),
            timestamps: Options::default(),
            default_prefix: None,
            files: BTreeMap::new(),
            sqlite: false,
            releases: BTreeMap::new(),
            installed: Installed::new(),
        }
    }
}

/// Which function of a migration runs, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// Why a text holds no migration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoMigration {
    pub range: Range,
    pub reason: String,
}

/// Reads the text of a migration file (`priv/repo/migrations/*.exs`).
///
/// The first module that uses `Ecto.Migration` counts, as in `Ecto.Migrator`. Fails when there is none, or the text is not
/// well-formed.
pub fn read(text: &str, config: &Config) -> Result<Migration, NoMigration> {
    let expressions = parse_strictly(text)
        .map_err(|range| NoMigration { range, reason: "this is not well-formed Elixir".to_owned() })?;
    read_expressions(&expressions, config)
}

/// Reads a migration file that is parsed already; to be used when one file runs for many tenants.
pub fn read_expressions(expressions: &[Expr], config: &Config) -> Result<Migration, NoMigration> {
    let module = expressions.iter().find_map(Module::of_migration).ok_or_else(|| NoMigration {
        range: Range::default(),
        reason: "no module here says `use Ecto.Migration`".to_owned(),
    })?;
    let (mut up, mut down) = (Aside::default(), Aside::default());
    Ok(Migration {
        module: module.name.clone(),
        disable_ddl_transaction: module.flag("disable_ddl_transaction"),
        disable_migration_lock: module.flag("disable_migration_lock"),
        up: read_direction(&module, config, Direction::Up, &mut up),
        down: read_direction(&module, config, Direction::Down, &mut down),
        up_leaves: up.leaves,
        down_leaves: down.leaves,
        up_notes: up.notes,
        down_notes: down.notes,
    })
}

/// Reads lines as they stand in the body of `up` (`create table(:posts) do … end`).
pub fn read_snippet(text: &str, config: &Config) -> Vec<Step> {
    let module = Module::default();
    let mut evaluator = Evaluator::new(config, &module, Direction::Up, false);
    evaluator.run_top_level(&parse_expressions(text));
    evaluator.into_steps()
}

/// What is found out beside the steps.
#[derive(Default)]
struct Aside {
    leaves: Installed,
    notes: Vec<String>,
}

/// `Ecto.Migrator`'s choice of the function, with the callbacks around it.
fn read_direction(module: &Module<'_>, config: &Config, direction: Direction, aside: &mut Aside) -> Vec<Step> {
    let own = if direction == Direction::Up { "up" } else { "down" };
    let (function, is_change) = match (module.function(own, 0), module.function("change", 0)) {
        (Some(function), _) => (function, false),
        (None, Some(function)) => (function, true),
        (None, None) => {
            let message = format!("{} does not implement a `{own}/0` or `change/0` function", module.name);
            return vec![Step { range: module.name_range, kind: StepKind::Raise(message) }];
        }
    };
    let reversed = is_change && direction == Direction::Down;
    let mut run = |function| {
        let mut evaluator = Evaluator::new(config, module, direction, reversed);
        evaluator.run_function(function);
        aside.leaves.extend(std::mem::take(&mut evaluator.leaves));
        aside.notes.append(&mut evaluator.notes);
        let steps = evaluator.into_steps();
        if reversed { reverse_steps(steps) } else { steps }
    };
    let mut steps: Vec<Step> = module
        .problems
        .iter()
        .map(|(range, reason)| Step { range: *range, kind: StepKind::Refused(reason.clone()) })
        .collect();
    let in_transaction = !module.flag("disable_ddl_transaction");
    let callback = |name: &str| module.function(name, 0).filter(|_| in_transaction);
    if let Some(before) = callback("after_begin") {
        steps.extend(run(before));
        steps.push(Step { range: before.range, kind: StepKind::Flush });
    }
    steps.extend(run(function));
    if let Some(after) = callback("before_commit") {
        steps.push(Step { range: after.range, kind: StepKind::Flush });
        steps.extend(run(after));
    }
    steps
}
