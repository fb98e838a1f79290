//! `ashls codegen`: write the migration and the snapshots, as `mix ash.codegen` would.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::output::{self, FAINT, styled};
use super::project::{self, Loaded};
use super::questions::{AnswerArgs, ask, open_questions};
use super::{Failure, Outcome, database};
use crate::codegen::{self, FileChange, Options, Timestamp};
use crate::diff::QuestionKind;
use crate::migration::order::MigrationName;
use crate::pending::{order_notes, view};
use crate::project::paths::RENAMES_FILE;
use crate::workspace::lock::ProjectLock;
use crate::workspace::write::{self, FileChanges};

/// How long a second writer waits for the first.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Write the pending migration and snapshots, as mix ash.codegen would
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls codegen add_due_dates\n  ashls codegen --dev\n  ashls codegen --check\n  ashls codegen split_names --rename users.name:full_name\n  ashls codegen cleanup --drop old_things --keep audit_log"
)]
pub struct CodegenArgs {
    /// Name of the migration, path of the project, or both in this order
    #[arg(value_name = "NAME] [PATH", num_args = 0..=2)]
    positional: Vec<String>,
    /// Name of the migration
    #[arg(long, value_name = "NAME", conflicts_with = "auto_name")]
    name: Option<String>,
    /// Generate only for these domains (comma separated; default: the configured ash_domains)
    #[arg(long, value_name = "MODULES", value_delimiter = ',')]
    domains: Vec<String>,
    /// Folder of the snapshots
    #[arg(long, value_name = "FOLDER")]
    snapshot_path: Option<String>,
    /// Folder of the migrations
    #[arg(long, value_name = "FOLDER")]
    migration_path: Option<String>,
    /// Folder of the tenant migrations
    #[arg(long, value_name = "FOLDER")]
    tenant_migration_path: Option<String>,
    /// Do not list the files that are created
    #[arg(long)]
    quiet: bool,
    /// Write snapshots, but no migrations
    #[arg(long)]
    snapshots_only: bool,
    /// Make up a name when none is given
    #[arg(long)]
    auto_name: bool,
    /// Do not format the migrations
    #[arg(long)]
    no_format: bool,
    /// Print what would be written
    #[arg(long)]
    dry_run: bool,
    /// Write nothing; exit 1 when something is pending
    #[arg(long)]
    check: bool,
    /// Write development migrations, which the next named run replaces
    #[arg(long)]
    dev: bool,
    /// PostgreSQL: write removals of columns as comments
    #[arg(long)]
    dont_drop_columns: bool,
    /// SQLite: remove columns instead of writing their removal as comments
    #[arg(long)]
    drop_columns: bool,
    /// Create the indexes of new identities concurrently, in a migration of their own
    #[arg(long)]
    concurrent_indexes: bool,
    /// Write although some facts could not be read, taking them as they are in the newest snapshot
    #[arg(long)]
    assume_unchanged: bool,
    /// Leave extension migrations out
    #[arg(long)]
    skip_extensions: bool,
    /// Time stamp of the first new file (YYYYMMDDHHMMSS, UTC); the others follow second by second
    #[arg(long, value_name = "STAMP", value_parser = timestamp)]
    timestamp: Option<Timestamp>,
    #[command(flatten)]
    answers: AnswerArgs,
}

