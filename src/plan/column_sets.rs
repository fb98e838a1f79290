//! Which columns an index or a check constraint covers, as far as that can be told without reading SQL.

use crate::snapshot::{CheckConstraint, CustomIndex, Field, Multitenancy, Strategy};

/// The columns of a unique index as it is written, the tenant's column included. Sorted, each once.
pub(super) fn index_columns(keys: &[Field], all_tenants: bool, multitenancy: &Multitenancy) -> Vec<String> {
    let tenant = match multitenancy.strategy {
        Some(Strategy::Attribute) if !all_tenants => multitenancy.attribute.clone(),
        _ => None,
    };
    sorted_set(tenant.into_iter().chain(keys.iter().map(|key| key.value().to_owned())))
}

/// The columns of a custom index, or `None` when it holds SQL (a filter or an expression) that may name others.
pub(super) fn simple_columns(index: &CustomIndex) -> Option<Vec<String>> {
    if index.filter.is_some() {
        return None;
    }
    let fields = index.fields.iter().map(Field::value);
    let columns: Vec<&str> = fields.chain(index.include.iter().flatten().map(String::as_str)).collect();
    columns.iter().all(|column| is_plain(column)).then(|| columns.into_iter().map(str::to_owned).collect())
}

/// The columns a check constraint is about, the tenant's first.
pub(super) fn check_constraint_columns(constraint: &CheckConstraint, multitenancy: &Multitenancy) -> Vec<String> {
    let mut columns: Vec<String> = multitenancy.attribute.iter().cloned().collect();
    for column in &constraint.attributes {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    columns
}

/// Sorted, each once.
pub(super) fn sorted_set(columns: impl IntoIterator<Item = String>) -> Vec<String> {
    columns.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// Matches `^[a-zA-Z0-9_]+$`, whose `$` also accepts one line break at the end.
fn is_plain(column: &str) -> bool {
    let column = column.strip_suffix('\n').unwrap_or(column);
    !column.is_empty() && column.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
