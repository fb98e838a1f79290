//! The state of one run, and what both generators do with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::folders::{self, join};
use super::outcome::{ExtensionChanges, Fact, Failure, GeneratedFile, Message, Outcome, RepoChanges};
use super::tree::{Text, Tree};
use super::{FileChange, Input, RepoInfo, Timestamp};
use crate::diff::Dialogue;
use crate::plan::Review;
use crate::snapshot::json::{Dialect, ReadError, Stored};

/// A run under way.
pub(super) struct Run<'a> {
    pub input: &'a Input<'a>,
    pub tree: Tree<'a>,
    pub dialogue: Dialogue,
    pub files: Vec<GeneratedFile>,
    pub messages: Vec<Message>,
    pub repos: Vec<RepoChanges>,
    /// Extension migrations that are not made, and why.
    pub left_out: Vec<String>,
    pub extensions: Vec<ExtensionChanges>,
    pub assumed: Vec<Fact>,
    pub unresolved: Vec<Fact>,
    /// Files that are generated, but left as they are.
    pub kept: BTreeSet<String>,
    unreadable: Vec<ReadError>,
    next_timestamp: Timestamp,
}

/// What there is of a table's stored snapshot.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Existing {
    Missing,
    Here(Box<Stored>),
    /// Nothing can be said about the table.
    Unreadable,
}

impl Existing {
    pub fn stored(self) -> Option<Stored> {
        match self {
            Existing::Here(stored) => Some(*stored),
            Existing::Missing | Existing::Unreadable => None,
        }
    }
}

const NOTHING: &str = "No changes detected, so no migrations or snapshots have been created.";

