//! Small tables for tests.

use crate::plan::samples::{attribute, uuid_key};
use crate::snapshot::{Attribute, Multitenancy, Snapshot};

/// The table `jars` with an `id` and `columns`.
pub(crate) fn jars(columns: &[Attribute]) -> Snapshot {
    let id = Attribute { default: "nil".to_owned(), ..uuid_key() };
    Snapshot {
        table: "jars".to_owned(),
        schema: None,
        repo: "Pantry.Repo".to_owned(),
        attributes: std::iter::once(id).chain(columns.iter().cloned()).collect(),
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

/// Nullable text columns.
pub(crate) fn columns(sources: &[&str]) -> Vec<Attribute> {
    sources.iter().map(|source| attribute(source)).collect()
}
