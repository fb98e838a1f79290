//! Findings in the Static Analysis Results Interchange Format, version 2.1.0
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::codes::explanation;
use super::finding::Finding;
use crate::hazard::Severity;

/// One run with the rules that its results name. Files are below `prefix`, the project's folder in the repository.
pub fn render(findings: &[Finding], prefix: &str) -> String {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code, findings)).collect();
    let index = |code: &str| codes.iter().position(|known| *known == code);
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, index(&finding.code), prefix)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "ashls", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

fn rule(code: &str, findings: &[Finding]) -> Value {
    let (title, docs) = explanation(code);
    let severity = findings.iter().find(|finding| finding.code == code).map(|finding| finding.severity);
    json!({
        "id": code,
        "shortDescription": { "text": title },
        "fullDescription": { "text": docs },
        "help": { "text": docs, "markdown": docs },
        "defaultConfiguration": { "level": level(severity.unwrap_or(Severity::Warning)) },
    })
}

fn result(finding: &Finding, rule: Option<usize>, prefix: &str) -> Value {
    let help = if finding.help.is_empty() { String::new() } else { format!("\n{}", finding.help.trim()) };
    let severity = if finding.denied { Severity::Error } else { finding.severity };
    let locations: Vec<Value> = finding
        .place
        .iter()
        .map(|place| {
            json!({
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&format!("{prefix}{}", place.file)), "uriBaseId": "%SRCROOT%" },
                    "region": {
                        "startLine": place.start.0,
                        "startColumn": place.start.1,
                        "endLine": place.end.0,
                        "endColumn": place.end.1,
                    },
                },
            })
        })
        .collect();
    json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": level(severity),
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": locations,
    })
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

/// A relative reference: everything that has a meaning in a URI is escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(escape).collect()
}
