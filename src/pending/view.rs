//! A run as people look at it: which statements, in which order, each with the declarations that caused it, what it
//! locks and what it endangers.

use super::describe::{Description, describe};
use crate::codegen::{Outcome, RepoChanges};
use crate::diff::operation::{Change, Direction, Operation};
use crate::elixir::eval::Origin;
use crate::elixir::format::{self, Arity, FormatOptions};
use crate::hazard::{self, Finding, Lock};
use crate::migration::{self, Config, NoMigration, Step, TENANT_PLACEHOLDER};
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
    /// The file runs once for every tenant.
    pub tenant: bool,
    /// The file runs outside of a transaction.
    pub without_transaction: bool,
    /// The lines of the migration.
    pub ecto: String,
    /// What Ecto makes of it, or why it cannot.
    pub sql: Vec<Result<String, SqlError>>,
    /// Indexes into [`PendingRepo::operations`]; a `create table` begins with that of the table.
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
    /// Why it may not be a change at all: what is not evaluated may have declared it as it is.
    pub doubts: Vec<String>,
}

/// Looks at every repo of a run over `project`.
pub fn view(outcome: &Outcome, project: &Project) -> Vec<PendingRepo> {
    view_direction(outcome, project, Direction::Up)
}

/// Like [`view`], with the blocks of `up` or of `down`, which run in the opposite order.
pub fn view_direction(outcome: &Outcome, project: &Project, direction: Direction) -> Vec<PendingRepo> {
    let desired: Vec<&DesiredSnapshot> = project.desired().collect();
    let changed = outcome.repos.iter().filter(|changes| !changes.operations.is_empty());
    let view = |changes: &RepoChanges| {
        let postgres_version = postgres_version(project, &changes.repo);
        view_repo(changes, &desired, postgres_version, direction, &render_options(project, &changes.repo))
    };
    changed.map(view).collect()
}

/// The lowest major version that a repo says it runs on.
fn postgres_version(project: &Project, repo: &str) -> Option<u32> {
    let (major, _, _) = project.repo(repo)?.min_pg_version.clone().ok()??;
    u32::try_from(major).ok()
}

/// How the repo wants its migrations.
fn render_options(project: &Project, repo: &str) -> RenderOptions {
    let create_schemas = project.repo(repo).and_then(|repo| repo.create_schemas.clone().ok());
    RenderOptions { create_schemas_in_migrations: create_schemas.unwrap_or(true) }
}

fn view_repo(
    changes: &RepoChanges,
    desired: &[&DesiredSnapshot],
    postgres_version: Option<u32>,
    direction: Direction,
    render: &RenderOptions,
) -> PendingRepo {
    let context = hazard::Context { dialect: changes.dialect, postgres_version };
    let mut findings = hazard::check(&changes.operations, context);
    findings.extend(hazard::check_plan(changes.phases(), changes.dialect));
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
                doubts: doubts(operation, &changes.operations, &desired),
                operation: operation.clone(),
                description,
            }
        })
        .collect();
    let planned = changes.migrations.iter().enumerate();
    let planned = planned.flat_map(|(index, migration)| migration.phases.iter().map(move |phase| (index, phase)));
    let blocks = planned.map(|(index, phase)| block(index, phase, changes, direction, render));
    let mut blocks: Vec<Block> = blocks.filter(|block| !block.ecto.is_empty()).collect();
    if direction == Direction::Down {
        blocks.reverse();
    }
    PendingRepo { repo: changes.repo.clone(), dialect: changes.dialect, tenant: changes.tenant, blocks, operations }
}

/// What is not known of the resources and may have changed what is there.
fn doubts(operation: &Operation, all: &[Operation], desired: &[&&DesiredSnapshot]) -> Vec<String> {
    if !differs_from_stored(operation, all) {
        return Vec::new();
    }
    let unresolved = desired.iter().flat_map(|desired| &desired.unresolved).filter(|unresolved| unresolved.changes);
    let mut reasons: Vec<String> = unresolved.map(|unresolved| unresolved.reason.clone()).collect();
    reasons.dedup();
    reasons
}

