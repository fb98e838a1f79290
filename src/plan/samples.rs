//! Small operations for tests.

use crate::diff::Operation;
use crate::diff::operation::{Change, Direction, TableContext};
use crate::snapshot::{
    Attribute, ColumnType, CustomIndex, CustomStatement, Deferrable, Field, Identity, Multitenancy, Reference, Strategy,
};

/// `change` on the table `posts` of `MyApp.Repo`.
pub(crate) fn on(table: &str, change: Change) -> Operation {
    let on = TableContext {
        table: table.to_owned(),
        schema: None,
        repo: "MyApp.Repo".to_owned(),
        multitenancy: Multitenancy::default(),
        old_multitenancy: Multitenancy::default(),
    };
    Operation { on, change }
}

pub(crate) fn create_table() -> Change {
    Change::CreateTable { create_table_options: None, strict: false }
}

/// A nullable text column.
pub(crate) fn attribute(source: &str) -> Attribute {
    Attribute {
        source: source.to_owned(),
        column_type: ColumnType::Atom("text".to_owned()),
        size: None,
        precision: None,
        scale: None,
        default: "nil".to_owned(),
        allow_nil: true,
        primary_key: false,
        generated: false,
        references: None,
    }
}

pub(crate) fn uuid_key() -> Attribute {
    Attribute {
        column_type: ColumnType::Atom("uuid".to_owned()),
        default: "fragment(\"gen_random_uuid()\")".to_owned(),
        allow_nil: false,
        primary_key: true,
        ..attribute("id")
    }
}

/// A reference to `table.column`.
pub(crate) fn reference(table: &str, column: &str) -> Reference {
    Reference {
        table: table.to_owned(),
        schema: None,
        destination_attribute: column.to_owned(),
        destination_attribute_default: None,
        destination_attribute_generated: None,
        name: format!("{table}_{column}_fkey"),
        name_is_atom: false,
        on_delete: None,
        on_update: None,
        deferrable: Deferrable::No,
        match_type: None,
        match_with: None,
        match_tenant: Some(false),
        index: false,
        index_where: None,
        multitenancy: Multitenancy::default(),
        primary_key: Some(true),
        ignore: None,
    }
}

/// The column `source` with a foreign key to `table.column`.
pub(crate) fn referring(source: &str, table: &str, column: &str) -> Attribute {
    Attribute { references: Some(reference(table, column)), ..attribute(source) }
}

pub(crate) fn add(attribute: Attribute) -> Change {
    Change::AddAttribute { attribute }
}

/// The `modify` that gives a new column its reference.
pub(crate) fn give_reference(attribute: Attribute) -> Change {
    Change::AlterAttribute {
        old_attribute: Attribute { references: None, ..attribute.clone() },
        new_attribute: attribute,
    }
}

pub(crate) fn drop_foreign_key(attribute: Attribute, direction: Direction) -> Change {
    Change::DropForeignKey { attribute, direction }
}

pub(crate) fn identity(name: &str, columns: &[&str]) -> Identity {
    Identity {
        name: name.to_owned(),
        keys: columns.iter().map(|column| Field::Column((*column).to_owned())).collect(),
        index_name: format!("posts_{name}_index"),
        base_filter: None,
        filter: None,
        all_tenants: false,
        nils_distinct: true,
    }
}

pub(crate) fn unique_index(identity: Identity, concurrently: bool) -> Change {
    let insert_after_attribute_source = identity.keys.last().map(|key| key.value().to_owned());
    Change::AddUniqueIndex { identity, insert_after_attribute_source, concurrently }
}

pub(crate) fn custom_index(columns: &[&str]) -> CustomIndex {
    CustomIndex {
        table: None,
        fields: columns.iter().map(|column| Field::Column((*column).to_owned())).collect(),
        error_fields: None,
        name: None,
        unique: false,
        concurrently: false,
        using: None,
        prefix: None,
        filter: None,
        include: None,
        nulls_distinct: true,
        message: None,
        all_tenants: false,
        include_base_filter: true,
    }
}

pub(crate) fn statement(name: &str) -> CustomStatement {
    CustomStatement {
        name: name.to_owned(),
        up: format!("SELECT '{name} up'"),
        down: format!("SELECT '{name} down'"),
        code: false,
        global: false,
        after_tables: None,
    }
}

pub(crate) fn by_attribute(attribute: &str) -> Multitenancy {
    Multitenancy { strategy: Some(Strategy::Attribute), attribute: Some(attribute.to_owned()), global: None }
}

pub(crate) fn by_context() -> Multitenancy {
    Multitenancy { strategy: Some(Strategy::Context), attribute: None, global: None }
}
