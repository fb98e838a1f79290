//! `ashls diff`: what is pending, and nothing else. Writes no file.

mod json;
mod piece;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::options::ChangeArgs;
use super::questions::AnswerArgs;
use super::{Outcome, UNUSABLE, output, project};
use crate::diff::operation::Direction;
use piece::Filter;

/// Show what is pending: the statements that the next migration will run, and why
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls diff\n  ashls diff --format ecto --table tickets\n  ashls diff --down\n  ashls diff --rename tickets.title:subject\n  ashls diff --format json | jq '.pending[].operations[].sql[]'\n\nThe SQL is what Ecto runs, in that order; everything else in the output is a comment. In JSON, the `sql` of all\noperations, read in order, are the statements; operations that share a statement with the one before have none."
)]
pub struct DiffArgs {
    /// A folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value = "sql")]
    format: DiffFormat,
    /// The same as --format sql
    #[arg(long, conflicts_with = "format")]
    sql: bool,
    /// Show the rollback
    #[arg(long)]
    down: bool,
    /// Only this table, with or without its schema (repeatable)
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,
    /// Only the table of this resource (repeatable)
    #[arg(long, value_name = "MODULE")]
    resource: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    answers: AnswerArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    Sql,
    Ecto,
    Json,
}

/// Prints what is pending. Pending changes are no error.
pub fn run(args: &DiffArgs) -> Outcome {
    let root = project::find(&args.path)?;
    let loaded = project::load(&root)?;
    loaded.report_unreadable();
    loaded.report_renames();
    let direction = if args.down { Direction::Down } else { Direction::Up };
    let pending = loaded.pending(args.change.options(), &args.answers.read()?, direction).or_failure()?;
    for unreadable in &pending.outcome.unreadable {
        output::warning(&unreadable.to_string());
    }
    let filter = Filter { tables: args.table.clone(), resources: args.resource.clone() };
    let pieces = piece::pieces(&pending, &filter);
    output::result(&match args.format {
        DiffFormat::Json => json::render(&pieces, &pending, &loaded.state),
        DiffFormat::Sql => text::render(&pieces, &pending, &loaded.state, text::Language::Sql),
        DiffFormat::Ecto => text::render(&pieces, &pending, &loaded.state, text::Language::Ecto),
    });
    for refused in &pending.refused {
        output::error(refused);
    }
    Ok(if pending.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNUSABLE) })
}
