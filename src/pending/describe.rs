//! An operation in plain words, and the fact of the desired snapshot that it comes from.

use crate::diff::Operation;
use crate::diff::operation::Change;
use crate::snapshot::{ColumnType, CustomIndex, Field};

/// How an operation is presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Stable identifier of the kind of change (`add-column`).
    pub code: &'static str,
    /// "add column title to posts".
    pub title: String,
    /// Where its declaration is looked up in the source map: the most precise path first.
    pub paths: Vec<String>,
    /// The section its declaration stood in, for what is gone: `attributes`, `postgres.references`.
    pub section: &'static str,
}

/// Describes one operation.
pub fn describe(operation: &Operation) -> Description {
    let table = match &operation.on.schema {
        Some(schema) => format!("{schema}.{}", operation.on.table),
        None => operation.on.table.clone(),
    };
    let column = |source: &str| vec![format!("attributes.{source}")];
    let reference = |source: &str| vec![format!("attributes.{source}.references"), format!("attributes.{source}")];
    let new = |code, title: String, paths, section| Description { code, title, paths, section };
    match &operation.change {
        Change::CreateTable { .. } => new("create-table", format!("create table {table}"), vec!["table".into()], ""),
        Change::DropTable => new("drop-table", format!("drop table {table}"), vec!["table".into()], ""),
        Change::RenameTable { old_table } => {
            new("rename-table", format!("rename table {old_table} to {table}"), vec!["table".into()], "postgres")
        }
        Change::MoveTableSchema { old_schema, new_schema } => {
            let show = |schema: &Option<String>| schema.clone().unwrap_or_else(|| "public".into());
            let title = format!("move {} from schema {} to {}", operation.on.table, show(old_schema), show(new_schema));
            new("move-table", title, vec!["schema".into(), "table".into()], "postgres")
        }
        Change::AddAttribute { attribute } => {
            let title = format!("add column {} {} to {table}", attribute.source, type_name(&attribute.column_type));
            new("add-column", title, column(&attribute.source), "attributes")
        }
        Change::AlterAttribute { old_attribute, new_attribute } => {
            let title = format!(
                "change column {} of {table}: {}",
                new_attribute.source,
                what_changes(old_attribute, new_attribute)
            );
            let mut paths = if old_attribute.references == new_attribute.references {
                column(&new_attribute.source)
            } else {
                reference(&new_attribute.source)
            };
            if old_attribute.allow_nil != new_attribute.allow_nil {
                paths.insert(0, format!("attributes.{}.allow_nil", new_attribute.source));
            }
            new("alter-column", title, paths, "attributes")
        }
        Change::RenameAttribute { old_attribute, new_attribute } => {
            let title = format!("rename column {} of {table} to {}", old_attribute.source, new_attribute.source);
            new("rename-column", title, column(&new_attribute.source), "attributes")
        }
        Change::RemoveAttribute { attribute, commented } => {
            let kept = if *commented { " (written as a comment)" } else { "" };
            let title = format!("drop column {} of {table}{kept}", attribute.source);
            new("drop-column", title, column(&attribute.source), "attributes")
        }
        Change::AlterDeferrability { references, .. } => {
            let name = references.as_ref().map_or("", |reference| &reference.name);
            let title = format!("change when foreign key {name} of {table} is checked");
            new("alter-foreign-key", title, Vec::new(), "postgres.references")
        }
        Change::DropForeignKey { attribute, .. } => {
            let name = attribute.references.as_ref().map_or(attribute.source.as_str(), |reference| &reference.name);
            let title = format!("drop foreign key {name} of {table}");
            new("drop-foreign-key", title, reference(&attribute.source), "relationships")
        }
        Change::SerialSequenceTransition { column: source, to_serial, .. } => {
            let verb = if *to_serial { "create" } else { "drop" };
            new("alter-sequence", format!("{verb} the sequence of {table}.{source}"), column(source), "attributes")
        }
        Change::AddUniqueIndex { identity, .. } => {
            let title = format!("create unique index {} on {table}", identity.index_name);
            new("create-unique-index", title, vec![format!("identities.{}", identity.name)], "identities")
        }
        Change::RemoveUniqueIndex { identity } => {
            let title = format!("drop unique index {} of {table}", identity.index_name);
            new("drop-unique-index", title, vec![format!("identities.{}", identity.name)], "identities")
        }
        Change::RenameUniqueIndex { old_identity, new_identity } => {
            let title = format!("rename index {} to {}", old_identity.index_name, new_identity.index_name);
            new("rename-index", title, vec![format!("identities.{}", new_identity.name)], "identities")
        }
        Change::AddCustomIndex { index, .. } => {
            let title = format!("create {}index on {table} ({})", unique(index), fields(&index.fields));
            new("create-index", title, custom_index(operation, index), "postgres.custom_indexes")
        }
        Change::RemoveCustomIndex { index, .. } => {
            let title = format!("drop {}index on {table} ({})", unique(index), fields(&index.fields));
            new("drop-index", title, custom_index(operation, index), "postgres.custom_indexes")
        }
        Change::AddReferenceIndex { source, .. } => {
            let title = format!("create index on {table} ({source})");
            let mut paths = vec![format!("attributes.{source}.references.options")];
            paths.extend(reference(source));
            new("create-index", title, paths, "postgres.references")
        }
        Change::RemoveReferenceIndex { source, .. } => {
            new("drop-index", format!("drop index on {table} ({source})"), reference(source), "postgres.references")
        }
        Change::AddCustomStatement { statement } => {
            let paths = vec![format!("custom_statements.{}", statement.name)];
            new("run-statement", format!("run statement {}", statement.name), paths, "postgres.custom_statements")
        }
        Change::RemoveCustomStatement { statement } => {
            let paths = vec![format!("custom_statements.{}", statement.name)];
            new("undo-statement", format!("undo statement {}", statement.name), paths, "postgres.custom_statements")
        }
        Change::AddCheckConstraint { constraint } => {
            let paths = vec![format!("check_constraints.{}", constraint.name)];
            let title = format!("add check constraint {} to {table}", constraint.name);
            new("add-check", title, paths, "postgres.check_constraints")
        }
        Change::RemoveCheckConstraint { constraint } => {
            let paths = vec![format!("check_constraints.{}", constraint.name)];
            let title = format!("drop check constraint {} of {table}", constraint.name);
            new("drop-check", title, paths, "postgres.check_constraints")
        }
        Change::AddPrimaryKey { keys } | Change::AddPrimaryKeyDown { keys, .. } => {
            let paths = keys.iter().map(|key| format!("attributes.{key}")).collect();
            new(
                "add-primary-key",
                format!("make ({}) the primary key of {table}", keys.join(", ")),
                paths,
                "attributes",
            )
        }
        Change::RemovePrimaryKey { keys } => {
            let paths = keys.iter().map(|key| format!("attributes.{key}")).collect();
            new("drop-primary-key", format!("drop the primary key of {table}"), paths, "attributes")
        }
        Change::RemovePrimaryKeyDown { .. } => {
            new("drop-primary-key", format!("drop the primary key of {table}"), Vec::new(), "attributes")
        }
    }
}

