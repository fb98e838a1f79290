//! Ecto's command model: what a migration asks an adapter to do. Mirrors `Ecto.Migration` (ecto_sql 3.14) and its
//! structs; must not know how a command was written, nor any SQL.

use super::library::Installed;
pub use super::object::{
    ColumnType, Constraint, Index, IndexColumn, MatchType, OnDelete, OnUpdate, Options, Reference, Table,
};
use super::term::Term;
use crate::text::Range;

/// One command, as `Ecto.Migration.Runner` queues it.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `create table(…) do … end`. `columns` begins with the key column that Ecto adds by itself.
    CreateTable {
        table: Table,
        columns: Vec<ColumnChange>,
        if_not_exists: bool,
    },
    AlterTable {
        table: Table,
        changes: Vec<ColumnChange>,
    },
    DropTable {
        table: Table,
        if_exists: bool,
        cascade: bool,
    },
    RenameTable {
        from: Table,
        to: Table,
    },
    RenameColumn {
        table: Table,
        from: String,
        to: String,
    },
    CreateIndex {
        index: Index,
        if_not_exists: bool,
    },
    DropIndex {
        index: Index,
        if_exists: bool,
        cascade: bool,
    },
    RenameIndex {
        index: Index,
        to: String,
    },
    CreateConstraint {
        constraint: Constraint,
    },
    DropConstraint {
        constraint: Constraint,
        if_exists: bool,
        cascade: bool,
    },
    /// `execute up` or `execute up, down`.
    Execute {
        up: RawCommand,
        down: Option<RawCommand>,
    },
}

/// The argument of `execute/1`.
#[derive(Debug, Clone, PartialEq)]
pub enum RawCommand {
    Sql(String),
    /// A keyword command (or any other list). No SQL adapter takes one.
    Keywords(Term),
}

/// One line of a `create table` or `alter table` block.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnChange {
    /// The bytes of the call (`add :title, :text`); of the `table(…)` call for the key column that Ecto adds.
    pub range: Range,
    pub action: ColumnAction,
    pub column: String,
    /// Absent for `remove :name` and `remove_if_exists :name` only.
    pub column_type: Option<ColumnType>,
    pub options: Options,
}

/// What happens to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnAction {
    Add,
    AddIfNotExists,
    Modify,
    Remove,
    RemoveIfExists,
}

impl ColumnChange {
    /// What `modify`'s `from:` says the column was: `from: :text` or `from: {:text, null: false}`.
    pub fn from_type(&self) -> Option<ColumnType> {
        match self.options.get("from")? {
            Term::Nil => None,
            Term::Tuple(pair) if matches!(pair.as_slice(), [_, Term::List(_)]) => Some(ColumnType::from_term(&pair[0])),
            other => Some(ColumnType::from_term(other)),
        }
    }

    /// The reference among the two, when the column is, becomes or was a foreign key.
    pub fn reference(&self) -> Option<&Reference> {
        match &self.column_type {
            Some(ColumnType::Reference(reference)) => Some(reference),
            _ => None,
        }
    }
}

/// One thing a migration does, in the order Ecto would come to it while it evaluates the function.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The bytes of the call that caused it.
    pub range: Range,
    pub kind: StepKind,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Queued; runs at the next flush or at the end.
    Command(Box<Command>),
    /// `flush()`: what is queued runs now.
    Flush,
    /// An exception while the function is evaluated: nothing that is queued runs.
    Raise(String),
    /// An exception when the queue gets to this place: a command of `change` that Ecto cannot reverse.
    Irreversible(String),
    /// What could not be evaluated, and why. What the database would be told here is not known.
    Refused(String),
}

/// A migration file, evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The module's name as written (`MyApp.Repo.Migrations.AddPosts`).
    pub module: String,
    /// `@disable_ddl_transaction true`: the file does not run in a transaction.
    pub disable_ddl_transaction: bool,
    /// `@disable_migration_lock true`: the migration lock is not held while the file runs.
    pub disable_migration_lock: bool,
    pub up: Vec<Step>,
    pub down: Vec<Step>,
    /// The libraries whose installed versions decide what `up` does, with the versions it leaves behind. They are right
    /// only if [`super::Config::installed`] was.
    pub up_leaves: Installed,
    /// The same for `down`.
    pub down_leaves: Installed,
    /// What a person should know about `up`, though it runs.
    pub up_notes: Vec<String>,
    /// The same for `down`.
    pub down_notes: Vec<String>,
}

impl Migration {
    /// Every place that could not be evaluated, in either direction: range and reason, in source order.
    pub fn refusals(&self) -> Vec<(Range, &str)> {
        let mut refusals: Vec<(Range, &str)> = self
            .up
            .iter()
            .chain(&self.down)
            .filter_map(|step| match &step.kind {
                StepKind::Refused(reason) => Some((step.range, reason.as_str())),
                _ => None,
            })
            .collect();
        refusals.sort();
        refusals.dedup();
        refusals
    }
}
