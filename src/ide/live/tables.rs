//! What is pending on each table, recomputed for the tables that a change touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::codegen::{self, Fact, Options, Outcome, RepoInfo, Timestamp};
use crate::diff::operation::Change;
use crate::diff::{Answers, Question, Subject, TableName};
use crate::pending::{self, PendingOperation, ProjectState, Request, dialect};
use crate::render::sql::SqlError;
use crate::resource::DesiredSnapshot;
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
    /// The tables of each resource.
    of_resource: BTreeMap<String, BTreeSet<TableKey>>,
    /// The SQL of stored columns by the path of the snapshot, with the text they were read from.
    columns: Mutex<BTreeMap<String, KeptColumns>>,
    /// Drops, renames and moves of tables: questions that need all of them.
    pub project_questions: Vec<Question>,
    /// Renames that the editor has made: what the generator is told when it asks.
    pub intents: Answers,
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
}

impl Tables {
    /// What is pending on the tables of a resource.
    pub fn of_resource<'a>(&'a self, module: &str) -> impl Iterator<Item = &'a Arc<TablePending>> + use<'a> {
        self.of_resource.get(module).into_iter().flatten().filter_map(|key| self.pending.get(key))
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
        let mut of_resource: BTreeMap<String, BTreeSet<TableKey>> = BTreeMap::new();
        for desired in state.project.desired().filter(|desired| desired.managed) {
            of_resource.entry(desired.resource.clone()).or_default().insert(TableKey::of(&desired.snapshot));
        }
        let mut touched: BTreeSet<TableKey> = BTreeSet::new();
        for module in state.project.changed() {
            for tables in [self.of_resource.get(module), of_resource.get(module)].into_iter().flatten() {
                touched.extend(tables.iter().cloned());
            }
        }
        let known: BTreeSet<&TableKey> = of_resource.values().flatten().collect();
        let same_tables = self.of_resource.values().flatten().collect::<BTreeSet<_>>() == known;
        let all = everything || !generated.is_empty() || !same_tables;
        if all {
            touched = known.into_iter().cloned().chain(self.of_resource.values().flatten().cloned()).collect();
        }
        self.of_resource = of_resource;
        if touched.is_empty() {
            return touched;
        }
        match all {
            true => self.run(state, None),
            false => self.run(state, Some(&touched)),
        }
        touched
    }

    /// Runs the generator over some tables, or over all.
    fn run(&mut self, state: &ProjectState, only: Option<&BTreeSet<TableKey>>) {
        let (repos, _) = codegen::repo_infos(&state.project);
        let (options, answers) = (Options { skip_extensions: true, ..preview_options() }, self.intents.clone());
        let outcome = match only {
            None => state.run(request(&options, &answers, None)),
            Some(only) => {
                let (resources, files) = surroundings(state, only, &repos, &options);
                state.run_over(&files, request(&options, &answers, Some(&resources)))
            }
        };
        let mut results: BTreeMap<TableKey, TablePending> = match only {
            None => {
                self.pending.clear();
                self.of_resource.values().flatten().map(|key| (key.clone(), TablePending::default())).collect()
            }
            Some(only) => only.iter().map(|key| (key.clone(), TablePending::default())).collect(),
        };
        collect(&outcome, state, &mut results);
        if only.is_none() {
            let of_tables = |question: &&Question| column_table(&question.subject).is_none();
            self.project_questions = outcome.open.iter().filter(of_tables).cloned().collect();
        }
        let existing: BTreeSet<&TableKey> = self.of_resource.values().flatten().collect();
        for (key, result) in results {
            match existing.contains(&key) {
                true => drop(self.pending.insert(key, Arc::new(result))),
                false => drop(self.pending.remove(&key)),
            }
        }
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

/// Definitions of columns by name: `"title" text NOT NULL`.
pub(super) type Columns = BTreeMap<String, String>;

fn preview_options() -> Options {
    Options { auto_name: true, assume_unchanged: true, no_format: true, quiet: true, ..Options::default() }
}

fn request<'a>(options: &'a Options, answers: &'a Answers, resources: Option<&'a BTreeSet<String>>) -> Request<'a> {
    Request { options, answers, first_timestamp: &STAMP, resources }
}

type Generated = BTreeMap<String, Option<Arc<str>>>;

