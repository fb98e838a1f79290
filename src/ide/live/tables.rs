//! What is pending on each table, recomputed for the tables that a change touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::intents::Intents;
use super::results::{collect, column_table};
use crate::codegen::{self, Options, Outcome, RepoInfo, Timestamp};
use crate::diff::operation::{Change, Operation, TableContext};
use crate::diff::{Answers, Question};
use crate::pending::{self, PendingOperation, ProjectState, Request, dialect};
use crate::render::sql::SqlError;
use crate::resource::{DesiredSnapshot, index_name};
use crate::snapshot::json::{Dialect, Stored, read};
use crate::snapshot::{Snapshot, Strategy};

/// Names a table of one repo.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TableKey {
    pub repo: String,
    pub schema: Option<String>,
    pub table: String,
    pub tenant: bool,
}

/// A pending operation with its own text.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub operation: PendingOperation,
    pub ecto: String,
    pub sql: Vec<Result<String, SqlError>>,
}

/// What is pending on one table.
#[derive(Debug, Clone, Default)]
pub(super) struct TablePending {
    pub operations: Vec<Planned>,
    pub questions: Vec<Question>,
    /// Questions about columns that a noted rename has answered.
    pub settled: Vec<Question>,
    /// Paths of facts that neither the source nor the snapshot says, by resource.
    pub unresolved: BTreeSet<(String, String)>,
    /// Why the newest snapshot cannot be read.
    pub unreadable: Vec<String>,
    /// Why the generator fails.
    pub failure: Option<String>,
}

/// All tables of a project.
#[derive(Default)]
pub(super) struct Tables {
    pending: BTreeMap<TableKey, Arc<TablePending>>,
    /// The tables of each resource that migrations are written for.
    of_resource: BTreeMap<String, BTreeSet<TableKey>>,
    /// The resources of each table, the other way round.
    resources: BTreeMap<TableKey, BTreeSet<String>>,
    /// The SQL of stored columns by the path of the snapshot, with the text they were read from.
    columns: Mutex<BTreeMap<String, KeptColumns>>,
    /// Drops, renames and moves of tables: questions that need all of them.
    pub project_questions: Vec<Question>,
    /// Renames that are meant: what the generator is told when it asks.
    pub intents: Intents,
}

/// Any stamp: no file is written.
static STAMP: LazyLock<Timestamp> = LazyLock::new(|| Timestamp::from_unix(0));

impl TableKey {
    pub fn of(snapshot: &Snapshot) -> TableKey {
        TableKey {
            repo: snapshot.repo.clone(),
            schema: snapshot.schema.clone(),
            table: snapshot.table.clone(),
            tenant: snapshot.multitenancy.strategy == Some(Strategy::Context),
        }
    }

    fn is_of(&self, snapshot: &Snapshot) -> bool {
        self.table == snapshot.table
            && self.schema == snapshot.schema
            && self.repo == snapshot.repo
            && self.tenant == (snapshot.multitenancy.strategy == Some(Strategy::Context))
    }
}

