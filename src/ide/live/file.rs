//! What is known about one file: its resources with their pending changes, and its mistakes.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::project::LiveProject;
use super::questions;
use super::sections::{call_at, module_at, section_header};
use super::tables::{Planned, TablePending};
use crate::diff::Question;
use crate::diff::operation::Change;
use crate::dsl::{DslIssue, IssueCode, ModuleKind, check};
use crate::elixir::ModulePlace;
use crate::elixir::eval::Origin;
use crate::hazard;
use crate::ide::analysis::{
    BringingModule, ColumnView, Effect, FileAnalysis, Fix, FixEdit, Issue, PendingChange, QuestionView, Related,
    ResourceView, Severity, Tag, Unresolved,
};
use crate::resource::{self, DesiredSnapshot, IssueKind};
use crate::syntax::Expr;
use crate::text::Range;

/// Analyses a file. The second value says whether it has a module of Ash. `columns`: whether to show how columns are
/// stored, which costs more and is only seen in files that are open.
pub(super) fn analyse(
    project: &LiveProject,
    path: &str,
    text: &str,
    issues: &[resource::Issue],
    columns: bool,
) -> (FileAnalysis, bool) {
    let mut analysis = FileAnalysis::default();
    let mut has_ash = false;
    let file = File { project, path, text, expressions: OnceCell::new(), issues, columns };
    let mut modules = if columns { file.all_modules() } else { project.state.project.modules_of(path) };
    modules.sort_by_key(|module| module.range.start);
    for module in &modules {
        if let Some(resource) = project.state.project.resource(&module.name) {
            has_ash = true;
            let mut view = file.resource(module);
            view.issues.extend(file.unlisted(resource, module).filter(|_| columns));
            analysis.resources.push(view);
        } else if project.state.project.is_domain(&module.name) {
            has_ash = true;
            analysis.issues.extend(file.mistakes(module, ModuleKind::Domain).iter().map(|mistake| file.dsl(mistake)));
        } else if columns && let Some(issues) = file.apart(module) {
            has_ash = true;
            analysis.issues.extend(issues);
        }
    }
    let brought = project.brought.in_file(project, path).into_iter();
    let brought = brought.filter(|(_, range)| range.end <= text.len());
    let brought: Vec<_> = brought.collect();
    analysis.bringing = bringing(&modules, &brought);
    analysis.brought = brought.into_iter().map(|(planned, range)| pending_change(planned, range)).collect();
    let in_resource = |range: Range| analysis.resources.iter().any(|resource| resource.range.contains(range));
    let others = issues.iter().filter(|issue| *issue.origin.file == *path && !in_resource(issue.origin.range));
    let others: Vec<Issue> = others.map(|issue| file.issue(issue)).collect();
    analysis.issues.extend(others);
    (analysis, has_ash)
}

/// A file that is being analysed.
pub(super) struct File<'a> {
    pub project: &'a LiveProject,
    pub path: &'a str,
    pub text: &'a str,
    /// Asked for only when something is pending, or the file is open: most trees are not in memory.
    expressions: OnceCell<Arc<Vec<Expr>>>,
    issues: &'a [resource::Issue],
    /// Whether the file is open: then it has repairs, and its columns are shown.
    pub columns: bool,
}

