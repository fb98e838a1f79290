//! `ashls completions`: scripts that make a shell complete ashls' commands and options.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome, output};

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ashls completions bash > ~/.local/share/bash-completion/completions/ashls")]
pub struct CompletionsArgs {
    /// The shell to complete for
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &CompletionsArgs) -> Outcome {
    // Into memory first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ashls", &mut script);
    output::result(String::from_utf8_lossy(&script).trim_end());
    Ok(ExitCode::SUCCESS)
}