fn custom_index(operation: &Operation, index: &CustomIndex) -> Vec<String> {
    let name = crate::resource::index_name(&operation.on.table, index.name.as_deref(), &index.fields);
    vec![format!("custom_indexes.{name}")]
}

fn unique(index: &CustomIndex) -> &'static str {
    if index.unique { "unique " } else { "" }
}

fn fields(fields: &[Field]) -> String {
    fields.iter().map(Field::value).collect::<Vec<_>>().join(", ")
}

/// `text`, `bigint[]`.
pub fn type_name(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Atom(name) => name.clone(),
        ColumnType::Array(item) => format!("{}[]", type_name(item)),
    }
}

/// "type text to bigint, not null".
fn what_changes(old: &crate::snapshot::Attribute, new: &crate::snapshot::Attribute) -> String {
    let mut parts = Vec::new();
    let sized = |attribute: &crate::snapshot::Attribute| (attribute.size, attribute.precision, attribute.scale);
    if old.column_type != new.column_type || sized(old) != sized(new) {
        parts.push(format!("type {} to {}", type_name(&old.column_type), type_name(&new.column_type)));
    }
    if old.allow_nil != new.allow_nil {
        parts.push(if new.allow_nil { "allow null" } else { "not null" }.to_owned());
    }
    if old.default != new.default {
        parts.push(match new.default.as_str() {
            "nil" => "no default".to_owned(),
            default => format!("default {default}"),
        });
    }
    if old.primary_key != new.primary_key {
        parts.push(if new.primary_key { "part of the primary key" } else { "no primary key" }.to_owned());
    }
    match (&old.references, &new.references) {
        (None, Some(reference)) => parts.push(format!("foreign key to {}", reference.table)),
        (Some(_), None) => parts.push("no foreign key".to_owned()),
        (Some(old), Some(new)) if old != new => parts.push(format!("foreign key to {}", new.table)),
        _ => {}
    }
    if parts.is_empty() { "rewrite".to_owned() } else { parts.join(", ") }
}