impl File<'_> {
    pub(super) fn expressions(&self) -> &[Expr] {
        self.shared_expressions()
    }

    pub(super) fn shared_expressions(&self) -> &Arc<Vec<Expr>> {
        self.expressions.get_or_init(|| self.project.state.project.tree(self.path).unwrap_or_default())
    }

    pub(super) fn body(&self, module: &ModulePlace) -> &[Expr] {
        let block = module_at(self.expressions(), module.range.start).and_then(|call| call.block.as_ref());
        block.map_or(&[], |block| &block.body)
    }

    fn resource(&self, module: &ModulePlace) -> ResourceView {
        let state = &self.project.state;
        let declared: Vec<&DesiredSnapshot> = state.project.desired_of(&module.name).collect();
        let header = Range::new(module.range.start, module.name_range.end);
        let pending: Vec<_> = self.project.pending_of(&module.name).collect();
        let mut view = ResourceView {
            range: module.range,
            name_range: module.name_range,
            module: module.name.to_string(),
            table: declared.first().map(|desired| match &desired.snapshot.schema {
                Some(schema) => format!("{schema}.{}", desired.snapshot.table),
                None => desired.snapshot.table.clone(),
            }),
            ..ResourceView::default()
        };
        let columns = declared.first().filter(|_| self.columns);
        view.columns = columns.map(|desired| self.column_views(desired)).unwrap_or_default();
        for table in &pending {
            for planned in &table.operations {
                let mut change = self.change(planned, module, header);
                change.settled = self.settled(planned, table, change.range);
                view.changes.push(change);
            }
            for question in &table.questions {
                let range = questions::column(question)
                    .and_then(|column| self.place_of(&declared, &format!("attributes.{column}")))
                    .unwrap_or(header);
                let mut shown = questions::view(question, range);
                shown.fixes.extend(self.keep_column(question, range));
                view.questions.push(shown);
            }
            view.issues.extend(self.trouble(table, header));
        }
        for desired in &declared {
            for fact in &desired.unresolved {
                let assumed = !pending
                    .iter()
                    .any(|table| table.unresolved.contains(&(desired.resource.clone(), fact.path.clone())));
                let known = if assumed { "; taken to be as the newest snapshot has it" } else { "" };
                view.unresolved.push(Unresolved {
                    range: self.here(&fact.origin).unwrap_or(header),
                    what: what(&fact.path),
                    reason: format!("{}{known}", fact.reason),
                    fixes: self.made_explicit(fact, desired, module).into_iter().collect(),
                });
            }
        }
        if let Some(unplaced) = state.project.unplaced_of(&module.name) {
            view.unresolved.push(Unresolved {
                range: self.here(&unplaced.origin).unwrap_or(header),
                what: "the table".into(),
                reason: unplaced.reason.clone(),
                fixes: Vec::new(),
            });
        }
        let own = self.issues.iter();
        let own = own.filter(|issue| *issue.origin.file == *self.path && module.range.contains(issue.origin.range));
        let table = view.table.clone().unwrap_or_default();
        let mistakes = self.mistakes(module, ModuleKind::Resource);
        let is_told = |issue: &resource::Issue| {
            issue.kind == IssueKind::NoSuchName && check::says_unknown(&*mistakes, issue.origin.range)
        };
        let own = own.filter(|issue| !is_told(issue));
        view.issues.extend(own.map(|issue| Issue {
            fixes: self.of_issue(issue, module, &table).into_iter().collect(),
            ..self.issue(issue)
        }));
        view.issues.extend(mistakes.iter().map(|mistake| self.dsl(mistake)));
        view
    }

    /// What is wrong with the DSL of a module: in a file that is open with all that packages document.
    fn mistakes(&self, module: &ModulePlace, kind: ModuleKind) -> Cow<'_, [DslIssue]> {
        let by_pages = if self.columns { self.mistakes_by_pages(self.body(module), kind) } else { None };
        by_pages.map_or_else(|| self.project.state.project.mistakes_of(&module.name).into(), Cow::Owned)
    }

    /// What is wrong by the words that packages document; `None` where they say no more than what is built in.
    pub(super) fn mistakes_by_pages(&self, body: &[Expr], kind: ModuleKind) -> Option<Vec<DslIssue>> {
        let lexicon = self.project.state.project.lexicon();
        lexicon.is_completed(kind).then(|| check::check(lexicon.vocabulary(kind), body))
    }

    fn column_views(&self, desired: &DesiredSnapshot) -> Vec<ColumnView> {
        let stored = self.project.tables.stored_columns(&self.project.state, desired);
        let mut columns: Vec<ColumnView> = desired
            .snapshot
            .attributes
            .iter()
            .filter_map(|attribute| {
                let path = format!("attributes.{}", attribute.source);
                let range = self.exact(desired, &path)?;
                let name = call_at(self.expressions(), range).and_then(|call| call.arguments.first());
                Some(ColumnView {
                    range,
                    name_range: name.map_or(range, |name| name.range),
                    column: attribute.source.clone(),
                    is_object: false,
                    current: stored.get(&attribute.source).cloned(),
                })
            })
            .collect();
        for (path, origin) in desired.origins.iter() {
            let Some((list, name)) = path.split_once('.').filter(|(_, name)| !name.contains('.')) else { continue };
            let object = match list {
                "identities" => {
                    let identity = desired.snapshot.identities.iter().find(|identity| identity.name == name);
                    identity.map(|identity| identity.index_name.clone())
                }
                "custom_indexes" | "check_constraints" => Some(name.to_owned()),
                _ => None,
            };
            if let (Some(object), Some(range)) = (object, self.here(origin)) {
                let first = call_at(self.expressions(), range).and_then(|call| call.arguments.first());
                let name_range = first.map_or(range, |first| first.range);
                let current = stored.get(path).cloned();
                columns.push(ColumnView { range, name_range, column: object, is_object: true, current });
            }
        }
        columns.sort_by_key(|column| (column.range.start, column.column.clone()));
        columns
    }

    fn change(&self, planned: &Planned, module: &ModulePlace, header: Range) -> PendingChange {
        let operation = &planned.operation;
        let description = &operation.description;
        let here = operation.cause.as_ref().and_then(|origin| self.here(origin));
        let elsewhere = operation.cause.as_ref().filter(|_| here.is_none());
        let section = || section_header(self.body(module), description.section);
        let mut change = pending_change(planned, here.or_else(section).unwrap_or(header));
        for finding in &mut change.findings {
            let fix = here.and_then(|here| self.of_rule(&finding.code, &operation.operation.change, module, here));
            finding.fixes = fix.into_iter().collect();
        }
        change.findings.extend(here.and_then(|here| self.nullable_key(&operation.operation.change, module, here)));
        change.related = elsewhere.into_iter().map(|origin| self.related(origin, "declared here")).collect();
        change
    }

    /// For a rename that was noted: what else could have been meant.
    fn settled(&self, planned: &Planned, table: &TablePending, range: Range) -> Option<QuestionView> {
        let Change::RenameAttribute { old_attribute: old, new_attribute: new } = &planned.operation.operation.change
        else {
            return None;
        };
        let about_it = |question: &&Question| questions::old_column(question) == Some(&old.source);
        let question = table.settled.iter().find(about_it)?;
        let mut view = questions::view(question, range);
        view.answers.retain(|answer| answer.id != new.source);
        view.fixes.extend(self.keep_column(question, range));
        Some(view)
    }

    /// Why a table's pending changes cannot be told.
    fn trouble(&self, table: &TablePending, header: Range) -> Vec<Issue> {
        let issue = |code: &str, message: &String| Issue {
            range: header,
            code: code.into(),
            message: message.clone(),
            ..Issue::default()
        };
        let unreadable = table.unreadable.iter().map(|message| issue("unreadable-snapshot", message));
        unreadable.chain(table.failure.iter().map(|message| issue("generator-fails", message))).collect()
    }

    fn issue(&self, issue: &resource::Issue) -> Issue {
        let (code, severity) = match issue.kind {
            IssueKind::Invalid | IssueKind::NoSuchName | IssueKind::Mistake => ("invalid-dsl", Severity::Error),
            IssueKind::Generation => ("generator-fails", Severity::Error),
            IssueKind::Warning => ("verifier", Severity::Warning),
            IssueKind::Missing => ("missing-module", Severity::Hint),
            // Usual while somebody types; the compiler and other servers say what is wrong.
            IssueKind::Broken => ("invalid-elixir", Severity::Hint),
        };
        let message = issue.message.trim_end().to_owned();
        Issue { range: issue.origin.range, code: code.into(), severity, message, ..Issue::default() }
    }

    pub(super) fn dsl(&self, issue: &DslIssue) -> Issue {
        let fix = issue.replacement.as_ref().map(|replacement| Fix {
            title: format!("Replace by {replacement}"),
            edits: vec![FixEdit { path: self.absolute(self.path), range: issue.range, text: replacement.clone() }],
            preferred: true,
        });
        let severity = if issue.code.is_warning() { Severity::Warning } else { Severity::Error };
        Issue {
            range: issue.range,
            code: issue.code.as_str().into(),
            severity,
            message: issue.message.clone(),
            fixes: fix.into_iter().collect(),
            tags: if issue.code == IssueCode::Deprecated { vec![Tag::Deprecated] } else { Vec::new() },
            ..Issue::default()
        }
    }

    pub(super) fn absolute(&self, path: &str) -> PathBuf {
        self.project.root.join(path)
    }

    fn related(&self, origin: &Origin, message: &str) -> Related {
        Related { path: self.absolute(&origin.file), range: origin.range, message: message.to_owned() }
    }

    /// The range of a place, when it is in this file and its text still reaches so far.
    pub(super) fn here(&self, origin: &Origin) -> Option<Range> {
        (*origin.file == *self.path && origin.range.end <= self.text.len()).then_some(origin.range)
    }

    /// Where the fact at `path` itself is declared, in this file.
    fn exact(&self, desired: &DesiredSnapshot, path: &str) -> Option<Range> {
        let (_, origin) = desired.origins.iter().find(|(known, _)| *known == path)?;
        self.here(origin)
    }

    fn place_of(&self, declared: &[&DesiredSnapshot], path: &str) -> Option<Range> {
        declared.iter().find_map(|desired| self.exact(desired, path))
    }
}

