//! The command line: one file per command.
//!
//! Results go to standard output, messages to standard error. Exit status: 0 done, 1 findings or pending changes,
//! 2 wrong usage or a project that cannot be read, 3 a database error.

mod check;
mod codegen;
mod completions;
mod database;
mod diff;
mod inspect;
mod lsp;
mod options;
mod output;
mod pending;
mod place;
mod project;
mod questions;
mod regen;
mod rules;
mod snapshots;
mod squash;
mod unknown;

use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

/// Everything that can go wrong in a command ends as one message and an exit status.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong and what to do, without a trailing newline.
    pub message: String,
    pub status: u8,
}

/// Exit status of a command that found something: pending changes, a denied hazard.
pub const FINDINGS: u8 = 1;
/// Exit status of wrong usage and of projects that cannot be read.
pub const UNUSABLE: u8 = 2;

type Outcome = Result<ExitCode, Failure>;

/// The pending database change of an Ash project, read from its source.
#[derive(Debug, Parser)]
#[command(
    name = "ashls",
    version,
    about = "Shows the pending database migration of an Ash project, and writes it, without compiling anything",
    after_help = "Examples:\n  ashls diff                      what is pending, as SQL\n  ashls codegen add_due_dates     write the migration and the snapshots\n  ashls check --format github     for CI: exit 1 when something is pending\n  ashls lsp                       the language server, for editors"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(Box<diff::DiffArgs>),
    Check(check::CheckArgs),
    Codegen(Box<codegen::CodegenArgs>),
    Snapshots(snapshots::SnapshotsArgs),
    Squash(squash::SquashArgs),
    Adopt(database::AdoptArgs),
    Drift(database::DriftArgs),
    Regen(Box<regen::RegenArgs>),
    Create(database::CreateArgs),
    Drop(database::DropArgs),
    Migrate(Box<database::MigrateArgs>),
    Rollback(Box<database::RollbackArgs>),
    Status(database::StatusArgs),
    Inspect(inspect::InspectArgs),
    Rules(rules::RulesArgs),
    Lsp(lsp::LspArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs the command line of this process and returns its exit status. A server calls `when_read` when it has read all projects.
pub fn main(when_read: fn()) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap tells help and version apart from wrong usage.
            let status = if error.use_stderr() { UNUSABLE } else { 0 };
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    output::set_colors(cli.color);
    let outcome = match cli.command {
        Command::Diff(args) => diff::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Codegen(args) => codegen::run(&args),
        Command::Snapshots(args) => snapshots::run(&args),
        Command::Squash(args) => squash::run(&args),
        Command::Regen(args) => regen::run(&args),
        Command::Adopt(args) => database::adopt(&args),
        Command::Drift(args) => database::drift(&args),
        Command::Create(args) => database::create(&args),
        Command::Drop(args) => database::drop(&args),
        Command::Migrate(args) => database::migrate(&args),
        Command::Rollback(args) => database::rollback(&args),
        Command::Status(args) => database::status(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Lsp(args) => lsp::run(&args, when_read),
        Command::Completions(args) => completions::run(&args),
    };
    outcome.unwrap_or_else(|failure| {
        output::error(&failure.message);
        ExitCode::from(failure.status)
    })
}

impl Failure {
    /// A project or file that cannot be used.
    fn unusable(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), status: UNUSABLE }
    }
}
