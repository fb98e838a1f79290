//! The rules as documentation.

use super::{Rule, Severity, rules};
use crate::snapshot::json::Dialect;

/// All rules, ordered by code.
pub fn all_rules() -> Vec<&'static Rule> {
    let mut all: Vec<&Rule> = rules(Dialect::Postgres).chain(rules(Dialect::Sqlite)).collect();
    all.sort_by_key(|rule| rule.code);
    all.dedup();
    all
}

/// The documentation of one rule, in Markdown, with a newline at its end.
pub fn rule_page(rule: &Rule) -> String {
    let mut facts = format!("{}, {}", rule.severity.name(), databases(rule));
    if let Some(lock) = rule.lock {
        facts.push_str(&format!(", takes {lock} ({} wait)", lock.blocks()));
    }
    format!("# {}: {}\n\n*{facts}*\n\n{}\n", rule.code, rule.title, rule.docs.trim_end())
}

/// The documentation of all rules as one page of Markdown.
pub fn catalogue_page() -> String {
    let mut page = String::from(
        "# Rules\n\nWhat ashls warns of before a migration runs. `ashls diff` shows findings beside the statements, \
         `ashls check` fails on those of severity *error* and on those named by `--deny`, and the editor shows them at the \
         declaration that caused them.\n\nThe letter of a code tells the kind: **B** the way back, **D** data is lost, **F** fails on the \
         rows there are, **I** indexes, **L** locks, **N** names, **Q** SQLite, **R** cannot run. This page is made from \
         the rules (`UPDATE_EXPECT=1 cargo test --test rules`).\n\n| Code | Severity | Databases | |\n|---|---|---|---|\n",
    );
    for rule in all_rules() {
        page.push_str(&format!(
            "| [{}](#{}) | {} | {} | {} |\n",
            rule.code,
            anchor(rule),
            rule.severity.name(),
            databases(rule),
            rule.title
        ));
    }
    for rule in all_rules() {
        page.push_str(&format!("\n#{}", rule_page(rule)));
    }
    page
}

/// What the heading of a rule is called in links to [`catalogue_page`].
pub fn anchor(rule: &Rule) -> String {
    slug(&format!("{} {}", rule.code, rule.title))
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "note",
        }
    }
}

fn databases(rule: &Rule) -> &'static str {
    match [Dialect::Postgres, Dialect::Sqlite].map(|dialect| rules(dialect).any(|other| other == rule)) {
        [true, true] => "PostgreSQL and SQLite",
        [true, false] => "PostgreSQL",
        _ => "SQLite",
    }
}

/// The name that Markdown viewers give a heading.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
    kept.map(|character| if character == ' ' { '-' } else { character.to_ascii_lowercase() }).collect()
}
