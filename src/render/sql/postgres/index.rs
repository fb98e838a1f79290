//! Indexes.

use super::{literal, qualified, quote, when};
use crate::migration::command::{Index, IndexColumn};

/// `CREATE INDEX …` and its comment.
pub fn create(index: &Index, if_not_exists: bool) -> Result<Vec<String>, String> {
    let mut sql = format!(
        "CREATE {}INDEX {}{}{} ON {}{}",
        when(index.unique, "UNIQUE "),
        when(index.concurrently, "CONCURRENTLY "),
        when(if_not_exists, "IF NOT EXISTS "),
        quote(&index.name)?,
        when(index.only, "ONLY "),
        qualified(index.prefix.as_deref(), &index.table)?
    );
    if let Some(method) = &index.using {
        sql.push_str(&format!(" USING {method}"));
    }
    sql.push_str(&format!(" ({})", columns(&index.columns)?));
    if !index.include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", columns(&index.include)?));
    }
    match index.nulls_distinct {
        None => {}
        Some(true) => sql.push_str(" NULLS DISTINCT"),
        Some(false) => sql.push_str(" NULLS NOT DISTINCT"),
    }
    if let Some(options) = &index.options {
        sql.push_str(&format!(" WITH ({options})"));
    }
    if let Some(condition) = &index.condition {
        sql.push_str(&format!(" WHERE {condition}"));
    }
    let mut statements = vec![sql];
    if let Some(comment) = &index.comment {
        let name = qualified(index.prefix.as_deref(), &index.name)?;
        statements.push(format!("COMMENT ON INDEX {name} IS {}", literal(comment)));
    }
    Ok(statements)
}

/// `DROP INDEX …`.
pub fn drop(index: &Index, if_exists: bool, cascade: bool) -> Result<Vec<String>, String> {
    Ok(vec![format!(
        "DROP INDEX {}{}{}{}",
        when(index.concurrently, "CONCURRENTLY "),
        when(if_exists, "IF EXISTS "),
        qualified(index.prefix.as_deref(), &index.name)?,
        when(cascade, " CASCADE")
    )])
}

fn columns(columns: &[IndexColumn]) -> Result<String, String> {
    let parts: Result<Vec<String>, String> = columns.iter().map(column).collect();
    Ok(parts?.join(", "))
}

fn column(entry: &IndexColumn) -> Result<String, String> {
    Ok(match entry {
        IndexColumn::Column(name) => quote(name)?,
        IndexColumn::Expression(text) => text.clone(),
        IndexColumn::Sorted(order, inner) => {
            let order = match order.as_str() {
                "asc" => "ASC",
                "asc_nulls_first" => "ASC NULLS FIRST",
                "asc_nulls_last" => "ASC NULLS LAST",
                "desc" => "DESC",
                "desc_nulls_first" => "DESC NULLS FIRST",
                "desc_nulls_last" => "DESC NULLS LAST",
                _ => {
                    return Err(
                        "no function clause matching in Ecto.Adapters.Postgres.Connection.index_dir/2".to_owned()
                    );
                }
            };
            format!("{} {order}", column(inner)?)
        }
    })
}
