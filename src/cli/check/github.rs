//! Findings as workflow commands of GitHub Actions, which shows them in the changed files
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).

use super::finding::Finding;
use crate::hazard::Severity;

/// A command per finding. Files are below `prefix`, the project's folder in the repository.
pub fn render(findings: &[Finding], prefix: &str) -> String {
    findings.iter().map(|finding| command(finding, prefix)).collect::<Vec<_>>().join("\n")
}

fn command(finding: &Finding, prefix: &str) -> String {
    let name = match finding.severity {
        _ if finding.denied => "error",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&format!("{prefix}{}", place.file))));
        properties.push(format!("line={},endLine={}", place.start.0, place.end.0));
        // Columns only count within one line.
        if place.start.0 == place.end.0 {
            properties.push(format!("col={},endColumn={}", place.start.1, place.end.1));
        }
    }
    properties.push(format!("title={}", property(&format!("ashls {}", finding.code))));
    let help = if finding.help.is_empty() { String::new() } else { format!("\n{}", finding.help.trim()) };
    format!("::{name} {}::{}", properties.join(","), data(&format!("{}{help}", finding.message)))
}

/// What follows the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::place::Place;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let finding = Finding {
            code: "pending".into(),
            severity: Severity::Warning,
            message: "100% of it:\nall".into(),
            help: String::new(),
            place: Some(Place { file: "lib/a,b:c.ex".into(), start: (3, 5), end: (3, 9) }),
            denied: false,
        };
        let expected = "::warning file=shop/lib/a%2Cb%3Ac.ex,line=3,endLine=3,col=5,endColumn=9,title=ashls \
                        pending::100%25 of it:%0Aall";
        assert_eq!(command(&finding, "shop/"), expected);
    }
}
