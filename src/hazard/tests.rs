//! The catalogue as a whole, and what the tests of the rules share.

use std::collections::BTreeSet;

use super::*;
use crate::diff::operation::Change;
use crate::plan::samples::{attribute, create_table, on};

/// Findings of `rule` alone: its message, then its recipe, indented.
pub(super) fn show(rule: &'static Rule, operations: &[Operation]) -> String {
    let dialect = if rule.code.starts_with("AM-Q") { Dialect::Sqlite } else { Dialect::Postgres };
    let context = Context { dialect, postgres_version: None };
    let findings = check(operations, context);
    findings.iter().filter(|finding| finding.rule == rule).map(text).collect()
}

fn text(finding: &Finding) -> String {
    let half = if finding.direction == Direction::Down { " (rollback)" } else { "" };
    let recipe: String = finding.recipe.lines().map(|line| format!("    {line}\n")).collect();
    format!("{}{half}: {}\n{recipe}", finding.operation, finding.message)
}

#[test]
fn codes_are_unique_and_documented() {
    for dialect in [Dialect::Postgres, Dialect::Sqlite] {
        let mut codes = BTreeSet::new();
        for rule in rules(dialect) {
            assert!(codes.insert(rule.code), "{} is there twice", rule.code);
            assert!(!rule.title.ends_with('.') && !rule.title.contains('\n'), "{}: {}", rule.code, rule.title);
            assert!(rule.docs.len() > 100, "{} is not explained", rule.code);
            assert_eq!(super::rule(rule.code), Some(rule));
        }
    }
}

#[test]
fn new_tables_are_safe() {
    let id = crate::snapshot::Attribute { allow_nil: false, primary_key: true, ..attribute("id") };
    let operations = [on("jars", create_table()), on("jars", Change::AddAttribute { attribute: id })];
    for dialect in [Dialect::Postgres, Dialect::Sqlite] {
        assert_eq!(check(&operations, Context { dialect, postgres_version: None }), []);
    }
}
