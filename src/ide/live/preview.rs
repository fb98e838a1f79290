//! The pending migration of a scope as one text.

use super::clauses::{Written, clauses};
use super::generate;
use super::project::LiveProject;
use crate::codegen::{Options, Outcome, Timestamp};
use crate::elixir::eval::Origin;
use crate::ide::analyzer::{Preview, PreviewCause, PreviewFormat, Scope};
use crate::pending;
use crate::text::Range;

/// Writes the preview.
pub(super) fn preview(project: &LiveProject, scope: &Scope, format: PreviewFormat) -> Preview {
    let options = Options { auto_name: true, assume_unchanged: true, skip_extensions: true, ..Options::default() };
    let outcome = generate::run(project, scope, &options, &project.tables.intents.answers(), &Timestamp::from_unix(0));
    let language = match format {
        PreviewFormat::Sql => "SQL",
        PreviewFormat::Ecto => "migration",
    };
    let title = match scope {
        Scope::Project(_) => format!("Pending {language}"),
        Scope::Resource { module, .. } => format!("Pending {language} of {module}"),
    };
    let (text, causes) = text(project, &outcome, format);
    Preview { title, text, causes }
}

fn text(project: &LiveProject, outcome: &Outcome, format: PreviewFormat) -> (String, Vec<PreviewCause>) {
    let comment = match format {
        PreviewFormat::Sql => "--",
        PreviewFormat::Ecto => "#",
    };
    let mut out = String::new();
    let mut linked = Vec::new();
    for question in &outcome.open {
        let text = question.text.trim().replace('\n', " ");
        out.push_str(&format!("{comment} Open question, taken as no: {text}\n"));
    }
    for unreadable in &outcome.unreadable {
        out.push_str(&format!("{comment} {unreadable}\n"));
    }
    if let Some(failure) = &outcome.failure {
        out.push_str(&format!(
            "{comment} {}\n",
            failure.to_string().trim_end().replace('\n', &format!("\n{comment} "))
        ));
    }
    for repo in pending::view(outcome, &project.state.project) {
        let tenants = if repo.tenant { ", in every tenant" } else { "" };
        out.push_str(&format!("{comment} {}{tenants}\n", repo.repo));
        for block in &repo.blocks {
            let mut causes: Vec<&Origin> = Vec::new();
            for operation in block.operations.iter().filter_map(|index| repo.operations.get(*index)) {
                causes.extend(operation.cause.as_ref().filter(|origin| !causes.contains(origin)));
            }
            out.push('\n');
            let start = out.len();
            let mut lines = Vec::new();
            for origin in &causes {
                let line = format!("{comment} {}:{}\n", origin.file, line_of(project, origin));
                if !lines.contains(&line) {
                    out.push_str(&line);
                    lines.push(line);
                }
            }
            let mut written: Vec<Written> = Vec::new();
            match format {
                PreviewFormat::Ecto => {
                    written.push((out.len(), block.ecto.trim_end().to_owned()));
                    out.push_str(&format!("{}\n", block.ecto.trim_end()));
                }
                PreviewFormat::Sql => {
                    for statement in &block.sql {
                        match statement {
                            Ok(sql) => {
                                written.push((out.len(), sql.clone()));
                                out.push_str(&format!("{sql};\n"));
                            }
                            Err(error) => out.push_str(&format!("-- cannot run: {}\n", error.message())),
                        }
                    }
                }
            }
            let whole = Range::new(start, out.len());
            let link = |part: Range, origin: &Origin| PreviewCause {
                part,
                path: project.root.join(&*origin.file),
                declaration: origin.range,
            };
            let is_combined = causes.len() > 1 && !block.ecto.starts_with("create table");
            if !is_combined {
                linked.extend(causes.into_iter().map(|origin| link(whole, origin)));
                continue;
            }
            for operation in block.operations.iter().filter_map(|index| repo.operations.get(*index)) {
                let Some(origin) = &operation.cause else { continue };
                let parts = clauses(operation, &repo, format, &written).unwrap_or_else(|| vec![whole]);
                for part in parts.into_iter().map(|part| link(part, origin)) {
                    if !linked.contains(&part) {
                        linked.push(part);
                    }
                }
            }
        }
        out.push('\n');
    }
    if out.is_empty() {
        out = format!("{comment} Nothing pending.\n");
    }
    (out, linked)
}

fn line_of(project: &LiveProject, origin: &Origin) -> usize {
    let before = |text: &std::sync::Arc<str>| {
        text.as_bytes().iter().take(origin.range.start).filter(|byte| **byte == b'\n').count()
    };
    project.state.source(&origin.file).map_or(1, |text| 1 + before(text))
}
