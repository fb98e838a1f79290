//! The `custom_statements` section.

use super::finding::Findings;
use super::options::{Options, convert};
use super::types::Database;
use crate::elixir::eval::{Node, Origin};
use crate::snapshot::CustomStatement;

/// Reads the statements in order.
pub fn custom_statements(
    entries: &[Node],
    database: Database,
    findings: &mut Findings,
) -> Vec<(CustomStatement, Origin)> {
    let mut statements = Vec::new();
    for node in entries {
        if let Some(unknown) = &node.unknown {
            findings.unknown("custom_statements", unknown);
            continue;
        }
        let (true, Some(name)) = (&*node.name == "statement", node.arguments.first()) else { continue };
        let name = match convert(name, &node.origin, "a name", |name| name.as_atom().map(str::to_owned)) {
            Ok(name) => name,
            Err(unknown) => {
                findings.unknown("custom_statements", &unknown);
                continue;
            }
        };
        let options = Options::entity(node, 1);
        let path = format!("custom_statements.{name}");
        findings.origins.insert(&path, node.origin.clone());
        let after_tables = match database {
            Database::Postgres => {
                let given = findings.settle(format!("{path}.after_tables"), options.texts("after_tables"), None);
                Some(given.unwrap_or_default())
            }
            Database::Sqlite => None,
        };
        let statement = CustomStatement {
            up: findings.settle(format!("{path}.up"), options.text("up"), None).unwrap_or_default(),
            down: findings.settle(format!("{path}.down"), options.text("down"), None).unwrap_or_default(),
            code: findings.settle(format!("{path}.code?"), options.bool("code?"), None).unwrap_or(false),
            global: findings.settle(format!("{path}.global?"), options.bool("global?"), None).unwrap_or(false),
            after_tables,
            name,
        };
        statements.push((statement, node.origin.clone()));
    }
    statements
}
