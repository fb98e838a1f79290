//! Rules of SQLite: what ash_sqlite generates, but ecto_sqlite3 or SQLite refuses. Checked with SQLite 3.40 and the
//! source of ecto_sqlite3; <https://www.sqlite.org/lang_altertable.html> has the limits of `ALTER TABLE`.

mod added_key_column;
mod added_not_null;
mod altered_column;
mod changed_constraint;
mod default_of_reference;
mod dropped_column;
mod dropped_foreign_key;
mod index_option;
mod lost_reference;
mod non_constant_default;
mod not_null;
mod renamed_index;
mod returning_foreign_key;
mod rollback_of_foreign_key;
mod strict_type;

use super::Rule;
use super::change_set::table;
use crate::diff::operation::TableContext;

/// Ordered by code.
pub(super) const RULES: &[&Rule] = &[
    &altered_column::RULE,
    &dropped_foreign_key::RULE,
    &added_not_null::RULE,
    &non_constant_default::RULE,
    &added_key_column::RULE,
    &default_of_reference::RULE,
    &dropped_column::RULE,
    &changed_constraint::RULE,
    &index_option::RULE,
    &not_null::RULE,
    &renamed_index::RULE,
    &rollback_of_foreign_key::RULE,
    &strict_type::RULE,
    &lost_reference::RULE,
    &returning_foreign_key::RULE,
];

/// How a table is changed that SQLite cannot change in place
/// (<https://www.sqlite.org/lang_altertable.html#otheralter>).
fn rebuild(on: &TableContext) -> String {
    let table = table(on);
    format!(
        "Rebuild the table by hand, with `@disable_ddl_transaction true` in the migration:\n\n1. \
         `PRAGMA foreign_keys=OFF`, then begin a transaction\n2. create `{table}_new` as the table should be\n3. \
         `INSERT INTO {table}_new (…) SELECT … FROM {table}`\n4. drop `{table}`, then \
         `ALTER TABLE {table}_new RENAME TO {table}` (never the other way round: a rename of the old table would \
         rewrite the foreign keys of others)\n5. create its indexes, triggers and views again\n6. \
         `PRAGMA foreign_key_check`, commit, `PRAGMA foreign_keys=ON`"
    )
}

/// [`rebuild`] in one line, for the expectations of tests.
#[cfg(test)]
fn show(rule: &'static Rule, operations: &[crate::diff::Operation]) -> String {
    let mut shown = super::tests::show(rule, operations);
    for table in ["jars", "posts"] {
        let on = crate::plan::samples::on(table, crate::plan::samples::create_table()).on;
        let recipe: String = rebuild(&on).lines().map(|line| format!("    {line}\n")).collect();
        shown = shown.replace(&recipe, &format!("    (rebuild {table})\n"));
    }
    shown
}
