//! Renaming a table and moving it to another schema.

use super::RenderOptions;
use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::snapshot::Strategy;

/// `rename table(:old), to: table(:new)`.
pub(super) fn rename(on: &TableContext, from: &str, to: &str) -> String {
    let prefix = match on.multitenancy.strategy {
        Some(Strategy::Context) => ", prefix: prefix()".to_owned(),
        _ => super::arguments::raw_prefix(on.schema.as_deref()),
    };
    format!("rename table(:{}{prefix}), to: table(:{}{prefix})", inspect::remote_call(from), inspect::remote_call(to))
}

/// `execute("CREATE SCHEMA …")` and an empty line, when the repo wants that and a schema is named.
pub(super) fn create_schema(schema: Option<&str>, options: &RenderOptions) -> String {
    match schema {
        Some(schema) if options.create_schemas_in_migrations => {
            format!("execute(\"CREATE SCHEMA IF NOT EXISTS {schema}\")\n\n")
        }
        _ => String::new(),
    }
}

/// `execute("ALTER TABLE … SET SCHEMA …")`. No schema is `public` as a target and unqualified as a source.
pub(super) fn move_schema(table: &str, from: Option<&str>, to: Option<&str>) -> String {
    let table = match from {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(table)),
        None => quoted(table),
    };
    let sql = format!("ALTER TABLE {table} SET SCHEMA {}", quoted(to.unwrap_or("public")));
    format!("execute({})", inspect::string(&sql))
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
