//! Custom statements, and the SQL that gives a column a sequence or takes it away.

use crate::diff::operation::TableContext;
use crate::snapshot::CustomStatement;

/// The statement's `up`. Mirrors `AddCustomStatement.up/1`; nothing in it is escaped.
pub(super) fn up(statement: &CustomStatement) -> String {
    written(&statement.up, statement.code)
}

/// The statement's `down`.
pub(super) fn down(statement: &CustomStatement) -> String {
    written(&statement.down, statement.code)
}

fn written(text: &str, code: bool) -> String {
    if code { text.to_owned() } else { format!("execute(\"\"\"\n{}\n\"\"\")\n", text.trim()) }
}

/// Makes the sequence of a column that becomes serial, or drops that of one that no longer is. The SQL always names
/// the table's own schema, in tenant migrations too. Mirrors `AlterAttribute.serial_sequence_statement/1` as
/// `with_serial_sequence_cleanup/1` calls it.
pub(super) fn serial_sequence(on: &TableContext, column: &str, to_serial: bool) -> String {
    let schema = literal(on.schema.as_deref().unwrap_or("public"));
    let (table, column) = (literal(&on.table), literal(column));
    let body = if to_serial {
        format!(
            "DO $$\n\
             DECLARE sequence_name text := format('%I.%I', {schema}, {table} || '_' || {column} || '_seq');\n\
             BEGIN\n  \
             EXECUTE format('CREATE SEQUENCE %s AS bigint', sequence_name);\n  \
             EXECUTE format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', sequence_name, {schema}, {table}, {column});\n  \
             EXECUTE format(\n    \
             'SELECT setval(%L::regclass, COALESCE(MAX(%I), 1), MAX(%I) IS NOT NULL) FROM %I.%I',\n    \
             sequence_name, {column}, {column}, {schema}, {table}\n  \
             );\n  \
             EXECUTE format(\n    \
             'ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT nextval(%L::regclass)',\n    \
             {schema}, {table}, {column}, sequence_name\n  \
             );\n\
             END\n\
             $$;"
        )
    } else {
        format!(
            "DO $$\n\
             BEGIN\n  \
             EXECUTE format(\n    \
             'DROP SEQUENCE %s',\n    \
             pg_get_serial_sequence(format('%I.%I', {schema}, {table}), {column})\n  \
             );\n\
             END\n\
             $$;"
        )
    };
    written(&body, false)
}

fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
