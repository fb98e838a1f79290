//! Primary keys of existing tables.

use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::snapshot::{Multitenancy, Strategy};

/// `execute("ALTER TABLE … ADD PRIMARY KEY …")`. Mirrors `AddPrimaryKey.up/1`.
pub(super) fn add(on: &TableContext, keys: &[String]) -> String {
    format!("execute(\"ALTER TABLE {} ADD PRIMARY KEY ({})\")\n", quoted_table(on), keys.join(", "))
}

/// The old key back in `down`, after dropping the new one when nothing else does. Mirrors `AddPrimaryKeyDown.down/1`.
pub(super) fn restore(on: &TableContext, keys: &[String], remove_old: bool) -> String {
    let drop = match remove_old {
        true => format!("execute(\"ALTER TABLE {} DROP constraint {}_pkey\")\n", quoted_table(on), on.table),
        false => String::new(),
    };
    format!("{drop}\n{}", add(on, keys))
}

/// `drop constraint("posts", "posts_pkey")`. Mirrors `RemovePrimaryKey.up/1`.
pub(super) fn drop(on: &TableContext, multitenancy: &Multitenancy) -> String {
    let prefix = match (multitenancy.strategy, &on.schema) {
        (Some(Strategy::Context), _) => ", prefix: prefix()".to_owned(),
        (_, schema) => super::arguments::raw_prefix(schema.as_deref()),
    };
    format!("drop constraint({}, \"{}_pkey\"{prefix})", inspect::string(&on.table), on.table)
}

/// The same in `down`. Mirrors `RemovePrimaryKeyDown.down/1`.
pub(super) fn drop_in_down(on: &TableContext, commented: bool) -> String {
    let comment = match commented {
        true => {
            "# Primary key removal is dropped because a corresponding attribute removal\n# has been commented out. If \
             you uncomment this, uncomment the attribute removal and vice versa.\n"
        }
        false => "",
    };
    format!("{comment}{}", drop(on, &on.multitenancy))
}

/// The table inside a string of the migration. Schema and table stand in one pair of quotes, as the generator has it.
fn quoted_table(on: &TableContext) -> String {
    match (on.multitenancy.strategy, &on.schema) {
        (Some(Strategy::Context), _) => format!("\\\"#{{prefix()}}\\\".\\\"{}\\\"", on.table),
        (_, Some(schema)) => format!("\\\"{schema}.{}\\\"", on.table),
        (_, None) => format!("\\\"{}\\\"", on.table),
    }
}
