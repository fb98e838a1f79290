//! Which findings fail a check.

use super::codes;
use super::finding::Finding;
use crate::hazard::Severity;

/// One `--deny`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deny {
    /// This severity and worse ones.
    Severity(Severity),
    Code(String),
}

/// `--deny` and `--allow` together.
pub struct Policy<'a> {
    pub deny: &'a [Deny],
    pub allow: &'a [String],
}

impl Policy<'_> {
    /// Leaves out what is allowed and marks what is denied: every error, and what `--deny` names.
    pub fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let kept = findings.into_iter().filter(|finding| !self.allow.contains(&finding.code));
        kept.map(|finding| Finding { denied: self.denies(&finding), ..finding }).collect()
    }

    fn denies(&self, finding: &Finding) -> bool {
        let named = |deny: &Deny| match deny {
            Deny::Severity(severity) => finding.severity >= *severity,
            Deny::Code(code) => finding.code == *code,
        };
        finding.severity == Severity::Error || self.deny.iter().any(named)
    }
}

/// Reads an argument of `--deny`.
pub fn deny(text: &str) -> Result<Deny, String> {
    match text {
        "error" => Ok(Deny::Severity(Severity::Error)),
        "warning" => Ok(Deny::Severity(Severity::Warning)),
        "note" => Ok(Deny::Severity(Severity::Information)),
        code => known_code(code).map(Deny::Code),
    }
}

/// Reads the code of a finding.
pub fn known_code(text: &str) -> Result<String, String> {
    let found = codes::known(text).map(str::to_owned);
    found.ok_or_else(|| "there is no such code; see `ashls rules` and `ashls check --help`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(severity: Severity, denied: &[&str], allowed: &[&str], expected: Option<bool>) {
        let finding = Finding {
            code: "AM-L06".into(),
            severity,
            message: String::new(),
            help: String::new(),
            place: None,
            denied: false,
        };
        let denied: Vec<Deny> = denied.iter().map(|text| deny(text).unwrap()).collect();
        let allowed: Vec<String> = allowed.iter().map(|text| known_code(text).unwrap()).collect();
        let applied = Policy { deny: &denied, allow: &allowed }.apply(vec![finding]);
        assert_eq!(applied.first().map(|finding| finding.denied), expected);
    }

    #[test]
    fn errors_are_denied_and_others_when_named() {
        check(Severity::Error, &[], &[], Some(true));
        check(Severity::Warning, &[], &[], Some(false));
        check(Severity::Warning, &["warning"], &[], Some(true));
        check(Severity::Information, &["warning"], &[], Some(false));
        check(Severity::Information, &["am-l06"], &[], Some(true));
        check(Severity::Error, &[], &["AM-L06"], None);
    }

    #[test]
    fn codes_must_exist() {
        assert!(deny("AM-X99").is_err());
        assert!(known_code("wrong-typ").is_err());
        assert_eq!(known_code("PENDING").as_deref(), Ok("pending"));
    }
}
