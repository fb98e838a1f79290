//! `ashls create`: makes the databases.

use std::process::ExitCode;

use clap::Args;

use super::super::{Outcome, output};
use super::connection::ConnectionArgs;
use super::repo::repos;
use super::{block_on, database_failure};
use crate::database::{Change, create};

/// Make the database of every repo
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ashls create\n  MIX_ENV=test ashls create\n  ashls create --repo MyApp.Repo")]
pub struct CreateArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// Makes what is not there yet.
pub fn run(args: &CreateArgs) -> Outcome {
    for repo in repos(&args.connection, None)? {
        let name = repo.target.name();
        let change = block_on(create(&repo.target))?.map_err(|error| database_failure(&name, &error))?;
        output::result(&match change {
            Change::Done => format!("made {name}"),
            Change::Already => format!("{name} is there already"),
        });
    }
    Ok(ExitCode::SUCCESS)
}
