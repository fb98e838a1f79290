//! Attributes to columns: type, sizes and default as the generators see them.

use super::attribute::Attribute;
use super::default::default_text;
use super::finding::{Fact, Findings, IssueKind};
use super::layer::{self, Layer};
use super::repo::{self, Repo};
use super::types::{Database, SizedType, Type, TypeReader};
use crate::elixir::eval::{Context, Origin};

/// A column and the attribute it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The attribute's name.
    pub attribute: String,
    /// Without its reference.
    pub column: crate::snapshot::Attribute,
    /// The default without `migration_defaults`.
    pub own_default: Fact<String>,
    pub origin: Origin,
}

/// The type that stands for one that is not known.
const UNRESOLVED_TYPE: &str = "unresolved";

/// The columns of a table, in order (`attributes/2` of the generators).
pub fn columns(attributes: &[Attribute], layer: &Layer, context: &Context, findings: &mut Findings) -> Vec<Column> {
    let ignored = findings.settle("attributes", layer.ignored_attributes.clone(), Vec::new());
    let repo = layer.repo.as_ref().ok().and_then(Option::as_deref);
    let known_repo = repo.and_then(|repo| repo::repo(repo, context));
    attributes
        .iter()
        .filter(|attribute| !ignored.contains(&attribute.name))
        .map(|attribute| column(attribute, layer, known_repo.as_ref(), context, findings))
        .collect()
}

fn column(
    attribute: &Attribute,
    layer: &Layer,
    repo: Option<&Repo>,
    context: &Context,
    findings: &mut Findings,
) -> Column {
    let place = |name: &str| {
        let place = attribute.places.iter().find(|(key, _)| *key == name).map(|(_, origin)| origin);
        place.unwrap_or(&attribute.origin).clone()
    };
    let source = match &attribute.source {
        Ok(source) => source.clone(),
        Err(unknown) => {
            findings.unknown("attributes", unknown);
            attribute.name.clone()
        }
    };
    let path = format!("attributes.{source}");
    findings.origins.insert(&path, attribute.origin.clone());
    for (name, origin) in &attribute.places {
        let fact = match *name {
            "allow_nil?" => "allow_nil",
            "primary_key?" => "primary_key",
            "generated?" => "generated",
            other => other,
        };
        findings.origins.insert(format!("{path}.{fact}"), origin.clone());
    }
    let reader = TypeReader { context, database: layer.database, origin: place("type") };
    let ty = reader.resolve(&attribute.ty);
    if let Some((origin, message)) = ty.as_ref().ok().and_then(|ty| reader.not_compiled(ty.element())) {
        findings.issue(IssueKind::Invalid, &origin, message);
    }
    let repo_module = layer.repo.as_ref().ok().and_then(Option::as_deref);
    let sized = sized_type(attribute, &ty, layer, repo_module, &reader);
    let sized = findings.settle(format!("{path}.type"), sized, SizedType::plain(UNRESOLVED_TYPE));
    let reader = TypeReader { origin: place("default"), ..reader };
    let configured = match layer::text_pair(&layer.migration_defaults, &attribute.name, &layer.origin) {
        Ok(text) => text.map(Ok),
        Err(unknown) => Some(Err(unknown)),
    };
    let own_default = default_text(&ty, &attribute.constraints, &attribute.default, repo, &reader);
    let default = configured.unwrap_or_else(|| own_default.clone());
    let column = crate::snapshot::Attribute {
        column_type: sized.column_type,
        size: sized.size,
        precision: sized.precision,
        scale: sized.scale,
        default: findings.settle(format!("{path}.default"), default, "nil".to_owned()),
        allow_nil: findings.settle(format!("{path}.allow_nil"), attribute.allow_nil.clone(), true),
        primary_key: findings.settle(format!("{path}.primary_key"), attribute.primary_key.clone(), false),
        generated: findings.settle(format!("{path}.generated"), attribute.generated.clone(), false),
        references: None,
        source,
    };
    Column { attribute: attribute.name.clone(), column, own_default, origin: attribute.origin.clone() }
}

fn sized_type(
    attribute: &Attribute,
    ty: &Fact<Type>,
    layer: &Layer,
    repo: Option<&str>,
    reader: &TypeReader,
) -> Fact<SizedType> {
    let configured = layer::pair(&layer.migration_types, &attribute.name)?;
    let value = match configured.filter(|value| !value.is_nil()) {
        Some(value) => match value.find_unknown() {
            Some(unknown) => return Err(unknown.clone()),
            None => value,
        },
        None => {
            if let Some(unknown) = attribute.constraints.find_unknown()
                && depends_on_constraints(ty, reader)
            {
                return Err(unknown.clone());
            }
            reader.migration_type(&ty.clone()?, &attribute.constraints)?
        }
    };
    let value = match repo {
        Some(repo) => repo::override_type(repo, value, &reader.origin, reader.context)?,
        None => value,
    };
    SizedType::read(&value, layer.database).ok_or_else(|| reader.unknown("the generator cannot write this type"))
}

/// Whether the column type can depend on constraints.
fn depends_on_constraints(ty: &Fact<Type>, reader: &TypeReader) -> bool {
    match ty {
        Ok(Type::Module(module)) => {
            !module.starts_with("Ash.Type.")
                || matches!(module.as_str(), "Ash.Type.DateTime" | "Ash.Type.Time" | "Ash.Type.Function")
                || (reader.database == Database::Postgres
                    && matches!(module.as_str(), "Ash.Type.Decimal" | "Ash.Type.Vector"))
        }
        _ => false,
    }
}
