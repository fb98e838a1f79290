//! The body of a migration as ash_sqlite 0.2.17 writes it, before formatting: the text of `up` and `down` from ordered
//! phases (`AshSqlite.MigrationGenerator.build_up_and_down/1`, `Phase` and `Operation`).
//!
//! Knows Ecto's migration calls; must not know how operations were found or ordered.

mod columns;
mod file;
mod indexes;
mod references;
mod statements;

use crate::diff::operation::{Change, Operation};
use crate::elixir::inspect;
use crate::plan::{Phase, PhaseKind};
pub use file::{ExtensionText, FileText, extension_file, migration_file};

/// The bodies of `up` and `down`, unformatted and not indented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bodies {
    pub up: String,
    pub down: String,
}

/// `build_up_and_down/1`.
pub fn bodies(phases: &[Phase]) -> Bodies {
    let up: Vec<String> = phases.iter().map(phase_up).collect();
    let down: Vec<String> = phases.iter().rev().map(phase_down).collect();
    Bodies { up: up.join("\n"), down: down.join("\n") }
}

/// The text of one phase of `up`, with its trailing line break.
pub fn phase_up(phase: &Phase) -> String {
    let table = &phase.on.table;
    let lines: Vec<String> = phase.steps.iter().map(|step| up(&step.operation)).collect();
    match &phase.kind {
        PhaseKind::Create { create_table_options, .. } => {
            let options = create_table_options.as_ref().map(|options| format!(", options: \"{options}\""));
            let head = format!(
                "create table(:{}, primary_key: false{})",
                inspect::remote_call(table),
                options.unwrap_or_default()
            );
            format!("{head} do\n{}\nend\n", lines.join("\n"))
        }
        PhaseKind::Alter => alter(table, phase.commented, lines),
        PhaseKind::Drop | PhaseKind::Single => format!("{}\n", lines.join("\n")),
    }
}

/// The text of one phase of `down`, with its trailing line break.
pub fn phase_down(phase: &Phase) -> String {
    let table = &phase.on.table;
    let lines = phase.steps.iter().rev().map(|step| down(&step.operation));
    match &phase.kind {
        PhaseKind::Create { .. } => format!("drop table(:{})\n", inspect::remote_call(table)),
        PhaseKind::Alter => alter(table, phase.commented, lines.collect()),
        PhaseKind::Drop | PhaseKind::Single => format!("{}\n", lines.collect::<Vec<_>>().join("\n")),
    }
}

fn alter(table: &str, commented: bool, lines: Vec<String>) -> String {
    let body = lines.join("\n");
    let body = body.trim();
    let text = if body.is_empty() {
        "\n".to_owned()
    } else {
        format!("alter table(:{}) do\n{body}\nend\n", inspect::remote_call(table))
    };
    if commented { comment(&text) } else { text }
}

/// `maybe_comment/2`: every line that is no comment yet becomes one, the empty last line too.
fn comment(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| if line.starts_with('#') { line.to_owned() } else { format!("# {line}") })
        .collect();
    lines.join("\n")
}

/// The statement that carries `operation` out. Empty where the generator prints nothing in this direction.
pub fn up(operation: &Operation) -> String {
    let on = &operation.on;
    match &operation.change {
        Change::AddAttribute { attribute } => columns::add(attribute, &on.multitenancy),
        Change::AlterAttribute { old_attribute, new_attribute } => {
            columns::modify(old_attribute, new_attribute, &on.multitenancy)
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            columns::rename(&on.table, &old_attribute.source, &new_attribute.source)
        }
        Change::RemoveAttribute { attribute, commented } => columns::remove(attribute, *commented),
        Change::AlterDeferrability { references, direction } => {
            references::alter_deferrability_up(&on.table, references.as_ref(), *direction)
        }
        Change::DropForeignKey { attribute, direction } => references::drop_up(&on.table, attribute, *direction),
        Change::AddUniqueIndex { identity, .. } => {
            indexes::create_unique(&on.table, identity, &on.multitenancy, indexes::NilsDistinct::Print)
        }
        Change::RemoveUniqueIndex { identity } => indexes::drop_unique(&on.table, identity, &on.old_multitenancy),
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            indexes::rename(&old_identity.index_name, &new_identity.index_name)
        }
        Change::AddCustomIndex { index, base_filter } => {
            indexes::create_custom(&on.table, index, base_filter.as_deref(), &on.multitenancy)
        }
        Change::RemoveCustomIndex { index, .. } => indexes::drop_custom(&on.table, index, &on.multitenancy),
        Change::AddCustomStatement { statement } => statements::run(&statement.up, statement.code),
        Change::RemoveCustomStatement { statement } => statements::run(&statement.down, statement.code),
        Change::RemovePrimaryKey { .. } => drop_primary_key(&on.table),
        _ => String::new(),
    }
}

/// The statement that takes `operation` back. Empty where the generator prints nothing in this direction.
pub fn down(operation: &Operation) -> String {
    let on = &operation.on;
    match &operation.change {
        Change::AddAttribute { attribute } => columns::remove(attribute, false),
        Change::AlterAttribute { old_attribute, new_attribute } => {
            columns::modify(new_attribute, old_attribute, &on.old_multitenancy)
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            columns::rename(&on.table, &new_attribute.source, &old_attribute.source)
        }
        Change::RemoveAttribute { attribute, commented } => columns::restore(attribute, *commented, &on.multitenancy),
        Change::AlterDeferrability { references, direction } => {
            references::alter_deferrability_down(&on.table, references.as_ref(), *direction)
        }
        Change::DropForeignKey { attribute, direction } => references::drop_down(&on.table, attribute, *direction),
        Change::AddUniqueIndex { identity, .. } => indexes::drop_unique(&on.table, identity, &on.multitenancy),
        Change::RemoveUniqueIndex { identity } => {
            indexes::create_unique(&on.table, identity, &on.multitenancy, indexes::NilsDistinct::Omit)
        }
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            indexes::rename(&new_identity.index_name, &old_identity.index_name)
        }
        Change::AddCustomIndex { index, .. } => indexes::drop_custom(&on.table, index, &on.multitenancy),
        Change::RemoveCustomIndex { index, base_filter } => {
            indexes::create_custom(&on.table, index, base_filter.as_deref(), &on.multitenancy)
        }
        Change::AddCustomStatement { statement } => statements::run(&statement.down, statement.code),
        Change::RemoveCustomStatement { statement } => statements::run(&statement.up, statement.code),
        Change::RemovePrimaryKeyDown { .. } => drop_primary_key(&on.table),
        _ => String::new(),
    }
}

/// `inspect` of a table name, which is a string there: `drop constraint("posts", "posts_pkey")`.
fn drop_primary_key(table: &str) -> String {
    format!("drop constraint({}, \"{table}_pkey\")", inspect::string(table))
}
