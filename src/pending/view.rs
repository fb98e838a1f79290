//! A run as people look at it: which statements, in which order, each with the declarations that caused it, what it
//! locks and what it endangers.

use super::describe::{Description, describe};
use crate::codegen::{Outcome, RepoChanges};
use crate::diff::operation::{Change, Operation};
use crate::elixir::eval::Origin;
use crate::elixir::format::{self, Arity, FormatOptions};
use crate::hazard::{self, Finding, Lock};
use crate::migration::{Config, TENANT_PLACEHOLDER};
use crate::plan::{self, Phase, PhaseKind, PlanOptions};
use crate::project::Project;
use crate::render::ecto::{self, RenderOptions};
use crate::render::sql::{self, Adapter, SqlError};
use crate::resource::DesiredSnapshot;
use crate::snapshot::json::Dialect;

/// What is pending in one repo, for its tenants or for its public schema.
#[derive(Debug, Clone)]
pub struct PendingRepo {
    /// Module name.
    pub repo: String,
    pub dialect: Dialect,
    /// Belongs to the tenants' migrations.
    pub tenant: bool,
    /// In the order in which they will run.
    pub blocks: Vec<Block>,
    /// In the order in which the generator finds them.
    pub operations: Vec<PendingOperation>,
}

/// One statement of the migration, or one `create table` or `alter table` with its columns.
#[derive(Debug, Clone)]
pub struct Block {
    /// Which file it goes to, counted from 0.
    pub migration: usize,
    /// The lines of the migration.
    pub ecto: String,
    /// What Ecto makes of it, or why it cannot.
    pub sql: Vec<Result<String, SqlError>>,
    /// Indexes into [`PendingRepo::operations`].
    pub operations: Vec<usize>,
}

/// One operation with its cause.
#[derive(Debug, Clone)]
pub struct PendingOperation {
    pub operation: Operation,
    pub description: Description,
    /// Modules of the resources whose table it is about; empty for tables without one.
    pub resources: Vec<String>,
    /// The declaration; `None` when it is gone, or when there is no resource any more.
    pub cause: Option<Origin>,
    /// The strongest lock on the table while it runs (PostgreSQL); `None` for tables that come into being with it.
    pub lock: Option<Lock>,
    pub findings: Vec<Finding>,
}

/// Looks at every repo of a run over `project`.
pub fn view(outcome: &Outcome, project: &Project) -> Vec<PendingRepo> {
    let desired: Vec<&DesiredSnapshot> = project.desired().collect();
    let changed = outcome.repos.iter().filter(|changes| !changes.operations.is_empty());
    changed.map(|changes| view_repo(changes, &desired, postgres_version(project, &changes.repo))).collect()
}

/// The lowest major version that a repo says it runs on.
fn postgres_version(project: &Project, repo: &str) -> Option<u32> {
    let (major, _, _) = project.repo(repo)?.min_pg_version.clone().ok()??;
    u32::try_from(major).ok()
}

fn view_repo(changes: &RepoChanges, desired: &[&DesiredSnapshot], postgres_version: Option<u32>) -> PendingRepo {
    let context = hazard::Context { dialect: changes.dialect, postgres_version };
    let findings = hazard::check(&changes.operations, context);
    let mut owners = changes.tables.iter().flat_map(|table| std::iter::repeat_n(table, table.operations));
    let operations = changes
        .operations
        .iter()
        .enumerate()
        .map(|(index, operation)| {
            let description = describe(operation);
            let causes = owners.next().map_or(&[][..], |table| &table.causes);
            let desired: Vec<_> = causes.iter().filter_map(|cause| desired.get(*cause)).collect();
            let exact = |path: &String| {
                desired.iter().find_map(|desired| desired.origins.iter().find(|(known, _)| known == path))
            };
            PendingOperation {
                cause: description.paths.iter().find_map(exact).map(|(_, origin)| origin.clone()),
                resources: desired.iter().map(|desired| desired.resource.clone()).collect(),
                lock: lock(operation, &changes.operations, changes.dialect),
                findings: findings.iter().filter(|finding| finding.operation == index).cloned().collect(),
                operation: operation.clone(),
                description,
            }
        })
        .collect();
    let blocks = changes
        .migrations
        .iter()
        .enumerate()
        .flat_map(|(migration, planned)| planned.phases.iter().map(move |phase| (migration, phase)))
        .map(|(migration, phase)| {
            let ecto = phase_text(phase, changes.dialect);
            Block {
                migration,
                sql: sql_of(&ecto, changes.dialect, changes.tenant),
                ecto,
                operations: operations_of(phase),
            }
        })
        .filter(|block| !block.ecto.trim().is_empty())
        .collect();
    PendingRepo { repo: changes.repo.clone(), dialect: changes.dialect, tenant: changes.tenant, blocks, operations }
}

