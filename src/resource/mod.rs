//! From the declarations of a module to its desired snapshot. One file per section of the DSL.
//!
//! Knows the DSL of Ash and of its two SQL data layers and what their generators make of it; knows modules only through
//! an evaluation [`Context`], other resources only through what is handed in, and nothing of files or caches.

pub mod attribute;
mod check_constraint;
mod column;
mod custom_index;
mod custom_statement;
mod default;
mod desired;
mod extension;
mod finding;
mod foreign_key;
mod identity;
mod interface;
mod keys;
mod layer;
pub mod library;
mod multitenancy;
mod no_such_name;
mod options;
mod reference;
mod relationship;
mod repo;
pub mod sections;
pub mod types;
mod verify;

use std::sync::Arc;

pub use attribute::Attribute;
pub use column::Column;
pub use custom_index::index_name;
pub use desired::{DesiredSnapshot, ResourceSnapshots, Surroundings, Unplaced, snapshots};
pub use finding::{Fact, Findings, Issue, IssueKind, SourceMap, Unresolved};
pub use identity::IdentityDeclaration;
pub use interface::Interface;
pub use layer::Layer;
pub use relationship::{Relationship, RelationshipKind};
pub use repo::{Extension, Repo, override_type, repo};
pub use sections::{Declaration, declaration};
pub use types::{Database, short_names as type_names};

use crate::elixir::eval::{Context, Origin, Unknown, Value};
use crate::snapshot::Multitenancy;
use extension::Draft;

/// An Ash resource as declared, transformers of Ash applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Module name.
    pub module: String,
    /// The name in `defmodule`.
    pub origin: Origin,
    pub attributes: Vec<Attribute>,
    pub relationships: Vec<Relationship>,
    pub identities: Vec<IdentityDeclaration>,
    /// Names of calculations.
    pub calculations: Vec<String>,
    /// Modules of its data layer and extensions, as far as they are known.
    pub extensions: Vec<String>,
    pub multitenancy: Fact<Multitenancy>,
    pub has_base_filter: bool,
    pub has_create_action: bool,
    /// `None`: the resource has neither of the SQL data layers.
    pub layer: Option<Layer>,
    /// Why the data layer is not known, when it is not.
    pub unknown_layer: Option<Arc<Unknown>>,
    /// The columns, in order, without their foreign keys.
    pub columns: Vec<Column>,
    pub findings: Findings,
    /// What other resources can see of this one.
    pub interface: Arc<Interface>,
}

impl Resource {
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The table when it is known and there is one.
    pub fn table(&self) -> Option<&str> {
        self.layer.as_ref()?.table.as_ref().ok()?.as_deref()
    }
}

/// Reads the resource `module`; `None` when the project does not define it, or it is not a resource.
pub fn resource(module: &str, context: &Context) -> Option<Resource> {
    if let Some(source) = context.module(module) {
        let declaration = declaration(module, context)?;
        let origin = Origin::new(source.file.clone(), source.name_range);
        let mut findings = Findings::default();
        no_such_name::check(&declaration, context, &mut findings);
        return Some(assemble(module, origin, &declaration, findings, context));
    }
    // A version resource that AshPaperTrail defines.
    let parent = module.strip_suffix(".Version")?;
    context.module(parent)?;
    let parent_declaration = declaration(parent, context)?;
    if !parent_declaration.has_extension(extension::paper_trail::EXTENSION) {
        return None;
    }
    let mut findings = Findings::default();
    let draft = draft(parent, &parent_declaration, context, &mut findings);
    // What is not known of the parent's columns concerns those that are repeated.
    findings.origins = SourceMap::default();
    let version = extension::paper_trail::version_declaration(
        module,
        parent,
        &parent_declaration.with(&draft.options),
        &draft,
        context,
        &mut findings,
    );
    Some(assemble(module, version.origin.clone(), &version, findings, context))
}

/// The declared attributes, relationships and identities with what transformers add.
fn draft(module: &str, declaration: &Declaration, context: &Context, findings: &mut Findings) -> Draft {
    let calculations = declaration
        .entries("calculations")
        .filter(|node| &*node.name == "calculate")
        .filter_map(|node| node.arguments.first()?.as_atom().map(str::to_owned));
    let mut draft = Draft {
        attributes: attribute::attributes(declaration, findings),
        relationships: relationship::relationships(module, declaration, context, findings),
        identities: identity::identities(declaration, findings),
        calculations: calculations.collect(),
        has_create_action: multitenancy::has_create_action(declaration, findings),
        migration_defaults: Vec::new(),
        extensions: declaration.data_layer.as_module().map(str::to_owned).into_iter().collect(),
        references: Vec::new(),
        options: Vec::new(),
    };
    let surroundings = extension::Surroundings { module, declaration, context };
    extension::transform(&mut draft, &surroundings, findings);
    draft
}

fn assemble(
    module: &str,
    origin: Origin,
    declaration: &Declaration,
    mut findings: Findings,
    context: &Context,
) -> Resource {
    findings.origins.insert("table", origin.clone());
    for unknown in declaration.unknown_code() {
        findings.unknown("", unknown);
    }
    let (database, unknown_layer) = database(&declaration.data_layer);
    let draft = draft(module, declaration, context, &mut findings);
    let completed = (!draft.options.is_empty()).then(|| declaration.with(&draft.options));
    let declaration = completed.as_ref().unwrap_or(declaration);
    let mut layer = database.and_then(|database| layer::layer(declaration, database, module, context, &mut findings));
    if let Some(layer) = &mut layer {
        layer.locked_version = context.locked_version(match layer.database {
            Database::Postgres => "ash_postgres",
            Database::Sqlite => "ash_sqlite",
        });
        if let Ok(defaults) = &mut layer.migration_defaults {
            // The first of a name counts: those of the resource.
            defaults.extend(draft.migration_defaults.iter().cloned());
        }
        for reference in &draft.references {
            layer.references.retain(|other| other.relationship != reference.relationship);
            layer.references.push(reference.clone());
        }
    }
    keys::check(&draft.attributes, &draft.relationships, context, &mut findings);
    let columns = match &layer {
        Some(layer) => column::columns(&draft.attributes, layer, context, &mut findings),
        None => Vec::new(),
    };
    let mut resource = Resource {
        module: module.to_owned(),
        origin,
        multitenancy: multitenancy::multitenancy(declaration),
        has_base_filter: multitenancy::has_base_filter(declaration),
        has_create_action: draft.has_create_action,
        attributes: draft.attributes,
        relationships: draft.relationships,
        identities: draft.identities,
        calculations: draft.calculations,
        extensions: draft.extensions,
        layer,
        unknown_layer,
        columns,
        findings,
        interface: Arc::default(),
    };
    resource.interface = Arc::new(Interface::of(&resource));
    resource
}

/// The database behind a data layer; `None` for other data layers.
fn database(layer: &Value) -> (Option<Database>, Option<Arc<Unknown>>) {
    match layer {
        Value::Unknown(unknown) => (None, Some(unknown.clone())),
        layer => match layer.as_module() {
            Some("AshPostgres.DataLayer") => (Some(Database::Postgres), None),
            Some("AshSqlite.DataLayer") => (Some(Database::Sqlite), None),
            _ => (None, None),
        },
    }
}
