//! The blocks of a migration and what `up` and `down` are made of. Mirrors `AshPostgres.MigrationGenerator.Phase` and
//! `build_up_and_down/1`.

use super::{RenderError, RenderOptions, operation_down, operation_up, tables};
use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::plan::{Phase, PhaseKind, PlannedMigration};
use crate::snapshot::Strategy;

/// All that `down` can say about a table that was dropped.
pub(super) const DROPPED_TABLE_IN_DOWN: &str = "# Rollback would require recreating the table manually";

/// The bodies of `up` and `down`, unformatted.
pub fn up_and_down(migration: &PlannedMigration, options: &RenderOptions) -> Result<(String, String), RenderError> {
    let up = migration.phases.iter().map(|phase| phase_up(phase, options)).collect::<Vec<_>>().join("\n");
    let down = migration.phases.iter().rev().map(phase_down);
    let down = down.collect::<Result<Vec<_>, _>>()?.join("\n");
    Ok((up, down))
}

/// What one block writes into `up`, with the line break that ends it.
pub fn phase_up(phase: &Phase, options: &RenderOptions) -> String {
    let lines: Vec<String> = phase.steps.iter().map(|step| operation_up(&step.operation, options)).collect();
    let text = match &phase.kind {
        PhaseKind::Create { create_table_options, .. } => {
            create_table(&phase.on, create_table_options.as_deref(), &lines, options)
        }
        PhaseKind::Alter => alter_table(&phase.on, &lines),
        PhaseKind::Drop | PhaseKind::Single => lines.concat(),
    };
    ended(text, phase.commented)
}

/// What one block writes into `down`, with the line break that ends it.
pub fn phase_down(phase: &Phase) -> Result<String, RenderError> {
    let text = match &phase.kind {
        PhaseKind::Create { .. } => drop_table(&phase.on),
        PhaseKind::Alter | PhaseKind::Drop | PhaseKind::Single => {
            let mut lines = Vec::with_capacity(phase.steps.len());
            for step in phase.steps.iter().rev() {
                lines.push(operation_down(&step.operation)?);
            }
            if phase.kind == PhaseKind::Alter { alter_table(&phase.on, &lines) } else { lines.concat() }
        }
    };
    Ok(ended(text, phase.commented))
}

/// `create table(:name, primary_key: false) do … end`, after `CREATE SCHEMA` where that is wanted.
pub(super) fn create_table(
    on: &TableContext,
    create_table_options: Option<&str>,
    lines: &[String],
    options: &RenderOptions,
) -> String {
    let create_schema = match on.multitenancy.strategy {
        Some(Strategy::Context) => String::new(),
        _ => tables::create_schema(on.schema.as_deref(), options),
    };
    let table_options = create_table_options.map(|text| format!(", options: {}", inspect::string(text)));
    format!(
        "{create_schema}create table(:{}, primary_key: false{}{}) do\n{}\nend",
        inspect::remote_call(&on.table),
        prefix(on),
        table_options.unwrap_or_default(),
        lines.join("\n")
    )
}

/// `drop table(:name)`.
pub(super) fn drop_table(on: &TableContext) -> String {
    format!("drop table(:{}{})", inspect::remote_call(&on.table), prefix(on))
}

fn alter_table(on: &TableContext, lines: &[String]) -> String {
    let body = lines.join("\n");
    match body.trim() {
        "" => String::new(),
        body => format!("alter table(:{}{}) do\n{body}\nend", inspect::remote_call(&on.table), prefix(on)),
    }
}

fn prefix(on: &TableContext) -> String {
    match on.multitenancy.strategy {
        Some(Strategy::Context) => ", prefix: prefix()".to_owned(),
        _ => super::arguments::raw_prefix(on.schema.as_deref()),
    }
}

/// Ends the text with a line break; a commented block has every line turned into a comment after that.
fn ended(text: String, commented: bool) -> String {
    let text = text + "\n";
    if !commented {
        return text;
    }
    let lines = text.split('\n').map(|line| if line.starts_with('#') { line.to_owned() } else { format!("# {line}") });
    lines.collect::<Vec<_>>().join("\n")
}
