//! Findings as an editor lists them: what is pending, what would be lost, what cannot be done, what is wrong or not
//! known.

use crate::text::Range;

use super::analysis::{Effect, FileAnalysis, Issue, PendingChange, QuestionView, Related, Severity, Tag, Unresolved};
use super::lines::first_line;

/// One entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    pub range: Range,
    pub severity: Severity,
    /// Kebab case; also the name of its page of documentation.
    pub code: String,
    pub message: String,
    pub related: Vec<Related>,
    pub tags: Vec<Tag>,
}

/// Which findings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Changes that lose nothing, and questions.
    pub pending: bool,
    /// What could not be read.
    pub unresolved: bool,
}

/// The findings of a file, in the order of the text. Those about a block stand on its first line.
pub fn diagnostics(analysis: &FileAnalysis, text: &str, config: Config) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for resource in &analysis.resources {
        for change in &resource.changes {
            if config.pending || change.effect != Effect::Safe {
                found.push(pending(change));
            }
            found.extend(change.findings.iter().map(issue));
        }
        if config.pending {
            found.extend(resource.questions.iter().map(question));
        }
        if config.unresolved {
            found.extend(resource.unresolved.iter().map(unresolved));
        }
        found.extend(resource.issues.iter().map(issue));
    }
    found.extend(analysis.issues.iter().map(issue));
    for diagnostic in &mut found {
        diagnostic.range = first_line(text, diagnostic.range);
    }
    found.sort_by_key(|diagnostic| diagnostic.range);
    found
}

fn pending(change: &PendingChange) -> Diagnostic {
    let (severity, note) = match &change.effect {
        Effect::Safe => (Severity::Information, None),
        Effect::Destructive(loss) => (Severity::Warning, Some(loss)),
        Effect::Impossible(reason) => (Severity::Error, Some(reason)),
    };
    let mut message = format!("pending: {}", change.title);
    if let Some(note) = note {
        message.push_str(": ");
        message.push_str(note);
    }
    if let Some(lock) = &change.lock {
        message.push_str(&format!(" (takes {lock})"));
    }
    message.extend(change.doubts.iter().map(|reason| format!(" (not certain: {reason})")));
    let related = change.related.clone();
    Diagnostic { range: change.range, severity, code: change.code.clone(), message, related, tags: Vec::new() }
}

fn question(question: &QuestionView) -> Diagnostic {
    Diagnostic {
        range: question.range,
        severity: Severity::Information,
        code: "question".into(),
        message: question.text.clone(),
        related: Vec::new(),
        tags: Vec::new(),
    }
}

fn unresolved(unresolved: &Unresolved) -> Diagnostic {
    Diagnostic {
        range: unresolved.range,
        severity: Severity::Hint,
        code: "unresolved".into(),
        message: format!("unresolved: {}: {}", unresolved.what, unresolved.reason),
        related: Vec::new(),
        tags: Vec::new(),
    }
}

fn issue(issue: &Issue) -> Diagnostic {
    Diagnostic {
        range: issue.range,
        severity: issue.severity,
        code: issue.code.clone(),
        message: issue.message.clone(),
        related: issue.related.clone(),
        tags: issue.tags.clone(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::ide::fixture::{self, at};

    fn check(config: Config, expected: Expect) {
        let (text, analysis) = fixture::post();
        let drawn: String = diagnostics(&analysis, text, config)
            .iter()
            .map(|it| format!("{:?} {} `{}`: {}\n", it.severity, it.code, it.range.slice(text), it.message))
            .collect();
        expected.assert_eq(&drawn);
    }

    #[test]
    fn lists_every_kind_in_the_order_of_the_text() {
        check(
            Config { pending: true, unresolved: true },
            expect![[r#"
                Warning remove-column `attributes do`: pending: remove column body from posts: every value in posts.body is lost (takes ACCESS EXCLUSIVE)
                Information add-column `attribute :title, :string do`: pending: add column title to posts (takes ACCESS EXCLUSIVE)
                Information question `attribute :title, :string do`: Are you renaming posts.body to posts.title?
                Warning not-null-without-default `allow_nil? false`: fails when posts has rows
                Hint unresolved `attribute :price, Money`: unresolved: the type of price: Money is not in this project
                Error unknown-option `nope: 1`: attribute has no option nope
            "#]],
        );
    }

    #[test]
    fn leaves_out_what_is_switched_off_but_never_a_loss() {
        check(
            Config { pending: false, unresolved: false },
            expect![[r#"
                Warning remove-column `attributes do`: pending: remove column body from posts: every value in posts.body is lost (takes ACCESS EXCLUSIVE)
                Warning not-null-without-default `allow_nil? false`: fails when posts has rows
                Error unknown-option `nope: 1`: attribute has no option nope
            "#]],
        );
    }

    #[test]
    fn what_the_database_cannot_do_is_an_error() {
        let (text, mut analysis) = fixture::post();
        analysis.resources[0].changes.truncate(1);
        analysis.resources[0].changes[0].effect = Effect::Impossible("SQLite cannot alter a column".into());
        analysis.resources[0].changes[0].range = at(text, "table \"posts\"");
        let found = diagnostics(&analysis, text, Config { pending: false, unresolved: false });
        assert_eq!(found[0].severity, Severity::Error);
        assert!(found[0].message.ends_with("SQLite cannot alter a column (takes ACCESS EXCLUSIVE)"));
    }
}
