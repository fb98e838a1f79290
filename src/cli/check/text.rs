//! Findings for people.

use super::finding::Finding;
use crate::cli::output::{ERROR, FAINT, HEADING, WARNING, styled_result};
use crate::hazard::Severity;

/// A line per finding, and one that sums up. `complete` when everything could be read.
pub fn render(findings: &[Finding], complete: bool) -> String {
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    let denied = findings.iter().filter(|finding| finding.denied).count();
    let pending = findings.iter().filter(|finding| finding.code == "pending").count();
    lines.push(match (denied, findings.len(), complete) {
        (_, 0, true) => styled_result(HEADING, "Nothing pending, nothing found."),
        (0, all, true) => styled_result(HEADING, format!("Nothing pending; {}.", count(all, "finding"))),
        (_, all, _) => {
            let summary =
                format!("{}, {}, {denied} of them denied.", count(pending, "pending change"), count(all, "finding"));
            styled_result(HEADING, summary)
        }
    });
    lines.join("\n")
}

fn line(finding: &Finding) -> String {
    let style = match finding.severity {
        _ if finding.denied => ERROR,
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Information => FAINT,
    };
    let place = match &finding.place {
        Some(place) => format!("{}:{}:{}: ", place.file, place.start.0, place.start.1),
        None => String::new(),
    };
    let mut text = format!(
        "{place}{} {}",
        styled_result(style, format!("{} {}:", finding.severity.name(), finding.code)),
        finding.message
    );
    for help in finding.help.trim().lines() {
        text.push('\n');
        if !help.is_empty() {
            text.push_str(&format!("    {}", styled_result(FAINT, help)));
        }
    }
    text
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
