//! All changes of one table, in the order in which the generator finds them. Mirrors `fetch_operations/2` and
//! `do_fetch_operations/5`.

use std::collections::BTreeSet;

use super::comparison::Comparison;
use super::equality::SchemaMoves;
use super::merge::Table;
use super::{
    PostgresOptions, Raised, attributes, check_constraints, custom_indexes, custom_statements, identities, primary_key,
    reference_indexes,
};
use crate::diff::Dialogue;
use crate::diff::operation::{Change, Operation, TableContext};
use crate::snapshot::json::Stored;
use crate::snapshot::{Multitenancy, Snapshot};

/// A table and what changes on it; never without operations.
#[derive(Debug, Clone, PartialEq)]
pub struct TableChange {
    pub table: Table,
    /// Before ordering.
    pub operations: Vec<Operation>,
}

/// The changed ones of `tables`, in their order.
pub fn table_changes(
    tables: Vec<Table>,
    options: &PostgresOptions,
    dialogue: &mut Dialogue,
) -> Result<Vec<TableChange>, Raised> {
    let moves = schema_moves(&tables);
    let mut changes = Vec::new();
    for table in tables {
        let operations = operations(&table, options, &moves, dialogue)?;
        if !operations.is_empty() {
            changes.push(TableChange { table, operations });
        }
    }
    Ok(changes)
}

fn operations(
    table: &Table,
    options: &PostgresOptions,
    moves: &SchemaMoves,
    dialogue: &mut Dialogue,
) -> Result<Vec<Operation>, Raised> {
    let new = &table.snapshot;
    let mut changes = Vec::new();
    let empty;
    let old = match &table.existing {
        Some(old) => {
            if old.snapshot.schema != new.schema {
                changes.push(Change::MoveTableSchema {
                    old_schema: old.snapshot.schema.clone(),
                    new_schema: new.schema.clone(),
                });
            }
            old
        }
        None if is_empty(new) => return Ok(Vec::new()),
        None => {
            changes.push(Change::CreateTable { create_table_options: new.create_table_options.clone(), strict: false });
            empty = Stored::from(nothing(new));
            &empty
        }
    };
    let comparison = Comparison {
        new,
        old,
        created: table.existing.is_none(),
        table,
        options,
        moves,
        multitenancy_changed: strategy_and_attribute(&new.multitenancy)
            != strategy_and_attribute(&old.snapshot.multitenancy),
    };

    let mut of_attributes = attributes::changes(&comparison, dialogue)?;
    changes.extend(primary_key::changes(&comparison, &mut of_attributes));
    changes.extend(identities::removed(&comparison));
    // Unique indexes come before the columns are altered, because foreign keys to them may be among that.
    let altered = of_attributes.iter().position(|change| matches!(change, Change::AlterAttribute { .. }));
    let altered = of_attributes.split_off(altered.unwrap_or(of_attributes.len()));
    changes.extend(of_attributes);
    changes.extend(identities::added(&comparison));
    changes.extend(altered);
    changes.extend(reference_indexes::added(&comparison));
    changes.extend(reference_indexes::removed(&comparison));
    changes.extend(identities::renamed(&comparison));
    changes.extend(check_constraints::removed(&comparison));
    changes.extend(check_constraints::added(&comparison));
    changes.extend(custom_indexes::added(&comparison));
    changes.extend(custom_indexes::removed(&comparison));
    changes.extend(custom_statements::changes(&comparison));
    Ok(changes.into_iter().map(|change| Operation { on: context(&change, &comparison), change }).collect())
}

/// The generator writes some removals on the table's old name and schema.
fn context(change: &Change, comparison: &Comparison<'_>) -> TableContext {
    let Comparison { new, old, .. } = comparison;
    let named = match change {
        Change::RemoveCustomIndex { .. } | Change::RemoveCheckConstraint { .. } | Change::AddPrimaryKeyDown { .. } => {
            &old.snapshot
        }
        _ => new,
    };
    TableContext {
        table: named.table.clone(),
        schema: named.schema.clone(),
        repo: new.repo.clone(),
        multitenancy: new.multitenancy.clone(),
        old_multitenancy: old.snapshot.multitenancy.clone(),
    }
}

/// Tables that change their schema now: table, old schema, new schema.
fn schema_moves(tables: &[Table]) -> SchemaMoves {
    let moved = tables.iter().filter_map(|table| {
        let old = &table.existing.as_ref()?.snapshot;
        let new = &table.snapshot;
        let schema = |schema: &Option<String>| schema.clone().unwrap_or_else(|| "public".to_owned());
        (old.schema != new.schema).then(|| (new.table.clone(), schema(&old.schema), schema(&new.schema)))
    });
    SchemaMoves(moved.collect::<BTreeSet<_>>())
}

fn strategy_and_attribute(multitenancy: &Multitenancy) -> (Option<crate::snapshot::Strategy>, Option<&str>) {
    (multitenancy.strategy, multitenancy.attribute.as_deref())
}

/// `resource_has_meaningful_content?/1`: a table of nothing is not created.
fn is_empty(snapshot: &Snapshot) -> bool {
    snapshot.attributes.is_empty()
        && snapshot.identities.is_empty()
        && snapshot.custom_indexes.is_empty()
        && snapshot.custom_statements.is_empty()
        && snapshot.check_constraints.is_empty()
}

/// What a new table is compared with.
fn nothing(new: &Snapshot) -> Snapshot {
    Snapshot {
        table: new.table.clone(),
        schema: None,
        repo: new.repo.clone(),
        attributes: Vec::new(),
        identities: Vec::new(),
        custom_indexes: Vec::new(),
        custom_statements: Vec::new(),
        check_constraints: Vec::new(),
        multitenancy: Multitenancy::default(),
        base_filter: None,
        create_table_options: None,
        has_create_action: true,
        strict: false,
        drop_table_opted_out: false,
    }
}
