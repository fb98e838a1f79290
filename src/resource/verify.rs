//! What the DSL's verifiers and the generators refuse, with their own words.

use std::collections::BTreeMap;

use super::Resource;
use super::finding::{Findings, Issue, IssueKind};
use super::layer::{self, Layer};
use super::relationship::RelationshipKind;
use super::types::Database;

/// PostgreSQL cuts longer identifiers; the verifier counts characters.
const LONGEST_NAME: usize = 63;

/// Raised by `identities/1`.
pub const IDENTITY_BASE_FILTER: &str = "Cannot create a unique index for a resource with a base filter without also \
configuring `base_filter_sql`.\n\nYou must provide the `base_filter_sql` option, or skip unique indexes with \
`skip_unique_indexes`\"\n";

/// Raised by `check_constraints/1`.
pub const CHECK_BASE_FILTER: &str = "Cannot create a check constraint for a resource with a base filter without also \
configuring `base_filter_sql`.\n\nYou must provide the `base_filter_sql` option, or manually create add the check \
constraint to your migrations.\n";

/// Raised by `identities/1` for an identity with a `where` that has no SQL.
pub fn identity_where(name: &str) -> String {
    format!(
        "Must provide an entry for :{name} in `postgres.identity_wheres_to_sql`, or skip this identity with \
         `postgres.skip_unique_indexes`.\n\nSee \
         https://hexdocs.pm/ash_postgres/AshPostgres.DataLayer.Info.html#identity_wheres_to_sql/1 for an example.\n"
    )
}

/// Raised by `identities/1` for a key that is a calculation without SQL.
pub fn calculation_sql(name: &str) -> String {
    format!(
        "Must define an entry for :{name} in `postgres.calculations_to_sql`, or skip this identity with \
         `postgres.skip_unique_indexes`"
    )
}

/// `EnsureTableOrPolymorphic`.
pub fn table_missing(resource: &Resource, layer: &Layer) -> Issue {
    let section = match layer.database {
        Database::Postgres => "postgres",
        Database::Sqlite => "sqlite",
    };
    let message = format!(
        "Must configure a table for {}.\n\nFor example:\n\n```elixir\n{section} do\n  table \"the_table\"\n  repo \
         YourApp.Repo\nend\n```\n",
        resource.module
    );
    Issue { message, origin: layer.origin.clone(), kind: IssueKind::Invalid }
}

/// Runs the verifiers that matter for a table.
pub fn verify(resource: &Resource, layer: &Layer, table: &str, findings: &mut Findings) {
    let complete =
        findings.unresolved.iter().all(|unresolved| !unresolved.path.is_empty() && unresolved.path != "attributes");
    references(resource, layer, complete, findings);
    if layer.database == Database::Postgres {
        index_names(resource, layer, table, findings);
        check_constraints(resource, layer, complete, findings);
    }
}

/// ash_sqlite has transformers where ash_postgres has verifiers.
fn kind(layer: &Layer) -> IssueKind {
    match layer.database {
        Database::Postgres => IssueKind::Warning,
        Database::Sqlite => IssueKind::Invalid,
    }
}

/// `ValidateReferences`.
fn references(resource: &Resource, layer: &Layer, complete: bool, findings: &mut Findings) {
    for reference in &layer.references {
        let name = &reference.relationship;
        let message = match resource.relationships.iter().find(|relationship| relationship.name == *name) {
            None if complete => {
                format!("Found reference configuration for relationship `{name}`, but no such relationship exists")
            }
            Some(relationship) if relationship.kind != RelationshipKind::BelongsTo => {
                let kind = match relationship.kind {
                    RelationshipKind::HasOne => "has_one",
                    RelationshipKind::HasMany => "has_many",
                    _ => "many_to_many",
                };
                format!(
                    "Found reference configuration for relationship `{name}`, but it is a `{kind}` relationship. \
                     References can only be configured for `belongs_to` relationships, because the foreign key is \
                     defined on the table with the `belongs_to` relationship. To configure the behavior of this foreign \
                     key, add the reference configuration to the resource with the corresponding `belongs_to` \
                     relationship."
                )
            }
            _ => continue,
        };
        findings.issue(kind(layer), &reference.origin, message);
    }
}

/// `ValidateIdentityIndexNames`.
fn index_names(resource: &Resource, layer: &Layer, table: &str, findings: &mut Findings) {
    let mut by_name: BTreeMap<String, Vec<&super::IdentityDeclaration>> = BTreeMap::new();
    for identity in &resource.identities {
        match layer::text_pair(&layer.identity_index_names, &identity.name, &layer.origin) {
            Ok(Some(name)) => by_name.entry(name).or_default().push(identity),
            Ok(None) => by_name.entry(format!("{table}_{}_index", identity.name)).or_default().push(identity),
            Err(_) => {}
        }
    }
    for (name, identities) in by_name {
        match identities.as_slice() {
            [identity] if name.chars().count() > LONGEST_NAME => {
                let message = format!(
                    "Identity {0} has a name that is too long. Names must be 63 characters or less.\n\nPlease configure \
                     an index name for this identity in the `identity_index_names` configuration. For \
                     example:\n\npostgres do\n  identity_index_names {0}: \"a_shorter_name\"\nend\n",
                    identity.name
                );
                findings.issue(IssueKind::Warning, &identity.origin, message);
            }
            [first, _, ..] => {
                let names: Vec<String> = identities.iter().map(|identity| format!(":{}", identity.name)).collect();
                let message = format!(
                    "Multiple identities would result in the same index name: {name}\n\nIdentities: [{}]\n",
                    names.join(", ")
                );
                findings.issue(IssueKind::Warning, &first.origin, message);
            }
            _ => {}
        }
    }
}

/// `ValidateCheckConstraints`; the generator then fails on such an attribute.
fn check_constraints(resource: &Resource, layer: &Layer, complete: bool, findings: &mut Findings) {
    // Since 2.6.26.
    let is_checked = layer.locked_version.is_none_or(|version| version >= (2, 6, 26));
    if !complete || !is_checked {
        return;
    }
    for constraint in &layer.check_constraints {
        for name in constraint.attributes.iter().flatten() {
            if resource.attribute(name).is_some() {
                continue;
            }
            let available: Vec<String> =
                resource.attributes.iter().map(|attribute| format!(":{}", attribute.name)).collect();
            let message = format!(
                "Check constraint `{}` references attribute `{name}`, but no such attribute exists on resource `{}`.\n\n\
                 Available attributes: [{}]\n",
                constraint.name,
                resource.module,
                available.join(", ")
            );
            findings.refused(format!("check_constraints.{}", constraint.name), &constraint.origin, message);
        }
    }
}
