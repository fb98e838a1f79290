//! The pending changes cut into pieces, in the order in which they run.

use crate::cli::pending::Pending;
use crate::cli::unknown::UnknownFact;
use crate::codegen::ExtensionChanges;
use crate::diff::TableName;
use crate::diff::operation::Direction;
use crate::hazard::Finding;
use crate::pending::{Block, PendingOperation, PendingRepo, migration_sql};
use crate::render::sql::SqlError;

/// One block of a migration, or the installation of extensions.
pub struct Piece<'a> {
    pub repo: &'a str,
    /// Runs once for each tenant.
    pub tenant: bool,
    /// `None` for extensions.
    pub table: Option<TableName>,
    pub what: What<'a>,
    pub ecto: String,
    pub statements: Vec<Shown>,
    /// Which file of its repo it goes to.
    migration: usize,
    /// The file runs outside of a transaction.
    pub without_transaction: bool,
    /// Facts that the statements depend on and that are not known. What is shown then holds placeholders.
    pub doubts: Vec<&'a UnknownFact>,
    pub direction: Direction,
}

/// A statement, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Runs(String),
    /// What stands before it in the file fails.
    NotReached(String),
    /// Ecto or the adapter raises this message.
    Fails(String),
    /// It depends on something that is not known. Holds the reason.
    Unknown(String),
}

/// What a piece does.
pub enum What<'a> {
    Operations(Vec<&'a PendingOperation>),
    /// Installs or upgrades extensions.
    Extensions(&'a ExtensionChanges),
}

/// What is wanted; everything when empty.
pub struct Filter {
    /// With or without a schema.
    pub tables: Vec<String>,
    /// Module names.
    pub resources: Vec<String>,
}

/// All pieces.
pub fn pieces<'a>(pending: &'a Pending, filter: &Filter) -> Vec<Piece<'a>> {
    let extensions = pending.outcome.extensions.iter().map(|extensions| of_extensions(extensions, pending));
    let blocks = pending.repos.iter().flat_map(|repo| repo.blocks.iter().map(|block| of_block(repo, block, pending)));
    let mut pieces: Vec<Piece<'a>> = match pending.direction {
        Direction::Up => extensions.chain(blocks).collect(),
        Direction::Down => blocks.chain(extensions).collect(),
    };
    // One repo after the other, in the order in which the generators come to them.
    let mut repos: Vec<&str> = Vec::new();
    for piece in &pieces {
        if !repos.contains(&piece.repo) {
            repos.push(piece.repo);
        }
    }
    let up = pending.direction == Direction::Up;
    pieces.sort_by_key(|piece| (repos.iter().position(|repo| *repo == piece.repo), piece.tenant == up));
    stop_at_failures(&mut pieces);
    pieces.retain(|piece| filter.wants(piece));
    pieces
}

/// A migration stops at its first failure.
fn stop_at_failures(pieces: &mut [Piece<'_>]) {
    for file in pieces.chunk_by_mut(|a, b| (a.repo, a.tenant, a.migration) == (b.repo, b.tenant, b.migration)) {
        let mut failed = false;
        for statement in file.iter_mut().flat_map(|piece| &mut piece.statements) {
            match statement {
                Shown::Runs(sql) if failed => *statement = Shown::NotReached(std::mem::take(sql)),
                Shown::Fails(_) => failed = true,
                _ => {}
            }
        }
    }
}

fn shown(sql: &[Result<String, SqlError>]) -> Vec<Shown> {
    let shown = sql.iter().map(|statement| match statement {
        Ok(sql) => Shown::Runs(sql.clone()),
        Err(SqlError::Raised { message }) => Shown::Fails(message.clone()),
        Err(SqlError::Unknown { reason }) => Shown::Unknown(reason.clone()),
    });
    shown.collect()
}

fn of_block<'a>(repo: &'a PendingRepo, block: &Block, pending: &'a Pending) -> Piece<'a> {
    let operations: Vec<&PendingOperation> = block.operations.iter().map(|index| &repo.operations[*index]).collect();
    let mut doubts: Vec<&UnknownFact> = Vec::new();
    for fact in operations.iter().flat_map(|operation| pending.doubts(operation)) {
        if !doubts.contains(&fact) {
            doubts.push(fact);
        }
    }
    let on = operations.first().map(|operation| &operation.operation.on);
    Piece {
        repo: &repo.repo,
        tenant: block.tenant,
        table: on.map(|on| TableName::new(&on.table, on.schema.as_deref())),
        what: What::Operations(operations),
        ecto: block.ecto.clone(),
        statements: shown(&block.sql),
        migration: block.migration + 1,
        without_transaction: block.without_transaction,
        doubts,
        direction: pending.direction,
    }
}

fn of_extensions<'a>(extensions: &'a ExtensionChanges, pending: &'a Pending) -> Piece<'a> {
    let path = extensions.migration.as_ref().ok();
    let file = path.and_then(|path| pending.outcome.files.iter().find(|file| file.path == *path));
    let sql = match file.map(|file| migration_sql(&file.text, extensions.dialect, false)) {
        Some(Ok([up, _])) if pending.direction == Direction::Up => up,
        Some(Ok([_, down])) => down,
        Some(Err(error)) => vec![Err(SqlError::Unknown { reason: error.reason })],
        None => Vec::new(),
    };
    Piece {
        repo: &extensions.repo,
        tenant: false,
        table: None,
        what: What::Extensions(extensions),
        ecto: file.map(|file| file.text.trim_end().to_owned()).unwrap_or_default(),
        statements: shown(&sql),
        migration: 0,
        without_transaction: false,
        doubts: Vec::new(),
        direction: pending.direction,
    }
}

impl Piece<'_> {
    pub fn operations(&self) -> &[&PendingOperation] {
        match &self.what {
            What::Operations(operations) => operations,
            What::Extensions(_) => &[],
        }
    }

    /// Why parts of it may not be changes at all, each once.
    pub fn uncertain(&self) -> Vec<&String> {
        let mut reasons: Vec<&String> = Vec::new();
        for reason in self.operations().iter().flat_map(|operation| &operation.doubts) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    /// What endangers the shown direction, each once.
    pub fn findings(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = Vec::new();
        for finding in self.operations().iter().flat_map(|operation| &operation.findings) {
            if finding.direction == self.direction && !findings.contains(&finding) {
                findings.push(finding);
            }
        }
        findings
    }
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.resources.is_empty()
    }

    fn wants(&self, piece: &Piece<'_>) -> bool {
        let table = piece.table.as_ref().is_some_and(|table| self.tables.iter().any(|name| table.is(name)));
        let resource = |operation: &&PendingOperation| {
            operation.resources.iter().any(|module| self.resources.iter().any(|name| is_module(module, name)))
        };
        self.is_empty() || table || piece.operations().iter().any(resource)
    }
}

/// Whether `name` means `module`: in full, or its last parts.
fn is_module(module: &str, name: &str) -> bool {
    let name = name.trim_start_matches("Elixir.");
    module.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
