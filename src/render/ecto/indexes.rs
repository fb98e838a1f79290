//! Indexes: of identities, custom ones, and those that come with a reference.

use super::arguments::{flag, index_keys, join, nulls_distinct, text_option};
use crate::diff::operation::TableContext;
use crate::elixir::inspect;
use crate::snapshot::{CustomIndex, Field, Identity, Multitenancy, Strategy};

/// `create unique_index(…)`. Mirrors `AddUniqueIndex.up/1`.
pub(super) fn create_unique(
    on: &TableContext,
    identity: &Identity,
    multitenancy: &Multitenancy,
    concurrently: bool,
) -> String {
    let mut filter_first = None;
    let mut filter = None;
    match (&identity.filter, &identity.base_filter) {
        (Some(own), Some(base)) => filter = Some(format!("({own}) AND ({base})")),
        (Some(own), None) => filter = Some(format!("({own})")),
        // A base filter alone comes first and is not escaped.
        (None, Some(base)) => filter_first = Some(format!("where: \"({base})\"")),
        (None, None) => {}
    }
    let options = join([
        Some(raw_name(identity)),
        text_option("prefix", on.schema.as_deref()),
        nulls_distinct(identity.nils_distinct),
        text_option("where", filter.as_deref()),
        flag("concurrently", concurrently),
    ]);
    let options = filter_first.into_iter().chain([options]).collect::<Vec<_>>().join(", ");
    index("create unique_index", on, &index_keys(&identity.keys, identity.all_tenants, multitenancy), &options)
}

/// `drop_if_exists unique_index(…)`. Mirrors `AddUniqueIndex.down/1`.
pub(super) fn drop_unique(on: &TableContext, identity: &Identity, multitenancy: &Multitenancy) -> String {
    let options = join([Some(raw_name(identity)), text_option("prefix", on.schema.as_deref())]);
    let keys = index_keys(&identity.keys, identity.all_tenants, multitenancy);
    index("drop_if_exists unique_index", on, &keys, &options)
}

/// `execute("ALTER INDEX … RENAME TO …")`. Mirrors `RenameUniqueIndex`, which puts the schema before both names.
pub(super) fn rename(on: &TableContext, from: &str, to: &str) -> String {
    let schema = on.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    format!("execute(\"ALTER INDEX {schema}{from} RENAME TO {schema}{to}\")\n")
}

/// `create index(…)`. Mirrors `AddCustomIndex.up/1`: a prefix of the index and the table's schema are both written.
pub(super) fn create_custom(
    on: &TableContext,
    custom: &CustomIndex,
    base_filter: Option<&str>,
    multitenancy: &Multitenancy,
) -> String {
    let filter = match (custom.filter.as_deref(), base_filter.filter(|_| custom.include_base_filter)) {
        (Some(own), Some(base)) => Some(format!("{base} AND {own}")),
        (own, base) => own.or(base).map(str::to_owned),
    };
    let include = custom
        .include
        .as_ref()
        .map(|columns| format!("include: {}", inspect::list(columns.iter().map(|column| inspect::string(column)))));
    let options = join([
        text_option("name", custom.name.as_deref()),
        flag("unique", custom.unique),
        flag("concurrently", custom.concurrently),
        text_option("using", custom.using.as_deref()),
        text_option("prefix", custom.prefix.as_deref()),
        text_option("where", filter.as_deref()),
        include,
        nulls_distinct(custom.nulls_distinct),
        text_option("prefix", on.schema.as_deref()),
    ]);
    index("create index", on, &index_keys(&custom.fields, custom.all_tenants, multitenancy), &options)
}

/// `drop_if_exists index(…)`. Mirrors `AddCustomIndex.down/1`.
pub(super) fn drop_custom(on: &TableContext, custom: &CustomIndex, multitenancy: &Multitenancy) -> String {
    let options = join([text_option("name", custom.name.as_deref()), text_option("prefix", on.schema.as_deref())]);
    index("drop_if_exists index", on, &index_keys(&custom.fields, custom.all_tenants, multitenancy), &options)
}

/// `create index(…)` on a foreign key's column. Mirrors `AddReferenceIndex.up/1`.
pub(super) fn create_reference(
    on: &TableContext,
    source: &str,
    filter: Option<&str>,
    multitenancy: &Multitenancy,
) -> String {
    let options = join([text_option("prefix", on.schema.as_deref()), text_option("where", filter)]);
    index("create index", on, &reference_keys(source, multitenancy), &options)
}

/// `drop_if_exists index(…)` on a foreign key's column. Mirrors `AddReferenceIndex.down/1`.
pub(super) fn drop_reference(on: &TableContext, source: &str, multitenancy: &Multitenancy) -> String {
    let options = join([text_option("prefix", on.schema.as_deref())]);
    index("drop_if_exists index", on, &reference_keys(source, multitenancy), &options)
}

fn index(call: &str, on: &TableContext, keys: &str, options: &str) -> String {
    let options = if options.is_empty() { String::new() } else { format!(", {options}") };
    format!("{call}(:{}, [{keys}]{options})", inspect::remote_call(&on.table))
}

fn reference_keys(source: &str, multitenancy: &Multitenancy) -> String {
    let keys = [Field::Column(source.to_owned())];
    // Only a tenancy by attribute adds a column; `index_keys` leaves it out when it is the source itself.
    index_keys(&keys, multitenancy.strategy != Some(Strategy::Attribute), multitenancy)
}

/// The name as it is, not escaped.
fn raw_name(identity: &Identity) -> String {
    format!("name: \"{}\"", identity.index_name)
}
