//! What an editor offers at a selection: write the migration, answer a question by doing so, repair a finding.

use std::path::Path;

use crate::text::Range;

use super::analysis::{FileAnalysis, Fix, FixEdit, Issue, ResourceView};
use super::analyzer::Scope;
use super::lines::{first_line, overlap};

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeAction {
    pub title: String,
    pub kind: ActionKind,
    pub act: Act,
    /// The finding it is about, as [`super::diagnostics`] lists it: range on its first line, and code.
    pub finding: Option<(Range, String)>,
    /// Whether it is surely what was meant.
    pub preferred: bool,
}

/// Where an editor lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// About something at the selection.
    QuickFix,
    /// About the file as a whole.
    Source,
}

/// What it does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Edit(Vec<FixEdit>),
    /// Write migration and snapshot, with these answers by question.
    Generate {
        scope: Scope,
        answers: Vec<(String, String)>,
        /// As a development migration.
        dev: bool,
    },
}

/// The actions at `selection`; none outside of resources, and none that would do nothing.
pub fn code_actions(analysis: &FileAnalysis, path: &Path, text: &str, selection: Range) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    for resource in &analysis.resources {
        let findings = resource.changes.iter().flat_map(|change| &change.findings);
        actions.extend(findings.chain(&resource.issues).flat_map(|issue| fixes(issue, text, selection)));
        actions.extend(
            resource.unresolved.iter().flat_map(|fact| repairs(&fact.fixes, fact.range, "unresolved", text, selection)),
        );
        if overlap(resource.range, selection) {
            actions.extend(answers(resource, path, text, selection));
            actions.extend(generate(resource, path, text, selection));
        }
    }
    actions.extend(analysis.issues.iter().flat_map(|issue| fixes(issue, text, selection)));
    // Nested resources offer the project twice.
    let mut seen = Vec::new();
    actions.retain(|action| {
        let new = !seen.contains(&action.title);
        seen.push(action.title.clone());
        new
    });
    actions
}

fn fixes(issue: &Issue, text: &str, selection: Range) -> Vec<CodeAction> {
    repairs(&issue.fixes, issue.range, &issue.code, text, selection)
}

/// The repairs of a finding at `range`.
fn repairs(fixes: &[Fix], range: Range, code: &str, text: &str, selection: Range) -> Vec<CodeAction> {
    if !overlap(range, selection) {
        return Vec::new();
    }
    let finding = (first_line(text, range), code.to_owned());
    let actions = fixes.iter().map(|fix| CodeAction {
        title: fix.title.clone(),
        kind: ActionKind::QuickFix,
        act: Act::Edit(fix.edits.clone()),
        finding: Some(finding.clone()),
        preferred: fix.preferred,
    });
    actions.collect()
}

fn answers(resource: &ResourceView, path: &Path, text: &str, selection: Range) -> Vec<CodeAction> {
    let open = resource.questions.iter().map(|question| (question, "question".to_owned()));
    let settled = resource.changes.iter().filter_map(|change| Some((change.settled.as_ref()?, change.code.clone())));
    let questions = open.chain(settled).filter(|(question, _)| overlap(question.range, selection));
    let actions = questions.flat_map(|(question, code)| {
        let finding = Some((first_line(text, question.range), code));
        let same = finding.clone();
        let fixes = question.fixes.iter().map(move |fix| CodeAction {
            title: fix.title.clone(),
            kind: ActionKind::QuickFix,
            act: Act::Edit(fix.edits.clone()),
            finding: same.clone(),
            preferred: fix.preferred,
        });
        let answers = question.answers.iter().map(move |answer| CodeAction {
            title: format!("Generate migration: {}", answer.title),
            kind: ActionKind::QuickFix,
            act: Act::Generate {
                scope: scope(resource, path),
                answers: vec![(question.id.clone(), answer.id.clone())],
                dev: false,
            },
            finding: finding.clone(),
            preferred: false,
        });
        answers.chain(fixes)
    });
    actions.collect()
}

fn generate(resource: &ResourceView, path: &Path, text: &str, selection: Range) -> Vec<CodeAction> {
    if !resource.is_pending() {
        return Vec::new();
    }
    let lines = resource.changes.iter().map(|change| (first_line(text, change.range), change.code.clone()));
    let finding = lines.into_iter().find(|(line, _)| overlap(*line, selection));
    let kind = if finding.is_some() { ActionKind::QuickFix } else { ActionKind::Source };
    let table = resource.table.as_deref().unwrap_or(&resource.module);
    let whole = || Scope::Project(path.to_owned());
    let action = |title: String, scope: Scope, dev: bool| CodeAction {
        title,
        kind,
        act: Act::Generate { scope, answers: Vec::new(), dev },
        finding: finding.clone(),
        preferred: false,
    };
    vec![
        action(format!("Generate migration for {table}"), scope(resource, path), false),
        action("Generate migration for the whole project".to_owned(), whole(), false),
        action(format!("Generate development migration for {table}"), scope(resource, path), true),
        action("Generate development migration for the whole project".to_owned(), whole(), true),
    ]
}

fn scope(resource: &ResourceView, path: &Path) -> Scope {
    Scope::Resource { path: path.to_owned(), module: resource.module.clone() }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::ide::fixture::{self, at};

    fn check(selection: &str, expected: Expect) {
        let (text, analysis) = fixture::post();
        let path = Path::new("/blog/lib/post.ex");
        let drawn: String = code_actions(&analysis, path, text, at(text, selection))
            .iter()
            .map(|action| {
                let finding =
                    action.finding.as_ref().map(|(range, code)| format!(" <- {code} `{}`", range.slice(text)));
                format!("{:?} {}{}\n", action.kind, action.title, finding.unwrap_or_default())
            })
            .collect();
        expected.assert_eq(&drawn);
    }

    #[test]
    fn one_per_answer_and_for_resource_and_project() {
        check(
            ":title",
            expect![[r#"
                QuickFix Generate migration: rename column body to title <- question `attribute :title, :string do`
                QuickFix Generate migration: remove body and add title <- question `attribute :title, :string do`
                QuickFix Generate migration for posts <- add-column `attribute :title, :string do`
                QuickFix Generate migration for the whole project <- add-column `attribute :title, :string do`
                QuickFix Generate development migration for posts <- add-column `attribute :title, :string do`
                QuickFix Generate development migration for the whole project <- add-column `attribute :title, :string do`
            "#]],
        );
    }

    #[test]
    fn repairs_what_is_selected() {
        check(
            "nope",
            expect![[r#"
                QuickFix Remove nope <- unknown-option `nope: 1`
                Source Generate migration for posts
                Source Generate migration for the whole project
                Source Generate development migration for posts
                Source Generate development migration for the whole project
            "#]],
        );
    }

    #[test]
    fn none_outside_of_resources() {
        let (_, analysis) = fixture::post();
        let text = format!("{}\n# tail", fixture::post().0);
        let end = Range::empty(text.len());
        assert_eq!(code_actions(&analysis, Path::new("/a.ex"), &text, end), Vec::new());
    }
}
