//! Foreign keys: `reference_expr/3` and the dropping of constraints before a column changes.

use super::{qualified, quote, quote_all};
use crate::migration::command::{MatchType, OnDelete, OnUpdate, Reference, Table};

/// `CONSTRAINT … FOREIGN KEY …`.
pub fn clause(reference: &Reference, table: &Table, column: &str) -> Result<String, String> {
    let own = std::iter::once(column).chain(reference.with.iter().map(|(own, _)| own.as_str()));
    let theirs =
        std::iter::once(reference.column.as_str()).chain(reference.with.iter().map(|(_, their)| their.as_str()));
    let prefix = match &reference.prefix {
        Some(prefix) => prefix.as_deref(),
        None => table.prefix.as_deref(),
    };
    let match_type = match reference.match_type {
        None => "",
        Some(MatchType::Full) => " MATCH FULL",
        Some(MatchType::Simple) => " MATCH SIMPLE",
        Some(MatchType::Partial) => " MATCH PARTIAL",
    };
    let on_update = match reference.on_update {
        OnUpdate::Nothing => "",
        OnUpdate::NilifyAll => " ON UPDATE SET NULL",
        OnUpdate::UpdateAll => " ON UPDATE CASCADE",
        OnUpdate::Restrict => " ON UPDATE RESTRICT",
    };
    Ok(format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}({}){match_type}{}{on_update}{}",
        name(reference, table, column)?,
        quote_all(own)?,
        qualified(prefix, &reference.table)?,
        quote_all(theirs)?,
        on_delete(&reference.on_delete)?,
        if reference.validate { "" } else { " NOT VALID" }
    ))
}

/// `DROP CONSTRAINT …, `, to stand before what happens to the column.
pub fn drop_clause(reference: &Reference, table: &Table, column: &str, if_exists: bool) -> Result<String, String> {
    let if_exists = if if_exists { "IF EXISTS " } else { "" };
    Ok(format!("DROP CONSTRAINT {if_exists}{}, ", name(reference, table, column)?))
}

fn name(reference: &Reference, table: &Table, column: &str) -> Result<String, String> {
    match &reference.name {
        Some(name) => quote(name),
        None => quote(&format!("{}_{column}_fkey", table.name)),
    }
}

fn on_delete(action: &OnDelete) -> Result<String, String> {
    let columns = |columns: &[String]| quote_all(columns.iter().map(String::as_str));
    Ok(match action {
        OnDelete::Nothing => String::new(),
        OnDelete::DeleteAll => " ON DELETE CASCADE".to_owned(),
        OnDelete::NilifyAll => " ON DELETE SET NULL".to_owned(),
        OnDelete::Nilify(names) => format!(" ON DELETE SET NULL ({})", columns(names)?),
        OnDelete::DefaultAll => " ON DELETE SET DEFAULT".to_owned(),
        OnDelete::Default(names) => format!(" ON DELETE SET DEFAULT ({})", columns(names)?),
        OnDelete::Restrict => " ON DELETE RESTRICT".to_owned(),
    })
}