/// The modules of a file in which what is `brought` to other tables stands, with how much and to how many.
fn bringing(modules: &[ModulePlace], brought: &[(&Planned, Range)]) -> Vec<BringingModule> {
    let innermost = |range: &Range| {
        let around = modules.iter().filter(|module| module.range.contains(*range));
        around.min_by_key(|module| module.range.len()).map(|module| module.name_range)
    };
    let here = modules.iter().filter_map(|module| {
        let own = brought.iter().filter(|(_, range)| innermost(range) == Some(module.name_range));
        let tables = own.clone().map(|(planned, _)| {
            let on = &planned.operation.operation.on;
            (&on.repo, &on.schema, &on.table)
        });
        let (changes, tables) = (own.count(), tables.collect::<BTreeSet<_>>().len());
        (changes > 0).then_some(BringingModule { name_range: module.name_range, changes, tables })
    });
    here.collect()
}

/// An operation whose declaration stands at `range`, without what the file at hand adds to it.
fn pending_change(planned: &Planned, range: Range) -> PendingChange {
    let operation = &planned.operation;
    let errors = planned.sql.iter().filter_map(|sql| sql.as_ref().err()).map(|error| error.message().to_owned());
    let findings = operation.findings.iter().map(|finding| Issue {
        range,
        code: finding.rule.code.to_owned(),
        severity: severity(finding.rule.severity),
        message: finding.message.clone(),
        ..Issue::default()
    });
    PendingChange {
        range,
        code: operation.description.code.to_owned(),
        title: operation.description.title.clone(),
        sql: planned.sql.iter().filter_map(|sql| sql.as_ref().ok()).cloned().collect(),
        ecto: planned.ecto.trim_end().to_owned(),
        lock: operation.lock.map(|lock| lock.to_string()),
        effect: effect(planned, errors.collect()),
        findings: findings.collect(),
        doubts: operation.doubts.clone(),
        related: Vec::new(),
        settled: None,
    }
}