impl Tables {
    /// What is pending on the tables of a resource.
    pub fn of_resource<'a>(&'a self, module: &str) -> impl Iterator<Item = &'a Arc<TablePending>> + use<'a> {
        self.of_resource.get(module).into_iter().flatten().filter_map(|key| self.pending.get(key))
    }

    /// The operations on a table.
    pub fn pending_on<'a>(&'a self, table: &TableKey) -> impl Iterator<Item = &'a Planned> + use<'a> {
        self.pending.get(table).into_iter().flat_map(|pending| &pending.operations)
    }

    /// The resources that share a table with `module`, itself among them, and the names of those tables.
    pub fn together_with(&self, module: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let own = self.of_resource.get(module).cloned().unwrap_or_default();
        let sharing = self.of_resource.iter().filter(|(_, tables)| !tables.is_disjoint(&own));
        let resources = sharing.map(|(resource, _)| resource.clone()).chain([module.to_owned()]).collect();
        (resources, own.into_iter().map(|key| key.table).collect())
    }

    /// Recomputes what the last refresh of the project and the changed generated files touch (or everything), and
    /// returns the tables whose result may be another one.
    pub fn refresh(
        &mut self,
        state: &ProjectState,
        generated: &BTreeSet<String>,
        everything: bool,
    ) -> BTreeSet<TableKey> {
        let mut touched: BTreeSet<TableKey> = BTreeSet::new();
        let mut same_tables = true;
        for module in state.project.changed() {
            let desired = state.project.desired_of(module).filter(|desired| desired.managed);
            let tables: BTreeSet<TableKey> = desired.map(|desired| TableKey::of(&desired.snapshot)).collect();
            touched.extend(tables.iter().chain(self.of_resource.get(module).into_iter().flatten()).cloned());
            same_tables &= self.assign(module, tables);
        }
        let all = everything || !generated.is_empty() || !same_tables;
        if all {
            touched.extend(self.resources.keys().cloned());
        }
        if touched.is_empty() {
            return touched;
        }
        match all {
            true => self.run(state, None),
            false => self.run(state, Some(&touched)),
        }
        touched
    }

    /// Notes the tables of a resource. Returns whether there are the same tables as before in the project.
    fn assign(&mut self, module: &str, tables: BTreeSet<TableKey>) -> bool {
        let old = self.of_resource.remove(module).unwrap_or_default();
        let mut same = true;
        for gone in old.difference(&tables) {
            if let Some(resources) = self.resources.get_mut(gone) {
                resources.remove(module);
                if resources.is_empty() {
                    self.resources.remove(gone);
                    same = false;
                }
            }
        }
        for new in tables.difference(&old) {
            let resources = self.resources.entry(new.clone()).or_default();
            same &= !resources.is_empty();
            resources.insert(module.to_owned());
        }
        if !tables.is_empty() {
            self.of_resource.insert(module.to_owned(), tables);
        }
        same
    }

    /// The resources that declare a table.
    pub fn resources_of(&self, table: &TableKey) -> impl Iterator<Item = &String> {
        self.resources.get(table).into_iter().flatten()
    }

    /// Runs the generator over some tables, or over all.
    fn run(&mut self, state: &ProjectState, only: Option<&BTreeSet<TableKey>>) {
        let (options, answers) = (preview_options(), self.intents.answers());
        let mut results = BTreeMap::new();
        match only {
            None => {
                self.pending.clear();
                let outcome = state.run(request(&options, &answers, None));
                let of_tables = |question: &&Question| column_table(&question.subject).is_none();
                self.project_questions = outcome.open.iter().filter(of_tables).cloned().collect();
                let all: Vec<TableKey> = self.resources.keys().cloned().collect();
                self.take(&outcome, &all, state, &mut results);
            }
            Some(only) => self.run_some(&Vec::from_iter(only.iter().cloned()), state, &mut results),
        }
        for (key, result) in results {
            match self.resources.contains_key(&key) {
                true => drop(self.pending.insert(key, Arc::new(result))),
                false => drop(self.pending.remove(&key)),
            }
        }
    }

    fn run_some(&self, tables: &[TableKey], state: &ProjectState, results: &mut BTreeMap<TableKey, TablePending>) {
        let (options, answers) = (preview_options(), self.intents.answers());
        let (repos, _) = codegen::repo_infos(&state.project);
        let (resources, files) = self.surroundings(state, tables, &repos, &options);
        let outcome = state.run_over(&files, request(&options, &answers, Some(&resources)));
        self.take(&outcome, tables, state, results);
    }

    /// Takes what a run over `tables` found. The generator stops at the first table that it refuses; the others are
    /// compared without it, so that one bad table does not hide what is pending on the rest.
    fn take(
        &self,
        outcome: &Outcome,
        tables: &[TableKey],
        state: &ProjectState,
        results: &mut BTreeMap<TableKey, TablePending>,
    ) {
        if outcome.failure.is_some() && tables.len() > 1 {
            let (first, second) = tables.split_at(tables.len() / 2);
            self.run_some(first, state, results);
            self.run_some(second, state, results);
            return;
        }
        let mut own = tables.iter().map(|key| (key.clone(), TablePending::default())).collect();
        collect(outcome, state, &mut own);
        results.append(&mut own);
    }

    /// The resources of some tables and of the tables those refer to, and the files of their snapshots: with these alone
    /// the generator comes to the same operations.
    fn surroundings(
        &self,
        state: &ProjectState,
        only: &[TableKey],
        repos: &[RepoInfo],
        options: &Options,
    ) -> (BTreeSet<String>, Generated) {
        let desired_of = |table: &TableKey| -> Vec<&DesiredSnapshot> {
            let desired = self.resources_of(table).flat_map(|module| state.project.desired_of(module));
            desired.filter(|desired| table.is_of(&desired.snapshot)).collect()
        };
        let mut near: BTreeSet<&TableKey> = only.iter().collect();
        for desired in only.iter().flat_map(desired_of) {
            let references = desired.snapshot.attributes.iter().filter_map(|attribute| attribute.references.as_ref());
            for reference in references {
                let referred =
                    |table: &&TableKey| table.table == reference.table && table.repo == desired.snapshot.repo;
                near.extend(self.resources.keys().filter(referred));
            }
        }
        let (mut resources, mut files) = (BTreeSet::new(), Generated::new());
        for desired in near.into_iter().flat_map(desired_of) {
            resources.insert(desired.resource.clone());
            let snapshot = &desired.snapshot;
            let Some(repo) = repos.iter().find(|repo| repo.module == snapshot.repo) else { continue };
            if let Some(path) = codegen::newest_snapshot_path(repo, snapshot, state.generated(), options)
                && let Some(contents) = state.generated().get(&path)
            {
                files.insert(path, contents.clone());
            }
        }
        (resources, files)
    }

    /// The columns of a table as its newest snapshot has them, as SQL. Kept for each text of the file.
    pub fn stored_columns(&self, state: &ProjectState, desired: &DesiredSnapshot) -> Arc<Columns> {
        let found = || {
            let (repos, _) = codegen::repo_infos(&state.project);
            let repo = repos.iter().find(|repo| repo.module == desired.snapshot.repo)?;
            let path = codegen::newest_snapshot_path(repo, &desired.snapshot, state.generated(), &Options::default())?;
            let text = state.generated().get(&path)?.clone()?;
            Some((path, text))
        };
        let Some((path, text)) = found() else { return Arc::default() };
        let mut cache = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, columns)) = cache.get(&path)
            && Arc::ptr_eq(known, &text)
        {
            return columns.clone();
        }
        let dialect = dialect(desired.database);
        let columns = read(&text, &path, dialect).map(|stored| definitions(&stored, dialect)).unwrap_or_default();
        let columns = Arc::new(columns);
        cache.insert(path, (text, columns.clone()));
        columns
    }
}

