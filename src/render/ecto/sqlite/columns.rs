//! Columns inside `create table` and `alter table`: `add`, `modify`, `remove`, and the rename of a column.

use super::super::arguments::{column_type, default, join, null, primary_key, size};
use super::references;
use crate::elixir::inspect;
use crate::snapshot::{Attribute, ColumnType, Multitenancy};

/// `Operation.AddAttribute.up/1`.
pub fn add(attribute: &Attribute, multitenancy: &Multitenancy) -> String {
    let head = Some(format!("add {}", inspect::atom(&attribute.source)));
    if let Some(target) = &attribute.references {
        return join([
            head,
            Some(references::in_add(attribute, target, multitenancy)),
            default(attribute),
            primary_key(attribute),
            null(attribute),
        ]);
    }
    if let Some(serial) = serial(attribute) {
        return join([head, Some(serial.to_owned()), null(attribute), primary_key(attribute)]);
    }
    join([
        head,
        Some(column_type(&attribute.column_type)),
        null(attribute),
        default(attribute),
        size(attribute),
        primary_key(attribute),
    ])
}

fn serial(attribute: &Attribute) -> Option<&'static str> {
    if !attribute.generated || attribute.default != "nil" {
        return None;
    }
    match &attribute.column_type {
        ColumnType::Atom(name) if name == "bigint" => Some(":bigserial"),
        ColumnType::Atom(name) if name == "integer" => Some(":serial"),
        _ => None,
    }
}

/// `Operation.AlterAttribute.up/1`, from `old` to `new`. The operation carries references only where they differ.
pub fn modify(old: &Attribute, new: &Attribute, multitenancy: &Multitenancy) -> String {
    let target = match &new.references {
        Some(target) => references::in_modify(new, target, multitenancy),
        None => column_type(&new.column_type),
    };
    let mut text = format!("modify {}, {target}", inspect::atom(&new.source));
    if new.allow_nil != old.allow_nil {
        text.push_str(&format!(", null: {}", new.allow_nil));
    }
    if new.default != old.default {
        text.push_str(&format!(", default: {}", new.default));
    }
    if new.primary_key != old.primary_key {
        text.push_str(&format!(", primary_key: {}", new.primary_key));
    }
    text
}

/// `Operation.RenameAttribute.up/1`.
pub fn rename(table: &str, from: &str, to: &str) -> String {
    format!("rename table(:{}), {}, to: {}", inspect::remote_call(table), inspect::atom(from), inspect::atom(to))
}

/// `Operation.RemoveAttribute.up/1`.
pub fn remove(attribute: &Attribute, commented: bool) -> String {
    let statement = format!("remove {}", inspect::atom(&attribute.source));
    if !commented {
        return statement;
    }
    format!(
        "# Attribute removal has been commented out to avoid data loss. See the migration generator documentation for \
         more\n# If you uncomment this, be sure to also uncomment the corresponding attribute *addition* in the \
         `down` migration\n# {statement}\n"
    )
}

/// `Operation.RemoveAttribute.down/1`.
pub fn restore(attribute: &Attribute, commented: bool, multitenancy: &Multitenancy) -> String {
    let statement = add(attribute, multitenancy);
    if !commented {
        return statement;
    }
    let removed = inspect::atom(&attribute.source);
    let lines: Vec<String> = statement.split('\n').map(|line| format!("# {line}")).collect();
    format!("# This is the `down` migration of the statement:\n#\n#     remove {removed}\n#\n\n{}", lines.join("\n"))
}
