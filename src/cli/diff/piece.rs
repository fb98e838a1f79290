//! The pending changes cut into pieces, in the order in which they run.

use std::collections::BTreeSet;

use crate::cli::pending::{Pending, UnknownFact};
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

/// All pieces of `up`, or of `down`.
pub fn pieces<'a>(pending: &'a Pending, down: bool, filter: &Filter) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let of_extensions = |repo: &str| {
        let extensions = pending.outcome.extensions.iter().filter(move |extensions| extensions.repo == repo);
        extensions.map(|extensions| of_extensions(extensions, pending, down)).collect::<Vec<_>>()
    };
    let with_extensions = pending.outcome.extensions.iter().map(|extensions| extensions.repo.as_str());
    let with_changes = pending.repos.iter().map(|repo| repo.repo.as_str());
    let mut seen = BTreeSet::new();
    for repo in with_extensions.chain(with_changes).filter(|repo| seen.insert(*repo)) {
        pieces.extend(of_extensions(repo));
        pieces.extend(of_repos(pending, down).filter(|piece| piece.repo == repo));
    }
    if down {
        pieces.reverse();
    }
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

fn of_repos(pending: &Pending, down: bool) -> impl Iterator<Item = Piece<'_>> {
    let has_text = move |block: &&Block| !if down { &block.down_ecto } else { &block.ecto }.is_empty();
    pending.repos.iter().flat_map(move |repo| {
        repo.blocks.iter().filter(has_text).map(move |block| of_block(repo, block, pending, down))
    })
}

fn of_block<'a>(repo: &'a PendingRepo, block: &Block, pending: &'a Pending, down: bool) -> Piece<'a> {
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
        tenant: repo.tenant,
        table: on.map(|on| TableName::new(&on.table, on.schema.as_deref())),
        what: What::Operations(operations),
        ecto: if down { block.down_ecto.clone() } else { block.ecto.clone() },
        statements: shown(if down { &block.down_sql } else { &block.sql }),
        migration: block.migration + 1,
        without_transaction: block.without_transaction,
        doubts,
        direction: if down { Direction::Down } else { Direction::Up },
    }
}

fn of_extensions<'a>(extensions: &'a ExtensionChanges, pending: &'a Pending, down: bool) -> Piece<'a> {
    let path = extensions.migration.as_ref().ok();
    let file = path.and_then(|path| pending.outcome.files.iter().find(|file| file.path == *path));
    let sql = match file.map(|file| migration_sql(&file.text, extensions.dialect, false)) {
        Some(Ok([up, own_down])) => {
            if down {
                own_down
            } else {
                up
            }
        }
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
        direction: if down { Direction::Down } else { Direction::Up },
    }
}

impl Piece<'_> {
    pub fn operations(&self) -> &[&PendingOperation] {
        match &self.what {
            What::Operations(operations) => operations,
            What::Extensions(_) => &[],
        }
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
