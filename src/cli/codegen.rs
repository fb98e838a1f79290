//! `ashls codegen`: write the migration and the snapshots, as `mix ash.codegen` would.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::output::{self, FAINT, HEADING, styled};
use super::project::{self, Loaded};
use super::{Failure, Outcome};
use crate::codegen::{self, FileChange, Options, Timestamp};
use crate::diff::{Answers, Question, QuestionKind, RenamedColumn, Subject};
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
    /// This column was renamed (repeatable)
    #[arg(long, value_name = "TABLE.OLD:NEW", value_parser = renamed_column)]
    rename: Vec<RenamedColumn>,
    /// This table was renamed, or moved to another schema (repeatable)
    #[arg(long, value_name = "OLD:NEW", value_parser = pair)]
    rename_table: Vec<(String, String)>,
    /// Drop this table, which has no resource any more (repeatable)
    #[arg(long, value_name = "TABLE")]
    drop: Vec<String>,
    /// Keep this table, which has no resource any more (repeatable)
    #[arg(long, value_name = "TABLE")]
    keep: Vec<String>,
    /// The primary key of a table that several resources share (repeatable)
    #[arg(long, value_name = "TABLE:COLUMN,COLUMN", value_parser = primary_key)]
    primary_key: Vec<(String, Vec<String>)>,
    /// Answer yes to every question that nothing else answers
    #[arg(long, conflicts_with = "no")]
    yes: bool,
    /// Answer no to every question that nothing else answers
    #[arg(long)]
    no: bool,
    /// Answers to the questions: lines `part of the question => answer`, then plain lines in order
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Write although some facts could not be read, taking them as they are in the newest snapshot
    #[arg(long)]
    assume_unchanged: bool,
    /// Leave extension migrations out
    #[arg(long)]
    skip_extensions: bool,
    /// Time stamp of the first new file (YYYYMMDDHHMMSS, UTC); the others follow second by second
    #[arg(long, value_name = "STAMP", value_parser = timestamp)]
    timestamp: Option<Timestamp>,
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
    let options = options(args, name);
    let mut answers = answers(args)?;
    let first = args.timestamp.clone().unwrap_or_else(|| loaded.next_timestamp());
    let outcome = loop {
        let outcome = loaded.generate(&options, &answers, &first);
        let Some(question) = outcome.open.first() else { break outcome };
        if !std::io::stdin().is_terminal() {
            return Err(open_questions(&outcome.open));
        }
        let answer = ask(question)?;
        answers.given.push((question.text.clone(), answer));
    };
    for exchange in outcome.exchanges.iter().filter(|_| args.answers.is_some()) {
        anstream::eprintln!("{}", styled(FAINT, exchange.question.text.trim_end()));
    }
    for message in outcome.messages.iter().filter(|message| message.error) {
        anstream::eprintln!("{}", message.text);
    }
    if let Some(failure) = &outcome.failure {
        return Err(project::failure(failure));
    }
    if !outcome.unreadable.is_empty() {
        let lines: Vec<String> = outcome.unreadable.iter().map(ToString::to_string).collect();
        return Err(Failure::unusable(lines.join("\n")));
    }
    if writes && !outcome.is_complete() {
        return Err(refuse_unknown(&loaded, &outcome));
    }
    for left_out in &outcome.left_out {
        output::warning(&format!("left out: {left_out}"));
    }
    for assumed in loaded.unknown_facts(&outcome, true) {
        output::warning(&format!("{assumed} (taken from the newest snapshot)"));
    }
    write::apply(&root, &changes(&outcome.changes)).map_err(|error| Failure::unusable(error.to_string()))?;
    for message in outcome.messages.iter().filter(|message| !message.error) {
        output::result(&message.text);
    }
    Ok(ExitCode::SUCCESS)
}

/// Migrations before snapshots, so that a kill in between never leaves a snapshot without its migration.
fn changes(changes: &[FileChange]) -> FileChanges {
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
    }
}

fn answers(args: &CodegenArgs) -> Result<Answers, Failure> {
    let lines = match &args.answers {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::unusable(format!("{}: {error}", path.display())))?;
            Some(text.lines().map(str::to_owned).collect())
        }
        None => None,
    };
    Ok(Answers {
        renamed_columns: args.rename.clone(),
        renamed_tables: args.rename_table.clone(),
        dropped_tables: args.drop.clone(),
        kept_tables: args.keep.clone(),
        primary_keys: args.primary_key.clone(),
        lines,
        otherwise: args.yes.then_some(true).or(args.no.then_some(false)),
        ..Answers::default()
    })
}

/// Asks as `Mix.shell()` does: a bare Enter means yes.
fn ask(question: &Question) -> Result<String, Failure> {
    let mut stderr = anstream::stderr();
    let prompt = match question.kind {
        QuestionKind::YesNo => format!("{} [Yn] ", question.text.trim_end()),
        QuestionKind::Prompt => format!("{} ", question.text.trim_end()),
    };
    let _ = write!(stderr, "{}", styled(HEADING, prompt)).and_then(|()| stderr.flush());
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(read) if read > 0 => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        _ => Err(Failure::unusable("the question was not answered; nothing was written")),
    }
}

fn open_questions(questions: &[Question]) -> Failure {
    let mut message = String::from("nothing was written, since these questions are open:\n");
    for question in questions {
        message.push_str(&format!("\n  {}\n      {}\n", question.text.trim().replace('\n', "\n  "), flags(question)));
    }
    message.push_str("\nAnswer them with the flags above, with --yes or --no, or with --answers FILE.");
    Failure::unusable(message)
}

/// The flags that answer a question.
fn flags(question: &Question) -> String {
    match &question.subject {
        Subject::RenameColumn { table, from, to } | Subject::NewColumnName { table, from, to } => {
            let mut flags: Vec<String> = to.iter().map(|to| format!("--rename {table}.{from}:{to}")).collect();
            flags.push("--no".to_owned());
            flags.join(" or ")
        }
        Subject::RenameTable { from, to } | Subject::NewTableName { from, to } => {
            let mut flags: Vec<String> = to.iter().map(|to| format!("--rename-table {from}:{to}")).collect();
            flags.push("--no".to_owned());
            flags.join(" or ")
        }
        Subject::MoveTable { from, to } => format!("--rename-table {from}:{to} or --no"),
        Subject::OverwriteFile { .. } => "--yes or --no".to_owned(),
        Subject::DropTable { table } => format!("--drop {table} or --keep {table}"),
        Subject::PrimaryKey { table, keys } => {
            let flags: Vec<String> =
                keys.iter().map(|key| format!("--primary-key {table}:{}", key.join(","))).collect();
            flags.join(" or ")
        }
    }
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

fn renamed_column(text: &str) -> Result<RenamedColumn, String> {
    let parsed = text.rsplit_once(':').and_then(|(from, to)| {
        let (table, from) = from.rsplit_once('.')?;
        Some(RenamedColumn { table: table.to_owned(), from: from.to_owned(), to: to.to_owned() })
    });
    parsed.ok_or_else(|| "expected TABLE.OLD:NEW, for example posts.title:headline".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once(':').ok_or("expected OLD:NEW, for example posts:articles")?;
    Ok((old.to_owned(), new.to_owned()))
}

fn primary_key(text: &str) -> Result<(String, Vec<String>), String> {
    let (table, columns) = pair(text).map_err(|_| "expected TABLE:COLUMN,COLUMN, for example posts:id")?;
    Ok((table, columns.split(',').map(str::to_owned).collect()))
}

fn timestamp(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected YYYYMMDDHHMMSS, for example 20260131120000".to_owned())
}