/// The resources of some tables and of the tables those refer to, and the files of their snapshots: with these alone the
/// generator comes to the same operations.
fn surroundings(
    state: &ProjectState,
    only: &BTreeSet<TableKey>,
    repos: &[RepoInfo],
    options: &Options,
) -> (BTreeSet<String>, Generated) {
    let mut referred: BTreeSet<(&str, &str)> = BTreeSet::new();
    for desired in state.project.desired().filter(|desired| only.contains(&TableKey::of(&desired.snapshot))) {
        let references = desired.snapshot.attributes.iter().filter_map(|attribute| attribute.references.as_ref());
        referred.extend(references.map(|reference| (desired.snapshot.repo.as_str(), reference.table.as_str())));
    }
    let (mut resources, mut files) = (BTreeSet::new(), Generated::new());
    for desired in state.project.desired() {
        let snapshot = &desired.snapshot;
        let near = only.contains(&TableKey::of(snapshot))
            || referred.contains(&(snapshot.repo.as_str(), snapshot.table.as_str()));
        if !near {
            continue;
        }
        resources.insert(desired.resource.clone());
        let Some(repo) = repos.iter().find(|repo| repo.module == snapshot.repo) else { continue };
        if let Some(path) = codegen::newest_snapshot_path(repo, snapshot, state.generated(), options)
            && let Some(contents) = state.generated().get(&path)
        {
            files.insert(path, contents.clone());
        }
    }
    (resources, files)
}

/// Sorts what a run found to its tables.
fn collect(outcome: &Outcome, state: &ProjectState, results: &mut BTreeMap<TableKey, TablePending>) {
    for repo in pending::view(outcome, &state.project) {
        let blocks = &repo.blocks;
        for (index, operation) in repo.operations.into_iter().enumerate() {
            let on = &operation.operation.on;
            let key = |tenant: bool| TableKey {
                repo: repo.repo.clone(),
                schema: on.schema.clone(),
                table: on.table.clone(),
                tenant,
            };
            // A tenant table with `global?` is in the public schema, too.
            let own = if results.contains_key(&key(repo.tenant)) { repo.tenant } else { !repo.tenant };
            let Some(result) = results.get_mut(&key(own)) else { continue };
            let block = blocks.iter().find(|block| block.operations.contains(&index));
            let (ecto, sql) = match (block, &operation.operation.change) {
                (Some(block), Change::CreateTable { .. }) => (block.ecto.clone(), block.sql.clone()),
                (block, _) => {
                    let (ecto, sql) = pending::alone(&operation.operation, repo.dialect, repo.tenant);
                    let created = block.is_some_and(|block| block.ecto.starts_with("create table"));
                    if created { (ecto, sql.into_iter().map(in_new_table).collect()) } else { (ecto, sql) }
                }
            };
            // What only the way back needs has no text of its own, and what is merged into a new table is part of that.
            let creates =
                matches!(operation.operation.change, Change::CreateTable { .. } | Change::AddAttribute { .. });
            let merged = !creates && block.is_some_and(|block| block.ecto.starts_with("create table"));
            if !ecto.trim().is_empty() && !merged {
                result.operations.push(Planned { operation, ecto, sql });
            }
        }
    }
    for question in &outcome.open {
        let Some(table) = column_table(&question.subject) else { continue };
        for (key, result) in results.iter_mut() {
            if key.table == table.table && key.schema == table.schema {
                result.questions.push(question.clone());
            }
        }
    }
    let desired: Vec<&DesiredSnapshot> = state.project.desired().collect();
    let owner = |fact: &Fact| desired.get(fact.cause).copied();
    for fact in &outcome.unresolved {
        let Some(desired) = owner(fact) else { continue };
        if let Some(result) = results.get_mut(&TableKey::of(&desired.snapshot)) {
            result.unresolved.insert((desired.resource.clone(), fact.path.clone()));
        }
    }
    for error in &outcome.unreadable {
        for (key, result) in results.iter_mut() {
            let folder = error.path.rsplit('/').nth(1).unwrap_or_default();
            if folder == key.table || folder.ends_with(&format!(".{}", key.table)) {
                result.unreadable.push(error.to_string());
            }
        }
    }
    if let Some(failure) = outcome.failure.as_ref().filter(|_| results.len() == 1) {
        for result in results.values_mut() {
            result.failure = Some(failure.to_string());
        }
    }
}

/// A column of a table that is created is a part of that statement.
fn in_new_table(sql: Result<String, SqlError>) -> Result<String, SqlError> {
    sql.map(|sql| match sql.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN ")) {
        Some((table, definition)) => {
            let definition = definition.split(", ADD ").next().unwrap_or(definition);
            format!("CREATE TABLE {table} (… {definition} …)")
        }
        None => sql,
    })
}

/// The table of a question about columns; the others are about the project's tables as a whole.
fn column_table(subject: &Subject) -> Option<&TableName> {
    match subject {
        Subject::RenameColumn { table, .. }
        | Subject::NewColumnName { table, .. }
        | Subject::PrimaryKey { table, .. } => Some(table),
        _ => None,
    }
}

/// Each column of a stored table as `ALTER TABLE … ADD COLUMN` would define it.
fn definitions(stored: &Stored, dialect: Dialect) -> Columns {
    use crate::diff::operation::{Operation, TableContext};
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
    snapshot.attributes.iter().filter_map(define).collect()
}
