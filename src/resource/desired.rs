//! Resources to snapshots, as the generators take them (`get_snapshots/2`, `do_snapshot/2`).

use std::sync::Arc;

use super::finding::{Findings, Issue, IssueKind, SourceMap, Unresolved};
use super::foreign_key;
use super::layer::{self, Layer};
use super::relationship::{Relationship, RelationshipKind};
use super::repo::Repo;
use super::verify;
use super::{Database, Resource};
use crate::elixir::eval::{Origin, Unknown};
use crate::snapshot::{CheckConstraint, Field, Identity, Snapshot};

/// What a resource declares about one table.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredSnapshot {
    /// Module name.
    pub resource: String,
    pub database: Database,
    /// `migrate?`.
    pub managed: bool,
    pub snapshot: Snapshot,
    pub origins: SourceMap,
    pub unresolved: Vec<Unresolved>,
}

/// A resource whose table cannot even be named.
#[derive(Debug, Clone, PartialEq)]
pub struct Unplaced {
    /// Module name.
    pub resource: String,
    pub reason: String,
    pub origin: Origin,
}

/// What the snapshot of a resource depends on beyond the resource.
pub trait Surroundings {
    /// Any resource of the project.
    fn resource(&self, module: &str) -> Option<Arc<Resource>>;
    fn repo(&self, module: &str) -> Option<Arc<Repo>>;
    /// The relationships of all resources of the configured domains that lead to `module`, in the order of the
    /// domains.
    fn relationships_to(&self, module: &str) -> Vec<(Arc<Resource>, Relationship)>;
}

/// The snapshots of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceSnapshots {
    pub snapshots: Vec<DesiredSnapshot>,
    pub unplaced: Option<Unplaced>,
    pub issues: Vec<Issue>,
}

/// One snapshot for an ordinary resource; one for each relationship that gives a table to a polymorphic one.
pub fn snapshots(resource: &Resource, surroundings: &dyn Surroundings) -> ResourceSnapshots {
    let mut result = ResourceSnapshots { issues: resource.findings.issues.clone(), ..ResourceSnapshots::default() };
    let Some(layer) = &resource.layer else {
        result.unplaced = resource.unknown_layer.as_ref().map(|unknown| unplaced(resource, unknown));
        return result;
    };
    let placed = (|| {
        let polymorphic = layer.polymorphic.clone()?;
        let repo = layer.repo.clone()?;
        let schema = layer.schema.clone()?;
        Ok((polymorphic, repo, schema, layer.table.clone()?))
    })();
    let (polymorphic, repo, schema, table) = match placed {
        Ok(placed) => placed,
        Err(unknown) => {
            let unknown: Arc<Unknown> = unknown;
            result.unplaced = Some(unplaced(resource, &unknown));
            return result;
        }
    };
    let Some(repo) = repo else {
        let origin = layer.origin.clone();
        let reason = "no repo is given".to_owned();
        result.unplaced = Some(unplaced(resource, &Unknown { origin, reason }));
        return result;
    };
    let table_hint = table.clone();
    let mut maker = Maker { resource, layer, surroundings, findings: resource.findings.clone(), repo };
    if !polymorphic {
        let Some(table) = table else {
            result.issues.push(verify::table_missing(resource, layer));
            return result;
        };
        result.snapshots.push(maker.snapshot(&table, schema));
        result.issues = std::mem::take(&mut maker.findings.issues);
        return result;
    }
    let mut seen: Vec<Relationship> = Vec::new();
    for (source, relationship) in surroundings.relationships_to(&resource.module) {
        if relationship.kind == RelationshipKind::BelongsTo || seen.contains(&relationship) {
            continue;
        }
        let table = match (&relationship.context_table, &relationship.context_schema) {
            (Ok(Some(table)), Ok(_)) => table.clone(),
            (Ok(None), _) => continue,
            (Err(unknown), _) | (_, Err(unknown)) => {
                result.unplaced = Some(unplaced(resource, unknown));
                continue;
            }
        };
        let context_schema = relationship.context_schema.clone().ok().flatten();
        maker.findings = resource.findings.clone();
        let mut desired = maker.snapshot(&table, context_schema.or(schema.clone()));
        // The index name is made from the table only here; `identities/1` has used the resource's own.
        let own = format!("{}_", table_hint.as_deref().unwrap_or_default());
        for identity in &mut desired.snapshot.identities {
            if identity.index_name == format!("{own}{}_index", identity.name) {
                identity.index_name = format!("{table}_{}_index", identity.name);
            }
        }
        foreign_key::add_polymorphic(&mut desired, &table, resource, &source, &relationship);
        result.issues.extend(std::mem::take(&mut maker.findings.issues));
        result.snapshots.push(desired);
        seen.push(relationship);
    }
    result
}