/// Whether it is about something that both the source and the newest snapshot have, in different forms.
fn differs_from_stored(operation: &Operation, all: &[Operation]) -> bool {
    let goes = |gone: &dyn Fn(&Change) -> bool| all.iter().any(|other| other.on == operation.on && gone(&other.change));
    match &operation.change {
        Change::AlterAttribute { .. }
        | Change::RenameAttribute { .. }
        | Change::RemoveAttribute { .. }
        | Change::AlterDeferrability { .. }
        | Change::DropForeignKey { .. }
        | Change::SerialSequenceTransition { .. }
        | Change::RemoveUniqueIndex { .. }
        | Change::RenameUniqueIndex { .. }
        | Change::RemoveReferenceIndex { .. }
        | Change::RemovePrimaryKey { .. }
        | Change::RemovePrimaryKeyDown { .. }
        | Change::AddPrimaryKey { .. }
        | Change::AddPrimaryKeyDown { .. } => true,
        Change::AddUniqueIndex { identity: new, .. } => {
            goes(&|gone| matches!(gone, Change::RemoveUniqueIndex { identity } if identity.name == new.name))
        }
        Change::AddReferenceIndex { source: new, .. } => {
            goes(&|gone| matches!(gone, Change::RemoveReferenceIndex { source, .. } if source == new))
        }
        _ => false,
    }
}

fn block(
    migration: usize,
    phase: &Phase,
    changes: &RepoChanges,
    direction: Direction,
    render: &RenderOptions,
) -> Block {
    let file = &changes.migrations[migration];
    let ecto = match direction {
        Direction::Up => phase_text(phase, changes.dialect, render),
        Direction::Down => phase_down_text(phase, changes.dialect),
    };
    let created = match &phase.kind {
        PhaseKind::Create { sources, .. } => &sources[..],
        _ => &[],
    };
    let inside = phase.steps.iter().flat_map(|step| &step.sources);
    Block {
        migration,
        tenant: file.tenant,
        without_transaction: file.without_transaction,
        sql: sql_of(&ecto, changes.dialect, file.tenant),
        ecto,
        operations: created.iter().chain(inside).copied().collect(),
    }
}

/// The operation as a migration of its own would write it, and the SQL of that.
pub fn alone(operation: &Operation, dialect: Dialect, tenant: bool) -> (String, Vec<Result<String, SqlError>>) {
    let ecto = match dialect {
        Dialect::Postgres => {
            let planned = plan::plan(vec![operation.clone()], &PlanOptions { tenant });
            let phases = planned.into_iter().flat_map(|plan| plan.migrations).flat_map(|migration| migration.phases);
            phases.map(|phase| phase_text(&phase, dialect, &RenderOptions::default())).collect::<Vec<_>>().join("\n\n")
        }
        Dialect::Sqlite => {
            let table = crate::snapshot::Snapshot::empty(&operation.on.table, &operation.on.repo);
            let phases = plan::sqlite::plan([(&table, std::slice::from_ref(operation))]);
            phases
                .iter()
                .map(|phase| phase_text(phase, dialect, &RenderOptions::default()))
                .collect::<Vec<_>>()
                .join("\n\n")
        }
    };
    let sql = sql_of(&ecto, dialect, tenant);
    (ecto, sql)
}

/// The statements of one direction of a migration file (`up`, then `down`), or why it cannot be read.
pub fn migration_sql(
    text: &str,
    dialect: Dialect,
    tenant: bool,
) -> Result<[Vec<Result<String, SqlError>>; 2], NoMigration> {
    let migration = migration::read(text, &config(tenant))?;
    let sql = |steps: &[Step]| sql::statements(steps, adapter(dialect)).into_iter().map(|it| it.sql).collect();
    Ok([sql(&migration.up), sql(&migration.down)])
}

fn phase_text(phase: &Phase, dialect: Dialect, options: &RenderOptions) -> String {
    formatted(match dialect {
        Dialect::Postgres => ecto::phase_up(phase, options),
        Dialect::Sqlite => ecto::sqlite::phase_up(phase),
    })
}

/// Empty for what has no way back: the run has failed then.
fn phase_down_text(phase: &Phase, dialect: Dialect) -> String {
    formatted(match dialect {
        Dialect::Postgres => ecto::phase_down(phase).unwrap_or_default(),
        Dialect::Sqlite => ecto::sqlite::phase_down(phase),
    })
}

fn formatted(raw: String) -> String {
    let locals = ["add", "alter", "create", "drop", "drop_if_exists", "execute", "modify", "remove", "rename"];
    let options = FormatOptions {
        locals_without_parens: locals.map(|name| (name.to_owned(), Arity::Any)).into(),
        ..FormatOptions::default()
    };
    format::format(&raw, &options).unwrap_or(raw).trim().to_owned()
}

fn sql_of(ecto: &str, dialect: Dialect, tenant: bool) -> Vec<Result<String, SqlError>> {
    sql::snippet(ecto, &config(tenant), adapter(dialect)).into_iter().map(|statement| statement.sql).collect()
}

fn config(tenant: bool) -> Config {
    Config { prefix: tenant.then(|| TENANT_PLACEHOLDER.to_owned()), ..Config::default() }
}

fn adapter(dialect: Dialect) -> Adapter {
    match dialect {
        Dialect::Postgres => Adapter::Postgres,
        Dialect::Sqlite => Adapter::Sqlite,
    }
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
