//! A run of `AshPostgres.MigrationGenerator` (2.12.0).

mod extensions;
mod repo;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use super::DeclaredTable;
use super::assume::settled;
use super::outcome::{Failure, GeneratedFile};
use super::run::Run;
use crate::diff::TableName;
use crate::diff::postgres::Declared;
use crate::plan::Review;
use crate::snapshot::json::Dialect;
use crate::snapshot::{Multitenancy, Snapshot, Strategy};

const TASK: &str = "ash_postgres.generate_migrations";

/// `generate/2`.
pub(super) fn generate(run: &mut Run<'_>) -> Result<(), Failure> {
    let declared = settled(run, Dialect::Postgres, &mut |run, snapshot| {
        let repo = run.repo(&snapshot.repo, Dialect::Postgres);
        let tenant = snapshot.multitenancy.strategy == Some(Strategy::Context);
        let name = TableName::new(&snapshot.table, snapshot.schema.as_deref());
        stored::existing(run, &repo, tenant, &name)
    });
    let (managed, unmanaged): (Vec<_>, Vec<_>) = declared.into_iter().partition(|table| table.managed);
    let any_unmanaged = !unmanaged.is_empty();
    let [tenant, public] = by_schema(managed);
    let [unmanaged_tenant, unmanaged_public] = by_schema(unmanaged);

    let mut repos: Vec<String> = Vec::new();
    let listed = run.input.repos.iter().filter(|repo| repo.listed && repo.dialect == Dialect::Postgres);
    let of_tables = public.iter().chain(&tenant).map(|table| &table.snapshot.repo);
    for repo in of_tables.chain(listed.map(|repo| &repo.module)) {
        if !repos.contains(repo) {
            repos.push(repo.clone());
        }
    }

    let mut files = Vec::new();
    for repo in &repos {
        files.extend(extensions::migration(run, repo)?);
    }
    // Only the tenants' half looks at them.
    let publicly_declared: Vec<Snapshot> =
        public.iter().filter(|_| !tenant.is_empty()).map(|table| table.snapshot.clone()).collect();
    let mut review = Review::default();
    for (tables, others, unmanaged, is_tenant) in
        [(tenant, publicly_declared, unmanaged_tenant, true), (public, Vec::new(), unmanaged_public, false)]
    {
        let mut by_repo: BTreeMap<String, Vec<Declared>> = BTreeMap::new();
        for table in tables {
            match by_repo.get_mut(&table.snapshot.repo) {
                Some(tables) => tables.push(table),
                None => drop(by_repo.insert(table.snapshot.repo.clone(), vec![table])),
            }
        }
        for (repo, declared) in by_repo {
            let half = Half {
                declared,
                others: &others,
                unmanaged: unmanaged
                    .iter()
                    .filter(|table| table.snapshot.repo == repo)
                    .map(|table| TableName::new(&table.snapshot.table, table.snapshot.schema.as_deref()))
                    .collect(),
                tenant: is_tenant,
            };
            let (made, repo_review) = repo::changes(run, &repo, half)?;
            files.extend(made);
            review = review.and(repo_review);
        }
    }

    let skipped = if any_unmanaged { SKIPPED } else { "" };
    run.finish(files, Some(review), skipped)
}

/// What goes to the tenants of one repo, or to its public schema.
struct Half<'a> {
    declared: Vec<Declared>,
    /// What the public schema declares, when this is the tenants' half.
    others: &'a [Snapshot],
    /// Tables of resources with `migrate? false`.
    unmanaged: BTreeSet<TableName>,
    tenant: bool,
}

/// Those of the tenants first. What the tenants share with the public schema is in both.
fn by_schema(tables: Vec<DeclaredTable>) -> [Vec<Declared>; 2] {
    let declared = tables.into_iter().map(|table| Declared { snapshot: table.snapshot, cause: table.cause });
    let (tenant, mut public): (Vec<Declared>, Vec<Declared>) =
        declared.partition(|table| table.snapshot.multitenancy.strategy == Some(Strategy::Context));
    let shared = tenant.iter().filter(|table| table.snapshot.multitenancy.global == Some(true));
    public.extend(shared.map(|table| Declared {
        snapshot: Snapshot { multitenancy: Multitenancy::default(), ..table.snapshot.clone() },
        cause: table.cause,
    }));
    [tenant, public]
}

const SKIPPED: &str = "

Note: Some resources have `migrate?` set to `false` and were skipped.

If you expected migrations to be generated for them, remove `migrate?(false)`
from their `postgres` block. Resources generated with `mix ash_postgres.gen.resources
--no-migrations` have `migrate?` set to `false` by default.
";

/// A new file.
fn file(path: String, text: String) -> GeneratedFile {
    GeneratedFile { path, text }
}