/// The operation as a migration of its own would write it, and the SQL of that.
pub fn alone(operation: &Operation, dialect: Dialect, tenant: bool) -> (String, Vec<Result<String, SqlError>>) {
    let ecto = match dialect {
        Dialect::Postgres => {
            let planned = plan::plan(vec![operation.clone()], &PlanOptions { tenant });
            let phases = planned.into_iter().flat_map(|plan| plan.migrations).flat_map(|migration| migration.phases);
            phases.map(|phase| phase_text(&phase, dialect)).collect::<Vec<_>>().join("\n\n")
        }
        Dialect::Sqlite => {
            let table = crate::snapshot::Snapshot::empty(&operation.on.table, &operation.on.repo);
            let phases = plan::sqlite::plan([(&table, std::slice::from_ref(operation))]);
            phases.iter().map(|phase| phase_text(phase, dialect)).collect::<Vec<_>>().join("\n\n")
        }
    };
    let sql = sql_of(&ecto, dialect, tenant);
    (ecto, sql)
}

/// The operations behind a block: its table's creation first.
fn operations_of(phase: &Phase) -> Vec<usize> {
    let created = match &phase.kind {
        PhaseKind::Create { sources, .. } => sources.as_slice(),
        _ => &[],
    };
    let steps = phase.steps.iter().flat_map(|step| &step.sources);
    created.iter().chain(steps).copied().collect()
}

fn phase_text(phase: &Phase, dialect: Dialect) -> String {
    let raw = match dialect {
        Dialect::Postgres => ecto::phase_up(phase, &RenderOptions::default()),
        Dialect::Sqlite => ecto::sqlite::phase_up(phase),
    };
    let locals = ["add", "alter", "create", "drop", "drop_if_exists", "execute", "modify", "remove", "rename"];
    let options = FormatOptions {
        locals_without_parens: locals.map(|name| (name.to_owned(), Arity::Any)).into(),
        ..FormatOptions::default()
    };
    format::format(&raw, &options).unwrap_or(raw)
}

fn sql_of(ecto: &str, dialect: Dialect, tenant: bool) -> Vec<Result<String, SqlError>> {
    let adapter = match dialect {
        Dialect::Postgres => Adapter::Postgres,
        Dialect::Sqlite => Adapter::Sqlite,
    };
    let config = Config { prefix: tenant.then(|| TENANT_PLACEHOLDER.to_owned()), ..Config::default() };
    sql::snippet(ecto, &config, adapter).into_iter().map(|statement| statement.sql).collect()
}

/// The lock that a statement takes on its table (PostgreSQL: `ALTER TABLE`, `CREATE INDEX` and `ALTER INDEX` in the
/// manual, and `AlterTableGetLockLevel` in its source).
fn lock(operation: &Operation, all: &[Operation], dialect: Dialect) -> Option<Lock> {
    let created = all.iter().any(|other| {
        matches!(other.change, Change::CreateTable { .. })
            && (&other.on.table, &other.on.schema) == (&operation.on.table, &operation.on.schema)
    });
    if created || dialect == Dialect::Sqlite {
        return None;
    }
    match &operation.change {
        Change::CreateTable { .. } | Change::AddCustomStatement { .. } | Change::RemoveCustomStatement { .. } => None,
        Change::RemoveAttribute { commented: true, .. } => None,
        Change::AddCustomIndex { index, .. } if index.concurrently => Some(Lock::ShareUpdateExclusive),
        Change::AddUniqueIndex { concurrently: true, .. } => Some(Lock::ShareUpdateExclusive),
        Change::AddCustomIndex { .. } | Change::AddUniqueIndex { .. } | Change::AddReferenceIndex { .. } => {
            Some(Lock::Share)
        }
        Change::RenameUniqueIndex { .. } => Some(Lock::ShareUpdateExclusive),
        _ => Some(Lock::AccessExclusive),
    }
}