/// The text that columns were read from, and the columns.
type KeptColumns = (Arc<str>, Arc<Columns>);

/// Definitions of columns by name (`"title" text NOT NULL`), and statements by the paths of other declarations
/// (`identities.unique_title`).
pub(super) type Columns = BTreeMap<String, String>;

fn preview_options() -> Options {
    Options {
        auto_name: true,
        assume_unchanged: true,
        no_format: true,
        quiet: true,
        skip_extensions: true,
        lenient: true,
        ..Options::default()
    }
}

fn request<'a>(options: &'a Options, answers: &'a Answers, resources: Option<&'a BTreeSet<String>>) -> Request<'a> {
    Request { options, answers, first_timestamp: &STAMP, resources }
}

type Generated = BTreeMap<String, Option<Arc<str>>>;

/// Each column of a stored table as `ALTER TABLE … ADD COLUMN` would define it.
fn definitions(stored: &Stored, dialect: Dialect) -> Columns {
    let snapshot = &stored.snapshot;
    let on = TableContext {
        table: snapshot.table.clone(),
        schema: snapshot.schema.clone(),
        repo: snapshot.repo.clone(),
        multitenancy: snapshot.multitenancy.clone(),
        old_multitenancy: snapshot.multitenancy.clone(),
    };
    let tenant = snapshot.multitenancy.strategy == Some(Strategy::Context);
    let define = |attribute: &crate::snapshot::Attribute| {
        let change = Change::AddAttribute { attribute: attribute.clone() };
        let (_, sql) = pending::alone(&Operation { on: on.clone(), change }, dialect, tenant);
        let sql = sql.into_iter().find_map(Result::ok)?;
        let definition = sql.split_once("ADD COLUMN ").map_or(sql.as_str(), |(_, definition)| definition);
        Some((attribute.source.clone(), definition.to_owned()))
    };
    let columns = snapshot.attributes.iter().filter_map(define);
    columns.chain(objects(stored, &on, dialect, tenant)).collect()
}

/// Each index and check constraint of a stored table as the statement that makes it, by the path of its declaration.
fn objects(stored: &Stored, on: &TableContext, dialect: Dialect, tenant: bool) -> Vec<(String, String)> {
    let snapshot = &stored.snapshot;
    let identities = snapshot.identities.iter().map(|identity| {
        let change = Change::AddUniqueIndex {
            identity: identity.clone(),
            insert_after_attribute_source: None,
            concurrently: false,
        };
        (format!("identities.{}", identity.name), change)
    });
    let indexes = snapshot.custom_indexes.iter().map(|index| {
        let name = index_name(&snapshot.table, index.name.as_deref(), &index.fields);
        let base_filter = snapshot.base_filter.clone();
        (format!("custom_indexes.{name}"), Change::AddCustomIndex { index: index.clone(), base_filter })
    });
    let checks = snapshot.check_constraints.iter().map(|constraint| {
        let change = Change::AddCheckConstraint { constraint: constraint.clone() };
        (format!("check_constraints.{}", constraint.name), change)
    });
    let objects = identities.chain(indexes).chain(checks);
    let sql = |(path, change)| {
        let (_, sql) = pending::alone(&Operation { on: on.clone(), change }, dialect, tenant);
        Some((path, sql.into_iter().find_map(Result::ok)?))
    };
    objects.filter_map(sql).collect()
}