fn unplaced(resource: &Resource, unknown: &Unknown) -> Unplaced {
    Unplaced { resource: resource.module.clone(), reason: unknown.reason.clone(), origin: unknown.origin.clone() }
}

struct Maker<'a> {
    resource: &'a Resource,
    layer: &'a Layer,
    surroundings: &'a dyn Surroundings,
    findings: Findings,
    repo: String,
}

impl Maker<'_> {
    /// `do_snapshot/3`.
    fn snapshot(&mut self, table: &str, schema: Option<String>) -> DesiredSnapshot {
        let layer = self.layer;
        for (name, origin) in &layer.places {
            let path = match *name {
                "base_filter_sql" => "base_filter",
                "strict?" => "strict",
                other => other,
            };
            self.findings.origins.insert(path, origin.clone());
        }
        let mut attributes = Vec::with_capacity(self.resource.columns.len());
        for column in &self.resource.columns {
            let mut attribute = column.column.clone();
            let own = foreign_key::Column {
                resource: self.resource,
                layer,
                table,
                source: &attribute.source,
                repo: &self.repo,
            };
            attribute.references = foreign_key::find_reference(&own, self.surroundings, &mut self.findings);
            attributes.push(attribute);
        }
        let base_filter = self.findings.settle("base_filter", layer.base_filter_sql.clone(), None);
        let identities = self.identities(&base_filter);
        let check_constraints = self.check_constraints(&base_filter);
        verify::verify(self.resource, layer, table, &mut self.findings);
        let multitenancy = self.resource.multitenancy.clone();
        let snapshot = Snapshot {
            table: table.to_owned(),
            schema,
            repo: self.repo.clone(),
            attributes,
            identities,
            custom_indexes: layer.custom_indexes.iter().map(|(index, _)| index.clone()).collect(),
            custom_statements: layer.custom_statements.iter().map(|(statement, _)| statement.clone()).collect(),
            check_constraints,
            multitenancy: self.findings.settle("multitenancy", multitenancy, Default::default()),
            base_filter,
            create_table_options: self.findings.settle(
                "create_table_options",
                layer.create_table_options.clone(),
                None,
            ),
            has_create_action: self.resource.has_create_action,
            strict: self.findings.settle("strict", layer.strict.clone(), false),
            drop_table_opted_out: false,
        };
        DesiredSnapshot {
            resource: self.resource.module.clone(),
            database: layer.database,
            managed: self.findings.settle("", layer.migrate.clone(), true),
            snapshot,
            origins: self.findings.origins.clone(),
            unresolved: self.findings.unresolved.clone(),
        }
    }

    /// `identities/1`: sorted by name, keys as column names or SQL.
    fn identities(&mut self, base_filter: &Option<String>) -> Vec<Identity> {
        let layer = self.layer;
        let postgres = layer.database == Database::Postgres;
        let skipped = layer.skipped_identities.clone();
        let mut declared: Vec<_> = self.resource.identities.iter().collect();
        let is_refused = self.resource.has_base_filter && layer.base_filter_sql == Ok(None);
        for identity in &declared {
            let path = format!("identities.{}", identity.name);
            if is_refused {
                self.findings.refused(&path, &declared[0].origin, verify::IDENTITY_BASE_FILTER);
            }
            if let Err(unknown) = &skipped {
                self.findings.unknown(&path, unknown);
            }
        }
        let skipped = skipped.unwrap_or_default();
        declared.retain(|identity| !skipped.contains(&identity.name));
        declared.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
        // The resource's own table, also where a polymorphic one is given another.
        let own_table = layer.table.as_ref().ok().cloned().flatten().unwrap_or_default();
        let mut identities = Vec::new();
        for identity in declared {
            let path = format!("identities.{}", identity.name);
            self.findings.origins.insert(&path, identity.origin.clone());
            let names = self.findings.settle(format!("{path}.keys"), identity.keys.clone(), Vec::new());
            let attributes: Vec<_> = names.iter().map(|name| self.resource.attribute(name)).collect();
            if !postgres && attributes.iter().any(Option::is_none) {
                continue;
            }
            let mut keys = Vec::new();
            for (name, attribute) in names.iter().zip(attributes) {
                keys.extend(match attribute {
                    Some(attribute) => attribute.source.clone().ok().map(Field::Column),
                    None => self.calculation_key(name, &identity.origin, &path),
                });
            }
            let filter = match postgres && identity.has_where {
                true => {
                    let sql = layer::text_pair(&layer.identity_wheres, &identity.name, &layer.origin);
                    if sql == Ok(None) {
                        let message = verify::identity_where(&identity.name);
                        self.findings.refused(format!("{path}.where"), &identity.origin, message);
                    }
                    self.findings.settle(format!("{path}.where"), sql, None)
                }
                false => None,
            };
            let index_name = layer::text_pair(&layer.identity_index_names, &identity.name, &layer.origin);
            let index_name = self.findings.settle(format!("{path}.index_name"), index_name, None);
            let nils_distinct = identity.nils_distinct.clone();
            let all_tenants = if postgres { identity.all_tenants.clone() } else { Ok(false) };
            identities.push(Identity {
                index_name: index_name.unwrap_or_else(|| format!("{own_table}_{}_index", identity.name)),
                base_filter: base_filter.clone(),
                filter,
                all_tenants: self.findings.settle(format!("{path}.all_tenants"), all_tenants, false),
                nils_distinct: self.findings.settle(format!("{path}.nils_distinct"), nils_distinct, true),
                name: identity.name.clone(),
                keys,
            });
        }
        identities
    }

    /// The SQL of a calculation that is a key of an identity.
    fn calculation_key(&mut self, name: &str, origin: &Origin, path: &str) -> Option<Field> {
        if !self.resource.calculations.iter().any(|calculation| calculation == name) {
            let complete = !self
                .findings
                .unresolved
                .iter()
                .any(|unresolved| unresolved.path == "attributes" || unresolved.path.is_empty());
            if complete {
                self.findings.issue(
                    IssueKind::Invalid,
                    origin,
                    format!("no attribute or calculation is called {name}"),
                );
            }
            let reason = format!("{name} is not an attribute that is known");
            self.findings.unknown(format!("{path}.keys"), &Unknown { origin: origin.clone(), reason });
            return None;
        }
        let sql = layer::text_pair(&self.layer.calculations, name, &self.layer.origin);
        if sql == Ok(None) {
            self.findings.refused(format!("{path}.keys"), origin, verify::calculation_sql(name));
        }
        let sql = self.findings.settle(format!("{path}.keys"), sql, None)?;
        Some(Field::Expression(format!("({sql})")))
    }

    /// `check_constraints/1`.
    fn check_constraints(&mut self, base_filter: &Option<String>) -> Vec<CheckConstraint> {
        let mut constraints = Vec::new();
        // The generator stops at the first one that it refuses.
        let mut first = None;
        for declared in &self.layer.check_constraints {
            let path = format!("check_constraints.{}", declared.name);
            let check = self.findings.settle(format!("{path}.check"), declared.check.clone(), None);
            let Some(check) = check else { continue };
            if self.resource.has_base_filter && self.layer.base_filter_sql == Ok(None) {
                let first = first.get_or_insert(&declared.origin);
                self.findings.refused(&path, first, verify::CHECK_BASE_FILTER);
            }
            self.findings.origins.insert(&path, declared.origin.clone());
            let names = self.findings.settle(format!("{path}.attribute"), declared.attributes.clone(), Vec::new());
            let sources = names.iter().map(|name| match self.resource.attribute(name) {
                Some(attribute) => attribute.source.clone().unwrap_or_else(|_| name.clone()),
                None => name.clone(),
            });
            constraints.push(CheckConstraint {
                name: declared.name.clone(),
                attributes: sources.collect(),
                check,
                base_filter: Some(base_filter.clone()),
            });
        }
        constraints
    }
}
