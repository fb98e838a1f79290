//! `ashls drop`: removes the databases.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use super::super::{Failure, Outcome, output};
use super::connection::ConnectionArgs;
use super::repo::repos;
use super::{block_on, database_failure};
use crate::database::{Change, Target, drop};

/// Remove the database of every repo, with everything in it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ashls drop\n  MIX_ENV=test ashls drop --yes")]
pub struct DropArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// End sessions that use the database
    #[arg(long)]
    force_drop: bool,
}

/// Removes what is there, after a question.
pub fn run(args: &DropArgs) -> Outcome {
    for mut repo in repos(&args.connection, None)? {
        let name = repo.target.name();
        if !args.yes {
            confirm(&name)?;
        }
        if let Target::Postgres(postgres) = &mut repo.target {
            postgres.force_drop |= args.force_drop;
        }
        let change = block_on(drop(&repo.target))?.map_err(|error| {
            let mut failure = database_failure(&name, &error);
            if error.is("55006") {
                failure.message.push_str("\n  End these sessions, or use --force-drop.");
            }
            failure
        })?;
        output::result(&match change {
            Change::Done => format!("removed {name}"),
            Change::Already => format!("{name} is not there"),
        });
    }
    Ok(ExitCode::SUCCESS)
}

fn confirm(name: &str) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::unusable(format!("{name} was not removed: say --yes, since nobody can be asked here")));
    }
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "Remove {name} and everything in it? [yN] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    match read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") {
        true => Ok(()),
        false => Err(Failure::unusable(format!("{name} was not removed"))),
    }
}
