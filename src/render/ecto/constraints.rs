//! Check constraints.

use super::RenderError;
use super::arguments::{join, text_option};
use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::snapshot::CheckConstraint;

/// `create constraint(…)`. Mirrors `AddCheckConstraint.up/1`.
pub(super) fn create(on: &TableContext, constraint: &CheckConstraint) -> String {
    match constraint.base_filter.as_ref().and_then(Option::as_ref) {
        Some(base_filter) => create_with(on, constraint, &format!("({}) OR NOT ({base_filter})", constraint.check)),
        None => create_with(on, constraint, &constraint.check),
    }
}

/// What `down` writes for a constraint that was removed. Mirrors `RemoveCheckConstraint.down/1`, which puts the base
/// filter the other way round than `up` did.
pub(super) fn restore(on: &TableContext, constraint: &CheckConstraint) -> Result<String, RenderError> {
    match &constraint.base_filter {
        Some(Some(base_filter)) => Ok(create_with(on, constraint, &format!("{base_filter} AND {}", constraint.check))),
        Some(None) => Ok(create_with(on, constraint, &constraint.check)),
        None => Err(RenderError::CheckConstraintWithoutBaseFilter {
            table: on.table.clone(),
            constraint: constraint.name.clone(),
        }),
    }
}

/// `drop_if_exists constraint(…)`.
pub(super) fn drop(on: &TableContext, constraint: &CheckConstraint) -> String {
    let name = Some(format!(":{}", inspect::remote_call(&constraint.name)));
    let arguments = join([name, text_option("prefix", on.schema.as_deref())]);
    format!("drop_if_exists constraint(:{}, {arguments})", inspect::remote_call(&on.table))
}

fn create_with(on: &TableContext, constraint: &CheckConstraint, check: &str) -> String {
    let prefix = text_option("prefix", on.schema.as_deref()).map(|prefix| format!(", {prefix}")).unwrap_or_default();
    let (table, name) = (inspect::remote_call(&on.table), inspect::remote_call(&constraint.name));
    format!("create constraint(:{table}, :{name}, check: \"\"\"\n  {check}\n\"\"\"{prefix})\n")
}
