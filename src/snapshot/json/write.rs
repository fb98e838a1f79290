//! Writing a snapshot as `snapshot_to_binary/1` of ash_postgres 2.12.0 and ash_sqlite 0.2.17 do.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Dialect, print, sorted};
use crate::snapshot::{
    Attribute, CheckConstraint, ColumnType, CustomIndex, CustomStatement, Deferrable, Field, Identity, Multitenancy,
    OnDelete, Reference, Snapshot, Strategy,
};

/// The text of a snapshot file: keys sorted, two spaces, no newline at the end.
pub fn write(snapshot: &Snapshot, dialect: Dialect) -> String {
    print(&value(snapshot, dialect))
}

/// What [`write()`] writes, as a value.
pub fn value(snapshot: &Snapshot, dialect: Dialect) -> Value {
    let mut value = sorted(&snapshot_value(snapshot, dialect));
    let hash = digest(&print(&value));
    if let Value::Object(map) = &mut value {
        let place = map.keys().take_while(|key| key.as_str() < "hash").count();
        map.shift_insert(place, "hash".to_owned(), hash.into());
    }
    value
}

/// 64 uppercase hexadecimal digits that tell snapshots apart. The generators write a digest of an Erlang term here and
/// never read it; ours is the SHA-256 of the JSON without it.
pub fn hash(snapshot: &Snapshot, dialect: Dialect) -> String {
    digest(&print(&sorted(&snapshot_value(snapshot, dialect))))
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn snapshot_value(snapshot: &Snapshot, dialect: Dialect) -> Value {
    let list = |items: Vec<Value>| Value::Array(items);
    let mut value = json!({
        "attributes": list(snapshot.attributes.iter().map(|item| attribute_value(item, dialect)).collect()),
        "base_filter": snapshot.base_filter,
        "custom_indexes": list(snapshot.custom_indexes.iter().map(|item| custom_index_value(item, dialect)).collect()),
        "custom_statements": list(snapshot.custom_statements.iter().map(|item| statement_value(item, dialect)).collect()),
        "has_create_action": snapshot.has_create_action,
        "identities": list(snapshot.identities.iter().map(|item| identity_value(item, dialect)).collect()),
        "multitenancy": multitenancy_value(&snapshot.multitenancy),
        "repo": format!("Elixir.{}", snapshot.repo),
        "table": snapshot.table,
    });
    let only = match dialect {
        Dialect::Postgres => json!({
            "check_constraints": list(snapshot.check_constraints.iter().map(constraint_value).collect()),
            "create_table_options": snapshot.create_table_options,
            "schema": snapshot.schema,
        }),
        Dialect::Sqlite => json!({ "strict?": snapshot.strict }),
    };
    extend(&mut value, only);
    value
}

fn attribute_value(attribute: &Attribute, dialect: Dialect) -> Value {
    let mut value = json!({
        "allow_nil?": attribute.allow_nil,
        "default": attribute.default,
        "generated?": attribute.generated,
        "primary_key?": attribute.primary_key,
        "references": attribute.references.as_ref().map(|item| reference_value(item, dialect)),
        "size": attribute.size,
        "source": atom(&attribute.source),
        "type": type_value(&attribute.column_type, attribute.size, dialect),
    });
    if dialect == Dialect::Postgres {
        extend(&mut value, json!({ "precision": attribute.precision, "scale": attribute.scale }));
    }
    value
}

fn type_value(column_type: &ColumnType, size: Option<i64>, dialect: Dialect) -> Value {
    match (column_type, size, dialect) {
        (ColumnType::Array(inner), ..) => json!(["array", type_value(inner, size, dialect)]),
        (ColumnType::Atom(name), Some(size), Dialect::Sqlite) => json!([name, size]),
        (ColumnType::Atom(name), ..) => json!(name),
    }
}

fn reference_value(reference: &Reference, dialect: Dialect) -> Value {
    let mut value = json!({
        "deferrable": match reference.deferrable {
            Deferrable::No => json!(false),
            Deferrable::Yes => json!(true),
            Deferrable::Initially => json!("initially"),
        },
        "destination_attribute": atom(&reference.destination_attribute),
        "destination_attribute_default": reference.destination_attribute_default,
        "destination_attribute_generated": reference.destination_attribute_generated,
        "multitenancy": multitenancy_value(&reference.multitenancy),
        "name": reference.name,
        "on_delete": match &reference.on_delete {
            None => Value::Null,
            Some(OnDelete::Atom(action)) => json!(action),
            Some(OnDelete::Nilify(columns)) => json!(["nilify", atoms(columns)]),
        },
        "on_update": reference.on_update,
        "primary_key?": reference.primary_key,
        "table": reference.table,
    });
    if dialect == Dialect::Postgres {
        let only = json!({
            "index?": reference.index,
            "index_where": reference.index_where,
            "match_tenant?": reference.match_tenant,
            "match_type": reference.match_type,
            "match_with": reference.match_with.as_ref().map(|pairs| {
                pairs.iter().map(|(source, name)| (source.clone(), atom(name))).collect::<Map<_, _>>()
            }),
            "schema": reference.schema,
        });
        extend(&mut value, only);
    }
    value
}

fn multitenancy_value(multitenancy: &Multitenancy) -> Value {
    json!({
        "attribute": multitenancy.attribute,
        "global": multitenancy.global,
        "strategy": multitenancy.strategy.map(|strategy| match strategy {
            Strategy::Attribute => "attribute",
            Strategy::Context => "context",
        }),
    })
}

fn identity_value(identity: &Identity, dialect: Dialect) -> Value {
    let mut value = json!({
        "base_filter": identity.base_filter,
        "index_name": identity.index_name,
        "keys": identity.keys.iter().map(|key| field_value(key, dialect)).collect::<Vec<_>>(),
        "name": atom(&identity.name),
        "nils_distinct?": identity.nils_distinct,
    });
    if dialect == Dialect::Postgres {
        extend(&mut value, json!({ "all_tenants?": identity.all_tenants, "where": identity.filter }));
    }
    value
}

fn custom_index_value(index: &CustomIndex, dialect: Dialect) -> Value {
    let mut value = json!({
        "fields": index.fields.iter().map(|field| field_value(field, dialect)).collect::<Vec<_>>(),
        "include": index.include,
        "message": index.message,
        "name": index.name,
        "table": index.table,
        "unique": index.unique,
        "using": index.using,
        "where": index.filter,
    });
    if dialect == Dialect::Postgres {
        let only = json!({
            "all_tenants?": index.all_tenants,
            "concurrently": index.concurrently,
            "error_fields": index.error_fields.as_deref().map(atoms),
            "include_base_filter?": index.include_base_filter,
            "nulls_distinct": index.nulls_distinct,
            "prefix": index.prefix,
        });
        extend(&mut value, only);
    }
    value
}

fn field_value(field: &Field, dialect: Dialect) -> Value {
    match (field, dialect) {
        (Field::Column(name), Dialect::Sqlite) => atom(name),
        (_, Dialect::Sqlite) => json!(field.value()),
        (Field::Column(name), _) => json!({ "type": "atom", "value": atom(name) }),
        (Field::Expression(text), _) => json!({ "type": "string", "value": text }),
        (Field::Directed { order, value } | Field::DirectedExpression { order, value }, _) => {
            json!({ "type": "directed", "order": order, "value": value })
        }
    }
}

fn statement_value(statement: &CustomStatement, dialect: Dialect) -> Value {
    let mut value = json!({
        "code?": statement.code,
        "down": statement.down,
        "name": atom(&statement.name),
        "up": statement.up,
    });
    if dialect == Dialect::Postgres {
        extend(&mut value, json!({ "after_tables": statement.after_tables, "global?": statement.global }));
    }
    value
}

fn constraint_value(constraint: &CheckConstraint) -> Value {
    json!({
        "attribute": atoms(&constraint.attributes),
        "base_filter": constraint.base_filter.as_ref().and_then(Option::as_ref),
        "check": constraint.check,
        "name": constraint.name,
    })
}

/// An Elixir atom; JSON writes `nil`, `true` and `false` as itself.
fn atom(name: &str) -> Value {
    match name {
        "nil" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        other => Value::String(other.to_owned()),
    }
}

fn atoms(names: &[String]) -> Value {
    names.iter().map(|name| atom(name)).collect()
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(map), Value::Object(more)) = (value, more) {
        let more: Map<String, Value> = more;
        map.extend(more);
    }
}
