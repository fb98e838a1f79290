//! Indexes: unique ones from identities, and those of `custom_indexes`.

use super::super::arguments::{flag, join, nulls_distinct, text_option};
use crate::elixir::inspect;
use crate::snapshot::{CustomIndex, Field, Identity, Multitenancy, Strategy};

/// Whether `nulls_distinct: false` is printed: the generator leaves it out when it takes a removal back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NilsDistinct {
    Print,
    Omit,
}

/// `Operation.AddUniqueIndex.up/1`, `Operation.RemoveUniqueIndex.down/1`.
pub fn create_unique(table: &str, identity: &Identity, multitenancy: &Multitenancy, nils: NilsDistinct) -> String {
    let filter = identity.base_filter.as_ref().map(|filter| format!("where: \"{filter}\", ")).unwrap_or_default();
    let nulls = nulls_distinct(nils == NilsDistinct::Omit || identity.nils_distinct);
    format!(
        "create unique_index(:{}, [{}], {filter}{})",
        inspect::remote_call(table),
        unique_keys(identity, multitenancy),
        join([Some(format!("name: \"{}\"", identity.index_name)), nulls])
    )
}

/// `Operation.RemoveUniqueIndex.up/1`, `Operation.AddUniqueIndex.down/1`.
pub fn drop_unique(table: &str, identity: &Identity, multitenancy: &Multitenancy) -> String {
    format!(
        "drop_if_exists unique_index(:{}, [{}], {})",
        inspect::remote_call(table),
        unique_keys(identity, multitenancy),
        join([Some(format!("name: \"{}\"", identity.index_name))])
    )
}

/// `Operation.RenameUniqueIndex`, one direction. SQLite has no such statement.
pub fn rename(from: &str, to: &str) -> String {
    format!("execute(\"ALTER INDEX {from} RENAME TO {to}\")\n")
}

fn unique_keys(identity: &Identity, multitenancy: &Multitenancy) -> String {
    let keys = identity.keys.iter().map(Field::value);
    let keys: Vec<String> = tenant(multitenancy).into_iter().chain(keys).map(inspect::atom).collect();
    keys.join(", ")
}

/// `Operation.AddCustomIndex.up/1`, `Operation.RemoveCustomIndex.down/1`.
pub fn create_custom(
    table: &str,
    index: &CustomIndex,
    base_filter: Option<&str>,
    multitenancy: &Multitenancy,
) -> String {
    let filter = match (&index.filter, base_filter) {
        (Some(filter), Some(base)) => Some(format!("{base} AND {filter}")),
        (filter, _) => filter.clone(),
    };
    let options = join([
        text_option("name", index.name.as_deref()),
        flag("unique", index.unique),
        text_option("using", index.using.as_deref()),
        text_option("where", filter.as_deref()),
        index
            .include
            .as_ref()
            .map(|include| format!("include: {}", inspect::list(include.iter().map(|text| inspect::string(text))))),
    ]);
    let separator = if options.is_empty() { "" } else { ", " };
    format!(
        "create index(:{}, [{}]{separator}{options})",
        inspect::remote_call(table),
        custom_keys(index, multitenancy)
    )
}

/// `Operation.RemoveCustomIndex.up/1`, `Operation.AddCustomIndex.down/1`.
pub fn drop_custom(table: &str, index: &CustomIndex, multitenancy: &Multitenancy) -> String {
    format!(
        "drop_if_exists index(:{}, [{}], {})",
        inspect::remote_call(table),
        custom_keys(index, multitenancy),
        join([Some(format!("name: \"{}\"", index_name(table, index)))])
    )
}

/// `AshSqlite.CustomIndex.name/2`: the given name, else table, fields and `index`, with every byte that is no letter,
/// digit or `_` replaced and underscores at the end of each part cut.
pub fn index_name(table: &str, index: &CustomIndex) -> String {
    if let Some(name) = &index.name {
        return name.clone();
    }
    let parts = std::iter::once(table).chain(index.fields.iter().map(Field::value)).chain(["index"]);
    let parts: Vec<String> = parts.map(|part| plain(part).trim_end_matches('_').to_owned()).collect();
    parts.join("_")
}

fn plain(part: &str) -> String {
    let keep = |character: char| character.is_ascii_alphanumeric() || character == '_';
    part.chars()
        .flat_map(|character| match keep(character) {
            true => std::iter::repeat_n(character, 1),
            false => std::iter::repeat_n('_', character.len_utf8()),
        })
        .collect()
}

fn custom_keys(index: &CustomIndex, multitenancy: &Multitenancy) -> String {
    let fields = index.fields.iter().map(Field::value);
    let keys: Vec<String> = tenant(multitenancy).into_iter().chain(fields).map(inspect::string).collect();
    keys.join(", ")
}

fn tenant(multitenancy: &Multitenancy) -> Option<&str> {
    match multitenancy.strategy {
        Some(Strategy::Attribute) => multitenancy.attribute.as_deref(),
        _ => None,
    }
}
