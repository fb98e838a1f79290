//! `ashls check`: for continuous integration. Fails when something is pending or a denied finding is there.

mod codes;
mod collect;
mod finding;
mod github;
mod json;
mod policy;
mod sarif;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{FINDINGS, Outcome, UNUSABLE, output, project};
use policy::{Deny, Policy, deny, known_code};

/// Fail when something is pending, a change is dangerous, or the DSL is invalid
#[derive(Debug, Args)]
#[command(after_help = help())]
pub struct CheckArgs {
    /// A folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print the findings
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
    /// Fail on this code, or on this severity and above (repeatable; error is always denied)
    #[arg(long, value_name = "CODE|warning|error", value_parser = deny)]
    deny: Vec<Deny>,
    /// Leave findings with this code out (repeatable)
    #[arg(long, value_name = "CODE", value_parser = known_code)]
    allow: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CheckFormat {
    Text,
    Json,
    Github,
    Sarif,
}

fn help() -> String {
    let examples = "Examples:\n  ashls check\n  ashls check --format github\n  ashls check --format sarif > ashls.sarif\n  \
                    ashls check --deny warning --allow AM-L06";
    let status = "Exit status: 0 nothing to do, 1 pending changes or denied findings, 2 the project (or a snapshot) cannot be \
                  read.";
    format!("{examples}\n\n{status}\n{}", codes::listed(110))
}

/// Prints the findings. The exit status says whether one of them is denied.
pub fn run(args: &CheckArgs) -> Outcome {
    let root = project::find(&args.path)?;
    let loaded = project::load(&root)?;
    loaded.report_unreadable();
    let (found, unreadable) = collect::findings(&loaded);
    let findings = Policy { deny: &args.deny, allow: &args.allow }.apply(found);
    for unreadable in &unreadable {
        output::error(unreadable);
    }
    let prefix = project::path_from_workspace(&root);
    output::result(&match args.format {
        CheckFormat::Text => text::render(&findings, unreadable.is_empty()),
        CheckFormat::Json => json::render(&findings),
        CheckFormat::Github => github::render(&findings, &prefix),
        CheckFormat::Sarif => sarif::render(&findings, &prefix),
    });
    let denied = findings.iter().any(|finding| finding.denied);
    Ok(ExitCode::from(match (unreadable.is_empty(), denied) {
        (false, _) => UNUSABLE,
        (true, true) => FINDINGS,
        (true, false) => 0,
    }))
}
