//! Columns: `add`, `modify`, `rename` and `remove`.

use super::arguments::{column_type, default, join, null, precision, primary_key, scale, size, text_option};
use super::references::{column, name, on_delete, on_update, reference_type, with_match};
use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::snapshot::{Attribute, ColumnType, Multitenancy, Reference, Strategy};

/// `add :name, …`. `schema` is the table's own. Mirrors `AddAttribute.up/1`.
pub(super) fn add(schema: Option<&str>, multitenancy: &Multitenancy, attribute: &Attribute) -> String {
    let add = Some(format!("add {}", inspect::atom(&attribute.source)));
    match &attribute.references {
        Some(_) if !attribute.has_foreign_key(multitenancy) => join([
            add,
            Some(column_type(&attribute.column_type)),
            default(attribute),
            primary_key(attribute),
            size(attribute),
            precision(attribute),
            scale(attribute),
            null(attribute),
        ]),
        Some(reference) => add_reference(add, schema, multitenancy, attribute, reference),
        None => add_plain(add, attribute),
    }
}

fn add_plain(add: Option<String>, attribute: &Attribute) -> String {
    let serial = attribute.generated && attribute.default == "nil";
    let made_by_database = match &attribute.column_type {
        ColumnType::Atom(name) if name == "identity" => Some(":identity"),
        ColumnType::Atom(name) if name == "bigint" && serial => Some(":bigserial"),
        ColumnType::Atom(name) if name == "integer" && serial => Some(":serial"),
        _ => None,
    };
    match made_by_database {
        Some(kind) => join([add, Some(kind.to_owned()), null(attribute), primary_key(attribute)]),
        None => join([
            add,
            Some(column_type(&attribute.column_type)),
            null(attribute),
            default(attribute),
            size(attribute),
            precision(attribute),
            scale(attribute),
            primary_key(attribute),
        ]),
    }
}

fn add_reference(
    add: Option<String>,
    schema: Option<&str>,
    multitenancy: &Multitenancy,
    attribute: &Attribute,
    reference: &Reference,
) -> String {
    let destination = reference.schema.as_deref();
    let prefix = text_option("prefix", destination);
    let (name, kind) = (name(reference), reference_type(attribute, reference));
    let (on_delete, on_update) = (on_delete(reference), on_update(reference));
    let numbers = [size(attribute), precision(attribute), scale(attribute)];
    let close = Some(")".to_owned());
    let options = [default(attribute), primary_key(attribute), null(attribute)];

    let opening = [add, Some(format!("references(:{}", inspect::remote_call(&reference.table))), column(reference)];
    let before_options: Vec<Option<String>> = match (multitenancy.strategy, reference.multitenancy.strategy) {
        (Some(Strategy::Attribute), Some(Strategy::Attribute)) => {
            let with = with_match(reference, multitenancy.attribute.as_deref());
            [with, name, kind, prefix, on_delete, on_update, close].into_iter().chain(numbers).collect()
        }
        (Some(Strategy::Context), Some(Strategy::Attribute)) => {
            let with = with_match(reference, None);
            [with, prefix, name, kind, on_delete, on_update, close].into_iter().chain(numbers).collect()
        }
        (Some(Strategy::Context), Some(Strategy::Context)) => {
            let tenant_prefix = Some("prefix: prefix()".to_owned());
            let start = [with_match(reference, None), name, kind, tenant_prefix];
            start.into_iter().chain(numbers).chain([on_delete, on_update, close]).collect()
        }
        (Some(Strategy::Context), None) => {
            let prefix = prefix.filter(|_| destination != schema);
            let with = with_match(reference, None);
            [with, name, kind, prefix, on_delete, on_update, close].into_iter().chain(numbers).collect()
        }
        _ => {
            let with = with_match(reference, None);
            [with, name, kind, prefix, on_delete, on_update, close].into_iter().chain(numbers).collect()
        }
    };
    join(opening.into_iter().chain(before_options).chain(options))
}