/// Runs the generators and writes what they would write.
pub fn run(args: &CodegenArgs) -> Outcome {
    let (name, path) = name_and_path(&args.positional)?;
    let root = project::find(&path)?;
    let writes = !args.check && !args.dry_run;
    let _lock = match writes {
        true => Some(ProjectLock::acquire(&root, LOCK_PATIENCE).map_err(|error| Failure::unusable(error.to_string()))?),
        false => None,
    };
    let mut loaded = project::load(&root)?;
    loaded.restrict_to(&args.domains)?;
    loaded.report_unreadable();
    loaded.report_renames();
    loaded.refuse_broken()?;
    let mut options = options(args, name);
    let generated = loaded.state.generated().keys();
    let left: Vec<String> = generated.filter(|path| is_dev_migration(path)).cloned().collect();
    if !left.is_empty() && !options.dev {
        options.not_run = database::dev::not_run(&root, &left);
    }
    let first = args.timestamp.clone().unwrap_or_else(|| loaded.next_timestamp());
    let outcome = settle(&loaded, &options, &args.answers, &first, writes)?;
    let mut changes = changes(&outcome.changes);
    if let Some(note) = on_replaced(&changes.delete, &options.not_run) {
        output::warning(&note);
    }
    if writes && !options.dev {
        loaded.settle_renames(&outcome, &mut changes);
    }
    write::apply(&root, &changes).map_err(|error| Failure::unusable(error.to_string()))?;
    for message in outcome.messages.iter().filter(|message| !message.error) {
        output::result(&message.text);
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the generators until no question is open, and says what is in the way. With `writes`, what is not known is.
pub(super) fn settle(
    loaded: &Loaded,
    options: &Options,
    given: &AnswerArgs,
    first: &Timestamp,
    writes: bool,
) -> Result<codegen::Outcome, Failure> {
    let mut answers = given.read()?;
    let outcome = loop {
        let outcome = loaded.generate(options, &answers, first);
        let Some(question) = outcome.open.first() else { break outcome };
        if !std::io::stdin().is_terminal() {
            return Err(open_questions(&outcome.open));
        }
        let answer = ask(question)?;
        answers.given.push((question.text.clone(), answer));
    };
    let unused = answers.unused_renames(outcome.exchanges.iter().map(|exchange| &exchange.question));
    if !unused.is_empty() && outcome.failure.is_none() && !outcome.files.is_empty() {
        return Err(Failure::unusable(format!(
            "{}: there is no such rename. The old name must be gone from the resources and the new one must be new; \
             ashls diff shows what is pending. Nothing was written.",
            unused.join(", ")
        )));
    }
    for exchange in outcome.exchanges.iter().filter(|exchange| exchange.noted) {
        if exchange.question.kind == QuestionKind::YesNo {
            let question = exchange.question.text.trim_end();
            output::note(&format!("{question} yes, as {RENAMES_FILE} says"));
        }
    }
    for exchange in outcome.exchanges.iter().filter(|_| given.answers.is_some()) {
        anstream::eprintln!("{}", styled(FAINT, exchange.question.text.trim_end()));
    }
    for message in outcome.messages.iter().filter(|message| message.error) {
        anstream::eprintln!("{}", message.text);
    }
    if let Some(failure) = &outcome.failure {
        if let codegen::Failure::Raised(raised) = failure
            && raised.message.contains("_dev.exs:")
        {
            output::note(NOT_RUN_YET);
        }
        return Err(loaded.failure(failure));
    }
    if !outcome.unreadable.is_empty() {
        let lines: Vec<String> = outcome.unreadable.iter().map(ToString::to_string).collect();
        return Err(Failure::unusable(lines.join("\n")));
    }
    if writes && !outcome.is_complete() {
        return Err(refuse_unknown(loaded, &outcome));
    }
    for left_out in &outcome.left_out {
        output::warning(&format!("left out: {left_out}"));
    }
    for assumed in loaded.unknown_facts(&outcome, true) {
        output::warning(&format!("{assumed} (taken from the newest snapshot)"));
    }
    for uncertain in uncertain(&outcome, loaded) {
        output::warning(&uncertain);
    }
    for note in order_notes(&outcome, &loaded.state.project) {
        output::note(&note);
    }
    Ok(outcome)
}

/// What ash_sqlite sees in the database.
const NOT_RUN_YET: &str = "the generator rolls a development migration back where it has run, which is not known here, or is so: ashls \
                           looks at the SQLite file that the configuration names. If this one has not run, delete it and the \
                           _dev.json snapshots of its tables, and generate again";

/// Changes that may be none, since code that is not evaluated may have declared the same as the newest snapshot.
fn uncertain(outcome: &codegen::Outcome, loaded: &Loaded) -> Vec<String> {
    if outcome.assumed.is_empty() {
        return Vec::new();
    }
    let repos = view(outcome, &loaded.state.project);
    let operations = repos.iter().flat_map(|repo| &repo.operations);
    let lines = operations.flat_map(|operation| {
        let title = &operation.description.title;
        operation.doubts.iter().map(move |reason| format!("{title}: not certain, {reason}"))
    });
    lines.collect()
}

/// Migrations before snapshots, so that a kill in between never leaves a snapshot without its migration.
pub(super) fn changes(changes: &[FileChange]) -> FileChanges {
    let mut sorted = FileChanges::default();
    for change in changes {
        match change {
            FileChange::Write { path, text } => sorted.write.push((path.clone(), text.clone())),
            FileChange::Rename { from, to } => sorted.rename.push((from.clone(), to.clone())),
            FileChange::Delete { path } => sorted.delete.push(path.clone()),
        }
    }
    sorted.write.sort_by_key(|(path, _)| path.ends_with(".json"));
    sorted
}

/// With two arguments, name and path. One alone is a path when it looks like one or is a Mix project, else a name.
fn name_and_path(positional: &[String]) -> Result<(Option<String>, PathBuf), Failure> {
    match positional {
        [] => Ok((None, PathBuf::from("."))),
        [one] => {
            let path = Path::new(one);
            let is_path = one == "." || one == ".." || one.contains(['/', '\\']) || path.join("mix.exs").is_file();
            Ok(match is_path {
                true => (None, path.to_owned()),
                false => (Some(one.clone()), PathBuf::from(".")),
            })
        }
        [name, path, ..] => Ok((Some(name.clone()), PathBuf::from(path))),
    }
}

fn options(args: &CodegenArgs, name: Option<String>) -> Options {
    Options {
        name: args.name.clone().or(name),
        auto_name: args.auto_name,
        snapshot_path: args.snapshot_path.clone(),
        migration_path: args.migration_path.clone(),
        tenant_migration_path: args.tenant_migration_path.clone(),
        quiet: args.quiet,
        snapshots_only: args.snapshots_only,
        no_format: args.no_format,
        dry_run: args.dry_run,
        check: args.check,
        dev: args.dev,
        dont_drop_columns: args.dont_drop_columns,
        drop_columns: args.drop_columns,
        concurrent_indexes: args.concurrent_indexes,
        skip_extensions: args.skip_extensions,
        assume_unchanged: args.assume_unchanged,
        lenient: false,
        not_run: BTreeSet::new(),
    }
}

fn is_dev_migration(path: &str) -> bool {
    path.ends_with("_dev.exs")
}

/// What the generator would do in the database with the development migrations that it deletes. `not_run` have not run.
fn on_replaced(deleted: &[String], not_run: &BTreeSet<String>) -> Option<String> {
    let replaced = deleted.iter().filter(|path| is_dev_migration(path) && !not_run.contains(*path));
    let mut replaced: Vec<&str> = replaced.map(String::as_str).collect();
    replaced.sort_unstable();
    let oldest = MigrationName::parse(replaced.first()?)?.version;
    Some(format!(
        "development migrations are replaced, and not rolled back: {}\n  The mix task rolls them back where they have run; \
         ashls changes no database. There the new migration would meet what they made: undo them while their files are \
         there (ashls rollback --to {oldest}), or make the database anew (ashls drop && ashls create && ashls migrate).",
        replaced.join(", ")
    ))
}

/// Writing over something unknown would be a guess.
fn refuse_unknown(loaded: &Loaded, outcome: &codegen::Outcome) -> Failure {
    let mut message = String::from("nothing was written, since not everything could be read from the source:\n");
    for line in loaded.unknown_facts(outcome, false) {
        message.push_str(&format!("  {line}\n"));
    }
    for line in loaded.unknown_facts(outcome, true) {
        message.push_str(&format!("  {line} (known from the newest snapshot)\n"));
    }
    message.push_str(
        "Make it explicit (migration_types, migration_defaults). What the newest snapshots know can be taken from \
         there with --assume-unchanged.",
    );
    Failure::unusable(message)
}

pub(super) fn timestamp(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected YYYYMMDDHHMMSS, for example 20260131120000".to_owned())
}