fn effect(planned: &Planned, errors: Vec<String>) -> Effect {
    let findings = &planned.operation.findings;
    let impossible = findings.iter().find(|finding| finding.rule.severity == hazard::Severity::Error);
    if let Some(finding) = impossible {
        return Effect::Impossible(format!("{}. {}", finding.message, finding.recipe));
    }
    if !errors.is_empty() {
        return Effect::Impossible(errors.join("; "));
    }
    // The codes of the data loss rules begin with AM-D.
    match findings.iter().find(|finding| finding.rule.code.starts_with("AM-D0")) {
        Some(finding) => Effect::Destructive(finding.message.clone()),
        None => Effect::Safe,
    }
}

fn severity(severity: hazard::Severity) -> Severity {
    match severity {
        hazard::Severity::Information => Severity::Information,
        hazard::Severity::Warning => Severity::Warning,
        hazard::Severity::Error => Severity::Error,
    }
}

/// `attributes.price.type` as "the type of price".
fn what(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        [""] => "part of the table".to_owned(),
        [list @ ("attributes" | "identities" | "custom_indexes" | "custom_statements" | "check_constraints")] => {
            format!("some of the {}", list.replace('_', " "))
        }
        [_, name] => (*name).to_owned(),
        [_, name, fact, ..] => format!("the {} of {name}", fact.replace('_', " ")),
        [fact] => format!("the {}", fact.replace('_', " ")),
        [] => String::new(),
    }
}