/// `modify :name, …`, naming only the options that change. Mirrors `AlterAttribute.up/1`.
pub(super) fn alter(schema: Option<&str>, multitenancy: &Multitenancy, old: &Attribute, new: &Attribute) -> String {
    let kind = match &new.references {
        Some(reference) if new.has_foreign_key(multitenancy) && old.references != new.references => {
            modified_reference(schema, multitenancy, new, reference)
        }
        _ => column_type(&new.column_type),
    };
    format!("modify {}, {kind}{}", inspect::atom(&new.source), changed_options(old, new))
}

fn modified_reference(
    schema: Option<&str>,
    multitenancy: &Multitenancy,
    attribute: &Attribute,
    reference: &Reference,
) -> String {
    use Strategy::{Attribute as ByAttribute, Context};
    let destination = reference.schema.as_deref();
    let other_schema = text_option("prefix", destination).filter(|_| destination != schema);
    let (tenant, prefix) = match (multitenancy.strategy, reference.multitenancy.strategy) {
        (Some(Context), Some(Context)) => (None, Some("prefix: prefix()".to_owned())),
        (Some(ByAttribute), Some(ByAttribute)) => (multitenancy.attribute.as_deref(), other_schema),
        _ => (None, other_schema),
    };
    join([
        Some(format!("references(:{}", inspect::remote_call(&reference.table))),
        column(reference),
        with_match(reference, tenant),
        name(reference),
        reference_type(attribute, reference),
        prefix,
        on_delete(reference),
        on_update(reference),
        Some(")".to_owned()),
    ])
}

/// Mirrors `AlterAttribute.alter_opts/2`.
fn changed_options(old: &Attribute, new: &Attribute) -> String {
    let mut options = String::new();
    if new.allow_nil != old.allow_nil {
        options += &format!(", null: {}", new.allow_nil);
    }
    if !new.is_serial() && new.default != old.default {
        options += &format!(", default: {}", new.default);
    }
    if let Some(size) = new.size
        && (new.size != old.size || new.column_type != old.column_type)
    {
        options += &format!(", size: {size}");
    }
    if let Some(precision) = new.precision.filter(|_| new.precision != old.precision) {
        options += &format!(", precision: {precision}");
    }
    if let Some(scale) = new.scale.filter(|_| new.scale != old.scale) {
        options += &format!(", scale: {scale}");
    }
    if new.primary_key != old.primary_key {
        options += &format!(", primary_key: {}", new.primary_key);
    }
    options
}

/// `rename table(:posts), :old, to: :new`. The prefix is the table's schema, in tenant migrations too.
pub(super) fn rename(on: &TableContext, from: &str, to: &str) -> String {
    let table =
        join([Some(format!(":{}", inspect::remote_call(&on.table))), text_option("prefix", on.schema.as_deref())]);
    format!("rename table({table}), {}, to: {}", inspect::atom(from), inspect::atom(to))
}

/// `remove :name`.
pub(super) fn remove(attribute: &Attribute) -> String {
    format!("remove {}", inspect::atom(&attribute.source))
}

/// `# remove :name` with the generator's words on why.
pub(super) fn remove_commented(attribute: &Attribute) -> String {
    format!(
        "# Attribute removal has been commented out to avoid data loss. See the migration generator documentation for \
         more\n# If you uncomment this, be sure to also uncomment the corresponding attribute *addition* in the \
         `down` migration\n# remove {}\n",
        inspect::atom(&attribute.source)
    )
}

/// The reverse of [`remove_commented`]. The generator forgets the table's schema here.
pub(super) fn add_commented(multitenancy: &Multitenancy, attribute: &Attribute) -> String {
    let add = add(None, multitenancy, attribute);
    let add = add.split('\n').map(|line| format!("# {line}")).collect::<Vec<_>>().join("\n");
    format!(
        "# This is the `down` migration of the statement:\n#\n#     remove {}\n#\n\n{add}",
        inspect::atom(&attribute.source)
    )
}