impl<'a> Run<'a> {
    pub fn new(input: &'a Input<'a>) -> Run<'a> {
        Run {
            input,
            tree: Tree::new(input.files),
            dialogue: Dialogue::new(input.answers, input.options.check),
            files: Vec::new(),
            messages: Vec::new(),
            repos: Vec::new(),
            left_out: Vec::new(),
            extensions: Vec::new(),
            assumed: Vec::new(),
            unresolved: Vec::new(),
            kept: BTreeSet::new(),
            unreadable: Vec::new(),
            next_timestamp: input.first_timestamp.clone(),
        }
    }

    /// Fails when something is to be written into the folder of a table whose name is no name of a folder.
    pub fn check_folder(&self, table: &str) -> Result<(), Failure> {
        let looks_only = self.input.options.dry_run || self.input.options.check;
        match folders::refused_name(table).filter(|_| !looks_only) {
            Some(reason) => Err(Failure::Unknown(reason)),
            None => Ok(()),
        }
    }

    /// A new stamp with every call.
    pub fn timestamp(&mut self) -> String {
        let stamp = self.next_timestamp.clone();
        self.next_timestamp = stamp.next();
        stamp.to_string()
    }

    pub fn inform(&mut self, text: impl Into<String>) {
        self.messages.push(Message { error: false, text: text.into() });
    }

    /// Reads a snapshot file. One that cannot be read is noted.
    pub fn snapshot(&mut self, path: &str, dialect: Dialect) -> Existing {
        let result = match self.tree.text(path) {
            Text::Missing => return Existing::Missing,
            Text::Unread => Arc::new(Err(ReadError {
                path: path.to_owned(),
                line: 1,
                problem: "the file could not be read".to_owned(),
            })),
            Text::Here(text) => self.input.cache.read(path, &text, dialect),
        };
        match &*result {
            Ok(stored) => Existing::Here(Box::new(stored.clone())),
            Err(error) => {
                if !self.unreadable.contains(error) {
                    self.unreadable.push(error.clone());
                }
                Existing::Unreadable
            }
        }
    }

    /// Reads the snapshot files that will be asked for, on all processors.
    pub fn read_ahead<'p>(&self, paths: impl Iterator<Item = &'p String>, dialect: Dialect) {
        let files = paths.filter_map(|path| match self.tree.text(path) {
            Text::Here(text) => Some((path.clone(), text)),
            Text::Missing | Text::Unread => None,
        });
        self.input.cache.read_ahead(&files.collect::<Vec<_>>(), dialect);
    }

    /// The newest snapshot in `folder`, with `--dev` one of the dev snapshots too.
    pub fn newest(&self, folder: &str) -> Option<String> {
        let dev = self.input.options.dev;
        let stamped = self.tree.entries(folder).filter(|name| {
            let stamp = name.strip_suffix(".json").unwrap_or_default();
            let stamp = if dev { stamp.strip_suffix("_dev").unwrap_or(stamp) } else { stamp };
            stamp.len() == 14 && stamp.bytes().all(|byte| byte.is_ascii_digit())
        });
        stamped.max().map(|name| join(folder, name))
    }

    /// Formats the text of a migration unless that is not wanted.
    pub fn formatted(&self, dialect: Dialect, path: &str, text: String) -> Result<String, Failure> {
        if self.input.options.no_format {
            return Ok(text);
        }
        (self.input.format)(dialect, path, &text).map_err(|message| Failure::raised("SyntaxError", message))
    }

    /// The same for a migration of tables, whose generators say more when its text is no Elixir.
    pub fn formatted_migration(&self, dialect: Dialect, path: &str, text: String) -> Result<String, Failure> {
        let lines = numbered(&text);
        self.formatted(dialect, path, text).map_err(|failure| {
            Failure::raised(
                "RuntimeError",
                format!(
                    "Exception while formatting generated code:\n{failure}\n\nCode:\n\n{lines}\n\nTo generate it \
                     unformatted anyway, but manually fix it, use the `--no-format` option.\n"
                ),
            )
        })
    }

    /// `require_name!/1`; `task` is the generator's mix task.
    pub fn require_name(&self, task: &str) -> Result<(), Failure> {
        let options = self.input.options;
        let optional = options.dry_run
            || options.check
            || options.dev
            || options.auto_name
            || (options.snapshots_only && task.starts_with("ash_postgres"));
        if options.name.is_some() || optional {
            return Ok(());
        }
        Err(Failure::raised(
            "RuntimeError",
            format!(
                "Name must be provided when generating migrations, unless `--dry-run` or `--check` or `--dev` is also \
                 provided.\n\nPlease provide a name. for example:\n\n    mix {task} <name> ...args\n"
            ),
        ))
    }

    /// Migrations in `folder` that were made with `--dev`, when this run replaces them.
    pub fn dev_migrations(&mut self, folder: &str) -> Result<Vec<String>, Failure> {
        if self.input.options.dev {
            return Ok(Vec::new());
        }
        let names = self.tree.names(folder).into_iter().filter(|name| name.contains("_dev.exs"));
        let paths: Vec<String> = names.map(|name| join(folder, &name)).collect();
        if self.input.options.check && !paths.is_empty() {
            let text = "Codegen check failed.\n\nYou have migrations remaining that were generated with the --dev \
                        flag.\n\nRun `mix ash.codegen <name>` to remove the dev migrations and replace them\nwith \
                        production-ready migrations.\n";
            self.messages.push(Message { error: true, text: text.to_owned() });
            return Err(Failure::DevMigrationsLeft);
        }
        Ok(paths)
    }

    /// Deletes the dev snapshots in a table's folder.
    pub fn delete_dev_snapshots(&mut self, folder: &str) {
        for name in self.tree.names(folder).into_iter().filter(|name| name.contains("_dev.json")) {
            self.tree.delete(&join(folder, &name));
        }
    }

    /// Goes on without the extension migration of `repo` when that is wanted, else fails with the reason.
    pub fn leave_out(
        &mut self,
        repo: &RepoInfo,
        names: Vec<String>,
        reason: String,
    ) -> Result<Vec<GeneratedFile>, Failure> {
        if !self.input.options.skip_extensions {
            return Err(Failure::Unknown(reason));
        }
        self.left_out.push(reason.clone());
        let (repo, dialect) = (repo.module.clone(), repo.dialect);
        self.extensions.push(ExtensionChanges { repo, dialect, names, migration: Err(reason) });
        Ok(Vec::new())
    }

    pub fn repo(&self, module: &str, dialect: Dialect) -> RepoInfo {
        let known = self.input.repos.iter().find(|repo| repo.module == module && repo.dialect == dialect);
        known.cloned().unwrap_or_else(|| RepoInfo { listed: false, ..RepoInfo::new(module, dialect) })
    }

    /// The end of a generator: its messages about `files`. `review` is `None` for a generator that does not warn.
    pub fn finish(
        &mut self,
        files: Vec<GeneratedFile>,
        review: Option<Review>,
        nothing_more: &str,
    ) -> Result<(), Failure> {
        let options = self.input.options;
        if !self.is_certain() {
            self.files.extend(files);
            return Ok(());
        }
        if files.is_empty() {
            if !options.check || options.dry_run {
                self.inform(format!("{NOTHING}{nothing_more}"));
            }
            return Ok(());
        }
        if let Some(review) = review.filter(|_| !options.check && !options.quiet) {
            review.messages().into_iter().for_each(|text| self.inform(text));
        }
        let count = files.len();
        let mut sorted: Vec<&GeneratedFile> = files.iter().collect();
        sorted.sort_by(|left, right| left.path.cmp(&right.path));
        let listing: Vec<String> = sorted.iter().map(|file| format!("{}\n{}", file.path, file.text)).collect();
        self.files.extend(files.iter().cloned());
        if options.check {
            return Err(Failure::Pending { files: count });
        }
        if options.dry_run {
            self.inform(listing.join("\n\n"));
            return Ok(());
        }
        for file in files {
            self.inform(format!("* creating {}", file.path));
            if self.kept.contains(&file.path) {
                self.inform(format!("* skipping {}", file.path));
                continue;
            }
            self.tree.write(&file.path, file.text);
        }
        Ok(())
    }

    /// Whether all questions are answered, all files are read and all facts are known. Nothing is printed or written
    /// otherwise.
    fn is_certain(&self) -> bool {
        let known = self.input.options.assume_unchanged || (self.input.unknown.is_empty() && self.assumed.is_empty());
        known && self.unresolved.is_empty() && self.dialogue.open.is_empty() && self.unreadable.is_empty()
    }

    pub fn into_outcome(self, failure: Option<Failure>) -> Outcome {
        let options = self.input.options;
        let written = failure.is_none() && self.is_certain() && !options.check && !options.dry_run;
        let certain = self.is_certain();
        Outcome {
            files: self.files,
            changes: if written { self.tree.changes } else { Vec::<FileChange>::new() },
            messages: self.messages,
            exchanges: self.dialogue.exchanges,
            open: self.dialogue.open,
            repos: self.repos,
            unreadable: self.unreadable,
            left_out: self.left_out,
            extensions: self.extensions,
            assumed: self.assumed,
            unresolved: self.unresolved,
            unknown: self.input.unknown.to_vec(),
            certain,
            failure,
        }
    }
}

/// `add_line_numbers/1`.
fn numbered(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let digits = lines.len().to_string().len();
    let lines: Vec<String> = lines.iter().enumerate().map(|(at, line)| format!("{at:<digits$} | {line}")).collect();
    lines.join("\n")
}
