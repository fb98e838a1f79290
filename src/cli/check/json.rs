//! Findings for scripts.

use serde_json::{Value, json};

use super::finding::Finding;

/// One JSON object.
pub fn render(findings: &[Finding]) -> String {
    let listed: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity.name(),
                "message": finding.message,
                "help": finding.help,
                "cause": finding.place.as_ref().map(crate::cli::place::Place::json),
                "denied": finding.denied,
            })
        })
        .collect();
    let pending = findings.iter().filter(|finding| finding.code == "pending").count();
    let denied = findings.iter().filter(|finding| finding.denied).count();
    let printed = json!({ "findings": listed, "pending": pending, "denied": denied });
    serde_json::to_string_pretty(&printed).unwrap_or_default()
}
