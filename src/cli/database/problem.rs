//! Problems of a run in words.

use super::super::Failure;
use super::{DATABASE, database_failure, hint};
use crate::database::{self, Applied, FailureKind, Left, MigrationFile, Problem};
use crate::text::Range;

/// The message and exit status of a run that did not come to its end.
pub fn failure(database: &str, files: &[MigrationFile], applied: &Applied, problem: &Problem) -> Failure {
    match problem {
        Problem::Duplicate(duplicate) => {
            Failure::unusable(format!("{duplicate}. Nothing was run; rename one of them."))
        }
        Problem::Refused(places) => refused(files, places),
        Problem::NoFile(versions) => Failure::unusable(format!(
            "nothing was undone: no file for applied version {}, which would have to be undone first. Bring the file back, \
             or strike the version out of the books with --assume-run {}.",
            list(versions),
            versions[0]
        )),
        Problem::OutOfOrder { version, latest } => Failure::unusable(format!(
            "nothing was run: {version} is older than {latest}, which ran already. Give it a newer version, or leave out \
             --strict-version-order."
        )),
        Problem::Database(error) => {
            let mut failure = database_failure(database, error);
            failure.message.push_str(&so_far(applied));
            failure
        }
        Problem::Failed(failed) => Failure { message: failed_file(files, applied, failed), status: DATABASE },
    }
}

fn refused(files: &[MigrationFile], places: &[(String, Range, String)]) -> Failure {
    let mut message = String::from("nothing was run: these migrations do what only Elixir can:\n");
    for (path, range, reason) in places {
        let (line, code) = line_and_code(files, path, *range);
        message.push_str(&format!("  {path}:{line}: {reason}\n"));
        if !code.is_empty() {
            message.push_str(&format!("    {code}\n"));
        }
    }
    let version = places.first().and_then(|(path, ..)| files.iter().find(|file| file.name.path == *path));
    let version = version.map_or(0, |file| file.name.version);
    message.push_str(&format!(
        "Run them with mix ecto.migrate (--to {version} runs everything up to the first). Or decide: --skip {version} leaves \
         it for later, --assume-run {version} only notes it as done."
    ));
    Failure::unusable(message)
}

fn failed_file(files: &[MigrationFile], applied: &Applied, failure: &database::Failure) -> String {
    let (line, code) = failure.range.map_or((1, String::new()), |range| line_and_code(files, &failure.path, range));
    let place = if failure.range.is_some() { format!("{}:{line}", failure.path) } else { failure.path.clone() };
    let mut message = format!("{place}: {}", failure.error);
    if !code.is_empty() {
        message.push_str(&format!("\n  caused by: {code}"));
    }
    if let Some(sql) = &failure.sql {
        message.push_str(&format!("\n  statement: {}", sql.trim_end().replace('\n', "\n    ")));
    }
    message.push_str(&match failure.left {
        Left::Nothing => "\n  Nothing of this file stays: its transaction was undone.".to_owned(),
        Left::Ended => {
            "\n  This file ends its transaction by itself, and is not noted as done: what ran before that stays. Undo it, or \
             make it repeatable (if not exists), before you run it again."
                .to_owned()
        }
        Left::Statements { done: 0, .. } => "\n  It runs without a transaction; this was its first statement.".to_owned(),
        Left::Statements { done, all } => format!(
            "\n  It runs without a transaction: {done} of its {all} statements stay, and it is not noted as done. Undo them, \
             or make them repeatable (if not exists), before you run it again."
        ),
        Left::Uncertain => {
            "\n  The connection was lost during the commit: `ashls status` says whether the file is done.".to_owned()
        }
    });
    if let FailureKind::Database(error) = &failure.error {
        message.push_str(hint(error));
    }
    if matches!(&failure.error, FailureKind::Database(error) if error.kind == database::Kind::Locked) {
        message.push_str("\n  Others hold a lock on what it changes; see pg_locks, --lock-timeout and --retries.");
    }
    message.push_str(&so_far(applied));
    message
}

/// What was done before.
fn so_far(applied: &Applied) -> String {
    match applied.done.as_slice() {
        [] => "\n  No file was done before it.".to_owned(),
        [.., last] => format!(
            "\n  Done before it: {} (the last one is {}_{}). The next run goes on from there.",
            if applied.done.len() == 1 { "1 file".to_owned() } else { format!("{} files", applied.done.len()) },
            last.version,
            last.name
        ),
    }
}

/// The line (from 1) and the first line of code of a place in a file.
fn line_and_code(files: &[MigrationFile], path: &str, range: Range) -> (usize, String) {
    let Some(file) = files.iter().find(|file| file.name.path == path) else { return (1, String::new()) };
    let before = file.text.get(..range.start).unwrap_or_default();
    let code = file.text.get(range.start..range.end).unwrap_or_default();
    (1 + before.matches('\n').count(), code.lines().next().unwrap_or_default().to_owned())
}

fn list(versions: &[i64]) -> String {
    versions.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
