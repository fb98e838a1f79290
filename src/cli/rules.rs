//! `ashls rules`: the hazards that ashls knows, and what to do about them.

use std::process::ExitCode;

use clap::Args;

use super::output::{self, ERROR, FAINT, HEADING, WARNING, styled_result};
use super::{Failure, Outcome};
use crate::hazard::{Severity, all_rules, rule_page};

/// List the rules about dangerous changes, or explain one
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ashls rules\n  ashls rules AM-F01")]
pub struct RulesArgs {
    /// Code of the rule to explain
    code: Option<String>,
}

/// Prints the list, or the documentation of one rule.
pub fn run(args: &RulesArgs) -> Outcome {
    match &args.code {
        None => output::result(&list()),
        Some(code) => {
            let rule = all_rules().into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code.trim()));
            let rule = rule.ok_or_else(|| {
                Failure::unusable(format!("there is no rule {code}; `ashls rules` lists those there are"))
            })?;
            output::result(rule_page(rule).trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    let lines = all_rules().into_iter().map(|rule| {
        let style = match rule.severity {
            Severity::Error => ERROR,
            Severity::Warning => WARNING,
            Severity::Information => FAINT,
        };
        let severity = styled_result(style, format!("{:<7}", rule.severity.name()));
        format!("{}  {severity}  {}", styled_result(HEADING, rule.code), rule.title)
    });
    lines.collect::<Vec<_>>().join("\n")
}
